"""The periods that reports are asked for: a name and the days that it means, counted from today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from runner.clock import ZONE
from runner.domain.settlement import Period
from runner.language import say

CHOSEN: Final = "days"
"""The period whose first and last day are typed."""
NAMES: Final[Mapping[str, str]] = {
    "month": "Tháng này",
    "last-month": "Tháng trước",
    "quarter": "Quý này",
    "last-quarter": "Quý trước",
    "half": "6 tháng của năm",
    "year": "Năm nay",
    "last-year": "Năm trước",
    CHOSEN: "Từ ngày đến ngày",
}


def days(name: str, today: date) -> tuple[date, date]:
    """The first and the last day of a period of `NAMES`; one that is going on ends today."""
    month, quarter = today.replace(day=1), date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    year = date(today.year, 1, 1)
    starts = {"quarter": quarter, "half": date(today.year, 1 if today.month < 7 else 7, 1), "year": year}
    if name == "last-month":
        return earlier(month, 1), month - timedelta(days=1)
    if name == "last-quarter":
        return earlier(quarter, 3), quarter - timedelta(days=1)
    if name == "last-year":
        return date(today.year - 1, 1, 1), year - timedelta(days=1)
    return starts.get(name, month), today


def earlier(month: date, months: int) -> date:
    """The first day of the month so many months before."""
    number = month.year * 12 + month.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def between(first: date, last: date, now: datetime) -> Period:
    """The period of these (local) days, the last one included; one that is going on ends behind what is done now."""
    until = min(_midnight(last + timedelta(days=1)), now + timedelta(microseconds=1))
    return Period(_midnight(first), max(until, _midnight(first)))


def months(last: date, count: int, now: datetime) -> list[tuple[str, Period]]:
    """So many months up to the one of `last`, each with its short name."""
    found = []
    for back in range(count - 1, -1, -1):
        first = earlier(last.replace(day=1), back)
        end = earlier(first, -1) - timedelta(days=1)
        found.append((say("T{month}/{year}", month=first.month, year=first.year), between(first, end, now)))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)
