"""How large elements are drawn, and how much room their names take."""

from __future__ import annotations

from math import ceil
from typing import Final

from runner.bpmn import EVENTS, GATEWAYS, Bounds, Node
from runner.drawing.geometry import LABEL_WIDTH, around, label_box, words_size

TASK: Final = (150.0, 90.0)
GATEWAY: Final = 50.0
EVENT: Final = 36.0
NOTE: Final = 160.0
"""Width of a text annotation."""
SLACK: Final = 1.04
"""Widths are estimates: a viewer that breaks a name at its bounds would break one more line where they are short."""


def core(node: Node) -> tuple[float, float]:
    """Width and height of an element's own shape, other than a sub-process."""
    if node.type in EVENTS:
        return EVENT, EVENT
    if node.type in GATEWAYS:
        return GATEWAY, GATEWAY
    _, high = words_size(node.name, TASK[0] - 14, 12, 40)
    return TASK[0], max(TASK[1], ceil(high + 30))


def note(text: str) -> tuple[float, float]:
    """Width and height of a text annotation, whose words modelers draw somewhat larger than we do."""
    _, high = words_size(text, NOTE - 12, 12, 40)
    return NOTE, max(30.0, ceil(high + 10))


def label(words: str, room: float = LABEL_WIDTH) -> tuple[Bounds, Bounds]:
    """The bounds to write down for a name, at the origin, and the area that it covers in every viewer."""
    wide, high = words_size(words, room)
    bounds = Bounds(0, 0, ceil(wide * SLACK) + 3, ceil(high))
    return bounds, around([bounds, label_box(words, bounds)])
