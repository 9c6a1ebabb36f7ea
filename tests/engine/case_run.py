"""A case without a database, on a clock that the test moves, proved anew after every change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from runner.bpmn import read
from runner.clock import ZONE
from runner.domain.calendar import Calendar
from runner.domain.case import GOING_ON
from runner.domain.entry import Command, DeliverMessage, FireTimer, Start, Submit, read_command
from runner.domain.form import Form
from runner.domain.journal import canonical, parsed
from runner.domain.limit import Limit, Unit
from runner.domain.semantics import CURRENT, TYPED
from runner.domain.task import DRAFT_TIMER, Task, Timer
from runner.domain.working_day import Hours, Session
from runner.engine.advance import Advance, Moment, Request
from runner.engine.definition import Definition, define
from runner.engine.instance import Instance
from runner.engine.spiffworkflow import READY, Workflow

CALENDAR = Calendar(
    province="somewhere",
    revision=1,
    hours=(Hours(None, None, (Session(time(7, 30), time(11, 30)), Session(time(13, 30), time(17)))),),
    weekly_off=frozenset({5, 6}),
    days={},
    years=frozenset(range(2022, 2028)),
)
INSIDE: Mapping[str, Mapping[str, object]] = {"allot_number": {"case_number": "1"}, "pin_fee": {"fee_amount": 150000}}
VERSION = "ab" * 32
MONDAY = datetime(2022, 9, 26, 8, 0, tzinfo=ZONE)


def local(text: str) -> datetime:
    """A moment in Vietnamese local time: ``local("2022-09-26 09:00")``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def perform(request: Request) -> Mapping[str, object] | None:
    """Inside topics give their value, outside ones nothing."""
    return INSIDE.get(request.topic)


@dataclass
class CaseRun:
    """A case on the diagram in `data`, whose tasks ask `forms`, begun on a Monday at eight.

    Every change is recorded as a journal would have it. Unless `proved` is off, after each one a fresh instance that is
    fed the record must be in the same state, and `invariants` must hold.
    """

    data: bytes
    values: Mapping[str, object] = field(default_factory=dict)
    limit: Limit = field(default_factory=lambda: Limit(Fraction(10), "working-days"))
    proved: bool = True
    semantics: int = CURRENT
    forms: Sequence[Form] = ()

    def __post_init__(self) -> None:
        self.now = MONDAY
        self.diagram = read(self.data, "run")
        self.definition: Definition = define(self.diagram, (), self.forms)
        self.instance = Instance(self.definition, self.limit)
        self.record: list[tuple[str, str, datetime, Mapping[str, Any]]] = []
        self.shown: dict[str, Task] = {}
        self.armed: dict[str, Timer] = {}
        self.last = self.do(Start(VERSION, self.values, self.semantics))

    # -- changes ------------------------------------------------------------------------------------------------------

    def do(self, command: Command) -> Advance:
        """One change, recorded and proved."""
        self.last = advance = self.instance.apply(command, Moment(self.now, CALENDAR, perform))
        self.record.append((command.kind, canonical(command.to_payload()), self.now, advance.performed))
        for task in advance.tasks:
            assert task.id not in self.shown or self.shown[task.id].closed is None, "an id is never given again"
            self.shown[task.id] = task
        for gone in advance.disarmed:
            del self.armed[gone]
        for timer in advance.armed:
            self.armed[timer.id] = timer
        if self.proved:
            self.prove()
        return advance

    def submit(self, element: str, **values: object) -> Advance:
        """Complete the only open task of `element`."""
        return self.do(Submit(self.task(element).id, values))

    def fire(self, element: str) -> Advance:
        """Fire the only armed timer of `element`, at this moment."""
        return self.do(FireTimer(self.timer(element).id))

    def message(self, name: str = "supplement_received", **values: object) -> Advance:
        return self.do(DeliverMessage(name, values))

    def at(self, text: str) -> CaseRun:
        """Move the clock to a local moment."""
        self.now = local(text)
        return self

    def later(self, **by: float) -> CaseRun:
        self.now += timedelta(**by)
        return self

    # -- state --------------------------------------------------------------------------------------------------------

    @property
    def open(self) -> list[str]:
        """The elements of the open tasks."""
        return [task.element for task in self.instance.tasks.values()]

    @property
    def waiting(self) -> list[str]:
        """The elements of the armed timers."""
        return [timer.element for timer in self.instance.timers]

    @property
    def status(self) -> str:
        return self.instance.status

    def task(self, element: str) -> Task:
        [task] = [task for task in self.instance.tasks.values() if task.element == element]
        return task

    def timer(self, element: str) -> Timer:
        [timer] = [timer for timer in self.instance.timers if timer.element == element]
        return timer

    def due(self, element: str) -> str | None:
        """When the task or timer of `element` is due, in local time: ``2022-09-27 09:00``."""
        found = self.timer(element) if element in self.waiting else self.task(element)
        return None if found.due is None else f"{found.due.astimezone(ZONE):%Y-%m-%d %H:%M}"

    @property
    def case_due(self) -> str | None:
        due = self.instance.legal.due
        return None if due is None else f"{due.astimezone(ZONE):%Y-%m-%d %H:%M}"

    # -- proof --------------------------------------------------------------------------------------------------------

    def replayed(self) -> Instance:
        """A fresh instance fed the record."""
        fresh = Instance(self.definition, self.limit)
        for kind, facts, at, performed in self.record:
            done = dict(performed)
            fresh.apply(
                read_command(kind, parsed(facts)),
                Moment(at.astimezone(UTC), CALENDAR, lambda asked, done=done: done.get(asked.id)),
            )
        return fresh

    def prove(self) -> None:
        live, fresh = self.instance, self.replayed()
        assert fresh.digest() == live.digest()
        assert fresh.tasks == live.tasks and fresh.timers == live.timers
        assert (fresh.status, fresh.outcome, fresh.values) == (live.status, live.outcome, live.values)
        assert fresh.visits == live.visits and fresh.flows == live.flows and fresh.legal.rounds == live.legal.rounds
        invariants(self)


def messages(instance: Instance) -> list[str]:
    """The names of the messages that the case waits for."""
    names = []
    for node in _workflow(instance).waiting():
        definition = node.task_spec.event_definition
        each = getattr(definition, "event_definitions", [definition])
        names += [one.name for one in each if type(one).__name__ == "MessageEventDefinition"]
    return names


def invariants(run: CaseRun) -> None:
    """What holds after every change of every case."""
    instance = run.instance
    workflow = _workflow(instance)
    trees = [workflow, *(tree for tree in workflow.subprocesses.values() if not tree.completed)]
    ready = {node for tree in trees for node in tree.tasks.values() if node.state == READY}
    assert ready == set(instance.tasks.nodes.values()), "the tasks that are open are those that the tree holds ready"
    assert len(instance.tasks.nodes) == len(instance.tasks) == len(ready)
    assert {id: task for id, task in run.shown.items() if task.closed is None} == instance.tasks
    assert run.armed == {timer.id: timer for timer in instance.timers}
    assert (run.last.status, run.last.due, run.last.clock) == (
        instance.status,
        instance.legal.due,
        instance.legal.state,
    )
    _on_time(run)
    _in_turn(run)
    waits = [
        *instance.tasks,
        *(t.id for t in instance.timers if t.id != DRAFT_TIMER),
        *messages(instance),
        *instance._requests,
    ]
    said = [each.id for each in instance.waits if each.kind != "join"]
    if instance.status in GOING_ON:
        limiting = {*run.definition.limit_timers, *instance._timers.due_timers.values()}
        limits = [timer.id for timer in instance.timers if timer.element in limiting]
        assert sorted(said + limits) == sorted(waits), "a case says all that it waits for"
        assert run.semantics < TYPED or any(each.alone for each in instance.waits), "something may move it on"
    else:
        assert not waits and not said, "a finished case waits for nothing"


def _on_time(run: CaseRun) -> None:
    """The clock stands exactly while something that pauses it waits, and due moments fit each other."""
    instance, marks, limits = run.instance, run.definition.clock, run.definition.limits
    legal, tasks = instance.legal, instance.tasks.values()
    standing = [*(task.element for task in tasks), *(node.task_spec.bpmn_id for node in _workflow(instance).waiting())]
    paused = any(marks.get(element) == "pause" for element in standing)
    assert legal.state != ("running" if paused else "paused")
    if legal.state == "paused":
        assert not any(task.due for task in tasks)
    if legal.state == "running" and legal.due:
        for each in legal.rounds.values() if instance.semantics >= TYPED else ():
            begun = each.pauses[-1].until if each.pauses else each.anchor
            assert begun and each.due
            assert each.due <= legal.due or CALENDAR.between(begun, legal.due) <= 0, "it is not due after its case"
            assert CALENDAR.between(begun, each.due) > 0 or each.pauses, "it has time to work"
    for step in {task.step for task in tasks if task.step}:
        assert len({task.due for task in tasks if task.step == step and task.element in limits}) <= 1


def _in_turn(run: CaseRun) -> None:
    """Nothing was passed more often than what leads to it, a parallel gateway not more often than each of that; and
    every flow was taken as often as a token left its source by it."""
    instance, nodes = run.instance, run.definition.nodes
    standing = Counter(task.element for task in instance.tasks.values())
    for id, node in nodes.items():
        passed, before = instance.visits[id], [instance.flows[flow] for flow in node.incoming]
        if before:
            assert passed + standing[id] <= (min(before) if node.type == "parallelGateway" else sum(before)), id
        after = [instance.flows[flow] for flow in node.outgoing]
        if after and instance.status in GOING_ON:
            assert sum(after) == passed * (len(after) if node.type == "parallelGateway" else 1), id


def _workflow(instance: Instance) -> Workflow:
    assert instance._workflow is not None
    return instance._workflow


def days(number: str, unit: Unit = "working-days") -> Limit:
    return Limit(Fraction(number), unit)
