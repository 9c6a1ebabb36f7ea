"""One running case: fed the same journal it is always in the same state. Loading a case is replaying it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from runner import feel
from runner.bpmn import timer
from runner.clock import stopwatch
from runner.domain import entry
from runner.domain.case import CaseStatus, ClockState
from runner.domain.deadline import Deadline
from runner.domain.entry import Command
from runner.domain.journal import canonical, digest, instant
from runner.domain.limit import Limit
from runner.domain.task import Task, TaskOutcome, Timer
from runner.engine import spiffworkflow
from runner.engine.advance import Advance, Moment, Request
from runner.engine.definition import Definition
from runner.engine.legal_clock import LegalClock
from runner.engine.script import Script
from runner.errors import Conflict, IncidentRaised, MotcuaError, NotFound, Refused

MAX_STEPS = 200
"""Automatic steps in one change; a diagram that needs more is looping."""
MAX_SECONDS = 2.0
MAX_DEPTH = 600
"""Depth of the task tree: beyond 1,000 the library no longer sees its own tasks (returns for correction add up)."""


class TaskClosed(Conflict):
    """Việc “{task}” không còn mở: đã có người hoàn thành hoặc hồ sơ đã đi tiếp."""


class TaskTaken(Conflict):
    """Việc “{task}” đang do {owner} xử lý."""


class TimerGone(Conflict):
    """Mốc thời hạn “{timer}” không còn chờ."""


class NotDue(Refused):
    """Mốc thời hạn “{timer}” chưa đến hạn."""


class NotWaiting(Refused):
    """Hồ sơ không chờ thông báo “{message}”."""


class RequestGone(Conflict):
    """Yêu cầu “{request}” không còn chờ kết quả."""


class CaseClosed(Conflict):
    """Hồ sơ đã kết thúc."""


class StepsExceeded(IncidentRaised):
    """Hồ sơ chạy quá {limit} bước tự động trong một lần; sơ đồ có thể bị lặp."""


class TimeExceeded(IncidentRaised):
    """Hồ sơ chạy quá {limit} giây trong một lần; sơ đồ có thể bị lặp."""


class DepthExceeded(IncidentRaised):
    """Hồ sơ đã quay lại quá nhiều lần (sâu quá {limit} bước); cần kết thúc và lập hồ sơ mới."""


class EngineFault(IncidentRaised):
    """Bộ máy thực thi báo lỗi: {reason}"""


@dataclass(slots=True)
class _Armed:
    """A timer that waits: where it sits in the tree, and whose limit it is (a task's id) when it is a step's."""

    id: str
    element: str
    node: Any
    definition: spiffworkflow.TimerDefinition
    task: str | None
    due: datetime | None


class Instance:
    """A case in memory. Not for two threads at once; after any exception it is spoilt and must be loaded again.

    Each change takes a `Moment` and returns an `Advance`. Task, timer and request ids are element and occurrence
    (``Task_B3_appraise#2``), so that replay meets the same ones.
    """

    def __init__(self, definition: Definition, limit: Limit) -> None:
        self.definition = definition
        self.legal = LegalClock(limit)
        self.values: dict[str, Any] = {}
        self.tasks: dict[str, Task] = {}
        self.status = CaseStatus.OPEN
        self.outcome = ""
        self.visits: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._nodes: dict[str, Any] = {}
        self._armed: dict[tuple[int, str], _Armed] = {}
        self._requests: dict[str, Any] = {}
        self._moves: list[tuple[Any, str, int]] = []
        self._workflow: spiffworkflow.Workflow | None = None
        self._moment: Moment | None = None
        self._performed: dict[str, Mapping[str, object]] = {}
        self._outside: list[Request] = []
        self._shown: dict[str, Task] = {}

    # -- changes --------------------------------------------------------------------------------------------------

    def apply(self, command: Command, moment: Moment) -> Advance:
        """The change that `command` asks for, live and on replay alike."""
        match command:
            case entry.Start(values=values):
                return self.start(values, moment)
            case entry.Claim(task=task, owner=owner):
                return self.claim(task, owner, moment)
            case entry.Assign(task=task, owner=owner):
                return self.assign(task, owner, moment)
            case entry.Release(task=task):
                return self.release(task, moment)
            case entry.Submit(task=task, values=values):
                return self.submit(task, values, moment)
            case entry.FireTimer(timer=timer):
                return self.fire(timer, moment)
            case entry.DeliverMessage(message=message, values=values):
                return self.deliver(message, values, moment)
            case entry.AnswerRequest(request=request, result=result):
                return self.answer(request, result, moment)
            case entry.Cancel():
                return self.cancel(moment)
        raise EngineFault(reason=command.kind)

    def start(self, values: Mapping[str, object], moment: Moment) -> Advance:
        """Begin the case with `values`."""
        self.values.update(values)

        def begin() -> None:
            definition = self.definition
            script = Script(self._truth, self._serve)
            self._workflow = spiffworkflow.Workflow(
                definition.spec, dict(definition.subprocess_specs), script, self._watch
            )

        return self._change(moment, begin)

    def submit(self, task: str, values: Mapping[str, object], moment: Moment) -> Advance:
        """Complete `task` with `values`, already checked against its form. Raises `TaskClosed`, `IncidentRaised`."""
        node = self._node(task)
        self.values.update(values)
        return self._change(moment, node.run)

    def fire(self, timer_id: str, moment: Moment) -> Advance:
        """Fire a timer that is due. Raises `TimerGone` or `NotDue`."""
        armed = next((armed for armed in self._armed.values() if armed.id == timer_id), None)
        if armed is None:
            raise TimerGone(timer=timer_id)
        if armed.due is None or armed.due > moment.now:
            raise NotDue(timer=timer_id)
        late = (armed.task,) if armed.task else ()
        for task in late:
            self.tasks[task] = replace(self.tasks[task], late=True)
        return self._change(moment, lambda: armed.definition.fire(armed.node), late=late)

    def deliver(self, message: str, values: Mapping[str, object], moment: Moment) -> Advance:
        """Give the case a message that it waits for. Raises `NotWaiting`."""
        workflow = self._running()
        self.values.update(values)

        def catch() -> None:
            if not workflow.deliver(message):
                raise NotWaiting(message=message)

        return self._change(moment, catch)

    def answer(self, request: str, result: Mapping[str, object], moment: Moment) -> Advance:
        """The result of outside work for which the diagram waits. Raises `RequestGone`."""
        node = self._requests.pop(request, None)
        if node is None:
            raise RequestGone(request=request)
        self.values.update(result)
        return self._change(moment, node.complete)

    def cancel(self, moment: Moment) -> Advance:
        """End the case where it stands."""
        workflow = self._running()
        advance = self._change(moment, workflow.cancel)
        self.status = CaseStatus.CANCELLED
        return replace(advance, status=CaseStatus.CANCELLED)

    def claim(self, task: str, person: str, moment: Moment) -> Advance:
        """Give an open task to `person`. Raises `TaskTaken` when somebody else has it."""
        self.expect(task)
        if self.tasks[task].owner not in (None, person):
            raise TaskTaken(task=self.tasks[task].name, owner=self.tasks[task].owner)
        return self._own(task, person, moment)

    def assign(self, task: str, person: str, moment: Moment) -> Advance:
        """Give an open task to `person`, whoever has it."""
        self.expect(task)
        return self._own(task, person, moment)

    def release(self, task: str, moment: Moment) -> Advance:
        """Put a task back to its lane."""
        self.expect(task)
        return self._own(task, None, moment)

    # -- state ----------------------------------------------------------------------------------------------------

    @property
    def timers(self) -> tuple[Timer, ...]:
        """The timers that wait, in the order in which they were armed."""
        return tuple(Timer(armed.id, armed.element, armed.due) for armed in self._armed.values())

    def expect(self, task: str) -> None:
        """Raises `TaskClosed` unless `task` is open."""
        self._node(task)

    def deadline(self, task: str) -> Deadline | None:
        """The deadline of an open task's step, with its derivation; None where no limit applies."""
        return self.legal.rounds.get(self._round(self.tasks[task])) if task in self.tasks else None

    def digest(self) -> bytes:
        """The SHA-256 of everything that the future of this case depends on; equal states have equal digests."""
        return digest(
            canonical(
                {
                    "status": [self.status, self.outcome],
                    "values": self.values,
                    "tasks": [[t.id, t.owner, _text(t.due), t.late] for t in self.tasks.values()],
                    "timers": [[t.id, _text(t.due)] for t in self._armed.values()],
                    "requests": sorted(self._requests),
                    "visits": self.visits,
                    "due": _text(self.legal.due),
                    "clock": self.legal.summary(),
                }
            )
        )

    # -- how a change goes ----------------------------------------------------------------------------------------

    def _change(self, moment: Moment, act: Callable[[], object], late: tuple[str, ...] = ()) -> Advance:
        if self.status != CaseStatus.OPEN:
            raise CaseClosed
        self._moment = moment
        self._performed, self._outside, self._moves = {}, [], []
        timers = {armed.id: armed.due for armed in self._armed.values()}
        tasks = self._shown
        try:
            act()
            self._run()
        except MotcuaError:
            raise
        except Exception as error:  # the library raises anything; the case is left as the journal has it
            raise EngineFault(reason=f"{type(error).__name__}: {error}") from error
        finally:
            self._moment = None
        return self._settle(moment, timers, tasks, late)

    def _run(self) -> None:
        workflow, elapsed = self._running(), stopwatch()
        steps = 0
        while workflow.ready:
            node = workflow.ready.popleft()
            if node.state != spiffworkflow.READY or node.task_spec.manual:
                continue
            steps += 1
            if steps > MAX_STEPS:
                raise StepsExceeded(limit=MAX_STEPS)
            if elapsed() > MAX_SECONDS:
                raise TimeExceeded(limit=MAX_SECONDS)
            node.run()
        if workflow.deepest > MAX_DEPTH and workflow.unfinished():
            raise DepthExceeded(limit=MAX_DEPTH)

    def _watch(self, node: Any, state: int) -> None:
        element = node.task_spec.bpmn_id
        if element is not None and state >= spiffworkflow.WAITING:
            self._moves.append((node, element, state))

    def _truth(self, condition: str) -> object:
        return feel.evaluate(self.definition.conditions[condition], self.values)

    def _serve(self, node: Any) -> bool | None:
        element = self.definition.nodes[node.task_spec.bpmn_id]
        request = Request(
            self._occurrence(element.id),
            element.id,
            element.topic or "",
            element.properties,
            dict(self.values),
            element.decision or "",
            element.result or "",
        )
        result = self._now().perform(request)
        if result is not None:
            self._performed[request.id] = result
            self.values.update(result)
            return True
        self._outside.append(request)
        if element.properties.get("wait") == "true":
            self._requests[request.id] = node
            return None
        return True

    def _settle(
        self, moment: Moment, before: dict[str, datetime | None], shown: dict[str, Task], late: tuple[str, ...]
    ) -> Advance:
        now, calendar = moment.now, moment.calendar
        closed, opened, route = self._follow(moment)
        self._requests = {id: node for id, node in self._requests.items() if node.state == spiffworkflow.STARTED}
        self.legal.leave({self._round(task) for task in self.tasks.values()}, now, calendar)
        for mark, entered in self._marks():
            self.legal.mark(mark, entered, now, calendar)
        for task in opened:
            if limit := self.definition.limits.get(task.element):
                self.legal.enter(self._round(task), limit, now, calendar)
        for task in self.tasks.values():
            due = self._task_due(task)
            if due != task.due:
                self.tasks[task.id] = replace(task, due=due)
        self._arm(moment)
        after = {armed.id: armed.due for armed in self._armed.values()}
        changed = [task for task in self.tasks.values() if shown.get(task.id) != task]
        self._shown = dict(self.tasks)
        if not self._running().unfinished():
            self.status = CaseStatus.FINISHED
        return Advance(
            status=self.status,
            outcome=self.outcome,
            clock=self.legal.state,
            due=self.legal.due,
            tasks=(*closed, *changed),
            armed=tuple(t for t in self.timers if t.id not in before or before[t.id] != t.due),
            disarmed=tuple(id for id in before if id not in after),
            performed=self._performed,
            requests=tuple(self._outside),
            route=tuple(route),
            late=late,
        )

    def _follow(self, moment: Moment) -> tuple[list[Task], list[Task], list[str]]:
        """Turn the tree's moves into tasks opened and closed and the elements passed."""
        closed: list[Task] = []
        opened: list[Task] = []
        route: list[str] = []
        tasks = {node.id: task for task, node in self._nodes.items()}
        for node, element, state in self._moves:
            shape = self.definition.nodes[element]
            if state == spiffworkflow.COMPLETED:
                route.append(element)
                self.visits[element] = self.visits.get(element, 0) + 1
                if shape.type == "endEvent" and "outcome" in shape.properties:
                    self.outcome = shape.properties["outcome"]
            if shape.type != "userTask":
                continue
            if state == spiffworkflow.READY:
                task = self._open(shape.id, moment.now)
                self._nodes[task.id] = node
                tasks[node.id] = task.id
                opened.append(task)
            elif node.id in tasks:
                gone = self.tasks.pop(tasks[node.id], None)
                if gone:
                    del self._nodes[gone.id]
                    done = TaskOutcome.DONE if state == spiffworkflow.COMPLETED else TaskOutcome.CANCELLED
                    closed.append(replace(gone, closed=moment.now, outcome=done))
        return closed, [task for task in opened if task.id in self.tasks], route

    def _open(self, element: str, now: datetime) -> Task:
        shape = self.definition.nodes[element]
        task = Task(
            id=self._occurrence(element),
            element=element,
            name=shape.name,
            lane=shape.lane or "",
            step=shape.properties.get("step", ""),
            form=shape.form or "",
            opened=now.astimezone(UTC),
        )
        self.tasks[task.id] = task
        return task

    def _marks(self) -> list[tuple[str, bool]]:
        """The ``clock`` marks of the elements that were entered (True) or left (False), in order."""
        marks: list[tuple[str, bool]] = []
        for node, element, state in self._moves:
            if element not in self.definition.clock:
                continue
            entered = node.internal_data.get("clock", False)
            if state in (spiffworkflow.COMPLETED, spiffworkflow.CANCELLED) and entered:
                marks.append((self.definition.clock[element], False))
            elif state in (spiffworkflow.WAITING, spiffworkflow.READY, spiffworkflow.STARTED) and not entered:
                node.internal_data["clock"] = True
                marks.append((self.definition.clock[element], True))
        return marks

    def _arm(self, moment: Moment) -> None:
        """Compare the events that wait with the timers known: arm the new, drop the gone, move those that moved."""
        waiting = {
            (node.id, definition.element): (node, definition)
            for node in self._running().waiting()
            for definition in _timers(node)
        }
        for key in [key for key in self._armed if key not in waiting]:
            del self._armed[key]
        for key, (node, definition) in waiting.items():
            armed = self._armed.get(key)
            if armed is None:
                armed = self._armed[key] = _Armed(
                    self._occurrence(definition.element),
                    definition.element,
                    node,
                    definition,
                    self._limited(node, definition.element),
                    None,
                )
                armed.due = self._timer_due(armed, moment)
            elif armed.task or self.definition.timers[armed.element].legal:
                armed.due = self._timer_due(armed, moment)

    def _limited(self, node: Any, element: str) -> str | None:
        """The open task whose step limit the boundary timer `node` is: both hang on the same split of the tree."""
        if element not in self.definition.limit_timers:
            return None
        return next((task for task, other in self._nodes.items() if other.parent is node.parent), None)

    def _timer_due(self, armed: _Armed, moment: Moment) -> datetime | None:
        if armed.task:
            task = self.tasks[armed.task]
            return None if task.late else task.due
        rule = self.definition.timers[armed.element]
        if rule.legal and self.legal.state != ClockState.RUNNING:
            return None
        return timer.due(rule, armed.element, moment.now, moment.calendar, self.legal.due)

    def _task_due(self, task: Task) -> datetime | None:
        each = self.legal.rounds.get(self._round(task))
        return each.due if each else None

    def _round(self, task: Task) -> str:
        """The name of the budget that `task` draws on: its step's, or its own."""
        return task.step or task.id

    def _own(self, task: str, person: str | None, moment: Moment) -> Advance:
        self.tasks[task] = replace(self.tasks[task], owner=person)
        return self._change(moment, lambda: None)

    def _occurrence(self, element: str) -> str:
        self._counts[element] = self._counts.get(element, 0) + 1
        return f"{element}#{self._counts[element]}"

    def _node(self, task: str) -> Any:
        if task in self._nodes:
            return self._nodes[task]
        element = task.partition("#")[0]
        if element not in self.definition.nodes:
            raise NotFound
        raise TaskClosed(task=self.definition.nodes[element].name)

    def _now(self) -> Moment:
        if self._moment is None:
            raise EngineFault(reason="no change is going on")
        return self._moment

    def _running(self) -> spiffworkflow.Workflow:
        if self._workflow is None:
            raise CaseClosed
        return self._workflow


def _timers(node: Any) -> list[spiffworkflow.TimerDefinition]:
    """The timer definitions on which a waiting node waits: its own, or all those of an event-based gateway."""
    definition = node.task_spec.event_definition
    several = getattr(definition, "event_definitions", [definition])
    return [each for each in several if isinstance(each, spiffworkflow.TimerDefinition)]


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)
