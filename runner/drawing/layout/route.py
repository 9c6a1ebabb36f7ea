"""Finds the way of a line between two shapes: horizontal and vertical pieces, around everything in between.

Lines run on a net of rows and columns taken from the shapes: beside each of them, and through the places where lines
may dock. The cheapest way is searched (A*): it pays for its length, for bends, for crossing other lines and for docking
where a reader does not expect it, and dearly for running upon another line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf
from typing import Final

from runner.drawing.geometry import Box, Point, bottom, right, segments

CLEAR: Final = 9
"""Pixels that a line keeps from a shape that it passes."""
STUB: Final = 12
"""Pixels that a line goes straight on from where it leaves a shape, and between lines side by side."""
WIDE: Final = 100
"""Beside shapes from this width on there are three tracks for lines, beside others one."""
NEAR: Final = 24
BEND, CROSSING, UPON, USED = 55.0, 18.0, 60.0, 70.0
"""What a bend, a crossing, a piece upon another line, and a docking place that is taken cost, in pixels of a detour."""


@dataclass(frozen=True, slots=True)
class Port:
    """A docking place: on the border at `dock`, left through `exit`; `upright`: upwards or downwards."""

    dock: Point
    exit: Point
    upright: bool
    cost: float


def ports(box: Box, sides: Mapping[str, float], offsets: Sequence[float]) -> list[Port]:
    """Docking places in the middle of the sides named (``left right top bottom``, with their cost) and beside it."""
    found = []
    for side, cost in sides.items():
        upright = side in ("top", "bottom")
        length = box.width if upright else box.height
        for offset in offsets:
            if abs(offset) > length / 2 - 12 and offset:
                continue
            x, y = float(round(box.x + box.width / 2)), float(round(box.y + box.height / 2))
            away = STUB if side in ("right", "bottom") else -STUB
            if upright:
                x, y = x + offset, (bottom(box) if side == "bottom" else box.y)
                exit = (x, float(round(y)) + away)
            else:
                x, y = (right(box) if side == "right" else box.x), y + offset
                exit = (float(round(x)) + away, y)
            found.append(Port((x, y), exit, upright, cost + abs(offset) * (0.4 if upright else 1)))
    return found


class Router:
    """Ways through `region` around `obstacles`; `places` are where lines may want to dock."""

    def __init__(self, region: Box, obstacles: Iterable[Box], places: Iterable[Point]) -> None:
        self.obstacles = list(obstacles)
        xs = {round(region.x) + STUB, round(right(region)) - STUB}
        ys = {round(region.y) + STUB, round(bottom(region)) - STUB}
        for box in self.obstacles:
            for track in range(1, 4 if box.width >= WIDE else 2):
                xs |= {round(box.x - track * STUB), round(right(box) + track * STUB)}
                ys |= {round(box.y - track * STUB), round(bottom(box) + track * STUB)}
        for x, y in places:
            xs.add(round(x))
            ys.add(round(y))
        self.xs = sorted(x for x in xs if region.x < x < right(region))
        self.ys = sorted(y for y in ys if region.y < y < bottom(region))
        self.column = {x: at for at, x in enumerate(self.xs)}
        self.row = {y: at for at, y in enumerate(self.ys)}
        self.wide = len(self.xs)
        size = self.wide * len(self.ys)
        # For the piece that begins at a crossing of the net: horizontal pieces go right, vertical ones down.
        self.shut = (bytearray(size), bytearray(size))
        self.taken = (bytearray(size), bytearray(size))
        self.used: list[Point] = []
        for box in self.obstacles:
            self._close(box)

    def _close(self, box: Box) -> None:
        left, far = box.x - CLEAR, right(box) + CLEAR
        top, low = box.y - CLEAR, bottom(box) + CLEAR
        x0, x1 = bisect_right(self.xs, left), bisect_left(self.xs, far)
        y0, y1 = bisect_right(self.ys, top), bisect_left(self.ys, low)
        for y in range(y0, y1):
            for x in range(max(x0 - 1, 0), x1):
                self.shut[0][y * self.wide + x] = 1
        for y in range(max(y0 - 1, 0), y1):
            for x in range(x0, x1):
                self.shut[1][y * self.wide + x] = 1

    def occupy(self, points: Sequence[Point]) -> None:
        """Note a line, so that others keep away from it."""
        for (ax, ay), (bx, by) in segments(points):
            level = abs(ay - by) <= abs(ax - bx)
            lines, along = (self.ys, self.xs) if level else (self.xs, self.ys)
            at, start, end = (ay, *sorted((ax, bx))) if level else (ax, *sorted((ay, by)))
            first, last = bisect_right(along, start) - 1, bisect_left(along, end)
            for line in range(bisect_right(lines, at - 8), bisect_left(lines, at + 8)):
                for place in range(max(first, 0), last):
                    spot = line * self.wide + place if level else place * self.wide + line
                    self.taken[0 if level else 1][spot] = 1
        if points:
            self.used += (points[0], points[-1])

    def _spot(self, point: Point) -> int | None:
        x, y = self.column.get(round(point[0])), self.row.get(round(point[1]))
        return None if x is None or y is None else y * self.wide + x

    def _ready(self, ports: Iterable[Port]) -> dict[tuple[int, int], tuple[float, Port]]:
        """The cheapest port at each crossing, in each direction in which it opens."""
        found: dict[tuple[int, int], tuple[float, Port]] = {}
        for port in ports:
            if (spot := self._spot(port.exit)) is None or self._inside(port.exit):
                continue
            key = (spot, int(port.upright))
            cost = port.cost + sum(_crowd(port.dock, other) for other in self.used)
            if key not in found or cost < found[key][0]:
                found[key] = (cost, port)
        return found

    def _inside(self, point: Point) -> bool:
        x, y = point
        return any(
            box.x - CLEAR < x < right(box) + CLEAR and box.y - CLEAR < y < bottom(box) + CLEAR for box in self.obstacles
        )

    def way(self, starts: Iterable[Port], ends: Iterable[Port], most: int) -> tuple[list[Point] | None, int]:
        """The cheapest way from one of `starts` to one of `ends`, None where there is none, and the steps it took.

        After `most` steps the search is given up.
        """
        first, goals = self._ready(starts), self._ready(ends)
        if not first or not goals:
            return None, 1
        search = _Search(self, first, goals)
        return search.way(most), search.steps

    def moves(self, spot: int, upright: int) -> Iterator[tuple[int, int, float]]:
        """From a crossing of the net to those beside it: which, on which axis, and what it costs."""
        y, x = divmod(spot, self.wide)
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            nx, ny = (x, y + step) if axis else (x + step, y)
            if not (0 <= nx < self.wide and 0 <= ny < len(self.ys)):
                continue
            target = ny * self.wide + nx
            piece = min(spot, target)
            if self.shut[axis][piece]:
                continue
            length = abs(self.ys[ny] - self.ys[y]) if axis else abs(self.xs[nx] - self.xs[x])
            price = length + (BEND if axis != upright else 0)
            if self.taken[axis][piece]:
                price += UPON + 2 * length
            elif self._crossed(target, axis):
                price += CROSSING
            yield target, axis, price

    def _crossed(self, spot: int, axis: int) -> bool:
        """Does another line pass over a crossing of the net at right angles?"""
        other = self.taken[1 - axis]
        before = spot - (1 if axis else self.wide)
        return bool(other[spot]) and before >= 0 and bool(other[before])


State = tuple[int, int]
"""A crossing of the net, and the axis on which it was come to: 0 level, 1 upright."""


class _Search:
    """One search for the cheapest way on a router's net."""

    def __init__(
        self, net: Router, first: Mapping[State, tuple[float, Port]], goals: Mapping[State, tuple[float, Port]]
    ) -> None:
        self.net, self.first, self.goals = net, first, goals
        self.steps = 0
        exits = [port.exit for _, port in goals.values()]
        self.low = min(x for x, _ in exits), min(y for _, y in exits)
        self.high = max(x for x, _ in exits), max(y for _, y in exits)
        self.best: dict[State, float] = {}
        self.came: dict[State, State] = {}
        self.heap: list[tuple[float, float, State]] = []
        self.final: tuple[float, State, State] | None = None
        """The cheapest end so far: its cost, the crossing where it leaves the net, and the port."""

    def way(self, most: int) -> list[Point] | None:
        for state, (cost, _) in self.first.items():
            self._reach(state, cost)
        while self.heap:
            guess, cost, state = heappop(self.heap)
            if self.steps >= most or (self.final and self.final[0] <= guess):
                break
            if cost > self.best[state]:
                continue
            self.steps += 1
            self._arrive(state, cost)
            for target, axis, price in self.net.moves(*state):
                if self._reach((target, axis), cost + price):
                    self.came[target, axis] = state
        return self._points(*self.final[1:]) if self.final else None

    def _reach(self, state: State, cost: float) -> bool:
        """Note a cheaper way to a crossing."""
        if cost >= self.best.get(state, inf):
            return False
        self.best[state] = cost
        heappush(self.heap, (cost + self._rest(*state), cost, state))
        return True

    def _rest(self, spot: int, axis: int) -> float:
        """No way on is cheaper than this."""
        y, x = divmod(spot, self.net.wide)
        across = max(self.low[0] - self.net.xs[x], 0, self.net.xs[x] - self.high[0])
        along = max(self.low[1] - self.net.ys[y], 0, self.net.ys[y] - self.high[1])
        return across + along + (BEND if (across if axis else along) else 0)

    def _arrive(self, state: State, cost: float) -> None:
        for axis in (0, 1):
            if goal := self.goals.get((state[0], axis)):
                total = cost + goal[0] + (BEND if axis != state[1] else 0)
                if self.final is None or total < self.final[0]:
                    self.final = total, state, (state[0], axis)

    def _points(self, state: State, port: State) -> list[Point]:
        """The way back from a crossing at which `port` leaves the net."""
        points = [self.goals[port][1].dock, self.goals[port][1].exit]
        while True:
            y, x = divmod(state[0], self.net.wide)
            points.append((self.net.xs[x], self.net.ys[y]))
            if state not in self.came:
                break
            state = self.came[state]
        return straightened([self.first[state][1].dock, *reversed(points)])


def _crowd(dock: Point, other: Point) -> float:
    """What it costs that there is another line's end at `other`."""
    away = abs(dock[0] - other[0]) + abs(dock[1] - other[1])
    return USED * (1 - away / NEAR) if away < NEAR else 0


def straightened(points: Sequence[Point]) -> list[Point]:
    """The line without points that change nothing."""
    found: list[Point] = []
    for point in points:
        if found and found[-1] == point:
            continue
        while len(found) > 1 and (
            (found[-2][0] == found[-1][0] == point[0]) or (found[-2][1] == found[-1][1] == point[1])
        ):
            found.pop()
        found.append(point)
    return found
