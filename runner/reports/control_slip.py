"""Mẫu 05, the slip that goes with a dossier: who gave it to whom when, and whether each was in time.

Source of its fields: Thông tư số 01/2018/TT-VPCP, Phụ lục, Mẫu số 05. It comes from the journal alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from runner.bpmn import Node
from runner.domain.case import GOING_ON, Case, ClockMark, ClockState
from runner.domain.deadline import Deadline
from runner.domain.entry import Assign, Cancel, Claim, Recount, Release, Submit
from runner.domain.journal import Entry
from runner.domain.person import Person
from runner.domain.task import Task, TaskOutcome
from runner.domain.timeliness import Verdict, verdict
from runner.engine.advance import Advance
from runner.language import say, speaking
from runner.reports import vocabulary
from runner.reports.appointment import Appointment, AppointmentBuilder
from runner.reports.deadline import bounds
from runner.reports.receipt import Answers, NotAccepted, accepts
from runner.services.audit import Audit, ReplayedEntry
from runner.services.version import Version

SAID = ("radio", "select", "textarea")
"""The types of form fields that say why a dossier goes to the applicant or back, and what came."""
RETURN = "return"
"""What a form of a decision has chosen when the dossier goes back for correction."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """The dossier passing from one desk to another `at` a moment.

    Givers and receivers are lanes by their labels, or the applicant; their `work` is the step of the decision, or the
    task outside its steps. `receiver_name` is "" until a person takes or does the task. What the giver did stands here
    too: `since` when it was there, which `tasks`, the step's `limit` in the decision's words with what else bounds it,
    and its `due` moment, None without a limit.
    """

    at: datetime
    giver: str
    giver_name: str
    receiver: str
    giver_work: str = ""
    receiver_work: str = ""
    receiver_name: str = ""
    since: datetime | None = None
    tasks: tuple[str, ...] = ()
    limit: str = ""
    due: datetime | None = None
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """How this hand-over stands to the giver's limit; None without a limit."""
        return verdict(self.due, self.at) if self.due else None


@dataclass(frozen=True, slots=True)
class ControlSlip:
    """The content of Mẫu 05: `appointments` from the first to the one that holds now, and a row for each hand-over.

    `apology` is the new appointment of an apology that was sent, which moves no deadline; "" without one.
    """

    case: Case
    version: Version
    applicant: str
    issued: datetime
    received: datetime
    appointments: tuple[Appointment, ...]
    apology: str
    rows: tuple[HandOver, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk on which the dossier lies `since` a moment, the tasks done there, and what is to be noted of them."""

    since: datetime
    tasks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What left a desk `at` a moment: its last task, done by `name`, and that task's deadline."""

    task: Task
    name: str
    at: datetime
    deadline: Deadline | None
    desk: Desk


def describe(audit: Audit, case: int, person: Person) -> ControlSlip:
    """The control slip of a case, in Vietnamese: it goes into the file.

    Raises `CaseUnknown`, `Divergence`, or `NotAccepted` where there is none.
    """
    found, _, steps = audit.history(case, person)
    with speaking("vi"):
        return of(found, steps)


def of(found: Case, steps: Sequence[ReplayedEntry]) -> ControlSlip:
    """The control slip of a case that was replayed. Raises `NotAccepted`."""
    builder = ControlSlipBuilder(steps[0].version, found.received)
    for step in steps:
        builder.add(step)
    if builder.accepted is None:
        raise NotAccepted
    return ControlSlip(
        found,
        builder.answers.version,
        builder.applicant,
        builder.accepted,
        found.received or builder.accepted,
        builder.appointments.standing(steps[-1].promise),
        builder.apology(),
        tuple(builder.rows),
    )


class ControlSlipBuilder:
    """Goes along the journal and adds a row whenever the dossier changes desks.

    A desk is a lane at a step: what goes on to another step changes desks, also within a lane.
    """

    def __init__(self, version: Version, received: datetime | None) -> None:
        self.answers = Answers(version)
        self.received = received
        self.rows: list[HandOver] = []
        self.appointments = AppointmentBuilder()
        self.accepted: datetime | None = None
        self.applicant = ""
        self.clock = ClockState.IDLE
        self.tasks: dict[str, Task] = {}
        self.deadlines: Mapping[str, Deadline] = {}
        self.desks: dict[str, Desk] = {}
        self.given: list[Given] = []
        self.takers: dict[str, str] = {}
        self.towards: dict[int, str] = {}
        """The task for which each row's dossier went over, by the row's place."""

    def add(self, step: ReplayedEntry) -> None:
        """Take over one entry."""
        self.answers.add(step)
        self.take(step.entry)
        advance = step.advance
        if advance is None:
            return
        if self.accepted is None and accepts(step):
            self.accept(step.entry)
        if self.accepted is not None:
            said = list(self.said(step.entry))
            self.appointments.add(step.promise, _edit(step.entry) or "; ".join(said))
            self.move(step.entry, advance, [*self.clock_notes(advance.clock, said), *_reasons(step.entry)])
        self.clock = advance.clock
        self.tasks |= {task.id: task for task in advance.tasks}
        self.deadlines = step.deadlines

    def take(self, entry: Entry) -> None:
        """Note who took or did a task, and name the receiver in the rows that led to it."""
        match entry.body:
            case Claim(task=task) | Submit(task=task):
                name = entry.who.name
            case Assign(task=task, name=name):
                pass
            case Release(task=task):
                name = ""
            case _:
                return
        self.takers[task] = name
        for place, towards in self.towards.items():
            if towards == task:
                self.rows[place] = replace(self.rows[place], receiver_name=name)

    def accept(self, entry: Entry) -> None:
        """The dossier was accepted: the applicant gave it to the counter at the moment that counts as its receipt."""
        self.accepted, self.applicant = entry.at, self.answers.text("applicant_name")
        if isinstance(entry.body, Submit):
            done, at = self.tasks[entry.body.task], self.received or entry.at
            self.desks[done.id] = Desk(at)
            receiver, work = self.place(done)
            self.rows.append(HandOver(at, say("Tổ chức, cá nhân"), self.applicant, receiver, "", work, entry.who.name))

    def move(self, entry: Entry, advance: Advance, notes: list[str]) -> None:
        """Add the rows of one entry: from each desk whose work is done to each desk whose work begins."""
        at = max(entry.at, self.received or entry.at)
        nodes = self.answers.version.definition.nodes
        left = [task for task in advance.tasks if task.closed and task.id in self.desks]
        self.given += [self.give(task, entry, at, self.desks.pop(task.id), notes) for task in left]
        new = [task for task in advance.tasks if not task.closed and task.id not in self.tasks]
        opened = [task for task in new if not _beside(nodes, task.element)]
        for task in opened:
            self.desks[task.id] = Desk(at, notes=() if self.given else tuple(notes))
            for given in self.given:
                if self.desk(given.task) == self.desk(task):
                    self.desks[task.id] = given.desk
                else:
                    self.towards[len(self.rows)] = task.id
                    self.rows.append(self.row(given, *self.place(task), notes=self.returned(given.task, task, entry)))
        if advance.status not in GOING_ON:
            for given in self.given:
                name = self.answers.text("received_by") or self.applicant
                self.rows.append(replace(self.row(given, say("Tổ chức, cá nhân")), receiver_name=name))
        # What leads nowhere yet waits at a join, unless its way has come to an end.
        if opened or (left and any(nodes[element].type == "endEvent" for element in advance.route)):
            self.given = []

    def give(self, task: Task, entry: Entry, at: datetime, desk: Desk, notes: list[str]) -> Given:
        """What left the desk of a task, with the limit that the task had until then."""
        name = entry.who.name if isinstance(entry.body, Submit) else self.takers.get(task.id, "")
        deadline = self.deadlines.get(task.id) if task.outcome == TaskOutcome.DONE else None
        left = replace(desk, tasks=(*desk.tasks, task.name), notes=tuple(dict.fromkeys((*desk.notes, *notes))))
        return Given(task, name, at, deadline, left)

    def row(self, given: Given, receiver: str, work: str = "", notes: tuple[str, ...] = ()) -> HandOver:
        """The hand-over of what left a desk."""
        giver, giver_work = self.place(given.task)
        steps, deadline = self.answers.version.procedure.steps, given.deadline
        limit = next((step.duration.text for step in steps if step.id == given.task.step), "")
        return HandOver(
            given.at,
            giver,
            given.name,
            receiver,
            giver_work,
            work,
            since=given.desk.since,
            tasks=given.desk.tasks,
            limit="; ".join(filter(None, [limit, *(bounds(deadline) if deadline else ())])),
            due=deadline.due if deadline else None,
            notes=(*given.desk.notes, *notes),
        )

    def place(self, task: Task) -> tuple[str, str]:
        """The name of a task's lane in the decision; the task's step, or its own name outside the steps."""
        lane = vocabulary.lane(task.lane, self.answers.version.province)
        return lane, say("bước {step}", step=task.step) if task.step else task.name

    def desk(self, task: Task) -> tuple[str, str, bool]:
        """What tells desks apart: the lane, the step, and whether the applicant is waited for."""
        return task.lane, task.step, self.answers.version.definition.clock.get(task.element) == ClockMark.PAUSE

    def clock_notes(self, clock: ClockState, said: list[str]) -> Iterator[str]:
        """Notes on a pause that begins or ends, with what the form says of it."""
        if clock != self.clock and ClockState.PAUSED in (clock, self.clock):
            yield say("Tạm dừng tính thời hạn.") if clock == ClockState.PAUSED else say("Tính tiếp thời hạn.")
            yield from said

    def said(self, entry: Entry) -> Iterator[str]:
        """What a submitted form says in its choices and texts: ``Lý do: Hồ sơ chưa có bảng giá cước``."""
        if isinstance(entry.body, Submit):
            for key, field in self.answers.fields.items():
                if field.type in SAID and entry.body.values.get(key):
                    yield f"{field.label}: {self.answers.text(key)}"

    def returned(self, done: Task, opened: Task, entry: Entry) -> tuple[str, ...]:
        """A note when the dossier goes back for correction: by the form's choice, or to an earlier step."""
        body, fields = entry.body, self.answers.fields
        if not isinstance(body, Submit):
            return ()
        order = [step.id for step in self.answers.version.procedure.steps]
        back = {done.step, opened.step} <= set(order) and order.index(opened.step) < order.index(done.step)
        chosen = [value for key, value in body.values.items() if key in fields and fields[key].options]
        if not back and RETURN not in chosen:
            return ()
        texts = [key for key in body.values if key in fields and fields[key].type == "textarea"]
        opinion = "; ".join(filter(None, map(self.answers.text, texts)))
        return (say("Trả lại để hoàn chỉnh: {opinion}", opinion=opinion) if opinion else say("Trả lại để hoàn chỉnh."),)

    def apology(self) -> str:
        """The new appointment of an apology that was sent, with its reason."""
        if not self.answers.values.get("apology_sent"):
            return ""
        day, reason = self.answers.text("apology_new_date"), self.answers.text("apology_reason")
        return say("{date}, lý do: {reason}", date=day, reason=reason)


def _edit(entry: Entry) -> str:
    """Why the calendar was edited, by which an entry counts the case anew; "" for other entries."""
    body = entry.body
    return say("lịch làm việc được sửa: {reason}", reason=body.reason) if isinstance(body, Recount) else ""


def _reasons(entry: Entry) -> Iterator[str]:
    """Why a task was late, and why the case was withdrawn."""
    if isinstance(entry.body, Submit) and entry.body.late_reason:
        yield say("Lý do chậm trễ: {reason}", reason=entry.body.late_reason)
    if isinstance(entry.body, Cancel):
        yield say("Người nộp rút hồ sơ: {reason}", reason=entry.body.reason)


def _beside(nodes: Mapping[str, Node], element: str) -> bool:
    """Whether an element lies in an event sub-process: work beside the dossier's own way, such as an apology.

    A called process lies where it is called.
    """
    parent = nodes[element].parent
    around = nodes.get(parent) or next((node for node in nodes.values() if node.called == parent), None)
    return around is not None and (around.triggered_by_event or _beside(nodes, around.id))
