"""A time allowed: the one grammar in which diagrams, facts and commands write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from runner.errors import Refused

DAYS: Final = re.compile(r"[0-9]{1,4}(?:\.[05])?")
_DURATION: Final = re.compile(rf"P(?:({DAYS.pattern})D|([0-9]{{1,4}})W)")


class LimitInvalid(Refused):
    """“{text}” không phải là số ngày; hãy viết như 5 hoặc 0.5."""


class Unit(StrEnum):
    """How the days of a limit are counted."""

    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"


def days(text: str) -> Fraction:
    """The days that `text` writes, up to 9999.5 and in halves as a day has two sessions; LimitInvalid otherwise."""
    if not DAYS.fullmatch(text):
        raise LimitInvalid(text=text)
    return Fraction(text)


@dataclass(frozen=True, slots=True)
class Limit:
    """A time allowed, in days of its unit; half a working day is one session."""

    days: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        if self.days < 0 or self.unit not in tuple(Unit):
            raise ValueError(f"not a limit: {self.days} {self.unit}")

    @classmethod
    def parse(cls, text: str, unit: Unit) -> Limit | None:
        """The limit of an ISO 8601 duration: ``P0.5D`` in `unit`, ``P2W`` in calendar days; None for any other text."""
        if not (match := _DURATION.fullmatch(text)):
            return None
        number, weeks = match.groups()
        return cls(days(number), unit) if number else cls(Fraction(7 * int(weeks)), Unit.CALENDAR_DAYS)
