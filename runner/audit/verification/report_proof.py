"""The reports of earlier verifications, held to what the record was told when each ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from runner.audit.verification.difference import named, unequal
from runner.domain.journal import digest
from runner.domain.record import RecordEvent, RecordKind
from runner.domain.verification import Check, Finding
from runner.store import record_event, row
from runner.store.row import Row
from runner.store.session import Transaction

_TABLE: Final = "verification"
_HASHED: Final = ("tally", "progress")


def report_faults(tx: Transaction) -> Iterator[Finding]:
    """Reports that have ended and are not as they were told, or are gone. One that goes on is nothing yet."""
    events = record_event.events(tx, kinds=[RecordKind.VERIFICATION])
    told: dict[int, RecordEvent] = {}
    for each in events:
        if each.subject.isdecimal() and "tally" in each.facts and told.setdefault(int(each.subject), each) != each:
            yield Finding(Check.REGISTRY, "told twice", about=named(_TABLE, (int(each.subject),)))
    for stored in row.found(tx, _TABLE):
        about, event = named(_TABLE, (stored["id"],)), told.pop(stored["id"], None)
        if event is not None:
            yield from _unequal(tx, about, stored, event)
        elif stored["ended"] is not None:
            yield Finding(Check.REGISTRY, "row untold", about=about)
    for id in told:
        yield Finding(Check.REGISTRY, "row missing", about=named(_TABLE, (id,)))


def _unequal(tx: Transaction, about: str, stored: Row, event: RecordEvent) -> Iterator[Finding]:
    facts: dict[str, Any] = dict(event.facts)
    hashed = {name: facts[name] for name in _HASHED}
    yield from unequal(Check.REGISTRY, about, {name: digest(stored[name]).hex() for name in _HASHED}, hashed)
    plain = {name: facts[name] for name in ("scope", "night", "head", "witnessed")}
    plain |= {"ended": event.at, "by": event.actor, "begun": datetime.fromisoformat(facts["begun"])}
    yield from unequal(Check.REGISTRY, about, stored, row.stored(tx, _TABLE, plain))
