"""Places for the names beside events, gateways and lines: near what they name, and free."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

from runner.bpmn import EVENTS, GATEWAYS, Bounds, Diagram
from runner.drawing.geometry import (
    Point,
    bottom,
    centre,
    covers,
    crosses,
    grown,
    moved,
    overlap,
    right,
    segments,
    within,
)
from runner.drawing.layout import size
from runner.drawing.layout.drawing import Drawing
from runner.drawing.page import enclosing, joins

ROOMS = (90.0, 60.0)
"""Widths that a name is broken to: the second where the first finds no place."""
STEP = 8
MOST_WORK = 40_000_000
"""Comparisons of a name's place with something drawn, for all names together."""

Piece = tuple[Point, Point]


def name(diagram: Diagram, drawing: Drawing, wanted: set[str]) -> None:
    """Place the names of `wanted` elements."""
    _Names(diagram, drawing).place(wanted)


class _Names:
    def __init__(self, diagram: Diagram, drawing: Drawing) -> None:
        self.diagram, self.drawing = diagram, drawing
        frames = {pool.id for pool in diagram.participants} | set(diagram.lanes)
        self.from_end = {each.id for each in diagram.message_flows if each.target in frames}
        holding = {above for chain in enclosing(diagram).values() for above in chain}
        self.hollow = [box for id, box in drawing.shapes.items() if id in frames or id in holding]
        self.solid = [
            (box, id in diagram.nodes and diagram.nodes[id].type in GATEWAYS)
            for id, box in drawing.shapes.items()
            if id not in frames and id not in holding
        ]
        self.pieces = [piece for points in drawing.edges.values() for piece in segments(points)]
        self.set: list[Bounds] = list(drawing.labels.values())
        parts = len(self.pieces) + len(self.solid) + len(self.hollow) + len(drawing.shapes) + len(drawing.edges)
        self.tries = max(MOST_WORK // (parts * (len(drawing.shapes) + len(drawing.edges) + 1)), 1)
        """Places that are tried for each name; only one in a drawing so crowded that names are illegible anyway."""
        if self.tries < 10:
            self.tries = 1

    def place(self, wanted: set[str]) -> None:
        hanging = set(self.drawing.hanging.values())
        for node in self.diagram.nodes.values():
            box = self.drawing.shapes.get(node.id)
            if node.id in wanted and node.name and box and node.type in EVENTS | GATEWAYS:
                self._place(node.id, node.name, partial(_beside, box, node.id in hanging, node.type))
        for join in joins(self.diagram):
            points = self.drawing.edges.get(join.id)
            if join.id in wanted and join.name and points:
                self._place(join.id, join.name, partial(_along, self._pieces(join.id, points)))

    def _place(self, id: str, words: str, candidates: Callable[[float, float], Iterable[Point]]) -> None:
        """The first of the `candidates` for a name of some width and height that is free, or the least bad one."""
        worst: tuple[int, Bounds, Bounds] | None = None
        for room in ROOMS:
            bounds, covered = size.label(words, room)
            for x, y in islice(candidates(covered.width, covered.height), self.tries):
                box = moved(covered, round(x - covered.x), round(y - covered.y))
                faults = self._faults(box)
                if worst is None or faults < worst[0]:
                    worst = faults, moved(bounds, round(x - covered.x), round(y - covered.y)), box
                if not faults:
                    break
            if worst and not worst[0]:
                break
        if worst:
            self.drawing.labels[id] = worst[1]
            self.set.append(worst[2])

    def _pieces(self, id: str, points: Sequence[Point]) -> list[Piece]:
        """The pieces of a line from its start on (from the pool, where it leads to one), those of its own first."""
        found = list(segments(points[::-1] if id in self.from_end else points))
        if self.tries == 1:
            return found
        others = [piece for edge, line in self.drawing.edges.items() if edge != id for piece in segments(line)]
        return sorted(found, key=lambda piece: any(_shared(piece, other) for other in others))

    def _faults(self, box: Bounds) -> int:
        near = grown(box, 1.5)
        return (
            sum(covers(shape, near, pointed) for shape, pointed in self.solid)
            + sum(overlap(near, other) for other in self.set)
            + sum(crosses(*piece, near) for piece in self.pieces)
            + sum(overlap(frame, near) and not within(near, frame) for frame in self.hollow)
        )


def _shared(one: Piece, other: Piece) -> bool:
    """Do two pieces lie upon each other?"""
    for axis in (0, 1):
        across = 1 - axis
        if one[0][across] == one[1][across] == other[0][across] == other[1][across]:
            (a, b), (c, d) = sorted((one[0][axis], one[1][axis])), sorted((other[0][axis], other[1][axis]))
            return min(b, d) > max(a, c)
    return False


def _beside(box: Bounds, hangs: bool, kind: str, wide: float, high: float) -> Iterator[Point]:
    """Below, above, at the corners, at the sides, and further and further off."""
    x, y = centre(box)
    for off in range(4, 60, STEP):
        sides = [(right(box) + off, y - high / 2), (box.x - off - wide, y - high / 2)]
        if kind == "boundaryEvent":
            yield right(box) + off - 2, y + 4
            yield box.x - off - wide, y + 4
            yield right(box) + off - 2, bottom(box) + off
            continue
        middle = [(x - wide / 2, bottom(box) + off), (x - wide / 2, box.y - off - high)]
        shift = box.width / 4 if kind in GATEWAYS else box.width / 2
        levels = (y - box.height / 4 - off - high, y + box.height / 4 + off)
        corners = [(left, level) for level in levels for left in (x + shift, x - shift - wide)]
        yield from (*sides, *middle) if hangs else (*middle, *sides)
        yield from corners if kind in GATEWAYS else ()
    yield from _around((x, y), wide, high)


def _around(place: Point, wide: float, high: float) -> Iterator[Point]:
    """Anywhere near a place."""
    far = ((across, down) for across in range(-140, 141, 2 * STEP) for down in range(-100, 101, 2 * STEP))
    for across, down in sorted(far, key=lambda step: (abs(step[0]) + abs(step[1]), step)):
        yield place[0] + across - wide / 2, place[1] + down - high / 2


def _along(pieces: Sequence[Piece], wide: float, high: float) -> Iterator[Point]:
    """On either side of each piece of a line, from its start on, or else anywhere near one."""
    for (ax, ay), (bx, by) in pieces:
        length = abs(ax - bx) + abs(ay - by)
        for at in range(4, max(int(length), 5), STEP):
            if ay == by:
                x = ax + at if bx > ax else ax - at - wide
                yield x, ay - high - 3
                yield x, ay + 3
            else:
                y = ay + at if by > ay else ay - at - high
                yield ax + 5, y
                yield ax - 5 - wide, y
    for (ax, ay), (bx, by) in pieces:
        yield from _around(((ax + bx) / 2, (ay + by) / 2), wide, high)
