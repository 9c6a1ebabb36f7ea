"""How much a case can still spare: the working time to its promise, less the limits ahead of a task."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from runner.domain.calendar import Calendar, local_date
from runner.domain.limit import Unit


def latest(calendar: Calendar, promise: datetime, days: Fraction, unit: Unit) -> datetime:
    """The moment (UTC) by which a task must be done, for `days` of limits behind it to end by the promise.

    Of calendar days the close of the last working day by then. Raises `YearMissing` before the calendar's years.
    """
    if not days:
        return promise
    if unit == Unit.WORKING_DAYS:
        return calendar.subtract(promise, 2 * days)
    day = local_date(promise) - timedelta(days=ceil(days))
    while not (sessions := calendar.sessions(day)):
        day -= timedelta(days=1)
    return sessions[-1][1]
