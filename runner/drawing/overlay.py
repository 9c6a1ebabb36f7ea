"""What stands over a drawn diagram: a sign at the corner of an element, words in a tag above it, lanes at the edge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from runner.bpmn import GATEWAYS, Bounds, Diagram, Shape
from runner.drawing import pen
from runner.drawing.text import width

RADIUS: Final = 11
TAG_SIZE: Final = 12
GUTTER: Final = 26
"""Width of the strip with the lanes' names."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """`sign`: one or two letters in a disc, `title` what it means; `tag`: words above the element. "" for none.

    `size` is that of the tag's letters: larger in a picture that is looked at from afar.
    """

    sign: str = ""
    title: str = ""
    tag: str = ""
    size: int = TAG_SIZE


def draw(overlay: Overlay, shape: Shape, gateway: bool, state: str) -> str:
    """The overlay of an element in a state, by whose class a style sheet colours it."""
    parts = []
    if overlay.tag:
        scale = overlay.size / TAG_SIZE
        room, high = width(overlay.tag, overlay.size) + 16 * scale, 22 * scale
        box = Bounds(shape.x + shape.width / 2 - room / 2, shape.y - 12 - high, room, high)
        words = pen.text(overlay.tag, box, size=overlay.size)
        parts.append(f'<g class="tag">{pen.rect(box, 4 * scale, width=1.2)}{words}</g>')
    if overlay.sign:
        # The corner of a gateway is empty: its sign stands on the edge that runs up from there.
        inset = min(shape.width, shape.height) / 4 if gateway else 0
        x, y = shape.x + inset, shape.y + inset
        title = f"<title>{escape(overlay.title)}</title>" if overlay.title else ""
        box = Bounds(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS)
        words = pen.text(overlay.sign, box, size=13, bold=True)
        parts.append(f'<g class="badge">{title}{pen.circle((x, y), RADIUS, 1.6)}{words}</g>')
    return f'<g class="overlay state-{state}" fill="{pen.PAPER}" stroke="{pen.INK}">{"".join(parts)}</g>'


def drawn(diagram: Diagram, states: Mapping[str, str], overlays: Mapping[str, Overlay]) -> Iterator[str]:
    """The overlays of the elements that have a shape."""
    for id, overlay in overlays.items():
        if shape := diagram.shapes.get(id):
            node = diagram.nodes.get(id)
            yield draw(overlay, shape, bool(node and node.type in GATEWAYS), states.get(id, "plain"))


def gutter(diagram: Diagram, box: Bounds) -> str:
    """The lanes' names in a strip as high as `box`, for the left edge of a picture that is scrolled; "" for none."""
    lanes = [(lane, diagram.shapes[lane]) for lane in diagram.lanes if lane in diagram.shapes]
    lanes = [(lane, shape) for lane, shape in lanes if shape.horizontal is not False]
    if not lanes:
        return ""
    names = {each.get("id", ""): each.get("name", "") for each in diagram.root.iter() if each.get("name")}
    parts = []
    for lane, shape in lanes:
        place = Bounds(0, shape.y, GUTTER, shape.height)
        parts.append(pen.rect(place, 0, width=1) + pen.text(names.get(lane, lane), place, turned=True, size=12))
    top, height = pen.n(box.y), pen.n(box.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn gutter" aria-hidden="true" '
        f'viewBox="0 {top} {GUTTER} {height}" width="{GUTTER}" height="{height}" '
        f"font-family=\"Arial, 'Liberation Sans', Helvetica, sans-serif\">"
        f'<g class="lane" stroke="{pen.PALE}" fill="{pen.PAPER}">{"".join(parts)}</g></svg>'
    )
