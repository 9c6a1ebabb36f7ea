"""Mẫu 05, the slip that goes with a dossier: who gave it to whom when, and whether each was in time.

Source of its fields: Thông tư số 01/2018/TT-VPCP, Phụ lục, Mẫu số 05. It comes from the journal alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from runner.domain.case import Case, CaseStatus, ClockState
from runner.domain.deadline import Deadline
from runner.domain.entry import Claim, Submit
from runner.domain.person import Person
from runner.domain.task import Task
from runner.domain.timeliness import Verdict, verdict
from runner.engine.advance import Advance
from runner.language import say, speaking
from runner.reports import vocabulary
from runner.reports.receipt import Answers, NotAccepted, accepts
from runner.services.audit import Audit, ReplayedEntry
from runner.services.procedures import Procedures
from runner.services.version import Version


@dataclass(frozen=True, slots=True)
class HandOver:
    """The dossier passing from one desk to another.

    Givers and receivers are lanes by their labels, or the applicant; `receiver_name` is "" until a person claims or
    submits the task. `task` is the giver's task, `due` its limit, and `verdict` whether the giver was in time, None
    without a limit.
    """

    at: datetime
    giver: str
    giver_name: str
    receiver: str
    receiver_name: str = ""
    task: str = ""
    due: datetime | None = None
    verdict: Verdict | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlSlip:
    """The content of Mẫu 05. `verdict` is that of the whole case, None until its legal clock stops."""

    case: Case
    version: Version
    applicant: str
    issued: datetime
    received: datetime
    due: datetime | None
    rows: tuple[HandOver, ...]
    verdict: Verdict | None


def describe(audit: Audit, procedures: Procedures, case: int, person: Person) -> ControlSlip:
    """The control slip of a case, in Vietnamese: it goes into the file.

    Raises `CaseUnknown`, `Divergence`, or `NotAccepted` where there is none.
    """
    found, _, steps = audit.history(case, person)
    builder = ControlSlipBuilder(procedures.version(found.version))
    with speaking("vi"):
        for step in steps:
            builder.add(step)
    if builder.accepted is None:
        raise NotAccepted
    promise = builder.accepted.promise
    received = promise.anchor if promise else builder.accepted.entry.at
    due = promise.due if promise else None
    issued, version = builder.accepted.entry.at, builder.answers.version
    return ControlSlip(found, version, builder.applicant, issued, received, due, tuple(builder.rows), builder.verdict)


class ControlSlipBuilder:
    """Goes along the journal and adds a row whenever the dossier changes desks."""

    def __init__(self, version: Version) -> None:
        self.answers = Answers(version)
        self.rows: list[HandOver] = []
        self.accepted: ReplayedEntry | None = None
        self.applicant = ""
        self.verdict: Verdict | None = None
        self.clock = ClockState.IDLE
        self.tasks: dict[str, Task] = {}
        self.deadlines: Mapping[str, Deadline] = {}
        self.due: datetime | None = None
        self.standing: Verdict | None = None
        self.notes: list[str] = []

    def add(self, step: ReplayedEntry) -> None:
        """Take over one entry."""
        self.answers.add(step.entry)
        body, advance = step.entry.body, step.advance
        if isinstance(body, Claim | Submit) and self.tasks[body.task].step:
            self.taken_up(self.tasks[body.task].lane, step.entry.who.name)
        if advance is None:
            return
        self.watch(step, advance)
        if isinstance(body, Submit):
            if body.late_reason:
                self.note(say("Lý do chậm trễ: {reason}", reason=body.late_reason))
            self.rows += self.hand_overs(step, advance, self.tasks[body.task])
        self.tasks |= {task.id: task for task in advance.tasks}
        self.deadlines = step.deadlines

    def watch(self, step: ReplayedEntry, advance: Advance) -> None:
        """Follow the legal clock: notes on pauses, and at its stop the verdict on the case."""
        if advance.clock == self.clock:
            return
        if advance.clock == ClockState.PAUSED:
            self.note(say("Tạm dừng tính thời hạn."))
        elif self.clock == ClockState.PAUSED and advance.clock == ClockState.RUNNING:
            self.note(say("Tính tiếp thời hạn."))
        elif advance.clock == ClockState.STOPPED and step.promise and step.promise.due:
            self.verdict = verdict(step.promise.due, step.entry.at)
        self.clock = advance.clock

    def hand_overs(self, step: ReplayedEntry, advance: Advance, done: Task) -> Iterator[HandOver]:
        """The rows of a submission: from the applicant to the counter, from lane to lane, and back to the applicant."""
        name = step.entry.who.name
        if self.accepted is None and accepts(step):
            self.accepted, self.applicant = step, self.answers.text("applicant_name")
            # The time may run since before the dossier was checked, or only from when the office next opens.
            at = min(step.entry.at, step.promise.anchor) if step.promise else step.entry.at
            yield HandOver(at, say("Tổ chức, cá nhân"), self.applicant, self.lane(done.lane), name, notes=(done.name,))
        if self.accepted is None:
            return
        self.compare(step, done)
        opened = [task for task in advance.tasks if task.closed is None and task.id not in self.tasks and task.step]
        receivers = {task.lane: task for task in opened if done.step and task.lane != done.lane}
        given = HandOver(
            step.entry.at, self.lane(done.lane), name, "", "", done.name, self.due, self.standing, tuple(self.notes)
        )
        for lane, task in receivers.items():
            yield replace(given, receiver=self.lane(lane), notes=(*given.notes, *self.returned(done, task)))
        if advance.status == CaseStatus.FINISHED:
            receiver = self.answers.text("received_by") or self.applicant
            yield replace(given, receiver=say("Tổ chức, cá nhân"), receiver_name=receiver)
        if receivers:
            self.due, self.standing, self.notes = None, None, []

    def note(self, text: str) -> None:
        """Add a note to the next row, once."""
        if text not in self.notes:
            self.notes.append(text)

    def compare(self, step: ReplayedEntry, done: Task) -> None:
        """Compare a task of the desk that has the dossier with its limit; one late task makes the desk late."""
        deadline = self.deadlines.get(done.id)
        if done.step and deadline and deadline.due and self.standing != Verdict.LATE:
            self.due, self.standing = deadline.due, verdict(deadline.due, step.entry.at)

    def returned(self, done: Task, opened: Task) -> Sequence[str]:
        """A note when the dossier goes back to an earlier step."""
        order = [step.id for step in self.answers.version.procedure.steps]
        back = {done.step, opened.step} <= set(order) and order.index(opened.step) < order.index(done.step)
        return [say("Trả lại để hoàn chỉnh.")] if back else []

    def taken_up(self, lane: str, name: str) -> None:
        """Set the receiver's name in the rows that wait for a person of this lane."""
        label = self.lane(lane)
        for place, row in enumerate(self.rows):
            if row.receiver == label and not row.receiver_name:
                self.rows[place] = replace(row, receiver_name=name)

    def lane(self, lane: str) -> str:
        """The name of a lane in the decision."""
        return vocabulary.lane(lane, self.answers.version.province)
