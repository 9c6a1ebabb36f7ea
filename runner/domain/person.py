"""People, and the lanes of provinces in which they work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Lane(StrEnum):
    """The lanes that diagrams have."""

    ONE_STOP_CLERK = "one_stop_clerk"
    SPECIALIST = "specialist"
    DIVISION_LEAD = "division_lead"
    DIRECTOR = "director"
    RECORDS_CLERK = "records_clerk"


class Role(StrEnum):
    """The lanes that are in no diagram: who mends incidents and edits calendars, who draws, who checks the record."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    AUDITOR = "auditor"


LANES: Final = tuple(Lane)
LEADS, LED = Lane.DIVISION_LEAD, Lane.SPECIALIST
"""Who leads a division and who works in it: a lead may release a task that another person owns, and assign a
specialist's task to one of them. The decisions say that the work is assigned, not by whom; no timed step is for it."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `groups` are its (province, lane) memberships; `email` is "" where none is known."""

    id: str
    name: str
    groups: frozenset[tuple[str, str]] = frozenset()
    email: str = ""

    def lanes(self, province: str) -> list[str]:
        """The lanes in which this person works in `province`, sorted."""
        return sorted(lane for each, lane in self.groups if each == province)


SYSTEM = Person("system", "Hệ thống")
"""The actor of entries without a person: timers, answers of outside work, incidents."""
