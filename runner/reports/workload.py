"""The open work of a division or an agency counted: by person and step, by procedure, and what will be late."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from runner.domain.calendar import Calendar
from runner.domain.timeliness import overdue
from runner.domain.worklist import Item
from runner.errors import YearMissing

NOBODY: Final = ""
"""Stands for the owner of a task that nobody has taken."""


class Outlook(StrEnum):
    """How the promise of a task's case stands, the worst first."""

    BROKEN = "broken"
    SHORT = "short"
    SOON = "soon"
    GOOD = "good"
    FREE = "free"
    WAITING = "waiting"


@dataclass(slots=True)
class Cell:
    """Some tasks: how many, how many of them past their own moment, and when the first of the others is due."""

    tasks: int = 0
    late: int = 0
    first: datetime | None = None
    cases: set[int] = field(default_factory=set)

    def add(self, item: Item, now: datetime) -> None:
        """Count a task."""
        self.tasks += 1
        self.cases.add(item.case)
        self.late += overdue(item.due, now)
        if item.due is not None and not item.waits:
            self.first = min(self.first or item.due, item.due)


@dataclass(frozen=True, slots=True)
class Workload:
    """The tasks by `owners` and step, by `steps` and by `procedures`; `whole` are all. Steps stand in their order."""

    whole: Cell
    steps: Mapping[str, Cell]
    owners: Mapping[str, Mapping[str, Cell]]
    totals: Mapping[str, Cell]
    procedures: Mapping[str, Cell]


def workload(items: Iterable[Item], now: datetime) -> Workload:
    """Count these tasks."""
    whole, steps, totals = Cell(), dict[str, Cell](), dict[str, Cell]()
    owners, procedures = dict[str, dict[str, Cell]](), dict[str, Cell]()
    for item in items:
        step, owner = step_of(item), item.owner or NOBODY
        for cell in (
            whole,
            steps.setdefault(step, Cell()),
            totals.setdefault(owner, Cell()),
            owners.setdefault(owner, {}).setdefault(step, Cell()),
            procedures.setdefault(item.procedure, Cell()),
        ):
            cell.add(item, now)
    ordered = {step: steps[step] for step in sorted(steps, key=_natural)}
    return Workload(whole, ordered, owners, totals, {code: procedures[code] for code in sorted(procedures)})


def step_of(item: Item) -> str:
    """The step of a task, or its name where the decision has none for it."""
    return item.step or item.name


def outlook(item: Item, now: datetime, soon: datetime | None) -> Outlook:
    """How the promise of a task's case stands; what has to be done before `soon` is soon late."""
    if item.waits:
        return Outlook.WAITING
    if overdue(item.promise, now):
        return Outlook.BROKEN
    if item.latest is None:
        return Outlook.FREE
    if item.latest < now:
        return Outlook.SHORT
    return Outlook.SOON if soon is not None and item.latest < soon else Outlook.GOOD


def soon(calendar: Calendar, now: datetime) -> datetime | None:
    """A working day from now; None where the calendar ends before."""
    try:
        return calendar.add(now, 2)
    except YearMissing:
        return None


def grouped(items: Sequence[Item], of: Callable[[Item], Outlook]) -> list[tuple[Outlook, list[Item]]]:
    """The tasks by outlook, the worst first, each group by when they have to be done."""
    groups: dict[Outlook, list[Item]] = {each: [] for each in Outlook}
    for item in items:
        groups[of(item)].append(item)
    return [(each, sorted(some, key=_urgency)) for each, some in groups.items() if some]


def _urgency(item: Item) -> tuple[bool, float, int, str]:
    moment = item.latest or item.due
    return moment is None, moment.timestamp() if moment else 0.0, item.case, item.id


def _natural(step: str) -> tuple[int, int, str]:
    """Steps by their numbers, ``B10`` after ``B9``, names behind them."""
    digits = "".join(each for each in step if each.isdigit())
    short = len(step) <= 4 and bool(digits)
    return (0, int(digits), step) if short else (1, 0, step)
