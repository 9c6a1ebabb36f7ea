"""Cases to store: small, whole, and like real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from runner.domain.case import Case, Projection
from runner.domain.journal import START, Entry
from runner.domain.task import Task
from runner.store import case as cases
from runner.store.session import Transaction

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def a_case(id: int, **facts: object) -> Case:
    case = Case(id, "ha-tinh", "ha-tinh/QT.BC.01", "ab" * 32, NOW, 0, START, subject="Công ty Bưu chính Hồng Lĩnh")
    return replace(case, **facts)  # type: ignore[arg-type]


def a_task(id: str = "Task_B3_appraise#1", **facts: object) -> Task:
    task = Task(
        id, id.partition("#")[0], "Thẩm định hồ sơ", "specialist", "B3", "appraise", NOW, NOW + timedelta(days=6)
    )
    return replace(task, **facts)  # type: ignore[arg-type]


def next_entry(case: Case, payload: object = None, at: datetime = NOW, actor: str = "lan") -> Entry:
    """The entry that follows what `case` stands at."""
    seq = case.seq + 1
    state = sha256(f"{case.id}/{seq}".encode()).digest()
    return Entry.make(case.id, seq, at, actor, "submit", payload or {"seq": seq}, state, case.head)


def advance(case: Case, payload: object = None, **rows: object) -> Projection:
    """The change that moves `case` on by one entry."""
    entry = next_entry(case, payload)
    return Projection(entry, replace(case, seq=entry.seq, head=entry.hash), **rows)  # type: ignore[arg-type]


def started(tx: Transaction, **rows: object) -> Case:
    """A new case, saved with its first entry and `rows`."""
    change = advance(a_case(cases.create(tx)), **rows)
    cases.save(tx, change)
    return change.case
