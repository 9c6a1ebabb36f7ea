"""Plays scenarios on a runner with a clock that is moved, through the same services as in production."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from runner import formatting
from runner.app import Runner
from runner.clock import FixedClock
from runner.domain.case import Case
from runner.domain.person import SYSTEM, Person
from runner.domain.task import LATE_REASON, Task
from runner.errors import MotcuaError, Refused
from runner.language import say
from runner.scenario.format import START, Expected, Scenario, ScenarioStep, Script
from runner.services.projection import outbox_messages
from runner.services.tasks import FormRefused

APPLICANT = "applicant"
"""Who is told something, where it is no lane."""
LABELS: Mapping[str, str] = {
    "due": "việc đang mở và hạn",
    "promise": "hẹn trả kết quả",
    "clock": "đồng hồ thời hạn",
    "status": "trạng thái",
    "outcome": "kết quả",
    "late": "việc quá hạn",
    "notices": "nơi đã được thông báo",
    "facts": "giá trị của hồ sơ",
    "route": "đường đi",
}


class ScenarioFailed(Refused):
    """Kịch bản “{scenario}”, {place}: {what}"""


class _Wrong(Exception):
    """What is otherwise than the scenario says, in a sentence."""


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario that was played: its case (0 if it did not even begin), what was refused on the way as expected (when,
    and the answer), and where it went otherwise than it says (None: nowhere).
    """

    case: int
    refusals: Sequence[tuple[datetime, str]]
    failure: ScenarioFailed | None


class Players:
    """The people of a script, hired by a runner whose clock they take over; its procedure has to be deployed."""

    def __init__(self, runner: Runner, script: Script) -> None:
        self.runner = runner
        self.script = script
        self.clock = FixedClock(runner.clock.now())
        runner.clock = self.clock
        self.version = runner.procedures.in_force(script.procedure)
        self.calendar = runner.procedures.calendar(script.province)
        self.people = {
            lane: Person(f"{lane}@{script.province}", worker.name, frozenset({(script.province, lane)}))
            for lane, worker in script.people.items()
        }
        for person in self.people.values():
            runner.people.save(person)
        self.lanes = {task: lane for lane, worker in script.people.items() for task in worker.tasks}

    def play(self, scenario: Scenario) -> Played:
        """Do every step at its moment, with the worker coming whenever a timer is due, up to the first surprise."""
        play = _Play(self, scenario)
        failure = play.run()
        return Played(play.case, play.refusals, failure)


class _Play:
    """One scenario being played."""

    def __init__(self, players: Players, scenario: Scenario) -> None:
        self.players = players
        self.runner = players.runner
        self.clock = players.clock
        self.scenario = scenario
        self.case = 0
        self.refusals: list[tuple[datetime, str]] = []

    def run(self) -> ScenarioFailed | None:
        for number, step in enumerate(self.scenario.steps, 1):
            try:
                self.wait(step)
                self.act(step)
                self.compare(step)
            except (MotcuaError, _Wrong) as error:
                name = step.do or step.claim
                place = say(
                    "bước {number} ({moment}{task})",
                    number=number,
                    moment=formatting.moment(self.clock.now()),
                    task=f", {name}" if name else "",
                )
                return self.failed(place, step.line, error)
        try:
            self.compare(self.scenario)
        except (MotcuaError, _Wrong) as error:
            return self.failed(say("khi kết thúc"), self.scenario.line, error)
        return None

    def failed(self, place: str, line: int, error: Exception) -> ScenarioFailed:
        where = say("dòng {line}, {place}", line=line, place=place) if line else place
        return ScenarioFailed(scenario=self.scenario.name, place=where, what=error)

    # -- time ---------------------------------------------------------------------------------------------------------

    def wait(self, step: ScenarioStep) -> None:
        """Let time pass until the step."""
        until = step.moment(self.clock.now(), self.players.calendar)
        if self.case:
            if until < self.clock.now():
                raise _Wrong(say("thời điểm này ở trước bước liền trước."))
            self.tick()
            while due := self.runner.timers.next_due(self.clock.now(), until, self.case):
                self.clock.set(due)
                self.tick()
        self.clock.set(until)

    def tick(self) -> None:
        """The worker comes."""
        now = self.clock.now()
        if self.runner.timers.fire_due(now).failed:
            raise _Wrong(say("có mốc thời hạn không kích hoạt được."))
        self.runner.outbox.deliver(now)

    # -- acts ---------------------------------------------------------------------------------------------------------

    def act(self, step: ScenarioStep) -> None:
        now, clerk = self.clock.now(), self.worker(self.players.version.opening_lane)
        if step.do == START:
            self.case = self.runner.cases.start(self.players.script.procedure, clerk, now).case
        elif step.withdraw:
            self.runner.cases.cancel(self.case, step.withdraw, clerk, now)
        elif step.claim:
            task = self.task(step.claim)
            self.runner.tasks.claim(self.case, task.id, self.worker(task.lane), now)
        elif step.do:
            self.submit(step)

    def submit(self, step: ScenarioStep) -> None:
        task = self.task(step.do)
        values = self.typed(task, step)
        try:
            self.runner.tasks.submit(self.case, task.id, values, self.worker(task.lane), self.clock.now())
        except FormRefused as error:
            if sorted(fault.path for fault in error.faults) != sorted(step.refused):
                raise
            self.refusals.append((self.clock.now(), str(error)))
        else:
            if step.refused:
                raise _Wrong(
                    say("hệ thống nhận, kịch bản ghi là không nhận vì {fields}.", fields=", ".join(step.refused))
                )

    def typed(self, task: Task, step: ScenarioStep) -> dict[str, Any]:
        """What is typed into the task's form; a field that the form does not have is a slip of the script."""
        values = self.players.script.values
        typed = {**values.get(task.form, {}), **values.get(task.element, {}), **step.values}
        known = (
            {path.partition(".")[0] for path in self.players.version.forms[task.form].fields} if task.form else set()
        )
        for name in typed:
            if name not in known:
                raise _Wrong(say("biểu mẫu {form} không có trường “{field}”.", form=task.form, field=name))
        return typed | ({LATE_REASON: step.late_reason} if step.late_reason else {})

    def worker(self, lane: str) -> Person:
        if lane not in self.players.people:
            raise _Wrong(say("kịch bản không có ai giữ vai trò {lane}.", lane=lane))
        return self.players.people[lane]

    def task(self, element: str) -> Task:
        """The open task of `element`."""
        opened = self.standing()[1]
        for task in opened:
            if task.element == element:
                return task
        found = ", ".join(task.element for task in opened) or say("không có việc nào")
        raise _Wrong(say("không phải lúc làm {task}; đang mở: {found}.", task=element, found=found))

    # -- what is expected ---------------------------------------------------------------------------------------------

    def standing(self) -> tuple[Case, list[Task], list[str]]:
        """The case, its open tasks, and the elements of those that have been late."""
        case, tasks, _ = self.runner.cases.get(self.case, next(iter(self.players.people.values())))
        return case, [each for each in tasks if each.closed is None], [each.element for each in tasks if each.late]

    def compare(self, expected: Expected) -> None:
        """Find what is otherwise than expected; at the end, also that the journal does not replay. Raises `_Wrong`."""
        case, opened, late = self.standing()
        for task in opened:
            lane = self.players.lanes.get(task.element, "")
            if lane != task.lane:
                raise _otherwise(say("vai trò của {task}", task=task.element), task.lane, lane)
        found: dict[str, Any] = {
            "due": {task.element: formatting.spreadsheet(task.due) for task in opened},
            "promise": formatting.spreadsheet(case.due),
            "clock": case.clock,
            "status": case.status,
            "outcome": case.outcome,
            "late": tuple(late),
        }
        if isinstance(expected, Scenario) or expected.notices is not None or expected.route is not None:
            found |= self.told(case)
        if expected.facts is not None:
            _, instance, _ = self.runner.audit.history(self.case, SYSTEM)
            found["facts"] = {name: instance.values.get(name) for name in expected.facts}
        for name, label in LABELS.items():
            wanted = getattr(expected, name)
            if wanted is not None and wanted != found[name]:
                raise _otherwise(say(label), *_first_difference(found[name], wanted))

    def told(self, case: Case) -> dict[str, tuple[str, ...]]:
        """The way that the case went, and who was told something on it, from its journal. Raises `Divergence`."""
        _, _, steps = self.runner.audit.history(self.case, SYSTEM)
        advances = [step.advance for step in steps if step.advance]
        sent = [message for advance in advances for message in outbox_messages(case, advance)]
        return {
            "route": tuple(element for advance in advances for element in advance.route),
            "notices": tuple(str(message.values["lane"] or APPLICANT) for message in sent),
        }


def _otherwise(what: str, found: object, wanted: object) -> _Wrong:
    return _Wrong(
        say("{what} là {found}; kịch bản ghi {wanted}.", what=what, found=_shown(found), wanted=_shown(wanted))
    )


def _first_difference(found: Any, wanted: Any) -> tuple[Any, Any]:
    """Of two long lists, where they begin to differ; anything else whole."""
    if not isinstance(found, tuple) or min(len(found), len(wanted)) < 4:
        return found, wanted
    same = next(place for place, (a, b) in enumerate(zip_longest(found, wanted)) if a != b)
    return ("…", *found[same - 1 : same + 2]), ("…", *wanted[same - 1 : same + 2])


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        value = tuple(f"{name} {_shown(each)}" for name, each in value.items())
    if isinstance(value, tuple):
        value = ", ".join(value)
    return say("(không có)") if value in ("", None) else str(value)
