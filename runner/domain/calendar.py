"""Working time of a province: sessions of the day, weekly days off, the table of days, and arithmetic over them.

Working time is counted in half-days: a day has two of them in every season. A day with another number of sessions
shares its two half-days equally among them. A part-used session counts by its fraction.
All moments, given and returned, are aware; those returned are in UTC.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil, lcm
from typing import Any

from runner import formatting
from runner.clock import ZONE
from runner.domain.working_day import WEEKDAYS, Day, Hours, clock, clock_text, weekday
from runner.errors import Refused, YearMissing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class HoursMissing(Refused):
    """Lịch làm việc của {province} chưa có giờ làm việc cho ngày {date}."""


@dataclass(frozen=True, slots=True)
class _Line:
    """All sessions of a calendar in order: opening and close in microseconds since 1970, and the (local) year of each.

    `before[i]` is the working time before session i, `before[-1]` that of all, in units of which a half-day has `unit`:
    the smallest in which every session is a whole number.
    """

    opens: list[int]
    closes: list[int]
    years: list[int]
    before: list[int]
    unit: Fraction


@dataclass(frozen=True)  # no slots: the line of sessions is computed once, when first asked for
class Calendar:
    """The working calendar of a province in one revision; equal to another of the same province and revision.

    `hours`: where ranges overlap the later one in the tuple wins. `weekly_off`: as `date.weekday()`. `days`:
    exceptions to the week's pattern. `years`: those whose days are known; asking for any other raises YearMissing.
    `intake_cutoff`: local time after which a dossier counts as received on the next working day. `provisional`: years
    whose days are expected but not yet announced.
    """

    province: str
    revision: int
    hours: tuple[Hours, ...] = field(compare=False, repr=False)
    weekly_off: frozenset[int] = field(compare=False)
    days: Mapping[date, Day] = field(compare=False, repr=False)
    years: frozenset[int] = field(compare=False)
    intake_cutoff: time | None = field(default=None, compare=False)
    provisional: frozenset[int] = field(default=frozenset(), compare=False)

    # -- days ---------------------------------------------------------------------------------------------------------

    def reason(self, day: date) -> Day:
        """The rule that makes `day` a working day or a day off: its row of the table, else the week's pattern."""
        self._need(day.year, day.year)
        if row := self.days.get(day):
            return row
        return Day(day, "off" if day.weekday() in self.weekly_off else "work")

    def working(self, day: date) -> bool:
        return self.reason(day).kind == "work"

    def sessions(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Opening and close of each session of `day`; none on a day off. HoursMissing when no range covers it."""
        if not self.working(day):
            return ()
        for hours in reversed(self.hours):
            if hours.cover(day):
                return tuple((_at(day, session.start), _at(day, session.end)) for session in hours.sessions)
        raise HoursMissing(province=self.province, date=formatting.day(day))

    def guessed(self, first: date, last: date) -> list[int]:
        """The provisional years from the year of `first` to that of `last`."""
        return sorted(year for year in self.provisional if first.year <= year <= last.year)

    def known_until(self, day: date) -> date:
        """The last day, from `day` on, before a year is missing; the day before its year where that one is."""
        year = day.year
        while year in self.years:
            year += 1
        return date(year, 1, 1) - timedelta(days=1)

    # -- moments ------------------------------------------------------------------------------------------------------

    def open_at(self, moment: datetime) -> bool:
        """Whether `moment` lies in a session, its opening and its close included."""
        moment = utc(moment)
        return any(start <= moment <= end for start, end in self.sessions(local_date(moment)))

    def next_opening(self, moment: datetime) -> datetime:
        """The first opening of a session at or after `moment`."""
        moment, opens = utc(moment), self._line.opens
        return _moment(opens[self._reached(moment, bisect_left(opens, _micros(moment)))])

    def next_close(self, moment: datetime) -> datetime:
        """The first close of a session at or after `moment`."""
        moment, closes = utc(moment), self._line.closes
        return _moment(closes[self._reached(moment, bisect_left(closes, _micros(moment)))])

    def day_close(self, moment: datetime) -> datetime:
        """The first close of a day's last session at or after `moment`."""
        close = self.next_close(moment)
        return self.sessions(local_date(close))[-1][1]

    def received(self, moment: datetime) -> datetime:
        """When a dossier handed in at `moment` counts as received: then, or outside hours at the next opening.

        After the cut-off that is the next working day's.
        """
        moment = utc(moment)
        local = moment.astimezone(ZONE)
        if self.intake_cutoff is not None and local.time() > self.intake_cutoff:
            return self.next_opening(_at(local.date() + timedelta(days=1), time()))
        return moment if self.open_at(moment) else self.next_opening(moment)

    # -- working time -------------------------------------------------------------------------------------------------

    def add(self, start: datetime, sessions: Fraction | int) -> datetime:
        """The moment at which `sessions` half-days have passed since `start`, rounded up to the microsecond.

        Time that ends with a session ends at its close, not at the next opening; nothing added gives `start` itself.
        """
        start = utc(start)
        if not sessions:
            return start
        line = self._line
        target = self._position(start) + sessions * line.unit
        i = self._reached(start, bisect_left(line.before, ceil(target)) - 1)
        share = (target - line.before[i]) / (line.before[i + 1] - line.before[i])
        return _moment(line.opens[i] + ceil(share * (line.closes[i] - line.opens[i])))

    def subtract(self, end: datetime, sessions: Fraction | int) -> datetime:
        """The moment `sessions` half-days before `end`.

        A whole day before the close of a day is the close of the working day before it.
        """
        return self.add(end, -sessions)

    def between(self, a: datetime, b: datetime) -> Fraction:
        """The half-days that pass from `a` to `b`; negative when `b` is earlier."""
        self._need(local_date(a).year, local_date(b).year)
        return (self._position(b) - self._position(a)) / self._line.unit

    # -- the stored form ----------------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """The calendar as JSON values, days and years sorted; the names are those of province.toml."""
        return {
            "province": self.province,
            "revision": self.revision,
            "hours": [hours.to_json() for hours in self.hours],
            "weekly_off": [WEEKDAYS[day] for day in sorted(self.weekly_off)],
            "days": [day.to_json() for _, day in sorted(self.days.items())],
            "years": sorted(self.years),
            "intake_cutoff": self.intake_cutoff and clock_text(self.intake_cutoff),
            "provisional_years": sorted(self.provisional),
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Calendar:
        """The calendar of `facts`, as `to_json` gives them or with dates instead of ISO text, as TOML has them.

        CalendarInvalid when a value makes no sense, KeyError when one is missing.
        """
        return cls(
            province=facts["province"],
            revision=facts["revision"],
            hours=tuple(map(Hours.from_json, facts["hours"])),
            weekly_off=frozenset(map(weekday, facts["weekly_off"])),
            days={day.date: day for day in map(Day.from_json, facts["days"])},
            years=frozenset(facts["years"]),
            intake_cutoff=clock("intake_cutoff", cutoff) if (cutoff := facts.get("intake_cutoff")) else None,
            provisional=frozenset(facts.get("provisional_years", ())),
        )

    # -- inside -------------------------------------------------------------------------------------------------------

    @cached_property
    def _line(self) -> _Line:
        days = [
            (year, sessions)
            for year in sorted(self.years)
            for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
            if (sessions := self.sessions(date.fromordinal(number)))
        ]
        whole = lcm(2, *(len(sessions) for _, sessions in days))
        line = _Line([], [], [], [0], Fraction(whole, 2))
        for year, sessions in days:
            for start, end in sessions:
                line.opens.append(_micros(start))
                line.closes.append(_micros(end))
                line.years.append(year)
                line.before.append(line.before[-1] + whole // len(sessions))
        return line

    def _position(self, moment: datetime) -> Fraction:
        """The working time of the calendar before `moment`, in units of the line."""
        self._need(year := local_date(moment).year, year)
        line, at = self._line, _micros(moment)
        i = bisect_right(line.opens, at) - 1
        if i < 0:
            return Fraction(0)
        if at >= line.closes[i]:
            return Fraction(line.before[i + 1])
        share = Fraction(at - line.opens[i], line.closes[i] - line.opens[i])
        return line.before[i] + share * (line.before[i + 1] - line.before[i])

    def _reached(self, start: datetime, index: int) -> int:
        """The session `index`, if every year from `start` to it is known."""
        years = self._line.years
        last = MINYEAR if index < 0 else MAXYEAR if index >= len(years) else years[index]
        self._need(local_date(start).year, last)
        return index

    def _need(self, first: int, last: int) -> None:
        for year in range(first, last + 1) if first <= last else range(first, last - 1, -1):
            if year not in self.years:
                raise YearMissing(province=self.province, year=year)


def utc(moment: datetime) -> datetime:
    """`moment` in UTC; ValueError when it is naive."""
    if moment.tzinfo is None:
        raise ValueError("a calendar needs aware moments")
    return moment.astimezone(UTC)


def local_date(moment: datetime) -> date:
    """The day in Viet Nam at `moment`; ValueError when that is naive."""
    if moment.tzinfo is None:
        raise ValueError("a calendar needs aware moments")
    return moment.astimezone(ZONE).date()


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
