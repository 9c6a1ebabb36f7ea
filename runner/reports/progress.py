"""The states of a diagram's elements and flows in one case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from runner.domain.case import GOING_ON
from runner.engine.instance import Instance
from runner.engine.wait import Wait, WaitKind


def states(instance: Instance, now: datetime, waits: Iterable[Wait] | None = None) -> Mapping[str, str]:
    """The states by id: ``done``, ``current`` where the case stands, ``late`` for a task past its due moment at `now`.

    Elements that the case never reached have no state. A task done before and open again is open. A case stands at its
    open tasks, where it waits for a moment, a message, automatic work or other branches, and at the calls of processes
    in which it does so. `waits` are the instance's, where they are at hand.
    """
    found = dict.fromkeys([*instance.visits, *instance.flows], "done")
    if instance.status not in GOING_ON:
        return found
    standing = [each for each in (instance.waits if waits is None else waits) if stands(each)]
    nodes = instance.definition.nodes
    calls = (call for each in standing for call in each.within if nodes[call].type == "callActivity")
    found |= dict.fromkeys([*calls, *(each.element for each in standing)], "current")
    return found | {task.element: "late" for task in instance.tasks.values() if task.overdue(now)}


def tokens(waits: Iterable[Wait]) -> Mapping[str, int]:
    """Where the tokens of a case stand: how many at each element."""
    return Counter(each.element for each in waits if stands(each))


def stands(wait: Wait) -> bool:
    """Whether a token of the case is where it waits: not so at an event that merely watches over something else."""
    return wait.kind in (WaitKind.TASK, WaitKind.JOIN) or (wait.alone and not wait.host)
