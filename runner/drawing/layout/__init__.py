"""Draws a diagram: pools, lanes, everything in them, the lines and the names, as BPMN DI in the diagram's file.

The steps: `scope` says what stands beside what, `arrange` and `drawing` how large and where, `lines` leads the lines by
`route`, `names` finds room for the names, `interchange` writes it all down. What has a place already is kept by `keep`.
"""

from __future__ import annotations

from operator import itemgetter

from runner.bpmn import Diagram, read
from runner.bpmn.limits import exceeded
from runner.drawing.layout import interchange, keep, lines, names
from runner.drawing.layout.drawing import Drawing, compose
from runner.drawing.legibility import faults
from runner.drawing.page import joins
from runner.errors import DiagramInvalid

SPREADS = (1.0, 1.35, 1.8)
"""How far the parts are drawn apart: further where lines or names found no room."""

MANY = 300
"""With this many flows there is one attempt only: more space does not make such a drawing legible."""


class TooLargeToDraw(DiagramInvalid):
    """Không vẽ được sơ đồ này: {reason}"""


class NothingToDraw(DiagramInvalid):
    """Sơ đồ chưa có phần tử nào để vẽ."""


def layout(data: bytes, name: str = "", everything: bool = False) -> bytes:
    """The file with a place for each element that has none, or for all of them with `everything`.

    Outside of the diagram interchange no byte changes. The same bytes give the same drawing. Raises `NotBpmn`,
    `NothingToDraw`, and `TooLargeToDraw` beyond the linter's limits.
    """
    diagram = read(data, name)
    if excess := exceeded(diagram):
        raise TooLargeToDraw(reason=excess.message)
    if not (diagram.nodes or diagram.participants or diagram.lanes or diagram.annotations):
        raise NothingToDraw
    if not everything and any(id in diagram.shapes for id in diagram.nodes):
        drawing, changed = keep.fill(diagram)
        return interchange.write(data, diagram, drawing, changed)
    found: list[tuple[int, bytes]] = []
    spreads = SPREADS if len(diagram.flows) <= MANY else SPREADS[:1]
    while len(found) < len(spreads) and not (found and found[-1][0] == 0):
        drawn = interchange.write(data, diagram, *_drawn(diagram, spreads[len(found)]))
        found.append((sum(1 for _ in faults(read(drawn))), drawn))
    return min(found, key=itemgetter(0))[1]


def _drawn(diagram: Diagram, spread: float) -> tuple[Drawing, set[str]]:
    """A drawing of everything, and what it is of."""
    drawing = compose(diagram, spread)
    lines.route(diagram, drawing, [join.id for join in joins(diagram)])
    changed = {*drawing.shapes, *drawing.edges}
    names.name(diagram, drawing, changed)
    return drawing, changed
