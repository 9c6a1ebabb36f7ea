"""The timers of a case that wait: which events of the tree they are, and when each is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runner.bpmn import timer
from runner.domain.case import ClockState
from runner.domain.task import Task, Timer
from runner.engine import spiffworkflow
from runner.engine.advance import Moment
from runner.engine.definition import Definition
from runner.engine.errors import NotDue, TimerGone
from runner.engine.legal_clock import LegalClock
from runner.engine.open_tasks import OpenTasks


@dataclass(slots=True)
class OpenTimer:
    """A timer that waits at `node` of the tree. `task`: the id of the task whose limit it is, None for others."""

    id: str
    element: str
    node: Any
    definition: spiffworkflow.TimerDefinition
    task: str | None
    due: datetime | None

    def fire(self) -> None:
        self.definition.fire(self.node)


class OpenTimers:
    """In the order in which they were armed.

    `tasks` are the case's; `occurrence` gives an element's next id, `evaluate` what an expression is worth.
    `due_timers` are those of the definition, as far as the case's rules make them limits.
    """

    def __init__(
        self,
        definition: Definition,
        legal: LegalClock,
        tasks: OpenTasks,
        occurrence: Callable[[str], str],
        evaluate: timer.Evaluate,
    ) -> None:
        self.due_timers: Mapping[str, str] = {}
        self._definition = definition
        self._legal = legal
        self._tasks = tasks
        self._occurrence = occurrence
        self._evaluate = evaluate
        self._open: dict[tuple[Any, str], OpenTimer] = {}

    def __iter__(self) -> Iterator[Timer]:
        return (Timer(each.id, each.element, each.due) for each in self._open.values())

    def at(self, node: Any, element: str) -> OpenTimer:
        """The timer that waits at `node` of the tree for `element`."""
        return self._open[node.id, element]

    def due(self, id: str, now: datetime) -> OpenTimer:
        """The timer `id`, which is due at `now`. Raises `TimerGone` or `NotDue`."""
        found = next((each for each in self._open.values() if each.id == id), None)
        if found is None:
            raise TimerGone(timer=id)
        if found.due is None or found.due > now:
            raise NotDue(timer=id)
        return found

    def update(self, workflow: spiffworkflow.Workflow, moment: Moment) -> None:
        """Compare the events that wait with the timers known: arm the new, drop the gone, move those that moved."""
        waiting = {
            (node.id, definition.element): (node, definition)
            for node in workflow.waiting()
            for definition in _definitions(node)
        }
        for key in self._open.keys() - waiting.keys():
            del self._open[key]
        for key, (node, definition) in waiting.items():
            known = self._open.get(key)
            if known is None:
                element = definition.element
                task = self._limited(node, element)
                known = self._open[key] = OpenTimer(self._occurrence(element), element, node, definition, task, None)
                known.due = self._due(known, moment)
            elif known.task or self._definition.timers[known.element].legal:
                known.due = self._due(known, moment)

    def _limited(self, node: Any, element: str) -> str | None:
        """The open task whose limit the boundary timer `node` is: both have the same parent in the tree."""
        if element not in self._definition.limit_timers and element not in self.due_timers.values():
            return None
        return next((task for task, other in self._tasks.nodes.items() if other.parent is node.parent), None)

    def _due(self, each: OpenTimer, moment: Moment) -> datetime | None:
        if each.task:
            task = self._tasks[each.task]
            return None if task.late else task.due
        return self._moment(each.element, moment)

    def due_of(self, task: Task, moment: Moment) -> datetime | None:
        """When `task` is due (UTC), by its own timer or its step; None without a limit, or while the clock stands."""
        limit = self.due_timers.get(task.element)
        return self._moment(limit, moment) if limit else self._legal.due_of(task)

    def _moment(self, element: str, moment: Moment) -> datetime | None:
        """When the timer `element`, armed now, is due; None while the legal clock on which it depends stands."""
        rule, calendar = self._definition.timers[element], moment.calendar
        if rule.legal:
            if self._legal.state != ClockState.RUNNING:
                return None
            calendar = self._legal.calendar if self._legal.firm and self._legal.calendar else calendar
        return timer.due(rule, element, moment.now, calendar, self._legal.due, self._evaluate)


def _definitions(node: Any) -> list[spiffworkflow.TimerDefinition]:
    """The timer definitions on which a waiting node waits: its own, or all those of an event-based gateway."""
    definition = node.task_spec.event_definition
    several = getattr(definition, "event_definitions", [definition])
    return [each for each in several if isinstance(each, spiffworkflow.TimerDefinition)]
