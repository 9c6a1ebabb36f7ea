"""Edits of a working calendar, and how two of its revisions differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Final

from runner import formatting
from runner.domain.calendar import Calendar
from runner.domain.form.component import unprintable
from runner.domain.working_day import CalendarInvalid, Day, Hours
from runner.errors import Refused
from runner.language import say

Edit = Callable[[Calendar], Calendar]
"""The calendar of the next revision; its number is given by who stores it."""

_DAY: Final = {"off": "{day}: nghỉ", "work": "{day}: làm việc"}
_NAMED: Final = {"off": "{day}: nghỉ ({name})", "work": "{day}: làm việc ({name})"}


class YearKnown(Refused):
    """Lịch làm việc đã có năm {year}."""


class YearUnknown(Refused):
    """Lịch làm việc không có năm {year}."""


class NothingChanged(Refused):
    """Lịch làm việc đang áp dụng đã đúng như vậy; không có gì để sửa."""


class SwapInvalid(Refused):
    """Ngày nghỉ hoán đổi và ngày làm bù phải là hai ngày khác nhau."""


class DayOffAlready(Refused):
    """Ngày {day} vốn không làm việc, không thể nghỉ hoán đổi ngày ấy."""


class DayWorkedAlready(Refused):
    """Ngày {day} vốn là ngày làm việc, không thể làm bù vào ngày ấy."""


def days_set(*days: Day) -> Edit:
    """Write days into the table, in place of its rows for them. Raises `CalendarInvalid` for an unprintable text."""
    for text in (text for day in days for text in (day.name, day.source) if unprintable(text, "")):
        raise CalendarInvalid(field="days", value=text)
    return lambda calendar: replace(calendar, days={**calendar.days, **{day.date: day for day in days}})


def day_cleared(day: date) -> Edit:
    """Take a day out of the table: it follows the week's pattern again."""
    return lambda calendar: replace(calendar, days={each: row for each, row in calendar.days.items() if each != day})


def swapped(off: date, work: date, source: str) -> Edit:
    """`off` is a day off, and `work` is worked for it.

    Raises `SwapInvalid`; the edit raises `DayOffAlready`, `DayWorkedAlready`, or `YearMissing`.
    """
    if off == work:
        raise SwapInvalid
    swap = days_set(
        Day(off, "off", f"Nghỉ hoán đổi với ngày làm việc {formatting.day(work)}", source),
        Day(work, "work", f"Làm bù cho ngày {formatting.day(off)}", source),
    )

    def edited(calendar: Calendar) -> Calendar:
        if not calendar.sessions(off):
            raise DayOffAlready(day=formatting.day(off))
        if calendar.sessions(work):
            raise DayWorkedAlready(day=formatting.day(work))
        return swap(calendar)

    return edited


def year_added(year: int, holidays: Iterable[Day]) -> Edit:
    """A year with its holidays, provisional until it is confirmed; rows that the table has stay. Raises `YearKnown`."""

    def edited(calendar: Calendar) -> Calendar:
        if year in calendar.years:
            raise YearKnown(year=year)
        known = {day.date: day for day in holidays} | dict(calendar.days)
        return replace(calendar, days=known, years=calendar.years | {year}, provisional=calendar.provisional | {year})

    return edited


def year_confirmed(year: int) -> Edit:
    """The days of a year are as announced. Raises `YearUnknown`."""

    def edited(calendar: Calendar) -> Calendar:
        if year not in calendar.years:
            raise YearUnknown(year=year)
        return replace(calendar, provisional=calendar.provisional - {year})

    return edited


def year_provisional(year: int) -> Edit:
    """The days of a year are a guess. Raises `YearUnknown`."""

    def edited(calendar: Calendar) -> Calendar:
        if year not in calendar.years:
            raise YearUnknown(year=year)
        return replace(calendar, provisional=calendar.provisional | {year})

    return edited


def hours_set(hours: Hours) -> Edit:
    """Sessions of the days from a day until another; they win over those of before. Raises `CalendarInvalid`."""
    if hours.since and hours.until and hours.since > hours.until:
        raise CalendarInvalid(field="hours", value=f"{formatting.day(hours.since)}–{formatting.day(hours.until)}")

    def edited(calendar: Calendar) -> Calendar:
        same = [each for each in calendar.hours if (each.since, each.until) != (hours.since, hours.until)]
        return replace(calendar, hours=(*same, hours))

    return edited


def cutoff_set(cutoff: time | None) -> Edit:
    """The local time after which a dossier counts as received on the next working day; None: there is none."""
    return lambda calendar: replace(calendar, intake_cutoff=cutoff)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a calendar differs from another: a template with its facts."""

    what: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence, in the current language."""
        return say(
            self.what, **{key: say(value) if isinstance(value, str) else value for key, value in self.facts.items()}
        )


def differences(before: Calendar, after: Calendar) -> list[Difference]:
    """What `after` has otherwise than `before`; of a year that only one of them has, the year alone."""
    return [*_years(before, after), *_days(before, after), *_week(before, after)]


def _years(before: Calendar, after: Calendar) -> Iterator[Difference]:
    for year in sorted(after.years - before.years):
        yield Difference(
            "Thêm năm {year} (dự kiến)" if year in after.provisional else "Thêm năm {year}", {"year": year}
        )
    for year in sorted(before.years - after.years):
        yield Difference("Không có năm {year}", {"year": year})
    for year in sorted((before.provisional - after.provisional) & after.years):
        yield Difference("Năm {year} là chính thức", {"year": year})
    for year in sorted((after.provisional - before.provisional) & before.years):
        yield Difference("Năm {year} là dự kiến", {"year": year})


def _days(before: Calendar, after: Calendar) -> Iterator[Difference]:
    alone = before.years ^ after.years
    for day in sorted(before.days.keys() | after.days.keys()):
        old, new = before.days.get(day), after.days.get(day)
        if day.year in alone or (old and new and (old.kind, old.name) == (new.kind, new.name)):
            continue
        if new is None:
            yield Difference("{day}: theo nếp tuần như thường", {"day": formatting.day(day)})
        else:
            facts = {"day": formatting.day(day), "name": new.name}
            yield Difference((_NAMED if new.name else _DAY)[new.kind], facts)


def _week(before: Calendar, after: Calendar) -> Iterator[Difference]:
    for hours in after.hours:
        if hours not in before.hours:
            yield Difference("Giờ làm việc {span}: {sessions}", {"span": span(hours), "sessions": sessions(hours)})
    for hours in before.hours:
        if hours not in after.hours and (hours.since, hours.until) not in {(h.since, h.until) for h in after.hours}:
            yield Difference("Bỏ giờ làm việc {span}", {"span": span(hours)})
    if before.weekly_off != after.weekly_off:
        yield Difference("Ngày nghỉ hằng tuần khác")
    if before.intake_cutoff != after.intake_cutoff:
        if after.intake_cutoff is None:
            yield Difference("Nhận hồ sơ đến hết buổi cuối trong ngày")
        else:
            yield Difference("Nhận hồ sơ đến {time}", {"time": f"{after.intake_cutoff:%H:%M}"})


def span(hours: Hours) -> str:
    """From when until when hours are worked, in words."""
    since, until = (formatting.day(end) if end else "" for end in (hours.since, hours.until))
    if since and until:
        return say("từ {since} đến {until}", since=since, until=until)
    if since:
        return say("từ {since}", since=since)
    return say("đến {until}", until=until) if until else say("quanh năm")


def sessions(hours: Hours) -> str:
    """The sessions of a day: ``07:30–11:30, 13:30–17:00``."""
    return ", ".join(f"{each.start:%H:%M}–{each.end:%H:%M}" for each in hours.sessions)


def changed_days(before: Calendar, after: Calendar) -> tuple[date, date] | None:
    """The first and the last day, of the years that both have, on which other sessions are worked; None without any."""
    changed = [
        day
        for year in sorted(before.years & after.years)
        for day in _year(year)
        if before.sessions(day) != after.sessions(day)
    ]
    return (changed[0], changed[-1]) if changed else None


def _year(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
