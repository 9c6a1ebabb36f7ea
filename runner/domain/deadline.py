"""When something is due, as a value that says how it was counted, and whose counting can be shown day by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Literal

from runner import formatting
from runner.domain.calendar import Calendar, local_date, utc
from runner.domain.limit import Limit, Unit
from runner.domain.working_day import Day
from runner.language import say

Stretch = tuple[datetime, datetime]

WORK = "Ngày làm việc: {spans}"
MAKE_UP = "{name}: {spans}"
OFF = "Nghỉ: {name}"
WEEKLY_OFF = "Nghỉ hằng tuần"
RECEIPT = "Ngày tiếp nhận, không tính"
START = "Ngày bắt đầu, không tính"
OUTSIDE_HOURS = "Không còn giờ làm việc trong ngày"
PAUSED = "Tạm dừng tính thời hạn"
CALENDAR_DAY = "Ngày theo lịch"
MOVED = "Hạn dời đến hết ngày làm việc tiếp theo"
KEPT = "Giữ ngày đã hẹn"

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due moment and everything it was computed from. Moments are aware, in UTC.

    `anchor`: the moment counting starts from (for a promise the moment the dossier counts as received). `budget`: the
    days allowed, of which `used` went before the anchor, in earlier rounds. `not_after`: the moment which a step is
    never due after, for the sake of its case's deadline. `not_before`: the moment promised before a pause, which no
    edit of the calendar makes earlier meanwhile. `revision`: that of the calendar by which `due` was computed. `due`: a
    whole minute; None while paused. `grace`: with nothing left, a step has the rest of the working day.
    """

    kind: Literal["step", "promise"]
    anchor: datetime
    budget: Fraction
    unit: Unit
    revision: int
    used: Fraction = _ZERO
    pauses: tuple[Pause, ...] = ()
    not_after: datetime | None = None
    not_before: datetime | None = None
    due: datetime | None = None
    grace: bool = False

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None


@dataclass(frozen=True, slots=True)
class DayCount:
    """How much of a (local) day was counted, and why: a template with its facts.

    `provisional`: the year's days are expected but not yet announced.
    """

    date: date
    counted: Fraction
    why: str
    facts: Mapping[str, str] = field(default_factory=dict)
    provisional: bool = False

    @property
    def reason(self) -> str:
        """Why, in the current language."""
        return say(self.why, **self.facts)

    @property
    def text(self) -> str:
        """The reason, and whether it is a guess."""
        return say("{reason} (lịch dự kiến)", reason=self.reason) if self.provisional else self.reason


# -- the changes of a deadline ----------------------------------------------------------------------------------------


def step_deadline(
    calendar: Calendar,
    anchor: datetime,
    limit: Limit,
    used: Fraction = _ZERO,
    not_after: datetime | None = None,
    *,
    grace: bool = False,
) -> Deadline:
    """The deadline of a step that starts at `anchor` with `used` days of its limit gone in earlier rounds.

    Working days: as many pairs of half-days from the anchor on, rounded up to the minute; with none left it is due at
    once. Calendar days: the close of the n-th day after the day it starts (a part of a day counts as a day), moved to
    the next working day; with none left, the close of the day it starts. With `grace` and none left, both have the
    working time until the close of a day.
    """
    latest = not_after and utc(not_after)
    deadline = Deadline(
        "step", utc(anchor), limit.days, limit.unit, calendar.revision, used, not_after=latest, grace=grace
    )
    return _settled(deadline, calendar)


def promise(calendar: Calendar, moment: datetime, limit: Limit) -> Deadline:
    """The deadline promised for a dossier handed in at `moment`: the close of the n-th day after the day of receipt.

    The day of receipt is that of `calendar.received(moment)` and is not counted. Of a limit with half a working day,
    the half is the first session of the day after the whole ones.
    """
    deadline = Deadline("promise", calendar.received(moment), limit.days, limit.unit, calendar.revision)
    return _settled(deadline, calendar)


def pause(deadline: Deadline, calendar: Calendar, at: datetime, *, firm: bool = False) -> Deadline:
    """`deadline` from `at` on paused: nothing is used up and nothing is due; `firm`: later it is never due earlier."""
    if deadline.paused:
        raise ValueError("the deadline is paused already")
    paused = replace(deadline, pauses=(*deadline.pauses, Pause(utc(at))), not_before=deadline.due if firm else None)
    return _settled(paused, calendar)


def resume(deadline: Deadline, calendar: Calendar, at: datetime, not_after: datetime | None = None) -> Deadline:
    """`deadline` going on at `at` with the time it had left, by `calendar`, and due no later than `not_after`.

    Working days: the working time left, from `at` on. Calendar days: as many days after the day of `at` as were left
    after the day of the pause. A pause that began when the deadline was over leaves it where it was. The case resumes
    first, as its new due moment bounds those of its steps.
    """
    if not deadline.paused:
        raise ValueError("the deadline is not paused")
    *earlier, last = deadline.pauses
    pauses = (*earlier, Pause(last.since, utc(at)))
    return _settled(replace(deadline, pauses=pauses, not_after=not_after and utc(not_after)), calendar)


def recount(deadline: Deadline, calendar: Calendar, not_after: datetime | None = None) -> Deadline:
    """`deadline` counted anew from its anchor by another revision of the calendar, and due no later than `not_after`.

    What was used in earlier rounds stays, and so does the day of receipt, unless it has become a day off: then the
    dossier counts as received at the next opening.
    """
    anchor = deadline.anchor
    if deadline.kind == "promise" and not calendar.working(local_date(anchor)):
        anchor = calendar.next_opening(anchor)
    not_before = deadline.not_before if deadline.paused else None
    return _settled(replace(deadline, anchor=anchor, not_after=not_after, not_before=not_before), calendar)


# -- how it stands ----------------------------------------------------------------------------------------------------


def used_by(deadline: Deadline, calendar: Calendar, at: datetime) -> Fraction:
    """The days of its unit used up by `at`, earlier rounds included and pauses not: the `used` of a next round.

    More than the budget when it is over.
    """
    at = utc(at)
    spent = sum(
        (
            _spent(calendar, deadline.unit, start, min(stop or at, at))
            for start, stop in _stretches(deadline)
            if start < at
        ),
        _ZERO,
    )
    return deadline.used + max(_ZERO, spent - _free(deadline, calendar))


def explain(deadline: Deadline, calendar: Calendar) -> tuple[DayCount, ...]:
    """The derivation: every day from the anchor until due (while paused, until the pause), counted or skipped and why.

    Together the days counted are the budget less what was used before, unless the case's due moment cuts it short.
    ValueError when `calendar` is of another revision than the one `deadline` was computed by.
    """
    if calendar.revision != deadline.revision:
        raise ValueError(f"counted by revision {deadline.revision} of the calendar, not by {calendar.revision}")
    end = deadline.due or max(deadline.anchor, deadline.pauses[-1].since)
    days = _days(local_date(deadline.anchor), local_date(end))
    counts = (
        _calendar_counts(deadline, days)
        if deadline.unit == Unit.CALENDAR_DAYS
        else _working_counts(deadline, calendar, days, end)
    )
    over = _end(deadline, calendar) if deadline.due and deadline.not_before else None
    kept = (
        each if over is None or each.date <= local_date(over) else DayCount(each.date, _ZERO, KEPT) for each in counts
    )
    return tuple(replace(each, provisional=each.date.year in calendar.provisional) for each in kept)


# -- counting ---------------------------------------------------------------------------------------------------------


def _settled(deadline: Deadline, calendar: Calendar) -> Deadline:
    """`deadline` with its due moment, counted anew by `calendar`."""
    due = None if deadline.paused else _end(deadline, calendar)
    if due is not None and deadline.not_before is not None:
        due = max(due, deadline.not_before)
    if due is not None and deadline.not_after is not None:
        due = min(due, deadline.not_after)
    return replace(deadline, due=due, revision=calendar.revision)


def _end(deadline: Deadline, calendar: Calendar) -> datetime | None:
    """The minute at which the time left runs out; None when it never does because a pause lasts."""
    left = _allowed(deadline) + _free(deadline, calendar)
    for start, stop in _stretches(deadline):
        if deadline.grace and not left:
            end = _rest_of_day(calendar, start)
        else:
            end = _whole_minute(_reach(calendar, deadline.unit, start, left))
        if stop is None or stop > end:
            return end
        left = max(_ZERO, left - _spent(calendar, deadline.unit, start, stop))
    return None


def _rest_of_day(calendar: Calendar, start: datetime) -> datetime:
    """The close of the working day at `start`, of the next one when no working time of it is left."""
    close = calendar.day_close(start)
    return close if calendar.between(start, close) > 0 else calendar.day_close(calendar.next_opening(start))


def _stretches(deadline: Deadline) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches of time in which the deadline runs, the last without end unless a pause lasts.

    A pause may begin before the anchor, when a dossier counts as received later than it came; a clock may jump back.
    """
    start = deadline.anchor
    for pause in deadline.pauses:
        yield start, max(start, pause.since)
        if pause.until is None:
            return
        start = max(start, pause.since, pause.until)
    yield start, None


def _allowed(deadline: Deadline) -> Fraction:
    return max(_ZERO, deadline.budget - deadline.used)


def _free(deadline: Deadline, calendar: Calendar) -> Fraction:
    """The working days that pass without counting: what is left of the day of receipt."""
    if deadline.kind == "step" or deadline.unit == Unit.CALENDAR_DAYS:
        return _ZERO
    # The day of receipt may have become a day off since the deadline was counted.
    sessions = calendar.sessions(local_date(deadline.anchor))
    return calendar.between(deadline.anchor, sessions[-1][1]) / 2 if sessions else _ZERO


def _reach(calendar: Calendar, unit: Unit, start: datetime, days: Fraction) -> datetime:
    """The moment when `days` from `start` on are over."""
    if unit == Unit.WORKING_DAYS:
        return calendar.add(start, 2 * days)
    day = local_date(start) + timedelta(days=ceil(days))
    while not (sessions := calendar.sessions(day)) or sessions[-1][1] < start:
        day += timedelta(days=1)
    return sessions[-1][1]


def _spent(calendar: Calendar, unit: Unit, start: datetime, stop: datetime) -> Fraction:
    """The days that pass from `start` to `stop`; calendar days are whole: those after the day of `start`."""
    if unit == Unit.WORKING_DAYS:
        return calendar.between(start, stop) / 2
    return Fraction((local_date(stop) - local_date(start)).days)


def _whole_minute(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)


# -- the derivation ---------------------------------------------------------------------------------------------------


def _working_counts(deadline: Deadline, calendar: Calendar, days: Iterable[date], end: datetime) -> Iterator[DayCount]:
    left, free = _allowed(deadline), _free(deadline, calendar)
    for day in days:
        spans = _spans(deadline, calendar, day, end)
        spent = min(sum((calendar.between(a, b) for a, b in spans), _ZERO) / 2, left + free)
        gift = min(spent, free)
        left, free = left - (spent - gift), free - gift
        yield DayCount(day, spent - gift, *_why(deadline, calendar.reason(day), spans, spent == gift))


def _spans(deadline: Deadline, calendar: Calendar, day: date, end: datetime) -> list[Stretch]:
    """The stretches of `day`'s sessions in which the deadline ran, until `end`."""
    spans = [
        (max(opening, start), min(close, stop or end, end))
        for opening, close in calendar.sessions(day)
        for start, stop in _stretches(deadline)
    ]
    return [(a, b) for a, b in spans if a < b]


def _why(deadline: Deadline, rule: Day, spans: list[Stretch], skipped: bool) -> tuple[str, dict[str, str]]:
    if rule.kind == "off":
        return (OFF, {"name": rule.name}) if rule.name else (WEEKLY_OFF, {})
    if spans and not skipped:
        times = {"spans": ", ".join(f"{formatting.clock(a)}–{formatting.clock(b)}" for a, b in spans)}
        return (MAKE_UP, {"name": rule.name} | times) if rule.name else (WORK, times)
    if deadline.kind == "promise" and rule.date == local_date(deadline.anchor):
        return RECEIPT, {}
    paused = any(since <= rule.date <= until for since, until in _pauses(deadline))
    return (PAUSED, {}) if paused else (OUTSIDE_HOURS, {})


def _calendar_counts(deadline: Deadline, days: Iterable[date]) -> Iterator[DayCount]:
    left, first = _allowed(deadline), local_date(deadline.anchor)
    for day in days:
        if day == first:
            yield DayCount(day, _ZERO, RECEIPT if deadline.kind == "promise" else START)
        elif any(since < day <= until for since, until in _pauses(deadline)):
            yield DayCount(day, _ZERO, PAUSED)
        elif left:
            counted = min(left, Fraction(1))
            left -= counted
            yield DayCount(day, counted, CALENDAR_DAY)
        else:
            yield DayCount(day, _ZERO, MOVED)


def _pauses(deadline: Deadline) -> list[tuple[date, date]]:
    return [(local_date(pause.since), local_date(pause.until or pause.since)) for pause in deadline.pauses]


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
