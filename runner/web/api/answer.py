"""What several operations answer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from runner.domain.case import ChangeResult
from runner.domain.task import Task
from runner.domain.worklist import Item
from runner.web import response


def named(case: int, task: str) -> str:
    """A task's name in addresses, ``<case>.<element>.<occurrence>``: a ``#`` would begin a fragment there."""
    element, _, occurrence = task.rpartition("#")
    return f"{case}.{element}.{occurrence}"


def changed(answer: ChangeResult) -> response.Outcome:
    """What a change came to; of the answer alone, so that a repeated request is told the same."""
    due = datetime.fromisoformat(answer.due) if answer.due else None
    opened = [named(answer.case, each) for each in answer.opened]
    return response.Outcome(**asdict(answer) | {"due": due, "opened": opened})


def task(case: int, province: str, found: Task | Item) -> dict[str, Any]:
    """The members that every answer about a task has."""
    return {
        "id": named(case, found.id),
        "case": case,
        "province": province,
        "name": found.name,
        "lane": found.lane,
        "step": found.step,
        "opened": found.opened,
        "due": found.due,
        "owner": found.owner,
        "late": found.late,
    }
