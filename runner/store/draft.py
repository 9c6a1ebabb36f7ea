"""Drafts: what a person has typed into a task's form and not yet submitted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from runner.store import table
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.statement import upsert

_OF_TASK = (table.draft.c.case == bindparam("case_id"), table.draft.c.task == bindparam("task_id"))

_GET = select(table.draft.c["values"]).where(*_OF_TASK, table.draft.c.person == bindparam("person_id"))
_SAVE = upsert(table.draft)
_DISCARD = Prepared(delete(table.draft).where(*_OF_TASK))


def get(tx: Transaction, case: int, task: str, person: str) -> dict[str, Any] | None:
    """What `person` last saved for the task."""
    return tx.scalar(_GET, {"case_id": case, "task_id": task, "person_id": person})


def save(tx: Transaction, case: int, task: str, person: str, values: Mapping[str, Any], at: datetime) -> None:
    """Keep `values` in place of what `person` saved for the task before."""
    draft = {"case": case, "task": task, "person": person, "values": values, "at": at}
    tx.execute(_SAVE[tx.dialect.name], draft)


def discard(tx: Transaction, case: int, task: str) -> None:
    """Delete all persons' drafts for the task."""
    _DISCARD.run(tx, {"case_id": case, "task_id": task})
