"""The record log's nouns: what happened beside the journals of cases, and the heads of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from runner.domain.journal import canonical, digest, instant

EVERY: Final = "*"
"""The subject of an event log of every procedure."""


class RecordKind(StrEnum):
    """What a record event tells of."""

    BEGIN = "begin"
    """The log begins: what the database had before follows as events of its kinds."""
    VERSION = "version"
    ENFORCEMENT = "enforcement"
    APPROVAL = "approval"
    """A version or repeal is submitted to a second person, or decided by one."""
    CALENDAR = "calendar"
    CALENDAR_DECISION = "calendar_decision"
    ORGANISATION = "organisation"
    RULES = "rules"
    """A revision of a province's rules of law."""
    PERSON = "person"
    PASSWORD = "password"  # noqa: S105  # that one was set
    SIGN_IN = "sign_in"
    """Somebody signed in or out, or failed to."""
    SAMPLE = "sample"
    """Cases were drawn to be checked, or such a check was signed off."""
    TOKEN = "token"  # noqa: S105  # that one was made or revoked
    REBUILD = "rebuild"
    ERASURE = "erasure"
    HOLD = "hold"
    EXPORT = "export"
    READ = "read"
    RESTORE = "restore"
    BACKUP = "backup"
    OUTBOX = "outbox"
    """That what a restored database had in its outbox may be sent, or was sent before."""
    ROLLBACK = "rollback"
    """An operator confirms that the database is behind a head that is known."""
    VERIFICATION = "verification"
    REEXECUTION = "reexecution"
    """Somebody had a case run again from its journal: what it came to."""


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """What happened beside the journals. `subject` is what it tells of: an account, a digest, ``province/revision``.

    `province` is "" for what concerns the whole installation; `facts` are plain JSON values. `hash` is the SHA-256 over
    the canonical JSON of all else.
    """

    id: int
    at: datetime
    actor: str
    kind: str
    province: str
    subject: str
    facts: Mapping[str, Any]
    hash: bytes

    @classmethod
    def make(
        cls, id: int, at: datetime, actor: str, kind: str, province: str, subject: str, facts: Mapping[str, Any]
    ) -> Self:
        """The event, hashed."""
        return cls(
            id, at, actor, kind, province, subject, facts, _sealed(id, at, actor, kind, province, subject, facts)
        )

    @property
    def whole(self) -> bool:
        """Whether the hash is that of what the event says."""
        return self.hash == _sealed(self.id, self.at, self.actor, self.kind, self.province, self.subject, self.facts)


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head of the log: its `root` over the first `size` leaves, as `note` (a signed checkpoint) says it."""

    size: int
    at: datetime
    root: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf is at `index` (from 0) of the tree over the first `size` leaves: the hashes up to its root."""

    index: int
    size: int
    path: tuple[bytes, ...]


def entry_leaf(case: int, seq: int, hash: bytes) -> bytes:
    """The data of the leaf of a journal's entry."""
    return canonical(["entry", case, seq, hash.hex()]).encode()


def event_leaf(id: int, hash: bytes) -> bytes:
    """The data of the leaf of a record event."""
    return canonical(["event", id, hash.hex()]).encode()


def row_facts(row: Any) -> dict[str, Any]:
    """The fields of a dataclass of one table's row as an event keeps them: moments and hashes as text."""
    return {each.name: _fact(getattr(row, each.name)) for each in fields(row)}


def _fact(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.hex() if isinstance(value, bytes) else value


def _sealed(
    id: int, at: datetime, actor: str, kind: str, province: str, subject: str, facts: Mapping[str, Any]
) -> bytes:
    return digest(canonical([id, instant(at), actor, kind, province, subject, facts]))
