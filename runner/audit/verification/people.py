"""Who had which lanes when: by the record events, in the order of the log, not by what an entry says of its actor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from runner.audit.verification.log import Places
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM
from runner.domain.record import RecordKind
from runner.domain.verification import Check, Finding
from runner.store import record_event, record_sweep
from runner.store.session import Transaction

LAG: Final = timedelta(minutes=1)
"""A request under way while lanes change may still act by the lanes before, or be logged behind the change."""


@dataclass(frozen=True, slots=True)
class State:
    """An account from a place of the log on."""

    place: int
    at: datetime
    name: str
    active: bool
    groups: frozenset[tuple[str, str]]

    def fits(self, entry: Entry, province: str) -> bool:
        """Whether who acted is told as this account was."""
        lanes = tuple(sorted(lane for each, lane in self.groups if each == province))
        return self.active and (entry.who.name, entry.who.lanes) == (self.name, lanes)


@dataclass(slots=True)
class History:
    """The accounts as the events told them. `begun` is the place at which the log began on a database in use, else -1.

    `last` is the number of the last event that was read.
    """

    states: dict[str, list[State]] = field(default_factory=dict)
    begun: int = -1
    since: datetime | None = None
    last: int = 0

    def read(self, tx: Transaction) -> bool:
        """Take in what has been told since it was last read; whether there was anything."""
        news = record_event.events(tx, self.last, [RecordKind.BEGIN, RecordKind.PERSON])
        places: dict[Any, tuple[Any, bytes | None]] = record_sweep.of_case(tx, 0) if news else {}
        for event in news:
            place = places.get(event.id, (0, None))[0]
            self.last, self.since = event.id, self.since or event.at
            if event.kind == RecordKind.BEGIN:
                self.begun = place if self.begun < 0 and not self.states else self.begun  # it begins once, and first
                continue
            facts = event.facts
            groups = frozenset((province, lane) for province, lane in facts["groups"])
            state = State(place, event.at, facts["name"], facts["active"], groups)
            self.states.setdefault(event.subject, []).append(state)
        return bool(news)

    def fault(self, entry: Entry, place: int, province: str) -> str | None:
        """What does not agree with who acted; None also for entries from before the log began."""
        if entry.actor == SYSTEM.id or place < self.begun:
            return None
        known = self.states.get(entry.actor, [])
        before = [each for each in known if each.place < place]
        near = [each for each in known if abs(each.at - entry.at) <= LAG]
        # Of those about which something changed at that time, what was before the change holds too.
        near += [one for one, other in pairwise(known) if other in near]
        if not before and not near:
            return "account unknown"
        return None if any(each.fits(entry, province) for each in [*before[-1:], *near]) else "account otherwise"


def people_faults(
    tx: Transaction, history: History, places: Places, entries: Sequence[Entry], province: str
) -> Iterator[Finding]:
    """Entries of which the actor was another, or nobody, by the events of accounts."""
    for entry in entries:
        place = places.get(entry.seq, (record_sweep.BEHIND, None))[0]
        fault = history.fault(entry, place, province)
        if fault and history.read(tx):  # an account that was made since the history was read
            fault = history.fault(entry, place, province)
        if fault:
            yield Finding(Check.ACTORS, fault, entry.case, entry.seq, entry.actor)
