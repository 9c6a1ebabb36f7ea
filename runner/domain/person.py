"""People, and the lanes of provinces in which they work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from runner.domain.channel import WORKER, Channel


class Lane(StrEnum):
    """The lanes whose kind is known by their id; a province has some of them and declares others."""

    ONE_STOP_CLERK = "one_stop_clerk"
    SPECIALIST = "specialist"
    DIVISION_LEAD = "division_lead"
    DIRECTOR = "director"
    RECORDS_CLERK = "records_clerk"


class LaneKind(StrEnum):
    """What the people of a lane do. A lead may release a task that another person of the division owns, and assign a
    specialist's task to one of them: the decisions say that the work is assigned, not by whom; no timed step is for it.
    """

    CLERK = "clerk"
    SPECIALIST = "specialist"
    LEAD = "lead"
    DIRECTOR = "director"
    RECORDS = "records"
    APPLICANT = "applicant"
    OTHER = "other"


class Role(StrEnum):
    """The lanes that are in no diagram: who mends incidents and edits calendars, who draws, who checks the record."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    AUDITOR = "auditor"


KINDS: Final[Mapping[str, LaneKind]] = MappingProxyType(
    {
        Lane.ONE_STOP_CLERK: LaneKind.CLERK,
        Lane.SPECIALIST: LaneKind.SPECIALIST,
        Lane.DIVISION_LEAD: LaneKind.LEAD,
        Lane.DIRECTOR: LaneKind.DIRECTOR,
        Lane.RECORDS_CLERK: LaneKind.RECORDS,
    }
)
"""What the people of these lanes do."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `groups` are its (province, lane) memberships; `email` is "" where none is known.

    `via` is the channel through which the person acts now; it makes nobody another person.
    """

    id: str
    name: str
    groups: frozenset[tuple[str, str]] = frozenset()
    email: str = ""
    via: Channel | None = field(default=None, compare=False)

    def lanes(self, province: str) -> list[str]:
        """The lanes in which this person works in `province`, sorted."""
        return sorted(lane for each, lane in self.groups if each == province)


def via(person: Person) -> dict[str, Any]:
    """The channel through which a person acts, as the events of the record keep it."""
    return person.via.to_payload() if person.via else {}


SYSTEM = Person("system", "Hệ thống", via=WORKER)
"""The actor of entries without a person: timers, answers of outside work, incidents."""
