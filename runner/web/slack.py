"""What a list says of moments: when a step is due, what was promised, and what the case can still spare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runner import formatting
from runner.clock import ZONE
from runner.domain import timeliness
from runner.domain.calendar import Calendar, local_date
from runner.domain.worklist import Item
from runner.errors import YearMissing
from runner.language import say
from runner.web import page

OVERDUE, MISSING = "quá hạn {time}", "thiếu {time}"
SOON = 1
"""With less than so many working days left, something is soon due."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A moment in words: `look` is ``late``, ``soon``, ``wait`` or "", `below` the smaller line."""

    text: str
    look: str = ""
    below: str = ""


def step(item: Item, calendar: Calendar, now: datetime) -> Spoken:
    """When a task's own step is due."""
    if item.waits:
        return Spoken(say("đang dừng"), "wait", say("chờ người nộp"))
    due = item.due or (item.latest if item.mark else None)
    if due is None:
        return Spoken(say("Không có hạn"))
    return _left(due, calendar, now, OVERDUE, _at(due, now))


def promise(item: Item, now: datetime) -> Spoken:
    """When the applicant was promised the result."""
    if item.waits:
        return Spoken(say("dời theo"), "", say("khi nhận bổ sung"))
    if item.promise is None:
        return Spoken("–")
    day = local_date(item.promise)
    return Spoken(formatting.day(day), "", say("hôm nay") if day == local_date(now) else formatting.weekday(day))


def slack(item: Item, calendar: Calendar, now: datetime) -> Spoken:
    """What the case can spare: less than nothing is missing before the promise, and overdue after it."""
    if item.waits or item.latest is None or item.promise is None:
        return Spoken("–")
    if now > item.promise:
        return _left(item.promise, calendar, now, OVERDUE)
    return _left(item.latest, calendar, now, MISSING)


def _left(due: datetime, calendar: Calendar, now: datetime, over: str, below: str = "") -> Spoken:
    try:
        left = timeliness.time_left(calendar, due, now)
    except YearMissing:
        return Spoken("–", "", below)
    time = page.stretch(left.days, left.minutes)
    if left.over:
        return Spoken(say(over, time=time) if left.days or left.minutes else say("quá hạn"), "late", below)
    if left.days > SOON:
        return Spoken(say("còn {days} ngày làm việc", days=left.days), "", below)
    text = say("còn {time}", time=time) if left.days or left.minutes else say("đến hạn")
    return Spoken(text, "" if left.days >= SOON else "soon", below)


def _at(due: datetime, now: datetime) -> str:
    """``14:40 hôm nay``, or ``10:15 Thứ Tư 25/11``."""
    local = due.astimezone(ZONE)
    if local.date() == local_date(now):
        return say("{time} hôm nay", time=formatting.clock(due))
    return f"{formatting.clock(due)} {formatting.weekday(local.date())} {local:%d/%m}"
