"""Plays scenarios on a runner whose clock it moves, through the same services as in production."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from itertools import zip_longest
from typing import Any, Final

from runner import formatting
from runner.app import Runner
from runner.clock import FixedClock
from runner.domain.case import Case
from runner.domain.journal import canonical
from runner.domain.person import SYSTEM, Person
from runner.domain.task import LATE_REASON, Task
from runner.engine.errors import NotWaiting
from runner.engine.wait import WaitKind
from runner.errors import MotcuaError, Refused
from runner.language import say
from runner.scenario.format import START, Expected, Scenario, ScenarioStep, Script
from runner.services.case_transaction import CaseNotBegun, IncidentNoted
from runner.services.projection import outbox_messages
from runner.services.tasks import FormRefused

APPLICANT = "applicant"
"""The receiver of a message to no lane."""
SAMPLE: Final = b"%PDF-1.4\n% motcua: a file of a scenario\n%%EOF\n"
SAMPLE_NAME: Final = "tep-thu.pdf"
SAMPLE_DIGEST: Final = sha256(SAMPLE).hexdigest()
"""The file that a scenario attaches where a value names this digest."""
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


class Deviation(Refused):
    """{what}"""


def cause(error: MotcuaError) -> MotcuaError:
    """What is wrong: of an incident what it is about, for nobody looks after those of an office that is thrown away."""
    inner = error.__cause__
    return inner if isinstance(error, IncidentNoted | CaseNotBegun) and isinstance(inner, MotcuaError) else error


class Different(Deviation):
    """{what} là {found}; kịch bản ghi {wanted}."""

    def __init__(self, key: str, what: str, found: Any, wanted: Any) -> None:
        near, expected = _first_difference(found, wanted)
        super().__init__(what=what, found=_shown(near), wanted=_shown(expected))
        self.key, self.found, self.wanted = key, found, wanted


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """The result of a scenario: its `case` (0 if none began), the expected `refusals` (when, and the answer), and its
    first deviation as `failure` (None: it passed), whose cause is an error of the case or a `Deviation`.

    `followed`: how many steps went as the scenario says, all of them where only its end deviates.
    """

    case: int
    refusals: Sequence[tuple[datetime, str]]
    followed: int
    failure: ScenarioFailed | None


class ScenarioPlayer:
    """Plays the scenarios of a script with its people, on a runner whose clock it sets. Deploy the procedure first."""

    def __init__(self, runner: Runner, script: Script) -> None:
        self.runner = runner
        self.script = script
        self.clock = FixedClock(script.begins)
        runner.clock = self.clock
        self.version = runner.procedures.in_force(script.procedure, self.clock.now())
        self.calendar = runner.procedures.calendar(script.province)
        self.people = {
            lane: Person(f"{lane}@{script.province}", worker.name, frozenset({(script.province, lane)}))
            for lane, worker in script.people.items()
        }
        for person in self.people.values():
            runner.people.save(person)
        self.lanes = {task: lane for lane, worker in script.people.items() for task in worker.tasks}

    def play(self, scenario: Scenario) -> ScenarioResult:
        """Carry out each step at its moment, and tick whenever a timer is due, up to the first deviation."""
        run = ScenarioRun(self)
        followed, failure = run.play(scenario)
        return ScenarioResult(run.case, run.refusals, followed, failure)


class ScenarioRun:
    """The case of one scenario, taken from step to step. Its methods raise `Deviation`, or what the services raise."""

    def __init__(self, player: ScenarioPlayer) -> None:
        self.player = player
        self.runner = player.runner
        self.clock = player.clock
        self.case = 0
        self.refusals: list[tuple[datetime, str]] = []

    def play(self, scenario: Scenario) -> tuple[int, ScenarioFailed | None]:
        """Carry out the steps of `scenario` up to the first deviation: how many went as it says, and what deviated."""
        for number, step in enumerate(scenario.steps, 1):
            try:
                self.take(step)
                self.compare(step)
            except MotcuaError as error:
                name = step.do or step.claim
                place = say(
                    "bước {number} ({moment}{task})",
                    number=number,
                    moment=formatting.moment(self.clock.now()),
                    task=f", {name}" if name else "",
                )
                return number - 1, _failed(scenario, place, step.line, error)
        try:
            self.compare(scenario)
        except MotcuaError as error:
            return len(scenario.steps), _failed(scenario, say("khi kết thúc"), scenario.line, error)
        return len(scenario.steps), None

    def take(self, step: ScenarioStep) -> None:
        """Wait for the moment of a step, and do what it says."""
        self.wait(step)
        self.carry_out(step)

    # -- time ---------------------------------------------------------------------------------------------------------

    def wait(self, step: ScenarioStep) -> None:
        """Move the clock to the step, ticking whenever a timer is due."""
        try:
            until = step.moment(self.clock.now(), self.player.calendar).astimezone(UTC)
        except OverflowError:
            raise Deviation(what=say("không có thời điểm này.")) from None
        if self.case:
            if until < self.clock.now():
                raise Deviation(what=say("thời điểm này ở trước bước liền trước."))
            self.tick()
            while due := self.runner.timers.next_due(self.clock.now(), until, self.case):
                self.clock.set(due)
                self.tick()
        self.clock.set(until)

    def tick(self) -> None:
        """Do what the worker does."""
        now = self.clock.now()
        for error in self.runner.timers.fire_due(now).errors:
            raise Deviation(what=say("mốc thời hạn không kích hoạt được: {reason}", reason=error))
        self.runner.outbox.deliver(now)

    # -- steps --------------------------------------------------------------------------------------------------------

    def carry_out(self, step: ScenarioStep) -> None:
        now, clerk = self.clock.now(), self.worker(self.player.version.opening_lane)
        if step.do == START:
            self.case = self.runner.cases.start(self.player.script.procedure, clerk, now).case
        elif step.withdraw:
            self.runner.cases.cancel(self.case, step.withdraw, clerk, now)
        elif step.claim:
            task = self.task(step.claim)
            self.runner.tasks.claim(self.case, task.id, self.worker(task.lane), now)
        elif step.message:
            self.runner.cases.message(self.case, step.message, self.receiver(step.message), now)
        elif step.do:
            self.submit(step)

    def receiver(self, message: str) -> Person:
        """Who reports a message that the case waits for."""
        _, instance, _ = self.runner.audit.history(self.case, SYSTEM)
        for wait in instance.waits:
            if wait.kind == WaitKind.MESSAGE and wait.id == message:
                return self.worker(self.player.version.reporting_lane(wait.lane))
        raise NotWaiting(message=message)

    def submit(self, step: ScenarioStep) -> None:
        task = self.task(step.do)
        values = self.typed(task, step)
        if SAMPLE_DIGEST in canonical(values):
            worker, now = self.worker(task.lane), self.clock.now()
            self.runner.attachments.add(self.case, task.id, SAMPLE_NAME, BytesIO(SAMPLE), worker, now)
        try:
            self.runner.tasks.submit(self.case, task.id, values, self.worker(task.lane), self.clock.now())
        except FormRefused as error:
            if sorted(fault.path for fault in error.faults) != sorted(step.refused):
                raise
            self.refusals.append((self.clock.now(), str(error)))
        else:
            if step.refused:
                raise Deviation(
                    what=say("hệ thống nhận, kịch bản ghi là không nhận vì {fields}.", fields=", ".join(step.refused))
                )

    def typed(self, task: Task, step: ScenarioStep) -> dict[str, Any]:
        """The values for the task's form. Raises `Deviation` for a field that the form does not have."""
        values = self.player.script.values
        typed = {**values.get(task.form, {}), **values.get(task.element, {}), **step.values}
        known = {path.partition(".")[0] for path in self.player.version.forms[task.form].fields} if task.form else set()
        for name in typed:
            if name not in known:
                raise Deviation(what=say("biểu mẫu {form} không có trường “{field}”.", form=task.form, field=name))
        return typed | ({LATE_REASON: step.late_reason} if step.late_reason else {})

    def worker(self, lane: str) -> Person:
        """Who does the tasks of a lane: one of its people, or of those who report for it."""
        lane = self.player.version.province.performer(lane)
        if lane not in self.player.people:
            raise Deviation(what=say("kịch bản không có ai giữ vai trò {lane}.", lane=lane))
        return self.player.people[lane]

    def task(self, element: str) -> Task:
        """The open task of `element`."""
        opened = self.standing()[1]
        for task in opened:
            if task.element == element:
                return task
        found = ", ".join(task.element for task in opened) or say("không có việc nào")
        raise Deviation(what=say("không phải lúc làm {task}; đang mở: {found}.", task=element, found=found))

    # -- what is expected ---------------------------------------------------------------------------------------------

    def standing(self) -> tuple[Case, list[Task], list[str]]:
        """The case, its open tasks, and the elements of its late tasks."""
        case, tasks, _ = self.runner.cases.get(self.case, SYSTEM)
        return case, [each for each in tasks if each.closed is None], [each.element for each in tasks if each.late]

    def compare(self, expected: Expected) -> None:
        """Compare the case with what is expected; at the end also replay it. Raises `Deviation`, `Divergence`."""
        for task in self.standing()[1]:
            lane = self.player.lanes.get(task.element, "")
            if lane != task.lane:
                raise Different("lane", say("vai trò của {task}", task=task.element), task.lane, lane)
        names = [name for name in LABELS if getattr(expected, name) is not None]
        if isinstance(expected, Scenario):
            names = list(LABELS)  # also replays the case
        found = self.found(names, expected.facts or {})
        for name in names:
            wanted = getattr(expected, name)
            if wanted is not None and wanted != found[name]:
                raise Different(name, say(LABELS[name]), found[name], wanted)

    def found(self, names: Collection[str], facts: Collection[str] = ()) -> dict[str, Any]:
        """How the case stands in `names` of what can be expected, and in these `facts`. Raises `Divergence`."""
        case, opened, late = self.standing()
        found: dict[str, Any] = {
            "due": {task.element: formatting.spreadsheet(task.due) for task in opened},
            "promise": formatting.spreadsheet(case.due),
            "clock": case.clock,
            "status": case.status,
            "outcome": case.outcome,
            "late": tuple(late),
            "facts": {},
        }
        if "route" in names or "notices" in names:
            found |= self.route_and_notices(case)
        if facts:
            _, instance, _ = self.runner.audit.history(self.case, SYSTEM)
            found["facts"] = {name: instance.values.get(name) for name in facts}
        return {name: found[name] for name in names}

    def route_and_notices(self, case: Case) -> dict[str, tuple[str, ...]]:
        """The route of the case and the receivers of its messages, from its journal. Raises `Divergence`."""
        _, _, steps = self.runner.audit.history(self.case, SYSTEM)
        advances = [step.advance for step in steps if step.advance]
        sent = [message for advance in advances for message in outbox_messages(case, advance)]
        return {
            "route": tuple(element for advance in advances for element in advance.route),
            "notices": tuple(self.told(message.values) for message in sent),
        }

    def told(self, values: Mapping[str, object]) -> str:
        """Whom a message is for: of a late task those who lead its people."""
        version = self.player.version
        if task := values.get("task"):
            return ", ".join(sorted(version.province.leads(version.node(str(task)).lane or "")))
        return str(values["lane"] or APPLICANT)


def _failed(scenario: Scenario, place: str, line: int, error: MotcuaError) -> ScenarioFailed:
    where = say("dòng {line}, {place}", line=line, place=place) if line else place
    failure = ScenarioFailed(scenario=scenario.name, place=where, what=cause(error))
    failure.__cause__ = cause(error)
    return failure


def _first_difference(found: Any, wanted: Any) -> tuple[Any, Any]:
    """The first difference of two long lists; anything else whole."""
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
