"""The time line of a case from its journal: who did what when, what was due when and why, and its state now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from runner import formatting
from runner.domain import entry, fee
from runner.domain.case import GOING_ON, Case, CaseStatus, ClockState
from runner.domain.deadline import DayCount, Deadline
from runner.domain.entry import Body, Command, Recount, Submit
from runner.domain.fee import CaseFee
from runner.domain.form.attachment import attached
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM, Person
from runner.domain.task import Task, TaskOutcome
from runner.domain.timeliness import Verdict, verdict
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.language import say
from runner.reports import channel, form_values, personal, progress, vocabulary, wait
from runner.reports.deadline import why
from runner.reports.issue import Issued, issued
from runner.reports.wait import WaitReport
from runner.services.audit import Audit, ReplayedEntry
from runner.services.procedures import Procedures
from runner.services.version import Version

CHOSEN = ("radio", "select")
"""The types of form fields that record a decision."""

HELD = {
    "claim": "Nhận việc “{task}”.",
    "assign": "Giao việc “{task}” cho {name}.",
    "release": "Trả việc “{task}” về cho cả nhóm.",
}
"""The sentences on the owner of a task, by kind of entry."""

WHOLE = {"start": "Lập hồ sơ.", "discard": "Bỏ bản nháp: hồ sơ chưa được tiếp nhận."}
"""The sentences on what has no more to say, by kind of entry."""


STOPPED = {
    Verdict.EARLY: "Hết tính thời hạn: trước hạn.",
    Verdict.IN_TIME: "Hết tính thời hạn: đúng hạn.",
    Verdict.LATE: "Hết tính thời hạn: quá hạn trả kết quả.",
}
"""The sentences on the stop of the legal clock, by how it stood."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A deadline: of a task in a `lane` (its label), or (`task` None) of the case.

    `due` is None for a task without a limit, and while the clock is `paused`; `why` and `days` say how it was counted.
    `shared`: the step with which it shares this deadline, where an earlier mark describes the deadline.
    """

    name: str
    task: Task | None = None
    lane: str = ""
    due: datetime | None = None
    paused: bool = False
    why: str = ""
    days: Sequence[DayCount] = ()
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the journal: who, the sentences on what happened, the deadlines that it set; `via` its channel."""

    entry: Entry
    who: str
    sentences: Sequence[str]
    marks: Sequence[Mark]
    late: bool
    via: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A submitted form: the name of its task, and the lines entered in each field, by the field's label."""

    entry: Entry
    task: str
    who: str
    values: Sequence[tuple[str, Sequence[form_values.Line]]]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A case and its events, in the order of the journal.

    `marks` are the deadlines that run now, the case's own first; `filled` the forms submitted; `states` what has become
    of the diagram's elements and flows by id (``done``, ``current``, ``late``; without those never reached).
    `fee`: the fee of the case, None while it is unknown.
    """

    case: Case
    version: Version
    events: Sequence[Event]
    marks: Sequence[Mark]
    filled: Sequence[Filled]
    states: Mapping[str, str]
    fee: CaseFee | None
    waits: Sequence[WaitReport]
    papers: Sequence[Issued]


def describe(audit: Audit, procedures: Procedures, case: int, person: Person, now: datetime) -> Timeline:
    """The time line of a case at the moment `now`. Raises `CaseUnknown` or `Divergence`."""
    found, instance, steps = audit.history(case, person)
    builder = TimelineBuilder(audit, procedures, found, steps[0].version)
    events = [builder.event(step) for step in steps]
    builder.version = audit.version(found)
    return Timeline(
        found,
        builder.version,
        events,
        list(builder.running(instance)),
        [builder.filled(step, body) for step in steps if isinstance(body := step.entry.body, Submit)],
        progress.states(instance, now),
        fee.record(step.entry for step in steps),
        list(wait.describe(instance, builder.version)),
        issued(steps),
    )


class TimelineBuilder:
    """Goes along the journal and describes what each entry changed."""

    def __init__(self, audit: Audit, procedures: Procedures, case: Case, version: Version) -> None:
        self.audit = audit
        self.procedures = procedures
        self.case = case
        self.version = version
        self.clock = ClockState.IDLE
        self.promised: datetime | None = None
        self.tasks: dict[str, Task] = {}
        self.steps: dict[str, datetime] = {}
        self.done: dict[str, str] = {}

    def event(self, step: ReplayedEntry) -> Event:
        written, advance, self.version = step.entry, step.advance, step.version
        if isinstance(written.body, Submit):
            self.done[written.body.task.partition("#")[0]] = self.who(step)
        sentences = [*self.what(written.body, advance), *(self.consequences(step, advance) if advance else ())]
        marks = list(self.marks(step, advance)) if advance else []
        if advance:
            self.tasks |= {task.id: task for task in advance.tasks}
        late = bool(advance and advance.late)
        return Event(written, self.who(step), sentences, marks, late, channel.words(written.via))

    def who(self, step: ReplayedEntry) -> str:
        """The actor's name, and their lanes in the province, as they were called at that moment."""
        who = step.entry.who
        lanes = [vocabulary.lane(lane, step.version.province) for lane in who.lanes]
        return ", ".join([say(who.name) if who.name == SYSTEM.name else who.name, *lanes])

    def what(self, body: Body, advance: Advance | None) -> Iterator[str]:
        """Sentences on the entry itself."""
        if isinstance(body, Command) and body.incident:
            yield say("Thử lại thao tác của sự cố {incident}.", incident=body.incident)
        match body:
            case entry.Start() | entry.Discard():
                yield say(WHOLE[body.kind])
            case entry.Claim(task=task) | entry.Assign(task=task) | entry.Release(task=task):
                name = body.name if isinstance(body, entry.Assign) else ""
                yield say(HELD[body.kind], task=self.name(task), name=name)
            case entry.Submit(task=task, values=values):
                yield say("Hoàn thành “{task}”.", task=self.name(task))
                yield from self.decisions(task, values)
                if body.late_reason:
                    yield say("Lý do chậm trễ: {reason}", reason=body.late_reason)
            case entry.FireTimer(timer=timer):
                yield self.fired(timer, advance)
            case entry.DeliverMessage(message=message):
                yield say("Nhận được thông báo “{message}”.", message=self.awaited(message, advance))
            case entry.AnswerRequest(request=request):
                yield say("Đã xong “{task}”.", task=self.name(request))
            case entry.Cancel(reason=reason):
                yield say("Người nộp rút hồ sơ: {reason}", reason=reason)
            case entry.Recount() | entry.Migrate():
                yield from self.moved(body, advance)
            case _:
                yield from _noted(body)

    def fired(self, timer: str, advance: Advance | None) -> str:
        for task in advance.late if advance else ():
            return say("Quá hạn “{task}”; lãnh đạo phòng được báo.", task=self.name(task))
        return say("Đến mốc “{timer}”.", timer=self.name(timer))

    def moved(self, body: Recount | entry.Migrate, advance: Advance | None) -> Iterator[str]:
        """Sentences on what moves deadlines: why, who agreed, and the timers that another version has not due."""
        if isinstance(body, Recount):
            yield from _recounted(body)
            return
        number = self.procedures.number(body.version)
        yield say("Chuyển sang phiên bản {number} của thủ tục: {reason}", number=number, reason=body.reason)
        if body.approved_by:
            yield say("{name} đã phê duyệt phiên bản này.", name=body.name or body.approved_by)
        for timer in advance.passed_over if advance else ():
            yield say("Mốc “{timer}” đã đến trước đây; theo phiên bản này thì chưa đến.", timer=self.name(timer))

    def awaited(self, message: str, advance: Advance | None) -> str:
        """The names of the events that caught a message; its own name where none did."""
        nodes = self.version.definition.nodes
        caught = [each for each in advance.route if each in nodes and nodes[each].message == message] if advance else []
        return ", ".join(dict.fromkeys(map(self.name, caught))) or message

    def decisions(self, task: str, values: Mapping[str, Any]) -> Iterator[str]:
        """Sentences on the choices in the form, by the labels that the person saw, and on its files."""
        form = self.version.definition.nodes[task.partition("#")[0]].form
        for path, field in self.version.forms[form].fields.items() if form else ():
            chosen = values.get(path)
            if field.type in CHOSEN and chosen is not None:
                label = next((option.label for option in field.options if option.value == chosen), chosen)
                yield f"{field.label}: {label}"
        if files := list(attached(values)):
            yield say("Đính kèm tệp: {files}.", files=", ".join(map(vocabulary.file, files)))

    def consequences(self, step: ReplayedEntry, advance: Advance) -> Iterator[str]:
        """Sentences on what followed from the entry, without deadlines."""
        for result in advance.performed.values():
            if number := result.get("case_number"):
                yield say("Cấp mã hồ sơ {number}.", number=number)
            if found := fee.pinned(result, step.entry.at):
                yield self.fee(found)
        for request in advance.requests:
            yield say("Gửi thông báo “{what}”.", what=self.name(request.id))
            if by := self.done.get(request.properties.get("done_by", "")):
                yield say("Người đã trả lời: {who}.", who=by)
        for task in advance.tasks:
            if task.outcome == TaskOutcome.CANCELLED and advance.status in GOING_ON:
                yield say("Không cần làm nữa: “{task}”.", task=task.name)
        if advance.clock != self.clock:
            yield self.clock_change(advance.clock, step)
        if advance.status in (CaseStatus.FINISHED, CaseStatus.CANCELLED):
            yield say("Hồ sơ kết thúc.")

    def fee(self, fee: CaseFee) -> str:
        """The fee: the amount, for which case, by which row of the table."""
        amount, what = formatting.money(fee.amount), fee.label or self.version.procedure.title
        if fee.row is None:
            return say("Chốt mức phí {amount} đồng: {label}.", amount=amount, label=what)
        return say(
            "Chốt mức phí {amount} đồng: {label} (dòng {row} của bảng phí; {source}).",
            amount=amount,
            label=what,
            row=fee.row,
            source=fee.source or self.version.procedure.decision.number,
        )

    def clock_change(self, clock: ClockState, step: ReplayedEntry) -> str:
        """A sentence on the change of the legal clock."""
        before, self.clock = self.clock, clock
        if clock == ClockState.PAUSED:
            return say("Tạm dừng tính thời hạn.")
        if clock == ClockState.RUNNING:
            return say("Tính tiếp thời hạn." if before == ClockState.PAUSED else "Bắt đầu tính thời hạn.")
        stood = verdict(step.promise.due if step.promise else None, step.entry.at)
        return say(STOPPED[stood])

    def marks(self, step: ReplayedEntry, advance: Advance) -> Iterator[Mark]:
        """The deadlines that are new or moved."""
        if step.promise and step.promise.due and step.promise.due != self.promised:
            self.promised = step.promise.due
            yield self.mark(None, step.promise)
        for task in advance.tasks:
            known = self.tasks.get(task.id)
            if task.closed or (known and known.due == task.due) or (known and task.due is None):
                continue
            yield self.mark(task, step.deadlines.get(task.id))

    def mark(self, task: Task | None, deadline: Deadline | None) -> Mark:
        """A deadline; a second one of the same step with the same moment only names the step."""
        mark = self.describe(task, deadline)
        if mark.due is None:
            return mark
        step = task.step if task else ""
        shared = step if step and self.steps.get(step) == mark.due else ""
        self.steps[step] = mark.due
        return replace(mark, shared=shared)

    def running(self, instance: Instance) -> Iterator[Mark]:
        """The deadlines that run now (or are paused): the case's until its clock stops, and those of the open tasks."""
        if instance.status not in GOING_ON:
            return
        if instance.legal.state in (ClockState.RUNNING, ClockState.PAUSED):
            yield self.describe(None, instance.legal.deadline)
        for task in instance.tasks.values():
            yield self.describe(task, instance.deadline(task.id))

    def describe(self, task: Task | None, deadline: Deadline | None) -> Mark:
        """A deadline with its derivation."""
        name = task.name if task else say("Hẹn trả kết quả")
        lane = vocabulary.lane(task.lane, self.version.province) if task else ""
        if task and deadline is None and task.due:
            return Mark(name, task, lane, task.due, why=say("tính lùi từ hạn của hồ sơ"))
        if deadline is None or not (deadline.due or deadline.paused):
            return Mark(name, task, lane)
        days = self.audit.explain(self.case.province, deadline)
        return Mark(name, task, lane, deadline.due, deadline.paused, why(deadline, days), days)

    def filled(self, step: ReplayedEntry, body: Submit) -> Filled:
        """The lines of a submitted form as it was then, without its empty fields."""
        node = step.version.node(body.task)
        fields = step.version.forms[node.form].fields if node.form else {}
        values = list(form_values.render(fields, body.values))
        return Filled(step.entry, node.name or node.id, self.who(step), values)

    def name(self, id: str) -> str:
        """The name in the diagram of a task, timer or request (``element#occurrence``)."""
        element = id.partition("#")[0]
        node = self.version.definition.nodes.get(element)
        return node.name if node and node.name else element


def _noted(body: Body) -> Iterator[str]:
    """Sentences on an entry about the record."""
    match body:
        case entry.OpenIncident(template=template, facts=facts):
            yield say("Sự cố: {what}", what=vocabulary.incident(template, facts))
        case entry.CloseIncident(incident=incident, reason=reason):
            yield say("Đóng sự cố {incident}: {reason}", incident=incident, reason=reason)
        case entry.Erase(ground=ground, name=name, fields=fields):
            erased = personal.words(fields)
            yield say("Xóa dữ liệu cá nhân ({fields}). Căn cứ: {ground}", fields=erased, ground=ground)
            yield say("Người đề nghị xóa: {name}.", name=name)


def _recounted(body: Recount) -> Iterator[str]:
    yield say("Tính lại thời hạn theo lịch làm việc đã sửa: {reason}", reason=body.reason)
    if body.approved_by:
        yield say("Lãnh đạo {name} đồng ý dời ngày hẹn sớm hơn.", name=body.name or body.approved_by)
