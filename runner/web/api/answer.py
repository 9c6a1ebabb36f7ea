"""What several operations answer, as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from runner.domain.journal import instant
from runner.domain.task import Task
from runner.domain.worklist import Item
from runner.services.case_transaction import ChangeResult


def moment(at: datetime | None) -> str | None:
    """A moment as the journal writes it: in UTC, to the microsecond."""
    return instant(at) if at else None


def named(case: int, task: str) -> str:
    """A task's name in addresses, ``<case>.<element>.<occurrence>``: a ``#`` would begin a fragment there."""
    element, _, occurrence = task.rpartition("#")
    return f"{case}.{element}.{occurrence}"


def changed(answer: ChangeResult) -> dict[str, Any]:
    """What a change came to; of the answer alone, so that a repeated request is told the same."""
    return asdict(answer) | {"opened": [named(answer.case, each) for each in answer.opened]}


def task(case: int, province: str, found: Task | Item) -> dict[str, Any]:
    """A task in a list."""
    return {
        "id": named(case, found.id),
        "case": case,
        "province": province,
        "name": found.name,
        "lane": found.lane,
        "step": found.step,
        "opened": moment(found.opened),
        "due": moment(found.due),
        "owner": found.owner,
        "late": found.late,
    }
