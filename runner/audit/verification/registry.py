"""The tables beside the cases, held to the record events: what is stored is what they told, no more and no less."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from runner.audit.verification.difference import named, unequal
from runner.domain.record import RecordEvent, RecordKind
from runner.domain.verification import Check, Finding
from runner.errors import Busy
from runner.store import record_event, row
from runner.store.row import Row
from runner.store.session import Transaction

MOST: Final = 2_000
"""Events that are read at once."""
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "version": ("digest",),
    "version_file": ("version", "name"),
    "enforcement": ("procedure", "number"),
    "calendar_revision": ("province", "revision"),
    "organisation_revision": ("province", "revision"),
    "law_revision": ("province", "revision"),
    "calendar_decision": ("province", "revision"),
    "person": ("id",),
    "membership": ("person", "province", "lane"),
    "account": ("person",),
    "token": ("person", "name"),
    "submission": ("id",),
    "epoch": ("number",),
    "sample": ("id",),
    "sample_case": ("sample", "case"),
    "sample_remark": ("sample", "number"),
}
_CHANGING: Final = {"person": "", "membership": "", "account": "", "token": "revoked", "submission": "decided"}
"""Tables whose rows are told anew when they change; where a column is named, no more once it has a value."""
_HASHED: Final = {
    "account": "password",
    "sample_remark": "text",
    **dict.fromkeys(("calendar_revision", "organisation_revision", "law_revision"), "content"),
}
"""Columns of which an event keeps the SHA-256."""
_MOMENTS: Final = frozenset({"at", "effective", "decided", "created", "revoked", "made"})
_BYTES: Final = frozenset({("version_file", "sha256"), ("token", "sha256")})

Rows = dict[tuple[Any, ...], Row]


@dataclass(slots=True)
class Told:
    """What the events have told so far: the rows of each table by key, each column as an event has it.

    `found` counts down the events that told what was there before the log began: of a password these do not say since
    when it is.
    """

    tables: dict[str, Rows] = field(default_factory=lambda: {name: {} for name in _KEYS})
    begun: bool = False
    found: int = 0
    twice: list[str] = field(default_factory=list)
    """Rows of which nothing new can be told, and was: what was told first counts."""

    def take(self, event: RecordEvent) -> None:
        """Take the next event in."""
        if event.kind == RecordKind.BEGIN:
            if self.begun:  # it begins once, and first
                self.twice.append(f"event {event.id}")
            self.begun, self.found = True, event.facts["found"]
            return
        self.begun = True
        if event.kind in _TAKEN:
            _TAKEN[event.kind](self, event)
        self.found = max(0, self.found - 1)

    def put(self, table: str, values: Mapping[str, Any]) -> None:
        """A row as it is from now on."""
        rows, key, row = self.tables[table], tuple(values[name] for name in _KEYS[table]), dict(values)
        before = rows.get(key)
        if before is not None and before != row and _final(table, before):
            self.twice.append(named(table, key))
        else:
            rows[key] = row


def _final(table: str, row: Row) -> bool:
    """Whether a row that was told stays as it is."""
    until = _CHANGING.get(table)
    return until is None or (until != "" and row[until] is not None)


def _version(told: Told, event: RecordEvent) -> None:
    facts = dict(event.facts)
    for name, digest in facts.pop("files").items():
        told.put("version_file", {"version": event.subject, "name": name, "sha256": digest})
    told.put("version", facts)


def _row_of(table: str) -> Callable[[Told, RecordEvent], None]:
    return lambda told, event: told.put(table, {name: each for name, each in event.facts.items() if name != "via"})


def _person(told: Told, event: RecordEvent) -> None:
    id, facts = event.subject, event.facts
    told.put("person", {"id": id, **{name: facts[name] for name in ("name", "email", "active")}})
    members = told.tables["membership"]
    for key in [key for key in members if key[0] == id]:
        del members[key]
    for province, lane in facts["groups"]:
        told.put("membership", {"person": id, "province": province, "lane": lane})


def _password(told: Told, event: RecordEvent) -> None:
    since = {} if told.found else {"at": event.at}
    told.put("account", {"person": event.subject, "password": event.facts["sha256"], **since})


def _sample(told: Told, event: RecordEvent) -> None:
    id, facts = int(event.subject), dict(event.facts)
    row = {"by": event.actor, "at": event.at}
    match facts.pop("act"):
        case "draw":
            for case, stratum in facts.pop("cases"):
                told.put("sample_case", {"sample": id, "case": case, "stratum": stratum})
            told.put("sample", {"id": id, "province": event.province, **row, **facts})
        case "remark":
            told.put("sample_remark", {"sample": id, **row, **facts})
        case "sign":
            seal = {"case": 0, "look": "signed", "severity": "", "entry": 0}
            text = sha256(facts["sha256"].encode()).hexdigest()
            told.put("sample_remark", {"sample": id, "number": facts["remarks"] + 1, "text": text, **row, **seal})


_TAKEN: Final[Mapping[str, Callable[[Told, RecordEvent], None]]] = {
    RecordKind.VERSION: _version,
    RecordKind.ENFORCEMENT: _row_of("enforcement"),
    RecordKind.CALENDAR: _row_of("calendar_revision"),
    RecordKind.ORGANISATION: _row_of("organisation_revision"),
    RecordKind.RULES: _row_of("law_revision"),
    RecordKind.CALENDAR_DECISION: _row_of("calendar_decision"),
    RecordKind.PERSON: _person,
    RecordKind.PASSWORD: _password,
    RecordKind.TOKEN: _row_of("token"),
    RecordKind.APPROVAL: _row_of("submission"),
    RecordKind.RESTORE: _row_of("epoch"),
    RecordKind.SAMPLE: _sample,
}


def told(tx: Transaction) -> Told:
    """What all events tell."""
    so_far = Told()
    for event in told_events(tx):
        so_far.take(event)
    return so_far


def told_events(tx: Transaction) -> Iterator[RecordEvent]:
    """The events that tell of a table, and the beginning, in their order."""
    after = 0
    while batch := record_event.events(tx, after, [RecordKind.BEGIN, *_TAKEN], most=MOST):
        yield from batch
        after = batch[-1].id


def registry_faults(tx: Transaction) -> Iterator[Finding]:
    """Rows that no event told of, rows that are gone, and columns that are not as told."""
    so_far = told(tx)
    tables = so_far.tables
    for about in so_far.twice:
        yield Finding(Check.REGISTRY, "told twice", about=about)
    for table, key in _KEYS.items():
        should = tables[table]
        seen: set[tuple[Any, ...]] = set()
        for stored in row.found(tx, table):
            place = tuple(stored[name] for name in key)
            seen.add(place)
            if place not in should:
                yield Finding(Check.REGISTRY, "row untold", about=named(table, place))
                continue
            try:
                yield from _unequal(tx, table, named(table, place), stored, should[place])
            except Busy:
                raise
            except Exception as error:  # whatever a value of another type makes
                yield Finding(Check.REGISTRY, "unreadable rows", about=f"{named(table, place)} {type(error).__name__}")
        for missing in should.keys() - seen:
            yield Finding(Check.REGISTRY, "row missing", about=named(table, missing))


def _unequal(tx: Transaction, table: str, about: str, stored: Row, told: Row) -> Iterator[Finding]:
    told, stored = dict(told), dict(stored)
    if hashed := _HASHED.get(table):
        content = stored[hashed]
        stored[hashed] = sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()
        plain = {hashed: told.pop(hashed)}
        yield from unequal(Check.REGISTRY, about, stored, plain)
    should = row.stored(tx, table, {name: _typed(table, name, value) for name, value in told.items()})
    yield from unequal(Check.REGISTRY, about, stored, should)


def _typed(table: str, name: str, value: Any) -> Any:
    """A value of an event as the column's own type."""
    if isinstance(value, str) and name == "until":
        return date.fromisoformat(value)
    if isinstance(value, str) and name in _MOMENTS:
        return datetime.fromisoformat(value)
    return bytes.fromhex(value) if (table, name) in _BYTES else value
