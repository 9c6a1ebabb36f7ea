"""SpiffWorkflow, made deterministic, bounded and quick: everything here changes one of its measured habits.

- Task ids come from a counter instead of random UUIDs, so that a replay finds the same tasks.
- What became READY is queued at the moment it happens, instead of walking the whole tree again and again.
- Timers never look at a clock: the runner says when one fires.
- Sequence flows keep the order of the file, instead of the height at which an analyst happened to draw their targets.
- Case data lives outside the tree, so nothing is copied from task to task.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

logging.getLogger("spiff").setLevel(logging.WARNING)  # it tells of each workflow that ends, on every replay

WAITING, READY, STARTED = TaskState.WAITING, TaskState.READY, TaskState.STARTED
COMPLETED, CANCELLED = TaskState.COMPLETED, TaskState.CANCELLED
UNFINISHED = TaskState.FUTURE | TaskState.WAITING | TaskState.READY | TaskState.STARTED


# -- the tree ---------------------------------------------------------------------------------------------------------


class Node(Task):
    """A node of the task tree, with a counted id, that reports each change of its state to the workflow."""

    def __init__(self, workflow: Any, task_spec: Any, parent: Node | None = None, state: int = TaskState.MAYBE) -> None:
        top = workflow.top_workflow
        self.level: int = parent.level + 1 if parent else workflow.base_level
        super().__init__(workflow, task_spec, parent, state, id=next(top.ids))
        self.last_state_change = next(top.ids)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Node:
        child = Node(self.workflow, task_spec, self, state)
        if state == READY:
            child._ready()
        return child

    def _set_state(self, value: int) -> None:
        if value != self.state:
            self._state = value
            top = self.workflow.top_workflow
            self.last_state_change = next(top.ids)
            top.moved(self, value)

    def _inherit_data(self) -> None:
        """Inherits nothing: only the instance keeps the case's values."""


class _Tree:
    """Base of main and sub-workflows: the root is a `Node`, and waiting tasks are found without a search."""

    base_level = 0

    def grow(self: Any) -> None:
        """Make the root and predict from it, as the library's constructor does."""
        self.task_tree = Node(self, self.spec.start, state=TaskState.FUTURE)
        self.task_tree.task_spec._predict(self.task_tree, mask=TaskState.NOT_FINISHED_MASK)
        self.task_tree._ready()

    def update_waiting_tasks(self: Any) -> None:
        for task in [task for task in self.tasks.values() if task._state == WAITING]:
            if task._state == WAITING:
                task.task_spec._update(task)

    def collect_log_extras(self, dct: Any = None) -> dict[str, Any]:
        return {}


class SubWorkflow(_Tree, BpmnSubWorkflow):
    """A sub-process or a called process while it runs."""

    def __init__(self, spec: Any, parent: Node, top: Workflow) -> None:
        self.base_level = parent.level + 1
        self.holder = parent
        super().__init__(spec, parent_task_id=parent.id, top_workflow=top, deserializing=True)
        top.subprocesses[parent.id] = self
        self.grow()


class Workflow(_Tree, BpmnWorkflow):
    """One running process: queues what is ready and reports each visible move to `watch(node, state)`."""

    def __init__(
        self, spec: Any, subprocess_specs: dict[str, Any], script: Any, watch: Callable[[Any, int], None]
    ) -> None:
        self.ids = count(1)
        self.ready: deque[Node] = deque()
        self.watch = watch
        self.deepest = 0
        super().__init__(spec, subprocess_specs, script, deserializing=True)
        self.grow()

    def moved(self, node: Node, state: int) -> None:
        if state == READY:
            self.ready.append(node)
            self.deepest = max(self.deepest, node.level)
        self.watch(node, state)

    def create_subprocess(self, my_task: Node, spec_name: str) -> SubWorkflow:
        return SubWorkflow(self.subprocess_specs[spec_name], my_task, self)

    def trees(self) -> list[Workflow | SubWorkflow]:
        """The main workflow, and those within it that still run."""
        return [self, *(tree for tree in self.subprocesses.values() if not tree.completed)]

    def unfinished(self) -> bool:
        """Whether anything is left to do, at any depth of the tree (`is_completed` sees only the first 1,000)."""
        return any(
            task._state & UNFINISHED
            for tree in (self, *self.subprocesses.values())
            for task in tree.tasks.values()
            if not tree.completed
        )

    def waiting(self) -> list[Node]:
        """The catching events that wait, in the order in which they began to."""
        return list(self.event_manager.tasks.values())

    def deliver(self, message: str) -> int:
        """Give `message` to each waiting event of that name, an event-based gateway being one; returns their number.

        An event on the boundary that does not interrupt goes on waiting.
        """
        event = BpmnEvent(MessageEventDefinition(message))
        caught = [node for node in self.waiting() if node.task_spec.catches(node, event)]
        for node in caught:
            spec = node.task_spec
            if isinstance(spec, defaults.EventBasedGateway):
                node.internal_data["seen_events"] = [event]
            else:
                spec.event_definition.catch(node, event)
            spec._update(node)
            if isinstance(spec, defaults.BoundaryEvent) and not spec.cancel_activity:
                _wait_again(node)
        return len(caught)

    def deliver_untyped(self, message: str) -> int:
        """The same by the first rules: every event behind a gateway gets it, and none waits again."""
        caught: int = self.event_manager.catch(BpmnEvent(MessageEventDefinition(message)), internal=False)
        return caught


def _wait_again(fired: Node) -> None:
    """Put a boundary event beside the one that `fired`: it ends with the activity, as that would have."""
    again = fired.parent._add_child(fired.task_spec)
    fired.task_spec._predict(again)
    again._set_state(WAITING)
    fired.task_spec._update(again)


# -- the specification ------------------------------------------------------------------------------------------------


class TimerDefinition(TimerEventDefinition):
    """A timer that fires when `fire` is called. In an event-based gateway several share one task, hence the element."""

    def __init__(self, element: str, expression: str) -> None:
        super().__init__(element, expression)
        self.element = element

    def has_fired(self, my_task: Node) -> bool:
        return bool(my_task.internal_data.get("fired") == self.element)

    def fire(self, my_task: Node) -> None:
        my_task.internal_data["fired"] = self.element
        my_task.task_spec._update(my_task)

    def reset(self, my_task: Node) -> None:
        my_task.internal_data.pop("fired", None)

    def catches(self, my_task: Node, event: Any) -> bool:
        return False


class _Catching:
    """A catching event starts afresh each time it is reached; searching its future for leftovers is not needed."""

    def _run_hook(self: Any, my_task: Node) -> bool:
        self.event_definition.update_task_data(my_task)
        self.event_definition.reset(my_task)
        return True

    def _on_cancel(self: Any, my_task: Node) -> None:
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)


class StartEvent(_Catching, defaults.StartEvent):
    """BPMN 10.5.2."""


class CatchEvent(_Catching, defaults.IntermediateCatchEvent):
    """BPMN 10.5.4."""


class BoundaryEvent(_Catching, defaults.BoundaryEvent):
    """BPMN 10.5.4, attached to an activity's boundary."""


class ServiceTask(defaults.ServiceTask):
    """Automatic work, that of a business rule included: asks the script engine, which hands it to the runner."""

    def _execute(self, task: Node) -> Any:
        return task.workflow.script_engine.call_service(task)


class ExclusiveGateway(defaults.ExclusiveGateway):
    """BPMN 10.6.2: the first flow whose condition is true, else the default flow; undecided is never guessed."""

    def _run_hook(self, my_task: Node) -> bool:
        target = my_task.workflow.script_engine.choose(my_task, self.cond_task_specs, self.default_task_spec)
        _lead(my_task, [my_task.workflow.spec.get_task_spec_from_name(target)])
        return True


class ParallelGateway(defaults.ParallelGateway):
    """BPMN 10.6.4: waits for a token on each incoming flow and takes one of each, in every round of a loop anew.

    Nothing beyond it is predicted: each branch that leads to it would predict the rest of the process once more, so
    that the tree would double with every split.
    """

    def _predict_hook(self, my_task: Node) -> None:
        pass

    def _update_hook(self, my_task: Node) -> bool:
        if my_task._state == WAITING:
            return False  # only a token that arrives can make the set complete
        arrived = [
            task
            for task in my_task.workflow.tasks.values()
            if task.task_spec is self and (task._state == WAITING or task is my_task)
        ]
        taken: list[Node] = []
        for source in self.inputs:
            token = next((each for each in arrived if each.parent.task_spec is source and each not in taken), None)
            if token is None:
                my_task._set_state(WAITING)
                return False
            taken.append(token)
        for token in taken:
            if token is not my_task:
                token.cancel()
        return True

    def _run_hook(self, my_task: Node) -> bool:
        _lead(my_task, self.outputs)
        return True


class BoundaryJoin(BoundaryEventJoin):
    """Where an activity and its boundary events meet: the join's other nodes are children of the same split."""

    def _find_tasks(self, my_task: Node) -> list[Node]:
        split = my_task.find_ancestor(self.split_task)
        return [join for branch in split.children for join in branch.children if join.task_spec is self]


class EndJoin(_EndJoin):
    """The end of a process waits for every other token; a search without recursion finds one."""

    def _check_threshold_unstructured(self, my_task: Node) -> bool:
        return not any(
            task._state & TaskState.NOT_FINISHED_MASK and task is not my_task and not self._follows(task)
            for task in my_task.workflow.tasks.values()
        )

    def _follows(self, task: Node) -> bool:
        return bool(task.task_spec.name == "End")

    def _run_hook(self, my_task: Node) -> bool:
        return True


def _lead(my_task: Node, targets: list[Any]) -> None:
    """Lead the token at `my_task` to each of `targets`, and predict what follows."""
    my_task._sync_children(targets, TaskState.FUTURE)
    for child in my_task.children:
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)


class ProcessSpec(BpmnProcessSpec):
    """A process whose joins are ours."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        for spec in (f"{name}.EndJoin", "End"):
            del self.task_specs[spec]
        self.end = EndJoin(self, f"{name}.EndJoin")
        self.end.connect(SimpleBpmnTask(self, "End"))

    def _add_notify(self, task_spec: TaskSpec) -> None:
        super()._add_notify(task_spec)
        # The parser names this class itself and offers no other way to put ours in its place.
        if type(task_spec) is BoundaryEventJoin:
            task_spec.__class__ = BoundaryJoin
