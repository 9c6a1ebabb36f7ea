"""The figures of many cases, added up one after the other: what is kept of each is a few numbers."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from math import ceil
from typing import Final

from runner.audit.many.measure import Measured, Visit
from runner.domain.case import GOING_ON
from runner.domain.limit import Limit
from runner.domain.timeliness import overdue

NOBODY: Final = ""
"""Stands for the owner of a task that nobody has taken."""


@dataclass(slots=True)
class Spread:
    """Numbers of which median, p90 and largest are asked."""

    values: array[float] = field(default_factory=lambda: array("d"))

    def add(self, value: float) -> None:
        self.values.append(value)

    def at(self, part: float) -> float | None:
        """The smallest number which so large a `part` of all does not exceed (nearest rank); None where none is."""
        if not self.values:
            return None
        ordered = sorted(self.values)
        return ordered[max(0, ceil(part * len(ordered)) - 1)]

    @property
    def median(self) -> float | None:
        return self.at(0.5)

    @property
    def p90(self) -> float | None:
        return self.at(0.9)

    @property
    def most(self) -> float | None:
        return max(self.values, default=None)

    @property
    def total(self) -> float:
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a visit is counted: the working days, whether it lasts still, whether it was late in that time.

    `used` is None for a person who did the task without taking it before.
    """

    used: float | None
    open: bool
    late: bool


@dataclass(slots=True)
class Row:
    """The visits of one element, or of those of it that one person held.

    `used` and `share` (of the limit) are those of visits that are over, `open` counts the others, and `untaken` those
    that the person did without taking them before. `limit` is the one that all had, None where they differ or have
    none. `late_cases` are the cases of the visits that were late.
    """

    element: str
    name: str = ""
    lane: str = ""
    step: str = ""
    used: Spread = field(default_factory=Spread)
    share: Spread = field(default_factory=Spread)
    paused: float = 0.0
    visits: int = 0
    open: int = 0
    untaken: int = 0
    late: int = 0
    late_cases: set[int] = field(default_factory=set)
    limits: set[Limit | None] = field(default_factory=set)

    @property
    def limit(self) -> Limit | None:
        return next(iter(self.limits)) if len(self.limits) == 1 else None

    @property
    def late_share(self) -> float:
        return self.late / self.visits if self.visits else 0.0

    def add(self, case: int, visit: Visit, part: Part) -> None:
        """Count a visit, or the part of it that one person had."""
        task = visit.task
        self.name, self.lane, self.step = task.name, task.lane, task.step
        self.visits += 1
        self.limits.add(visit.limit)
        self.paused += visit.paused
        if part.open:
            self.open += 1
        elif part.used is None:
            self.untaken += 1
        else:
            self.used.add(part.used)
            if visit.share is not None:
                self.share.add(visit.share * part.used / visit.used if visit.used else 0.0)
        if part.late:
            self.late += 1
            self.late_cases.add(case)


@dataclass(slots=True)
class Variant:
    """The cases that took one way: the same elements in the same order, a loop as often as it was gone."""

    elements: tuple[str, ...]
    cases: array[int] = field(default_factory=lambda: array("q"))
    used: Spread = field(default_factory=Spread)

    @property
    def key(self) -> str:
        """A short name of the way, for addresses."""
        return sha256("\n".join(self.elements).encode()).hexdigest()[:16]

    @property
    def count(self) -> int:
        return len(self.cases)


@dataclass(slots=True)
class Figures:
    """What was counted of `cases` cases. `going_on` of them have no end yet, so they count for no variant.

    `unclear` are those whose pauses could not be read: their working time may be too long.
    """

    cases: int = 0
    late: int = 0
    settled: int = 0
    going_on: int = 0
    unclear: list[int] = field(default_factory=list)
    elements: dict[str, Row] = field(default_factory=dict)
    holders: dict[tuple[str, str], Row] = field(default_factory=dict)
    ways: dict[tuple[str, ...], Variant] = field(default_factory=dict)

    def add(self, each: Measured, lanes: frozenset[str] = frozenset()) -> None:
        """Count one more case; with `lanes`, of its visits only those of these lanes."""
        case = each.case
        self.cases += 1
        self.settled += case.verdict is not None
        self.late += each.late
        if not each.clear:
            self.unclear.append(case.id)
        for visit in each.visits:
            if not lanes or visit.task.lane in lanes:
                self._visit(case.id, visit)
        if case.status in GOING_ON:
            self.going_on += 1
            return
        way = tuple(visit.task.element for visit in each.visits)
        variant = self.ways.setdefault(way, Variant(way))
        variant.cases.append(case.id)
        if each.used is not None:
            variant.used.add(each.used)

    def _visit(self, case: int, visit: Visit) -> None:
        element = visit.task.element
        whole = Part(visit.used, visit.task.closed is None, visit.late)
        self.elements.setdefault(element, Row(element)).add(case, visit, whole)
        for owner, part in _parts(visit).items():
            self.holders.setdefault((owner, element), Row(element)).add(case, visit, part)

    @property
    def variants(self) -> list[Variant]:
        """The ways, the most frequent first."""
        return sorted(self.ways.values(), key=lambda each: (-each.count, each.elements))

    def variant(self, key: str) -> Variant | None:
        """The way of this name."""
        return next((each for each in self.ways.values() if each.key == key), None)


def _parts(visit: Visit) -> dict[str, Part]:
    """What each person had of a visit, and what passed before anybody took it. Late is who had it behind its moment."""
    task, found = visit.task, dict[str, Part]()
    first = visit.holds[0].since if visit.holds else None
    if visit.waited > 0 or first is None:
        found[NOBODY] = Part(visit.waited, first is None and task.closed is None, _late(visit, first))
    for hold in visit.holds:
        before = found.get(hold.owner, Part(None, False, False))
        late = before.late or (hold.used is not None and _late(visit, hold.until))
        used = hold.used if before.used is None else before.used + (hold.used or 0.0)
        found[hold.owner] = Part(used, hold.until is None, late)
    return found


def _late(visit: Visit, until: datetime | None) -> bool:
    return visit.late and (until is None or overdue(visit.task.due, until))


def differing(way: Sequence[str], usual: Sequence[str]) -> Iterator[tuple[str, int]]:
    """How many visits more (or, negative, fewer) `way` has of each element than `usual`; elements in their order."""
    own, others = Counter(way), Counter(usual)
    for element in dict.fromkeys((*usual, *way)):
        if own[element] != others[element]:
            yield element, own[element] - others[element]
