"""Where the rows of a case are not what its journal makes of it: every table and column that a journal fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from runner.domain.case import OutboxMessage
from runner.domain.journal import Entry
from runner.domain.person import Lane
from runner.domain.verification import Check, Finding
from runner.services.read_tables import ReadTables
from runner.store import row
from runner.store.row import Row
from runner.store.session import Transaction
from runner.store.statement import row_values

LONGEST = 200
"""Characters of a value in a finding."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "case": ("id",),
    "task": ("case", "id"),
    "timer": ("case", "id"),
    "incident": ("case", "id"),
    "case_search": ("case", "word"),
    "case_officer": ("case", "person"),
    "outbox": ("key",),
}
_OF_CASE = {"case": "id"}


def differences(tx: Transaction, tables: ReadTables) -> Iterator[Finding]:
    """Each row and column of the read tables, and of what the outbox has from the journal, that is not as computed."""
    case = tables.case.id
    for table, rows in _expected(tables).items():
        key = _KEYS[table]
        should = {tuple(each[name] for name in key): row.stored(tx, table, each) for each in rows}
        found = row.found(tx, table, **{_OF_CASE.get(table, "case"): case})
        stored = {tuple(each[name] for name in key): each for each in found}
        for missing in should.keys() - stored.keys():
            yield Finding(Check.TABLES, "row missing", case, about=named(table, missing))
        for extra in stored.keys() - should.keys():
            yield Finding(Check.TABLES, "row extra", case, about=named(table, extra))
        for both in should.keys() & stored.keys():
            if table == "outbox" and _of_the_first_release(tx, tables, stored[both]):
                continue
            yield from unequal(Check.TABLES, named(table, both), stored[both], should[both], case)


def unequal(check: Check, about: str, stored: Row, should: Row, case: int | None = None) -> Iterator[Finding]:
    """A finding for each column of a row that is not what it should be; columns of which nothing is known may be."""
    for name, value in should.items():
        if not row.same(stored[name], value):
            recorded, computed = shown(stored[name]), shown(value)
            yield Finding(check, "column", case, about=f"{about}.{name}", recorded=recorded, computed=computed)


def named(table: str, key: tuple[Any, ...]) -> str:
    """A row in a finding: ``task[12, Task_a#1]``."""
    return f"{table}[{', '.join(map(shown, key))}]"


def shown(value: Any) -> str:
    """A stored value in a sentence, cut short."""
    if isinstance(value, bytes):
        text = value.hex()
    elif isinstance(value, datetime):
        text = value.isoformat()
    else:
        text = "–" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _expected(tables: ReadTables) -> dict[str, list[Row]]:
    case = tables.case
    return {
        "case": [row_values(case)],
        "task": [row_values(each, case=case.id, province=case.province) for each in tables.tasks.values()],
        "timer": [row_values(each, case=case.id) for each in tables.timers.values()],
        "incident": [row_values(each, case=case.id) for each in tables.incidents.values()],
        "case_search": [{"case": case.id, "word": each} for each in tables.words.split()],
        "case_officer": [{"case": case.id, "person": each} for each in tables.officers],
        "outbox": [_queued(*each) for each in tables.messages.values()],
    }


def _queued(entry: Entry, message: OutboxMessage) -> Row:
    return row_values(message, case=entry.case, seq=entry.seq, at=entry.at)


def _of_the_first_release(tx: Transaction, tables: ReadTables, stored: Row) -> bool:
    """Whether a message is as release 0.1.0 queued it: its notices of late tasks named the one lane that they told."""
    entry, message = tables.messages[stored["key"]]
    if message.topic != "notify_late" or entry.organisation:
        return False
    then = replace(message, values={**message.values, "lane": Lane.DIVISION_LEAD.value})
    should = row.stored(tx, "outbox", _queued(entry, then))
    return all(row.same(stored[name], value) for name, value in should.items())
