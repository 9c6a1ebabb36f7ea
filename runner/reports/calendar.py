"""A calendar's revisions and what an edit does, in words."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from runner.domain.calendar import Calendar
from runner.domain.calendar_edit import Difference, differences
from runner.domain.deployment import Decision, Revision
from runner.language import say
from runner.services.calendars import Calendars
from runner.services.recounts import Effect

KINDS: Final = {"off": "nghỉ", "work": "làm việc"}


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of a month: `mark` is ``off``, ``make-up``, ``weekly`` (off) or "", `name` why; `changed` by an edit."""

    date: date
    mark: str
    name: str
    changed: bool


@dataclass(frozen=True, slots=True)
class RevisionReport:
    """A revision, what it changed of the one before (nothing, of the first), and what a director decided of it."""

    revision: Revision
    changes: list[Difference]
    decision: Decision | None


def history(calendars: Calendars, province: str) -> list[RevisionReport]:
    """The revisions of a province's calendar, the newest first. Raises `CalendarUnknown`."""
    decisions = calendars.decisions(province)
    calendars.get(province)
    reports: list[RevisionReport] = []
    before: Calendar | None = None
    for revision in calendars.revisions(province):
        after = calendars.revision(province, revision.revision)
        changes = differences(before, after) if before else []
        reports.append(RevisionReport(revision, changes, decisions.get(revision.revision)))
        before = after
    return reports[::-1]


def decided(decision: Decision) -> str:
    """What a director decided of the promises that a revision would move earlier."""
    said = "Lãnh đạo đồng ý dời ngày hẹn sớm hơn" if decision.approved else "Lãnh đạo giữ nguyên ngày đã hẹn"
    return say(said)


def notes(effect: Effect) -> Iterator[str]:
    """What is to be known of a case that an edit moves."""
    if effect.printed:
        yield say("đã in giấy hẹn")
    if effect.earlier:
        yield say("sớm hơn, chờ lãnh đạo duyệt")


def nearest(calendar: Calendar, year: int) -> int:
    """The year that the calendar knows which is nearest to `year`."""
    return min(calendar.years, key=lambda each: (abs(each - year), each))


def months(calendar: Calendar, year: int, before: Calendar) -> list[list[list[DayCell | None]]]:
    """The weeks of each month of a year, from Monday on; None where a day is of another month."""
    return [
        [
            [_cell(calendar, day, before) if day.month == month else None for day in week]
            for week in Weeks().monthdatescalendar(year, month)
        ]
        for month in range(1, 13)
    ]


def _cell(calendar: Calendar, day: date, before: Calendar) -> DayCell:
    row = calendar.reason(day)
    weekly = day.weekday() in calendar.weekly_off
    mark = ("weekly" if weekly and not row.name else "off") if row.kind == "off" else "make-up" if weekly else ""
    changed = day.year in before.years and before.sessions(day) != calendar.sessions(day)
    return DayCell(day, mark, row.name, changed)
