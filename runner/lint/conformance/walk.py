"""A dossier on one way of a diagram, with the engine's own legal clock: when each step opens and is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from runner import formatting
from runner.domain import deadline as deadlines
from runner.domain.calendar import Calendar
from runner.domain.case import ClockMark
from runner.domain.limit import Limit, Unit
from runner.engine.legal_clock import LegalClock
from runner.lint.conformance.way import Way


@dataclass(frozen=True, slots=True)
class Row:
    """A stage of a way: the step (or the wait, `step` being ""), when it opens, and when it is due or the wait ends."""

    step: str
    name: str
    opened: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Walk:
    """How it goes for a dossier received at `received`. `due`: the case's at the end.

    `idle`: the last row is a step that opens when no working time is left until `due`; the way ends there.
    """

    received: datetime
    rows: tuple[Row, ...]
    due: datetime | None
    idle: bool

    @property
    def told(self) -> str:
        """The rows in a line: ``bước 1 07:30 05/01/2026 – 17:00 07/01/2026; …``."""
        stages = ((row.step or row.name, row) for row in self.rows)
        return "; ".join(
            f"{name}: {formatting.moment(row.opened)} – {formatting.moment(row.due)}" for name, row in stages
        )


def walk(calendar: Calendar, clock: LegalClock, way: Way, received: datetime, resumed: datetime | None = None) -> Walk:
    """The dossier received at `received` when every step uses its whole limit, shared equally among its rounds.

    `resumed` is when a supplement comes. Raises `YearMissing` for dates beyond the calendar.
    """
    rows: list[Row] = []
    now = received
    for stage in way:
        if stage.mark == ClockMark.START:
            clock.mark(ClockMark.START, True, now, calendar)
        elif stage.mark == ClockMark.PAUSE:
            until = resumed or now
            rows.append(Row("", stage.name, now, until))
            clock.mark(ClockMark.PAUSE, True, now, calendar)
            clock.mark(ClockMark.PAUSE, False, until, calendar)
            now = until
        elif stage.limit:
            clock.enter(stage.step, stage.limit, now, calendar)
            due = clock.rounds[stage.step].due or now
            rows.append(Row(stage.step, stage.name, now, due))
            if clock.due and calendar.between(now, clock.due) <= 0:
                return Walk(received, tuple(rows), clock.due, True)
            now = due if stage.last else min(due, _share(calendar, stage.limit, stage.share, now))
            clock.leave(set(), now, calendar)
    return Walk(received, tuple(rows), clock.due, False)


def _share(calendar: Calendar, limit: Limit, rounds: int, now: datetime) -> datetime:
    """When an equal part of a limit is used up from `now` on; of calendar days, whole ones."""
    if limit.unit == Unit.WORKING_DAYS:
        return calendar.add(now, 2 * limit.days / rounds)
    part = Limit(Fraction(limit.days // rounds), limit.unit)
    return deadlines.step_deadline(calendar, now, part).due or now
