"""What an open case waits for, read from where its tokens stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition

from runner.bpmn import Node
from runner.bpmn.graph import lane
from runner.engine import spiffworkflow
from runner.engine.errors import FlowLost, Stalled
from runner.engine.open_tasks import OpenTasks
from runner.engine.open_timers import OpenTimers
from runner.errors import IncidentRaised


class WaitKind(StrEnum):
    """What ends a wait: a person, a moment, a message, the answer of automatic work, the tokens of other branches."""

    TASK = "task"
    TIMER = "timer"
    MESSAGE = "message"
    REQUEST = "request"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that a case waits for at `element` of the diagram.

    `id` is that of the task, timer or request, or the message's name. `lane`: who does the task or reports the message.
    `due` is None for a timer that is held. `host`: the element on whose boundary the event is. `missing`: the elements
    from which a join still expects a token. `within`: the called processes and sub-processes around it, the innermost
    first.

    `alone`: whether this wait by itself may move the main flow on. A timer that is held does not, nor an event on the
    boundary that does not interrupt, nor anything in an event sub-process.
    """

    kind: WaitKind
    element: str
    id: str = ""
    lane: str = ""
    due: datetime | None = None
    host: str = ""
    missing: tuple[str, ...] = ()
    alone: bool = True
    within: tuple[str, ...] = ()


def waits(
    nodes: Mapping[str, Node],
    workflow: spiffworkflow.Workflow,
    tasks: OpenTasks,
    timers: OpenTimers,
    requests: Mapping[str, Any],
) -> Iterator[Wait]:
    """Everything that the case waits for: tasks, events, automatic work, joins."""
    for task in tasks.values():
        within = _within(tasks.nodes[task.id].workflow)
        alone = not _beside(nodes, within)
        yield Wait(WaitKind.TASK, task.element, task.id, task.lane, task.due, alone=alone, within=within)
    for node in workflow.waiting():
        yield from _events(nodes, node, timers)
    for id, node in requests.items():
        within = _within(node.workflow)
        yield Wait(WaitKind.REQUEST, node.task_spec.bpmn_id, id, alone=not _beside(nodes, within), within=within)
    for tree in workflow.trees():
        yield from _joins(tree)


def stall(nodes: Mapping[str, Node], waits: Iterable[Wait]) -> IncidentRaised | None:
    """Why nothing will ever move the main flow on; None where something may."""
    stuck = []
    for each in waits:
        if each.alone:
            return None
        if each.kind == WaitKind.JOIN or (each.kind == WaitKind.TIMER and each.due is None and not each.host):
            stuck.append(f"“{nodes[each.element].name or each.element}”")
    return Stalled(where=", ".join(stuck)) if stuck else FlowLost()


def _events(nodes: Mapping[str, Node], node: Any, timers: OpenTimers) -> Iterator[Wait]:
    """The events for which `node` of the tree waits, but for a task's limit: that is the task's own due moment."""
    within = _within(node.workflow)
    for element, definition in _definitions(node):
        shape = nodes[element]
        host = shape.attached_to or ""
        alone = (shape.interrupting or not host) and not _beside(nodes, within)
        if isinstance(definition, spiffworkflow.TimerDefinition):
            timer = timers.at(node, element)
            if timer.task is None:
                alone = alone and timer.due is not None
                yield Wait(WaitKind.TIMER, element, timer.id, due=timer.due, host=host, alone=alone, within=within)
        elif isinstance(definition, MessageEventDefinition):
            reporter = lane(nodes, shape) or ""
            yield Wait(WaitKind.MESSAGE, element, definition.name, reporter, host=host, alone=alone, within=within)


def _joins(tree: Any) -> Iterator[Wait]:
    """The parallel gateways of a tree at which tokens wait for those of other branches."""
    arrived: dict[Any, list[Any]] = {}
    for node in tree.tasks.values():
        if node.state == spiffworkflow.WAITING and isinstance(node.task_spec, spiffworkflow.ParallelGateway):
            arrived.setdefault(node.task_spec, []).append(node.parent.task_spec)
    for join, sources in arrived.items():
        missing = list(join.inputs)
        for source in sources:
            if source in missing:
                missing.remove(source)
        expected = dict.fromkeys(_drawn(source) for source in missing)
        yield Wait(WaitKind.JOIN, join.bpmn_id, missing=tuple(expected), alone=False, within=_within(tree))


def _within(tree: Any) -> tuple[str, ...]:
    """The elements that hold a tree: those of called processes and sub-processes, the innermost first."""
    around: list[str] = []
    while isinstance(tree, spiffworkflow.SubWorkflow):
        around.append(tree.holder.task_spec.bpmn_id)
        tree = tree.holder.workflow
    return tuple(around)


def _beside(nodes: Mapping[str, Node], within: Iterable[str]) -> bool:
    """Whether what is `within` these is in an event sub-process, which runs beside the main flow."""
    return any(nodes[each].triggered_by_event for each in within)


def _definitions(node: Any) -> list[tuple[str, Any]]:
    """The events for which a node of the tree waits, by element: its own, or all those of an event-based gateway."""
    definition = node.task_spec.event_definition
    several = getattr(definition, "event_definitions", None)
    if several is None:
        return [(node.task_spec.bpmn_id, definition)]
    return [(spec.bpmn_id, each) for spec, each in zip(node.task_spec.outputs, several, strict=True)]


def _drawn(spec: Any) -> str:
    """The element of the diagram that `spec` is or, for what the library puts around an activity, belongs to."""
    while spec.bpmn_id is None:
        spec = spec.inputs[0]
    return str(spec.bpmn_id)
