"""The tasks of a case that are open, and where in the tree of SpiffWorkflow each waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from runner.domain.task import Task, TaskOutcome
from runner.engine import spiffworkflow
from runner.engine.definition import Definition
from runner.engine.errors import TaskClosed
from runner.engine.token_moves import Move
from runner.errors import NotFound


class OpenTasks(dict[str, Task]):
    """By id, in the order in which they were opened; `occurrence` gives an element's next id."""

    def __init__(self, definition: Definition, occurrence: Callable[[str], str]) -> None:
        super().__init__()
        self.nodes: dict[str, Any] = {}
        self._definition = definition
        self._occurrence = occurrence
        self._reported: dict[str, Task] = {}

    def node(self, task: str) -> Any:
        """The node of the tree at which `task` waits. Raises `TaskClosed`, or `NotFound` for no task of the diagram."""
        if task in self.nodes:
            return self.nodes[task]
        element = task.partition("#")[0]
        if element not in self._definition.nodes:
            raise NotFound
        raise TaskClosed(task=self._definition.nodes[element].name)

    def change(self, task: str, **facts: Any) -> None:
        self[task] = replace(self[task], **facts)

    def forgive(self, due_of: Callable[[Task], datetime | None], now: datetime) -> None:
        """What was late is so no longer where `due_of` it is after `now`."""
        for task in list(self.values()):
            if task.late and (due := due_of(task)) and due > now:
                self.change(task.id, late=False)

    def follow(self, moves: Iterable[Move], now: datetime) -> tuple[list[Task], list[Task]]:
        """Turn the tokens' moves into tasks: the ones closed, and the ones opened that are still open."""
        closed: list[Task] = []
        opened: list[Task] = []
        tasks = {node.id: task for task, node in self.nodes.items()}
        for node, element, state in moves:
            if self._definition.nodes[element].type != "userTask":
                continue
            if state == spiffworkflow.READY:
                task = self._open(element, now)
                self.nodes[task.id] = node
                tasks[node.id] = task.id
                opened.append(task)
            elif node.id in tasks:
                gone = self.pop(tasks[node.id], None)
                if gone:
                    del self.nodes[gone.id]
                    outcome = TaskOutcome.DONE if state == spiffworkflow.COMPLETED else TaskOutcome.CANCELLED
                    closed.append(replace(gone, closed=now, outcome=outcome))
        return closed, [task for task in opened if task.id in self]

    def changed(self) -> list[Task]:
        """The tasks that are new or different since this was last asked."""
        changed = [task for task in self.values() if self._reported.get(task.id) != task]
        self._reported = dict(self)
        return changed

    def _open(self, element: str, now: datetime) -> Task:
        shape = self._definition.nodes[element]
        task = Task(
            id=self._occurrence(element),
            element=element,
            name=shape.name,
            lane=shape.lane or "",
            step=shape.properties.get("step", ""),
            form=shape.form or "",
            opened=now.astimezone(UTC),
        )
        self[task.id] = task
        return task
