"""How a moment stands to the one that something is due at: late or not, and how much working time lies between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import floor

from runner.domain.calendar import Calendar, local_date


class Verdict(StrEnum):
    """Whether something was done before, in or after its time; the columns of the report II.06a/VPCP/KSTT."""

    EARLY = "early"
    IN_TIME = "in_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Working time until something is due or, when it is `over`, since: whole days and, beyond them, minutes."""

    days: int
    minutes: int
    over: bool


def overdue(due: datetime | None, at: datetime) -> bool:
    """Whether `at` is after the due moment; never where no limit is."""
    return due is not None and at > due


def verdict(due: datetime | None, at: datetime) -> Verdict:
    """Early before the (local) day on which it was due, in time on that day, late after the due moment.

    In time, too, while nothing is due because the clock is paused.
    """
    if overdue(due, at):
        return Verdict.LATE
    return Verdict.EARLY if due and local_date(at) < local_date(due) else Verdict.IN_TIME


def time_left(calendar: Calendar, due: datetime, now: datetime) -> TimeLeft:
    """The working time between `now` and `due`. Raises `YearMissing`.

    A day is two sessions; less than one session is given in minutes in which the office is open.
    """
    start, end = sorted((now, due))
    days = floor(calendar.between(start, end) / 2)
    return TimeLeft(days, _open_minutes(calendar, calendar.add(start, days * 2), end), overdue(due, now))


def _open_minutes(calendar: Calendar, start: datetime, end: datetime) -> int:
    """The whole minutes between two moments in which the office is open."""
    first, last = local_date(start).toordinal(), local_date(end).toordinal()
    sessions = (each for number in range(first, last + 1) for each in calendar.sessions(date.fromordinal(number)))
    seconds = sum(max(0.0, (min(close, end) - max(opening, start)).total_seconds()) for opening, close in sessions)
    return int(seconds // 60)
