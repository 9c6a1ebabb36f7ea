"""The states of a diagram's elements and flows in one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from runner.bpmn import Diagram, Node
from runner.domain.case import GOING_ON
from runner.engine.instance import Instance
from runner.engine.wait import Wait, WaitKind
from runner.services.audit import ReplayedEntry


def states(diagram: Diagram, steps: Sequence[ReplayedEntry], instance: Instance, now: datetime) -> Mapping[str, str]:
    """The states by id: ``done``, ``current`` where the case stands, ``late`` for a task past its due moment at `now`.

    Elements that the case never reached have no state. A task done before and open again is open. A case stands at its
    open tasks, and where it waits for a moment, a message, automatic work or other branches.
    """
    found = dict.fromkeys(instance.visits, "done") | dict.fromkeys(_flows(diagram, steps), "done")
    if instance.status not in GOING_ON:
        return found
    found |= {each.element: "current" for each in instance.waits if _stands(each)}
    return found | {task.element: "late" for task in instance.tasks.values() if task.overdue(now)}


def _stands(wait: Wait) -> bool:
    """Whether a token of the case is where it waits: not so at an event that merely watches over something else."""
    return wait.kind in (WaitKind.TASK, WaitKind.JOIN) or (wait.alone and not wait.host)


def _flows(diagram: Diagram, steps: Sequence[ReplayedEntry]) -> set[str]:
    """The sequence flows that the case has taken."""
    taken: set[str] = set()
    for step in steps:
        if step.advance is None:
            continue
        opened = [task.element for task in step.advance.tasks if task.opened == step.entry.at]
        way = [*step.advance.route, *opened]
        for place, element in enumerate(way[: len(step.advance.route)]):
            if node := diagram.nodes.get(element):
                taken |= _left_by(diagram, node, way[place + 1 :])
    return taken


def _left_by(diagram: Diagram, node: Node, after: Sequence[str]) -> set[str]:
    """The flows by which a case left `node`; `after` are the elements that it reached next, in order.

    A parallel gateway takes all its flows; of other nodes the case takes the flow whose target comes first in `after`.
    """
    ways = {diagram.flows[flow].target: flow for flow in node.outgoing}
    if len(ways) < 2 or node.type == "parallelGateway":
        return set(ways.values())
    first = next((element for element in after if element in ways), None)
    return {ways[first]} if first else set()
