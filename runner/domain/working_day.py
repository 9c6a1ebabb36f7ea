"""The rows of a working calendar as province.toml has them: the sessions of a day, and the table of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from runner.domain.toml.types import CLOCK_TIME, LEFT_OUT, Date, Some, Text, clock_time, parsed
from runner.errors import Refused

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Names of the days of the week; the place of each is its `date.weekday()`."""


class CalendarInvalid(Refused):
    """Lịch làm việc không hợp lệ: “{value}” ở mục “{field}”."""


@dataclass(frozen=True, slots=True)
class Session:
    """A stretch of working time within a day, local time."""

    start: time
    end: time


def _session(raw: list[object]) -> Session:
    start, end = map(clock_time, raw)
    if start >= end:
        raise ValueError(raw)
    return Session(start, end)


_SESSION: Final = parsed(
    _session,
    'khóa “{key}” phải là giờ mở và giờ đóng của một buổi, mở trước đóng, viết như ["07:30", "11:30"].',
    type="array",
    items={"type": "string", "pattern": CLOCK_TIME},
    minItems=2,
    maxItems=2,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """The sessions of a working day, in order, from `since` until `until` (both inclusive; None: without end)."""

    since: Annotated[Date | None, LEFT_OUT] = field(metadata={"alias": "from"})
    """Từ ngày này; bỏ là không có ngày đầu."""
    until: Annotated[Date | None, LEFT_OUT]
    """Đến hết ngày này; bỏ là không có ngày cuối."""
    sessions: Some[Annotated[Session, _SESSION]]
    """Các buổi làm việc trong ngày, theo thứ tự: giờ mở, giờ đóng."""

    def __post_init__(self) -> None:
        rows = self.sessions
        ordered = all(s.start < s.end for s in rows) and all(a.end <= b.start for a, b in pairwise(rows))
        if not rows or not ordered:
            raise CalendarInvalid(field="hours", value=", ".join(f"{s.start:%H:%M}–{s.end:%H:%M}" for s in rows))

    def cover(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def to_json(self) -> dict[str, Any]:
        return {
            "from": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "sessions": [[clock_text(s.start), clock_text(s.end)] for s in self.sessions],
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Hours:
        """The row of `to_json`, with dates or ISO text. CalendarInvalid when a value makes no sense."""
        since, until = (_date("hours", row[end]) if row.get(end) else None for end in ("from", "until"))
        sessions = tuple(Session(clock("hours", start), clock("hours", end)) for start, end in row["sessions"])
        return cls(since, until, sessions)


@dataclass(frozen=True, slots=True)
class Day:
    """A row of the table of days. `name` says why (“Quốc khánh”), `source` where that is from.

    The days that only follow the week's pattern are in no table: theirs has neither name nor source.
    """

    date: Date
    """Ngày."""
    kind: Literal["off", "work"]
    """Nghỉ (off) hay làm việc (work)."""
    name: Text = ""
    """Vì sao, như “Quốc khánh”."""
    source: Text = ""
    """Văn bản quy định."""

    def __post_init__(self) -> None:
        if self.kind not in ("off", "work"):
            raise CalendarInvalid(field="days", value=f"{self.date} {self.kind}")

    def to_json(self) -> dict[str, Any]:
        return {"date": self.date.isoformat(), "kind": self.kind, "name": self.name, "source": self.source}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Day:
        """The row of `to_json`, with a date or ISO text. CalendarInvalid when a value makes no sense."""
        return cls(_date("days", row["date"]), row["kind"], row.get("name", ""), row.get("source", ""))


def weekday(name: str) -> int:
    """The number of the day `name`, as `date.weekday()`. CalendarInvalid for another word."""
    if name not in WEEKDAYS:
        raise CalendarInvalid(field="weekly_off", value=name)
    return WEEKDAYS.index(name)


def clock(name: str, value: object) -> time:
    """The local time in `value`, ISO text or a time. CalendarInvalid, with `name` for its field, when it is none."""
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        raise CalendarInvalid(field=name, value=value) from None


def clock_text(value: time) -> str:
    return value.isoformat("auto" if value.second or value.microsecond else "minutes")


def _date(name: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise CalendarInvalid(field=name, value=value) from None
