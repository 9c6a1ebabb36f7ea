"""The time line of a case from its journal: who did what when, what was due when, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from runner.app import Runner
from runner.cli import text
from runner.cli.answer import due_of, standing, title
from runner.cli.deadline import day_facts, derivation, why
from runner.domain.case import Case
from runner.domain.deadline import DayCount, Deadline
from runner.domain.journal import Entry
from runner.domain.person import ADMINISTRATOR, SYSTEM
from runner.domain.task import Task
from runner.engine.advance import Advance
from runner.language import say
from runner.services.audit import Step
from runner.services.tasks import LATE_REASON
from runner.services.version import Version

CHOSEN = ("radio", "select")
"""The fields of a form that tell what somebody decided."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A deadline that an event set: of a task that opened or moved, or (`task` None) of the case.

    `due` is None for a task without a limit; `why` and `days` say how it was counted. `shared`: the step that it shares
    this deadline with, when that was told before.
    """

    title: str
    task: Task | None = None
    due: datetime | None = None
    why: str = ""
    days: Sequence[DayCount] = ()
    shared: str = ""

    def lines(self, explain: bool) -> Iterator[str]:
        """The mark for a person to read."""
        yield from text.hung(self.title, "  ", "    ")
        if not self.due:
            return
        due = due_of(self.due, late=False)
        if self.shared:
            yield from text.hung(say("{due}, chung của bước {step}", due=due, step=self.shared), "    ", "      ")
            return
        yield from text.hung(f"{due} = {self.why}", "    ", "      ")
        yield from derivation(self.days, "      ") if explain else ()


@dataclass(frozen=True, slots=True)
class Event:
    """What one entry of the journal was: who, what (sentences), and what was due from then on."""

    entry: Entry
    who: str
    said: Sequence[str]
    marks: Sequence[Mark]
    late: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A case and its events, in the order of the journal."""

    case: Case
    version: Version
    events: Sequence[Event]

    def to_json(self, explain: bool) -> dict[str, object]:
        """The time line as JSON values; `explain` adds the days of every deadline."""
        case, facts = self.case, self.version.procedure
        return {
            "case": case.id,
            "number": case.number,
            "procedure": case.procedure,
            "title": facts.title,
            "version": case.version,
            "subject": case.subject,
            "status": case.status,
            "outcome": case.outcome,
            "clock": case.clock,
            "due": text.iso(case.due),
            "events": [_event_facts(event, explain) for event in self.events],
        }

    def lines(self, explain: bool) -> Iterator[str]:
        """The time line for a person to read; `explain` adds the days of every deadline."""
        case, facts = self.case, self.version.procedure
        yield click.style(title(case), bold=True)
        yield from text.hung(f"{facts.title} ({case.procedure})", "")
        if case.subject:
            yield case.subject
        yield from text.hung(standing(case), "")
        for event in self.events:
            yield ""
            yield click.style(f"{text.moment(event.entry.at)} · {event.who}", bold=True)
            for sentence in event.said:
                for line in text.hung(sentence, "  ", "    "):
                    yield click.style(line, fg="red") if event.late else line
            for mark in event.marks:
                yield from mark.lines(explain)


def read(runner: Runner, case: int) -> Timeline:
    """The time line of a case. Raises `CaseUnknown` or `Divergence`."""
    found, _, steps = runner.audit.history(case)
    teller = _Teller(runner, found, runner.procedures.version(found.version))
    return Timeline(found, teller.version, [teller.event(step) for step in steps])


class _Teller:
    """Goes along the journal and says what each entry changed."""

    def __init__(self, runner: Runner, case: Case, version: Version) -> None:
        self.runner = runner
        self.case = case
        self.version = version
        self.lanes = {ADMINISTRATOR: say("Quản trị")} | {
            str(lane): label for lane, label in version.province.lanes.items()
        }
        self.clock = "idle"
        self.promised: datetime | None = None
        self.tasks: dict[str, Task] = {}
        self.steps: dict[str, datetime] = {}

    def event(self, step: Step) -> Event:
        facts, advance = step.entry.facts, step.advance
        said = [*self.what(step.entry.kind, facts, advance), *(self.consequences(step, advance) if advance else ())]
        marks = list(self.marks(step, advance)) if advance else []
        if advance:
            self.tasks |= {task.id: task for task in advance.tasks}
        return Event(step.entry, self.who(facts), said, marks, bool(advance and advance.late))

    def who(self, facts: Mapping[str, Any]) -> str:
        """The actor's name, and what they were in the province at that moment."""
        who = facts.get("who", {"name": SYSTEM.name, "lanes": []})
        lanes = [self.lanes.get(lane, lane) for lane in who["lanes"]]
        return ", ".join([say(who["name"]) if who["name"] == SYSTEM.name else who["name"], *lanes])

    def what(self, kind: str, facts: Mapping[str, Any], advance: Advance | None) -> Iterator[str]:
        """What the entry itself was."""
        if "incident" in facts and kind != "resolve":
            yield say("Thử lại thao tác của sự cố {incident}.", incident=facts["incident"])
        match kind:
            case "start":
                yield say("Lập hồ sơ.")
            case "claim":
                yield say("Nhận việc “{task}”.", task=self.name(facts["task"]))
            case "release":
                yield say("Trả việc “{task}” về cho cả nhóm.", task=self.name(facts["task"]))
            case "submit":
                yield say("Hoàn thành “{task}”.", task=self.name(facts["task"]))
                yield from self.decisions(facts["task"], facts["values"])
                if reason := facts.get(LATE_REASON):
                    yield say("Lý do chậm trễ: {reason}", reason=reason)
            case "timer":
                yield self.fired(facts["timer"], advance)
            case "message":
                yield say("Nhận được thông báo “{message}”.", message=facts["message"])
            case "answer":
                yield say("Đã xong “{task}”.", task=self.name(facts["request"]))
            case "cancel":
                yield say("Người nộp rút hồ sơ: {reason}", reason=facts["reason"])
            case "incident":
                yield say("Sự cố: {what}", what=say(facts["template"], **facts["facts"]))
            case "resolve":
                yield say("Đóng sự cố {incident}: {reason}", incident=facts["incident"], reason=facts["reason"])

    def fired(self, timer: str, advance: Advance | None) -> str:
        for task in advance.late if advance else ():
            return say("Quá hạn “{task}”; lãnh đạo phòng được báo.", task=self.name(task))
        return say("Đến mốc “{timer}”.", timer=self.name(timer))

    def decisions(self, task: str, values: Mapping[str, Any]) -> Iterator[str]:
        """What was chosen in the form, by the labels that the person saw."""
        form = self.version.definition.nodes[task.partition("#")[0]].form
        for path, field in self.version.forms[form].fields.items() if form else ():
            chosen = values.get(path)
            if field.type in CHOSEN and chosen is not None:
                label = next((option.label for option in field.options if option.value == chosen), chosen)
                yield f"{field.label}: {label}"

    def consequences(self, step: Step, advance: Advance) -> Iterator[str]:
        """What the entry led to, besides deadlines."""
        for result in advance.performed.values():
            if number := result.get("case_number"):
                yield say("Cấp mã hồ sơ {number}.", number=number)
            if isinstance(fee := result.get("fee_amount"), int):
                yield say("Chốt mức phí {amount} đồng: {label}.", amount=text.money(fee), label=result["fee_label"])
        for request in advance.errands:
            yield say("Gửi thông báo “{what}”.", what=self.name(request.id))
        for task in advance.tasks:
            if task.outcome == "cancelled" and advance.status == "open":
                yield say("Không cần làm nữa: “{task}”.", task=task.name)
        if advance.clock != self.clock:
            yield self.turned(advance.clock, step)
        if advance.status != "open":
            yield say("Hồ sơ kết thúc.")

    def turned(self, clock: str, step: Step) -> str:
        """What the legal clock did."""
        before, self.clock = self.clock, clock
        if clock == "paused":
            return say("Tạm dừng tính thời hạn.")
        if clock == "running":
            return say("Tính tiếp thời hạn." if before == "paused" else "Bắt đầu tính thời hạn.")
        late = step.promise is not None and step.promise.due is not None and step.entry.at > step.promise.due
        return say("Hết tính thời hạn: quá hạn trả kết quả." if late else "Hết tính thời hạn: trong hạn.")

    def marks(self, step: Step, advance: Advance) -> Iterator[Mark]:
        """The deadlines that are new or moved."""
        if step.promise and step.promise.due and step.promise.due != self.promised:
            self.promised = step.promise.due
            yield self.mark(say("→ Hẹn trả kết quả"), None, step.promise)
        for task in advance.tasks:
            known = self.tasks.get(task.id)
            if task.closed or (known and known.due == task.due) or (known and task.due is None):
                continue
            yield self.mark(self.opened(task), task, step.deadlines.get(task.id))

    def opened(self, task: Task) -> str:
        lane = self.lanes.get(task.lane, task.lane)
        return say("→ {task} · {lane}", task=task.name, lane=lane)

    def mark(self, said: str, task: Task | None, deadline: Deadline | None) -> Mark:
        if deadline is None or deadline.due is None:
            return Mark(said, task)
        days = self.runner.audit.explain(self.case.province, deadline)
        step = task.step if task else ""
        shared = step if step and self.steps.get(step) == deadline.due else ""
        self.steps[step] = deadline.due
        return Mark(said, task, deadline.due, why(deadline, days), days, shared)

    def name(self, id: str) -> str:
        """What a task, timer or request (``element#occurrence``) is called in the diagram."""
        element = id.partition("#")[0]
        node = self.version.definition.nodes.get(element)
        return node.name if node and node.name else element


def _event_facts(event: Event, explain: bool) -> dict[str, object]:
    entry = event.entry
    return {
        "seq": entry.seq,
        "at": text.iso(entry.at),
        "actor": entry.actor,
        "who": event.who,
        "kind": entry.kind,
        "said": list(event.said),
        "deadlines": [_mark_facts(mark, explain) for mark in event.marks],
    }


def _mark_facts(mark: Mark, explain: bool) -> dict[str, object]:
    task = mark.task
    facts: dict[str, object] = {
        "task": task.id if task else None,
        "name": task.name if task else say("Hẹn trả kết quả"),
        "due": text.iso(mark.due),
        "why": mark.why,
    }
    return facts | ({"days": [day_facts(day) for day in mark.days]} if explain else {})
