"""The forms of the calendar's page: what was typed, made into an edit, or into what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time

from runner.domain import calendar_edit
from runner.domain.calendar_edit import Edit
from runner.domain.form import FieldFault
from runner.domain.form.component import visible
from runner.domain.toml.types import clock_time
from runner.domain.working_day import Day, Hours, Session
from runner.language import say
from runner.services import holiday

YEARS = range(1900, 2100)
"""The years that a form takes; the library of holidays knows no others."""


class Typed:
    """What was typed into a form, read field by field; what cannot be read is noted in `faults`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.faults: list[FieldFault] = []

    def text(self, name: str) -> str:
        """A line of text; "" where there is none."""
        return " ".join(visible(self.values.get(name, "")[:500]).split())

    def day(self, name: str, *, optional: bool = False) -> date | None:
        """A day; None where there is none or it is wrong."""
        if optional and not self.text(name):
            return None
        try:
            day = date.fromisoformat(self.text(name))
            if day.year in YEARS:
                return day
        except ValueError:
            pass
        self.fault(name, say("Hãy ghi một ngày có thật."))
        return None

    def year(self, name: str) -> int | None:
        """A year."""
        text = self.text(name)
        if text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in YEARS:
            return int(text)
        self.fault(name, say("Hãy ghi một năm, như 2028."))
        return None

    def clock(self, name: str) -> time | None:
        """A time of day; None where there is none or it is wrong."""
        if not (text := self.text(name)):
            return None
        try:
            return clock_time(text)
        except ValueError:
            self.fault(name, say("Hãy ghi giờ và phút, như 07:30."))
            return None

    def fault(self, name: str, message: str) -> None:
        """Note what is wrong with a field of the form."""
        self.faults.append(FieldFault.told(f"{self.text('kind')}-{name}", message))

    def refuse(self, message: str) -> None:
        """Note why the edit as a whole cannot be made."""
        self.faults.append(FieldFault.told("edit", message))


def read(typed: Typed) -> Edit | None:
    """The edit that was typed; None when `typed.faults` says why there is none. Raises what the edit's values raise."""
    make = _EDITS.get(typed.text("kind"))
    if make is None:
        typed.refuse(say("Hãy chọn một cách sửa lịch."))
    edit = make(typed) if make else None
    return None if typed.faults else edit


def _day(typed: Typed) -> Edit | None:
    day, kind = typed.day("day"), typed.text("what")
    if day is None:
        return None
    if kind == "usual":
        return calendar_edit.day_cleared(day)
    name, source = typed.text("name"), typed.text("source")
    return calendar_edit.days_set(Day(day, "work" if kind == "work" else "off", name, source))


def _swap(typed: Typed) -> Edit | None:
    off, work = typed.day("off"), typed.day("work")
    return calendar_edit.swapped(off, work, typed.text("source")) if off and work else None


def _year(typed: Typed) -> Edit | None:
    year = typed.year("year")
    return calendar_edit.year_added(year, holiday.days([year])) if year else None


def _confirm(typed: Typed) -> Edit | None:
    year = typed.year("year")
    return calendar_edit.year_confirmed(year) if year else None


def _provisional(typed: Typed) -> Edit | None:
    year = typed.year("year")
    return calendar_edit.year_provisional(year) if year else None


def _hours(typed: Typed) -> Edit | None:
    since, until = (typed.day(name, optional=True) for name in ("since", "until"))
    sessions = []
    for name in ("first", "second"):
        opens, closes = typed.clock(f"{name}_opens"), typed.clock(f"{name}_closes")
        if opens and closes and opens < closes:
            sessions.append(Session(opens, closes))
        elif opens and closes:
            typed.fault(f"{name}_closes", say("Giờ đóng phải sau giờ mở."))
        elif opens or closes or name == "first":
            typed.fault(f"{name}_opens", say("Hãy ghi giờ mở và giờ đóng của buổi."))
    return None if typed.faults else calendar_edit.hours_set(Hours(since, until, tuple(sessions)))


def _cutoff(typed: Typed) -> Edit | None:
    return calendar_edit.cutoff_set(typed.clock("cutoff"))


_EDITS: Mapping[str, Callable[[Typed], Edit | None]] = {
    "day": _day,
    "swap": _swap,
    "year": _year,
    "confirm": _confirm,
    "provisional": _provisional,
    "hours": _hours,
    "cutoff": _cutoff,
}
