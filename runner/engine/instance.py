"""One running case: fed the same journal it is always in the same state. Loading a case is replaying it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from runner import feel
from runner.bpmn.timer import Functions
from runner.clock import processor_time
from runner.domain.case import GOING_ON, CaseStatus
from runner.domain.deadline import Deadline
from runner.domain.entry import Command
from runner.domain.journal import canonical, digest, instant
from runner.domain.limit import Limit
from runner.domain.semantics import CURRENT, TYPED, UNTYPED
from runner.domain.task import Timer
from runner.engine import spiffworkflow
from runner.engine.act import Act, carry_out
from runner.engine.advance import Advance, Moment, Request
from runner.engine.definition import Definition
from runner.engine.draft import Draft
from runner.engine.errors import (
    CaseClosed,
    DepthExceeded,
    EngineFault,
    NotDraft,
    NotWaiting,
    RequestGone,
    StepsExceeded,
    StillDraft,
    TaskTaken,
    TimeExceeded,
)
from runner.engine.legal_clock import LegalClock, budget
from runner.engine.open_tasks import OpenTasks
from runner.engine.open_timers import OpenTimers
from runner.engine.script import Script
from runner.engine.token_moves import TokenMoves
from runner.engine.urgency import Urgency
from runner.engine.wait import Wait, stall, waits
from runner.errors import MotcuaError

MAX_STEPS = 200
"""Automatic steps in one change; a diagram that needs more is looping."""
MAX_SECONDS = 2.0  # of the processor
MAX_DEPTH = 600
"""Depth of the task tree: beyond 1,000 the library no longer sees its own tasks (returns for correction add up)."""


class Instance:
    """A case in memory. Not for two threads at once; after any exception it is spoilt and must be loaded again.

    Each change takes a `Moment` and returns an `Advance`. Task, timer and request ids are element and occurrence
    (``Task_B3_appraise#2``), so that replay meets the same ones. `visits` and `flows` count how often tokens passed an
    element and took a sequence flow. `migrated_by` is the entry that brought the case to this version, 0 where it began
    on it; `salt` stands before the state in its digest. `acts` are all its changes, as they went on this version;
    `judged` is for those who judge them: who does, and what they have made of each act so far.
    """

    def __init__(self, definition: Definition, limit: Limit) -> None:
        self.definition, self.legal = definition, LegalClock(limit)
        self.semantics = CURRENT
        self.values, self.tasks = dict[str, Any](), OpenTasks(definition, self._occurrence)
        self.status, self.outcome = CaseStatus.OPEN, ""
        self.draft: Draft | None = None
        self.visits, self.flows = Counter[str](), Counter[str]()
        self.salt, self.migrated_by, self._counts = b"", 0, dict[str, int]()
        self.acts: list[Act] = []
        self.judged: tuple[object, list[Any]] | None = None
        self._timers = OpenTimers(definition, self.legal, self.tasks, self._occurrence, self._evaluate)
        self._urgency, self._moves = Urgency(definition.ahead, definition.unit), TokenMoves()
        self._workflow: spiffworkflow.Workflow | None = None
        self._moment: Moment | None = None
        self._requests, self._outside = dict[str, Any](), list[Request]()
        self._performed: dict[str, Mapping[str, object]] = {}

    # -- changes --------------------------------------------------------------------------------------------------

    def apply(self, command: Command, moment: Moment) -> Advance:
        """The change that `command` asks for, live and on replay alike."""
        promised, clock = self.legal.due, self.legal.state
        advance = carry_out(self, command, moment)
        self.acts.append(Act(command, moment.now, moment.actor, moment.calendar, promised, clock, advance))
        return advance

    def start(self, values: Mapping[str, object], semantics: int, moment: Moment) -> Advance:
        """Begin the case with `values`, under the rules `semantics`."""
        self.semantics, self.legal.firm = semantics, semantics >= TYPED
        self._timers.due_timers = self.definition.due_timers if semantics >= TYPED else {}
        self.legal.reserves = self.definition.reserves if semantics >= TYPED else None
        self.values.update(values)

        def begin() -> None:
            if semantics >= TYPED:
                self.status, self.draft = CaseStatus.DRAFT, Draft.of(moment)
            script, specs = Script(self._truth, self._serve), dict(self.definition.subprocess_specs)
            self._workflow = spiffworkflow.Workflow(self.definition.spec, specs, script, self._moves.record)

        return self._change(moment, begin)

    def submit(self, task: str, values: Mapping[str, object], moment: Moment) -> Advance:
        """Complete `task` with `values`, already checked against its form. Raises `TaskClosed`, `IncidentRaised`."""
        node = self.tasks.node(task)
        self.values.update(values)
        return self._change(moment, node.run)

    def fire(self, timer_id: str, moment: Moment) -> Advance:
        """Fire a timer that is due. Raises `TimerGone` or `NotDue`."""
        timer = self._timers.due(timer_id, moment.now)
        late = (timer.task,) if timer.task else ()
        for task in late:
            self.tasks.change(task, late=True)
        return self._change(moment, timer.fire, late=late)

    def deliver(self, message: str, values: Mapping[str, object], moment: Moment) -> Advance:
        """Give the case a message that it waits for. Raises `NotWaiting`."""
        workflow = self._running()
        deliver = workflow.deliver if self.semantics >= TYPED else workflow.deliver_untyped
        self.values.update(values)

        def catch() -> None:
            if not deliver(message):
                raise NotWaiting(message=message)

        return self._change(moment, catch)

    def answer(self, request: str, result: Mapping[str, object], moment: Moment) -> Advance:
        """The result of outside work for which the diagram waits. Raises `RequestGone`."""
        node = self._requests.pop(request, None)
        if node is None:
            raise RequestGone(request=request)
        self.values.update(result)
        return self._change(moment, node.complete)

    def end(self, status: CaseStatus, moment: Moment) -> Advance:
        """End the case where it stands: a draft as discarded, others as cancelled. Raises `StillDraft`, `NotDraft`."""
        if bool(self.draft) != (status == CaseStatus.DISCARDED):
            raise StillDraft if self.draft else NotDraft
        advance = self._change(moment, self._running().cancel)
        self.status = status
        return replace(advance, status=status)

    def recount(self, moment: Moment, *, approved: bool) -> Advance:
        """Count the deadlines that run anew. Raises `PromiseEarlier` unless `approved`, where the promise does that."""
        self.legal.recount(moment.calendar, approved=approved)
        self.tasks.forgive(lambda task: self._timers.due_of(task, moment), moment.now)
        return self._change(moment, lambda: None)

    def claim(self, task: str, person: str, moment: Moment) -> Advance:
        """Give an open task to `person`. Raises `TaskTaken` when another person has it."""
        self.expect(task)
        if self.tasks[task].owner not in (None, person):
            raise TaskTaken(task=self.tasks[task].name, owner=self.tasks[task].owner)
        return self.own(task, person, moment)

    def own(self, task: str, person: str | None, moment: Moment) -> Advance:
        """Give an open task to `person`, even if another person has it; None puts it back to its lane."""
        self.expect(task)
        self.tasks.change(task, owner=person)
        return self._change(moment, lambda: None)

    # -- state ----------------------------------------------------------------------------------------------------

    @property
    def timers(self) -> tuple[Timer, ...]:
        """The timers that wait, in the order in which they were armed."""
        return (*self._timers, *((self.draft.timer,) if self.draft else ()))

    @property
    def waits(self) -> Iterator[Wait]:
        """What the case waits for."""
        return waits(self.definition.nodes, self._running(), self.tasks, self._timers, self._requests)

    @property
    def known(self) -> dict[str, Any]:
        """The values as expressions know them: dates of the forms' date fields are dates."""
        return feel.typed(self.values, self.definition.dated) if self.semantics >= TYPED else self.values

    def expect(self, task: str) -> None:
        """Raises `TaskClosed` unless `task` is open."""
        self.tasks.node(task)

    def deadline(self, task: str) -> Deadline | None:
        """The deadline of an open task's step, with its derivation; None where no limit applies."""
        return self.legal.rounds.get(budget(self.tasks[task])) if task in self.tasks else None

    def digest(self) -> bytes:
        """The SHA-256 of everything that the future of this case depends on; equal states have equal digests."""
        return digest(
            canonical(
                {
                    "status": [self.status, self.outcome],
                    "values": self.values,
                    "tasks": [[t.id, t.owner, _text(t.due), t.late] for t in self.tasks.values()],
                    "timers": [[t.id, _text(t.due)] for t in self.timers],
                    "requests": sorted(self._requests),
                    "visits": self.visits,
                    "due": _text(self.legal.due),
                    "clock": self.legal.summary(),
                }
                | ({"semantics": self.semantics} if self.semantics > UNTYPED else {})
            ),
            self.salt,
        )

    # -- how a change goes ----------------------------------------------------------------------------------------

    def _change(self, moment: Moment, act: Callable[[], object], late: tuple[str, ...] = ()) -> Advance:
        if self.status not in GOING_ON:
            raise CaseClosed
        self._moment = moment
        self._performed, self._outside = {}, []
        self._moves.clear()
        timers = {timer.id: timer.due for timer in self.timers}
        try:
            act()
            self._run()
            return self._settle(moment, timers, late)
        except MotcuaError:
            raise
        except Exception as error:  # the library raises anything; the case is left as the journal has it
            raise EngineFault(reason=f"{type(error).__name__}: {error}") from error
        finally:
            self._moment = None

    def _run(self) -> None:
        workflow, elapsed, steps = self._running(), processor_time(), 0
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

    def _truth(self, condition: str) -> object:
        return self._evaluate(self.definition.conditions[condition], {}, {})

    def _evaluate(self, expression: feel.Expression, given: Mapping[str, object], functions: Functions) -> object:
        return feel.evaluate(expression, {**self.known, **given}, functions, strict=self.semantics >= TYPED)

    def _serve(self, node: Any) -> bool | None:
        element = self.definition.nodes[node.task_spec.bpmn_id]
        values = dict(self.known if element.decision else self.values)
        about = element.topic or "", element.properties, values, element.decision or "", element.result or ""
        request = Request(self._occurrence(element.id), element.id, *about)
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

    def _settle(self, moment: Moment, before: dict[str, datetime | None], late: tuple[str, ...]) -> Advance:
        now, calendar = moment.now, moment.calendar
        route = self._moves.route()
        flows = tuple(self._moves.flows(self.definition.ways))
        self._pass(route, flows)
        closed, opened = self.tasks.follow(self._moves, now)
        self._requests = {id: node for id, node in self._requests.items() if node.state == spiffworkflow.STARTED}
        self.legal.leave({budget(task) for task in self.tasks.values()}, now, calendar)
        for mark, entered in self._moves.marks(self.definition.clock):
            self.legal.mark(mark, entered, now, calendar)
        for task in opened:
            if limit := self.definition.limits.get(task.element):
                self.legal.enter(budget(task), limit, now, calendar)
        for task in self.tasks.values():
            due = self._timers.due_of(task, moment)
            if due != task.due:
                self.tasks.change(task.id, due=due)
        self._urgency.follow(self.tasks, closed, opened, self.legal, calendar)
        self._timers.update(self._running(), moment)
        clerks = self.definition.clerks
        if self.draft and (closed or not self.draft.keep(self.tasks, self.values, self.legal.state, clerks)):
            self.status, self.draft = CaseStatus.OPEN, None
        after = {timer.id: timer for timer in self.timers}
        if not self._running().unfinished():
            self.status = CaseStatus.FINISHED
        elif self.semantics >= TYPED and (incident := stall(self.definition.nodes, self.waits)):
            raise incident
        return Advance(
            status=self.status,
            outcome=self.outcome,
            clock=self.legal.state,
            received=self.legal.received,
            due=self.legal.due,
            tasks=(*closed, *self.tasks.changed()),
            armed=tuple(t for t in after.values() if t.id not in before or before[t.id] != t.due),
            disarmed=tuple(id for id in before if id not in after),
            performed=self._performed,
            requests=tuple(self._outside),
            route=tuple(route),
            flows=flows,
            late=late,
        )

    def _pass(self, route: list[str], flows: tuple[str, ...]) -> None:
        """Count the elements that tokens passed, and the flows; an end event may say how the case ends."""
        self.visits.update(route)
        self.flows.update(flows)
        for element in route:
            shape = self.definition.nodes[element]
            if shape.type == "endEvent" and "outcome" in shape.properties:
                self.outcome = shape.properties["outcome"]

    def _occurrence(self, element: str) -> str:
        self._counts[element] = self._counts.get(element, 0) + 1
        return f"{element}#{self._counts[element]}"

    def _now(self) -> Moment:
        if self._moment is None:
            raise EngineFault(reason="no change is going on")
        return self._moment

    def _running(self) -> spiffworkflow.Workflow:
        if self._workflow is None:
            raise CaseClosed
        return self._workflow


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)
