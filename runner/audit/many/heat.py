"""The heat of an element: by which figure it is painted, in which of four steps, and what its tag says."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from runner import formatting
from runner.audit.many.figures import Row
from runner.language import say


class Paint(StrEnum):
    """By what a diagram is painted: the median of working time, how often it was late, or how often it was visited."""

    TIME = "time"
    LATE = "late"
    VISITS = "visits"


BOUNDS: Final = {Paint.TIME: (0.5, 1.0, 2.0), Paint.LATE: (0.05, 0.1, 0.25), Paint.VISITS: (0.25, 0.75, 1.25)}
"""Where the second, third and fourth step begin: working days, part of the visits, visits of each case."""
NAMES: Final = {Paint.TIME: "Trung vị thời gian", Paint.LATE: "Số lần trễ", Paint.VISITS: "Số lượt"}
LEGENDS: Final = {
    Paint.TIME: ("dưới 0,5 ngày làm việc", "0,5–1 ngày", "1–2 ngày", "từ 2 ngày"),
    Paint.LATE: ("dưới 5% số lượt", "5–10%", "10–25%", "từ 25%"),
    Paint.VISITS: ("dưới 0,25 lượt mỗi hồ sơ", "0,25–0,75 lượt", "0,75–1,25 lượt", "từ 1,25 lượt (có làm lại)"),
}


def value(paint: Paint, row: Row, cases: int) -> float | None:
    """The figure by which an element is painted; None where there is none."""
    if paint == Paint.TIME:
        return row.used.median
    if paint == Paint.LATE:
        return row.late_share if row.late else None
    return row.visits / cases if cases else None


def step(paint: Paint, row: Row, cases: int) -> int:
    """The step of heat from 1 to 4; 0 for none."""
    found = value(paint, row, cases)
    return 0 if found is None else 1 + sum(found >= bound for bound in BOUNDS[paint])


def tag(paint: Paint, row: Row) -> str:
    """The figure in words; "" where there is none."""
    if paint == Paint.TIME:
        median = row.used.median
        return "" if median is None else say("{days} ngày", days=brief(median))
    if paint == Paint.LATE:
        return say("{late}/{visits} trễ", late=row.late, visits=row.visits) if row.late else ""
    return say("{visits} lượt", visits=formatting.number(row.visits))


def brief(days: float) -> str:
    """Days with one decimal: ``2,9``; a little time is told apart from none."""
    rounded = round(days, 1)
    return say("dưới {days}", days=formatting.number(0.1)) if days and not rounded else formatting.number(rounded)
