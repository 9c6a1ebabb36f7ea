"""A deadline's derivation in a terminal, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner import formatting
from runner.cli import text
from runner.domain.deadline import DayCount


def derivation(days: Sequence[DayCount], indent: str = "") -> Iterator[str]:
    """A table of the days: how much each counted, and why or why not."""
    rows = [
        (
            formatting.weekday(day.date),
            formatting.day(day.date),
            formatting.number(day.counted) if day.counted else "–",
            day.text,
        )
        for day in days
    ]
    return text.table(rows, indent=indent)


def day_facts(day: DayCount) -> dict[str, object]:
    """A day of a derivation as JSON values; `counted` is in days."""
    return {"date": day.date.isoformat(), "counted": float(day.counted), "why": day.text}
