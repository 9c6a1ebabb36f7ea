"""A deadline in words: one sentence on how it was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from runner import formatting
from runner.domain.calendar import local_date
from runner.domain.deadline import MOVED, OFF, OUTSIDE_HOURS, WEEKLY_OFF, DayCount, Deadline
from runner.domain.limit import Limit, Unit
from runner.language import say

_UNITS = {Unit.WORKING_DAYS: "{count} ngày làm việc", Unit.CALENDAR_DAYS: "{count} ngày"}
_SKIPPED = (OFF, WEEKLY_OFF, OUTSIDE_HOURS)


def allowed(limit: Limit) -> str:
    """A limit in words: ``2,5 ngày làm việc``."""
    return say(_UNITS[limit.unit], count=formatting.number(limit.days))


def why(deadline: Deadline, days: Sequence[DayCount]) -> str:
    """The derivation of a deadline in one sentence: its budget, its start, and the days that do not count."""
    budget = allowed(Limit(deadline.budget, deadline.unit))
    if deadline.kind == "promise":
        received = formatting.day(local_date(deadline.anchor))
        counted = say("{budget} sau ngày tiếp nhận {date}", budget=budget, date=received)
    else:
        counted = say("{budget} từ {moment}", budget=budget, moment=formatting.moment(deadline.anchor))
    parts = [counted, *_used(deadline)]
    for pause in deadline.pauses:
        since = formatting.moment(pause.since)
        if pause.until:
            parts.append(say("tạm dừng từ {since} đến {until}", since=since, until=formatting.moment(pause.until)))
        else:
            parts.append(say("đang tạm dừng từ {since}", since=since))
    if skipped := _skipped(days):
        parts.append(say("không tính {days}", days=skipped))
    if any(day.why == MOVED for day in days):
        parts.append(say("dời đến hết ngày làm việc tiếp theo"))
    parts += _capped(deadline)
    if guessed := sorted({str(day.date.year) for day in days if day.provisional}):
        parts.append(say("lịch năm {years} còn là dự kiến", years=", ".join(guessed)))
    return "; ".join(parts)


def bounds(deadline: Deadline) -> Iterator[str]:
    """What makes a step due before its whole time is over: days used in earlier rounds, and the case's due moment."""
    yield from _used(deadline)
    yield from _capped(deadline)


def _used(deadline: Deadline) -> Iterator[str]:
    if deadline.used:
        yield say("đã dùng {count} ngày ở lần trước", count=formatting.number(deadline.used))
        if deadline.grace and deadline.used >= deadline.budget:
            yield say("đã dùng hết nên có đến hết ngày làm việc")


def _capped(deadline: Deadline) -> Iterator[str]:
    if deadline.due and deadline.due == deadline.not_after:
        yield say("rút lại để hồ sơ kịp hạn")


def _skipped(days: Sequence[DayCount]) -> str:
    """The days off in between, by reason: ``01/10, 02/10 (nghỉ hằng tuần)``."""
    reasons: dict[str, list[date]] = {}
    for day in days:
        if not day.counted and day.why in _SKIPPED:
            reason = day.facts.get("name") or day.reason[0].lower() + day.reason[1:]
            reasons.setdefault(reason, []).append(day.date)
    return ", ".join(f"{_runs(dates)} ({reason})" for reason, dates in reasons.items())


def _runs(dates: Sequence[date]) -> str:
    """Dates in order, three or more in a row as one: ``01/10, 02/10, 29/04–03/05``."""
    # The ordinal of a date less its place is the same all along a row of consecutive dates.
    rows = [list(row) for _, row in groupby(enumerate(dates), key=lambda pair: pair[1].toordinal() - pair[0])]
    spans = [[f"{day:%d/%m}" for _, day in row] for row in rows]
    return ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 2 else ", ".join(span) for span in spans)
