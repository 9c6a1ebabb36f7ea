"""Ways for the lines of a drawing, the simplest first, so that they stay simple."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runner.bpmn import EVENTS, GATEWAYS, Bounds, Diagram
from runner.drawing.geometry import Point, around, bottom, centre, crosses, grown, overlap, right
from runner.drawing.layout.drawing import Drawing
from runner.drawing.layout.route import CLEAR, STUB, Port, Router, ports
from runner.drawing.page import enclosing, joins

MOST_STEPS = 250_000
"""Of the searches for all lines of a drawing together; after that, lines go the shortest way, through anything."""
MOST_FOR_ONE = 40_000

_SPREAD = (0, 15, -15, 30, -30)
"""Where a line may dock, from the middle of a side."""
_FORWARD = {"right": 0.0, "bottom": 8.0, "top": 8.0, "left": 160.0}
_INTO = {"left": 0.0, "bottom": 8.0, "top": 8.0, "right": 160.0}
_BACK_OUT = {"top": 5.0, "bottom": 5.0, "right": 25.0, "left": 25.0}
_BACK_INTO = {"top": 0.0, "bottom": 0.0, "right": 25.0, "left": 45.0}


def route(diagram: Diagram, drawing: Drawing, wanted: Iterable[str]) -> None:
    """Draw the lines `wanted` (flows, message flows, associations by id), around all shapes and lines there are."""
    _Lines(diagram, drawing).draw(set(wanted))


class _Lines:
    def __init__(self, diagram: Diagram, drawing: Drawing) -> None:
        self.diagram, self.drawing = diagram, drawing
        self.around = enclosing(diagram)
        self.pools = {pool.id: pool.process for pool in diagram.participants}
        self.routers: dict[tuple[str, frozenset[str]], Router] = {}
        self.left = MOST_STEPS

    def draw(self, wanted: set[str]) -> None:
        shapes = self.drawing.shapes
        for each in self.diagram.associations:
            if each.id in wanted and each.source in shapes and each.target in shapes:
                self.drawing.edges[each.id] = self._tie(each.source, each.target)
        todo = [
            (join.id, join.source, join.target)
            for join in joins(self.diagram)
            if join.id in wanted and join.source in shapes and join.target in shapes and join.kind != "association"
        ]
        for id, source, target in sorted(todo, key=lambda flow: self._order(*flow)):
            points = self._straight_down(source, target) or self._way(id, source, target)
            self.drawing.edges[id] = tuple(points)
            for router in self.routers.values():
                router.occupy(points)

    def _order(self, id: str, source: str, target: str) -> tuple[int, float]:
        (ax, ay), (bx, by) = centre(self.drawing.shapes[source]), centre(self.drawing.shapes[target])
        if id not in self.diagram.flows:
            kind = 1
        elif self.drawing.hanging.get(source) == target or (abs(ay - by) < 2 and ax < bx):
            kind = 0
        else:
            kind = 2 if ax <= bx else 3
        return kind, abs(ax - bx) + abs(ay - by)

    def _straight_down(self, source: str, target: str) -> list[Point] | None:
        """From a boundary event to the end that hangs below it."""
        one, other = self.drawing.shapes[source], self.drawing.shapes[target]
        x = centre(one)[0]
        if self.drawing.hanging.get(source) != target or x != centre(other)[0] or bottom(one) >= other.y:
            return None
        return [(x, bottom(one)), (x, other.y)]

    # -- flows and message flows ---------------------------------------------------------------------------------------

    def _way(self, id: str, source: str, target: str) -> list[Point]:
        router = self._router(id, source, target)
        most = min(self.left, MOST_FOR_ONE)
        points = None
        if most > 0:
            starts, ends = self._doors(id, source, target, router)
            points, steps = router.way(starts, ends, most)
            self.left -= steps
        return points or self._anyhow(source, target)

    def _anyhow(self, source: str, target: str) -> list[Point]:
        one, other = self.drawing.shapes[source], self.drawing.shapes[target]
        x = round((right(one) + other.x) / 2)
        (_, ay), (_, by) = centre(one), centre(other)
        return [(right(one), ay), (x, ay), (x, by), (other.x, by)]

    def _doors(self, id: str, source: str, target: str, router: Router) -> tuple[list[Port], list[Port]]:
        one, other = self.drawing.shapes[source], self.drawing.shapes[target]
        (ax, ay), (bx, by) = centre(one), centre(other)
        if id not in self.diagram.flows:
            down = ay < by
            return (
                self._dock(source, {"bottom" if down else "top": 0.0, "left": 140.0, "right": 140.0}, router),
                self._dock(target, {"top" if down else "bottom": 0.0, "left": 140.0, "right": 140.0}, router),
            )
        out, into = (_FORWARD, _INTO) if bx > other.width / 2 + ax else (_BACK_OUT, _BACK_INTO)
        if one.x < bx < right(one):
            out = {"bottom" if by > ay else "top": 0.0, "right": 30.0, "left": 40.0}
            into = {"top" if by > ay else "bottom": 0.0, "left": 30.0, "right": 40.0}
        node = self.diagram.nodes.get(source)
        if node and node.type == "boundaryEvent":
            out = {"bottom": 0.0, "top": 200.0, "left": 200.0, "right": 200.0}
        return self._dock(source, out, router), self._dock(target, into, router)

    def _dock(self, id: str, sides: Mapping[str, float], router: Router) -> list[Port]:
        box = self.drawing.shapes[id]
        if id in self.pools:
            level = {"top": (box.y, box.y - STUB), "bottom": (bottom(box), bottom(box) + STUB)}
            return [
                Port((x, level[side][0]), (x, level[side][1]), True, 0)
                for side in ("top", "bottom")
                if side in sides
                for x in router.xs
                if box.x + 20 < x < right(box) - 20
            ]
        node = self.diagram.nodes.get(id)
        single = node is None or node.type in EVENTS | GATEWAYS
        return ports(box, sides, (0,) if single else _SPREAD)

    def _router(self, id: str, source: str, target: str) -> Router:
        """The net for lines between two elements: around everything but what one of them is in."""
        open = frozenset((*self.around.get(source, ()), *self.around.get(target, ())))
        parents = {self.diagram.nodes[end].parent if end in self.diagram.nodes else "" for end in (source, target)}
        home = parents.pop() if len(parents) == 1 and id in self.diagram.flows else ""
        if (home, open) not in self.routers:
            region = self._region(home)
            shut = [box for each, box in self._obstacles(open) if overlap(box, region)]
            places = [place for box in shut for place in _places(box)]
            router = self.routers[home, open] = Router(region, shut, places)
            for edge in self.drawing.edges.values():
                router.occupy(edge)
        return self.routers[home, open]

    def _obstacles(self, open: frozenset[str]) -> Iterator[tuple[str, Bounds]]:
        for id, box in self.drawing.shapes.items():
            if id in self.diagram.nodes:
                if id not in open and open.issuperset(self.around[id]):
                    yield id, box
            elif id in self.diagram.annotations or (id in self.pools and self.pools[id] is None):
                yield id, box
        # Names that have a place keep it; lines may come nearer to them than to shapes.
        yield from ((id, grown(box, 3 - CLEAR)) for id, box in self.drawing.labels.items())

    def _region(self, home: str) -> Bounds:
        shapes = self.drawing.shapes
        if home in shapes:
            box = shapes[home]
            return Bounds(box.x, box.y + 20, box.width, box.height - 20)
        pool = next((id for id, process in self.pools.items() if process == home and id in shapes), None)
        members = [
            box for id, box in shapes.items() if id in self.diagram.nodes and self.diagram.nodes[id].parent == home
        ]
        if pool is None:
            return grown(around(members or shapes.values()), 80)
        box = shapes[pool]
        lanes = [shapes[lane.id] for lane in self.diagram.lanes.values() if lane.process == home and lane.id in shapes]
        left = (max(lane.x for lane in lanes) if lanes else box.x) + 30
        return Bounds(left, box.y, right(box) - left, box.height)

    # -- associations --------------------------------------------------------------------------------------------------

    def _tie(self, source: str, target: str) -> tuple[Point, ...]:
        """The shortest straight line between two shapes that misses all others, or the shortest one."""
        one, other = self.drawing.shapes[source], self.drawing.shapes[target]
        passable = {source, target, *self.around.get(source, ()), *self.around.get(target, ())}
        shut = [box for id, box in self._obstacles(frozenset(self.around.get(source, ()))) if id not in passable]
        tries = sorted(_ties(one, other), key=lambda tie: abs(tie[0][0] - tie[1][0]) + abs(tie[0][1] - tie[1][1]))
        return next((tie for tie in tries if not any(crosses(*tie, box) for box in shut)), tries[0])


def _ties(one: Bounds, other: Bounds) -> Iterator[tuple[Point, Point]]:
    left, far = max(one.x, other.x), min(right(one), right(other))
    top, low = max(one.y, other.y), min(bottom(one), bottom(other))
    if far - left >= 10:
        ends = (bottom(one), other.y) if one.y < other.y else (one.y, bottom(other))
        yield from (((x, ends[0]), (x, ends[1])) for x in range(round(left) + 5, round(far) - 4, 10))
    if low - top >= 10:
        sides = (right(one), other.x) if one.x < other.x else (one.x, right(other))
        yield from (((sides[0], y), (sides[1], y)) for y in range(round(top) + 5, round(low) - 4, 10))
    if far <= left + 10 and low <= top + 10:
        x = (right(one), other.x) if one.x < other.x else (one.x, right(other))
        y = (bottom(one), other.y) if one.y < other.y else (one.y, bottom(other))
        yield (x[0], y[0]), (x[1], y[1])
    yield centre(one), centre(other)


def _places(box: Bounds) -> Iterator[Point]:
    x, y = centre(box)
    for offset in _SPREAD:
        if offset == 0 or abs(offset) <= box.width / 2 - 12:
            yield x + offset, y
        if offset == 0 or abs(offset) <= box.height / 2 - 12:
            yield x, y + offset
