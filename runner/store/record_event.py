"""Record events: what happened beside the journals. Each is told in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from runner.domain.deployment import Revision
from runner.domain.person import SYSTEM, Person, via
from runner.domain.record import RecordEvent, RecordKind, row_facts
from runner.store.record_table import RECORD_EVENT_ID, record_event
from runner.store.session import Transaction
from runner.store.statement import columns, row_values

_LAST_ID = select(func.max(record_event.c.id))
_NEXT_ID = select(RECORD_EVENT_ID.next_value())
_ALL = select(*columns(record_event, RecordEvent)).order_by(record_event.c.id)
_BEHIND = _ALL.where(record_event.c.id > bindparam("after")).limit(bindparam("most"))


def append(
    tx: Transaction,
    kind: str,
    actor: str,
    at: datetime,
    subject: str,
    facts: Mapping[str, Any],
    province: str = "",
) -> RecordEvent:
    """Tell an event; it is in the log when the worker has come to it."""
    if tx.dialect.name == "sqlite":
        id = (tx.scalar(_LAST_ID) or 0) + 1
    else:
        id = int(tx.execute(_NEXT_ID).scalar_one())
    event = RecordEvent.make(id, at, actor, kind, province, subject, facts)
    tx.execute(insert(record_event), row_values(event))
    return event


def by_whom(person: Person | None) -> tuple[str, dict[str, Any]]:
    """The actor of an event, and its fact `via`; without a person the system, of which no channel is told."""
    return (person.id, {"via": via(person)}) if person else (SYSTEM.id, {})


def append_revision(tx: Transaction, kind: str, revision: Revision, content: bytes) -> None:
    """Tell a revision of a province's calendar or organisation; `content` is the SHA-256 of what it says."""
    append(tx, kind, revision.by, revision.at, *revision_told(revision, content))


def revision_told(revision: Revision, content: bytes) -> tuple[str, dict[str, Any], str]:
    """The subject, facts and province of the event of a revision."""
    facts = row_facts(revision) | {"content": content.hex()}
    return f"{revision.province}/{revision.revision}", facts, revision.province


def events(
    tx: Transaction, after: int = 0, kinds: Collection[str] = (), subject: str | None = None, most: int = 1_000_000
) -> list[RecordEvent]:
    """Events behind number `after`, of these kinds (none: of all) and of one subject where it is given, by number."""
    query = _BEHIND
    if kinds:
        query = query.where(record_event.c.kind.in_(sorted(kinds)))
    if subject is not None:
        query = query.where(record_event.c.subject == subject)
    return [RecordEvent(*row) for row in tx.execute(query, {"after": after, "most": most})]


def event(tx: Transaction, id: int) -> RecordEvent | None:
    """The event with this number."""
    found = tx.execute(_ALL.where(record_event.c.id == id)).first()
    return RecordEvent(*found) if found else None


def given_up(tx: Transaction) -> set[tuple[int, str]]:
    """The heads (size, and root in hex) that operators gave up; an event that tells it in another form names none."""
    told = [each.facts for each in events(tx, kinds=[RecordKind.ROLLBACK])]
    return {(size, root) for size, root in map(_head_told, told) if isinstance(size, int) and isinstance(root, str)}


def _head_told(facts: object) -> tuple[object, object]:
    return (facts.get("size"), facts.get("root")) if isinstance(facts, Mapping) else (None, None)
