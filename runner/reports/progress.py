"""The states of a diagram's elements and flows in one case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from runner.domain.case import GOING_ON
from runner.engine.instance import Instance
from runner.engine.wait import Wait, WaitKind


def states(instance: Instance, now: datetime) -> Mapping[str, str]:
    """The states by id: ``done``, ``current`` where the case stands, ``late`` for a task past its due moment at `now`.

    Elements that the case never reached have no state. A task done before and open again is open. A case stands at its
    open tasks, and where it waits for a moment, a message, automatic work or other branches.
    """
    found = dict.fromkeys([*instance.visits, *instance.flows], "done")
    if instance.status not in GOING_ON:
        return found
    found |= {each.element: "current" for each in instance.waits if stands(each)}
    return found | {task.element: "late" for task in instance.tasks.values() if task.overdue(now)}


def stands(wait: Wait) -> bool:
    """Whether a token of the case is where it waits: not so at an event that merely watches over something else."""
    return wait.kind in (WaitKind.TASK, WaitKind.JOIN) or (wait.alone and not wait.host)
