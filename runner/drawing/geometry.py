"""Rectangles and lines of a drawing, and the room that words take in it. Pixels; y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Protocol

from runner.bpmn import Bounds
from runner.drawing.text import lines, width

LABEL_SIZE: Final = 11
LABEL_WIDTH: Final = 90
"""Where modelers break the lines of a name beside its element."""

Point = tuple[float, float]


class Box(Protocol):
    """Anything with the place of a rectangle: `Bounds`, a `Shape`."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


def right(box: Box) -> float:
    return box.x + box.width


def bottom(box: Box) -> float:
    return box.y + box.height


def centre(box: Box) -> Point:
    return box.x + box.width / 2, box.y + box.height / 2


def grown(box: Box, by: float) -> Bounds:
    """The box with `by` more on each side; less, down to nothing, where `by` is negative."""
    return Bounds(box.x - by, box.y - by, max(box.width + 2 * by, 0), max(box.height + 2 * by, 0))


def moved(box: Box, x: float, y: float) -> Bounds:
    return Bounds(box.x + x, box.y + y, box.width, box.height)


def overlap(one: Box, other: Box, slack: float = 1) -> bool:
    """Do they share more than `slack` pixels in both directions?"""
    return (
        min(one.x + one.width, other.x + other.width) - max(one.x, other.x) > slack
        and min(one.y + one.height, other.y + other.height) - max(one.y, other.y) > slack
    )


def apart(one: Box, other: Box) -> bool:
    """Is there room between them?"""
    return (
        one.x + one.width < other.x
        or other.x + other.width < one.x
        or one.y + one.height < other.y
        or other.y + other.height < one.y
    )


def within(inner: Box, outer: Box, slack: float = 1) -> bool:
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


def around(boxes: Iterable[Box]) -> Bounds:
    """The smallest box around all of them, of which there is at least one."""
    found = list(boxes)
    left, top = min(box.x for box in found), min(box.y for box in found)
    return Bounds(left, top, max(map(right, found)) - left, max(map(bottom, found)) - top)


def segments(points: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """The pieces of a line that have a length."""
    return ((one, other) for one, other in pairwise(points) if one != other)


def crosses(one: Point, other: Point, box: Box, slack: float = 1) -> bool:
    """Does the straight line between two points pass through the inside of a box, deeper than `slack`?"""
    left, top = box.x + slack, box.y + slack
    width, height = box.width - 2 * slack, box.height - 2 * slack
    if width <= 0 or height <= 0:
        return False
    enter, leave = 0.0, 1.0
    for start, end, low, size in ((one[0], other[0], left, width), (one[1], other[1], top, height)):
        if start == end:
            if not low < start < low + size:
                return False
            continue
        near, far = sorted(((low - start) / (end - start), (low + size - start) / (end - start)))
        enter, leave = max(enter, near), min(leave, far)
    return enter < leave


def words_size(words: str, room: float = LABEL_WIDTH, size: float = LABEL_SIZE, most: int = 8) -> tuple[float, float]:
    """Width and height of `words` in lines no wider than `room`."""
    wrapped = lines(words, room, size, most)
    return max((width(line, size) for line in wrapped), default=0), len(wrapped) * size * 1.2


def label_box(words: str, box: Box) -> Bounds:
    """What the name drawn at the label bounds `box` really covers: fonts differ, and so do the bounds' writers."""
    wide, high = words_size(words, max(box.width * 1.1 + 4, 40))
    return Bounds(box.x + box.width / 2 - wide / 2, box.y, wide, high)


def covers(shape: Box, box: Box, pointed: bool) -> bool:
    """Does a shape cover a part of a box? A gateway is `pointed`: a diamond, beside whose edges there is room."""
    if not overlap(shape, box):
        return False
    if not pointed:
        return True
    x, y = centre(shape)
    across = max(box.x - x, x - right(box), 0) / (shape.width / 2)
    along = max(box.y - y, y - bottom(box), 0) / (shape.height / 2)
    return across + along < 1
