"""What led to the state of a day: record events, or before the log began what the tables themselves know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from runner.domain.channel import Channel
from runner.domain.person import SYSTEM
from runner.domain.record import RecordEvent, RecordKind
from runner.reports import channel

PAGE: Final = 50


class What(StrEnum):
    """The histories, by the words of their addresses."""

    CALENDAR = "calendar"
    ROLES = "roles"
    SIGN_INS = "sign-ins"
    DEPLOYMENTS = "deployments"
    ORGANISATION = "organisation"
    READINGS = "readings"


KINDS: Final[Mapping[What, tuple[RecordKind, ...]]] = {
    What.CALENDAR: (RecordKind.CALENDAR, RecordKind.CALENDAR_DECISION),
    What.ROLES: (RecordKind.PERSON,),
    What.SIGN_INS: (RecordKind.SIGN_IN, RecordKind.PASSWORD, RecordKind.TOKEN),
    What.DEPLOYMENTS: (RecordKind.VERSION, RecordKind.ENFORCEMENT, RecordKind.APPROVAL, RecordKind.RULES),
    What.ORGANISATION: (RecordKind.ORGANISATION,),
    What.READINGS: (RecordKind.READ, RecordKind.EXPORT),
}
"""The events of each history."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One history of one province at the end of a day.

    `until` is the beginning of the day after, None for now; `moment` the last one that counts. `before` is the last
    happening of the page before.
    """

    what: What
    province: str
    moment: datetime
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """A thing that happened. `found`: the log only found it when it began, and says what the tables say of it.

    `via` is the channel in words, "" where it is not known; `changes` are sentences, `reason` is why.
    """

    id: int
    at: datetime
    actor: str
    kind: str
    subject: str
    facts: Mapping[str, Any]
    found: bool = False
    changes: tuple[str, ...] = ()

    @classmethod
    def of(cls, event: RecordEvent, begin: RecordEvent | None) -> Self:
        """The event; what the log found at its beginning by whom and when the facts say, where they do."""
        found = bool(  # one of those that it tells in its own transaction, right behind it
            begin
            and begin.id < event.id <= begin.id + begin.facts["found"]
            and (event.at, event.actor) == (begin.at, SYSTEM.id)
        )
        at, by = event.at, event.actor
        if found:
            said = event.facts.get("decided") or event.facts.get("at") or event.facts.get("created")
            at = datetime.fromisoformat(said) if said else at
            by = str(event.facts.get("decided_by") or event.facts.get("by") or by)
        return cls(event.id, at, by, event.kind, event.subject, event.facts, found)

    @property
    def via(self) -> str:
        """The channel, in words."""
        parts = self.facts.get("via")
        known = {name: str(text) for name, text in parts.items()} if isinstance(parts, dict) else {}
        names = Channel.__dataclass_fields__.keys() & known.keys()
        return channel.words(Channel(**{name: known[name] for name in names})) if known.get("kind") else ""

    @property
    def reason(self) -> str:
        """The reason or the ground that was given."""
        return next((str(self.facts[key]) for key in ("reason", "ground", "note") if self.facts.get(key)), "")
