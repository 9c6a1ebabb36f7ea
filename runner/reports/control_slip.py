"""Mẫu 05, the slip that goes with a dossier: who handed it to whom when, and how they stood to their deadlines.

Source of its fields: Thông tư số 01/2018/TT-VPCP, Phụ lục, Mẫu số 05. It is read off the journal; nobody fills it in.
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
from runner.language import say
from runner.reports import vocabulary
from runner.reports.receipt import Answers, NotAccepted, accepts
from runner.services.audit import Audit, ReplayedEntry
from runner.services.procedures import Procedures
from runner.services.version import Version


@dataclass(frozen=True, slots=True)
class HandOver:
    """The dossier passing from one desk to another.

    Givers and receivers are lanes by their labels, or the applicant; `receiver_name` is "" until somebody takes the
    task up. `verdict` is how the giver stood to their limit, None where none applies. `task` is what
    they had done, `due` the limit that they had.
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
    """What Mẫu 05 says. `verdict` is that of the whole case, None while its clock has not stopped."""

    case: Case
    version: Version
    applicant: str
    issued: datetime
    received: datetime
    due: datetime | None
    rows: tuple[HandOver, ...]
    verdict: Verdict | None


def describe(audit: Audit, procedures: Procedures, case: int, person: Person) -> ControlSlip:
    """The control slip of a case. Raises `CaseUnknown`, `Divergence`, or `NotAccepted` where there is none."""
    found, _, steps = audit.history(case, person)
    clerk = _Clerk(procedures.version(found.version))
    for step in steps:
        clerk.note(step)
    if clerk.accepted is None:
        raise NotAccepted
    promise = clerk.accepted.promise
    received = promise.anchor if promise else clerk.accepted.entry.at
    due = promise.due if promise else None
    issued, version = clerk.accepted.entry.at, clerk.answers.version
    return ControlSlip(found, version, clerk.applicant, issued, received, due, tuple(clerk.rows), clerk.verdict)


class _Clerk:
    """Goes along the journal and writes a row whenever the dossier changes desks."""

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
        self.remarks: list[str] = []

    def note(self, step: ReplayedEntry) -> None:
        """Write down what one entry did."""
        self.answers.add(step.entry)
        body, advance = step.entry.body, step.advance
        if isinstance(body, Claim | Submit) and self.tasks[body.task].step:
            self.taken_up(self.tasks[body.task].lane, step.entry.who.name)
        if advance is None:
            return
        self.watch(step, advance)
        if isinstance(body, Submit):
            if body.late_reason:
                self.remark(say("Lý do chậm trễ: {reason}", reason=body.late_reason))
            self.rows += self.handed(step, advance, self.tasks[body.task])
        self.tasks |= {task.id: task for task in advance.tasks}
        self.deadlines = step.deadlines

    def watch(self, step: ReplayedEntry, advance: Advance) -> None:
        """What the legal clock did: remarks, and in the end the verdict on the case."""
        if advance.clock == self.clock:
            return
        if advance.clock == ClockState.PAUSED:
            self.remark(say("Tạm dừng tính thời hạn."))
        elif self.clock == ClockState.PAUSED and advance.clock == ClockState.RUNNING:
            self.remark(say("Tính tiếp thời hạn."))
        elif advance.clock == ClockState.STOPPED and step.promise and step.promise.due:
            self.verdict = verdict(step.promise.due, step.entry.at)
        self.clock = advance.clock

    def handed(self, step: ReplayedEntry, advance: Advance, done: Task) -> Iterator[HandOver]:
        """The rows of a submission: to the counter at first, from lane to lane, and to the applicant at last."""
        name = step.entry.who.name
        if self.accepted is None and accepts(step):
            self.accepted, self.applicant = step, self.answers.text("applicant_name")
            # The time may run since before the dossier was checked, or only from when the office next opens.
            at = min(step.entry.at, step.promise.anchor) if step.promise else step.entry.at
            yield HandOver(at, say("Tổ chức, cá nhân"), self.applicant, self.lane(done.lane), name, notes=(done.name,))
        if self.accepted is None:
            return
        self.stand(step, done)
        opened = [task for task in advance.tasks if task.closed is None and task.id not in self.tasks and task.step]
        receivers = {task.lane: task for task in opened if done.step and task.lane != done.lane}
        given = HandOver(
            step.entry.at, self.lane(done.lane), name, "", "", done.name, self.due, self.standing, tuple(self.remarks)
        )
        for lane, task in receivers.items():
            yield replace(given, receiver=self.lane(lane), notes=(*given.notes, *self.returned(done, task)))
        if advance.status == CaseStatus.FINISHED:
            receiver = self.answers.text("received_by") or self.applicant
            yield replace(given, receiver=say("Tổ chức, cá nhân"), receiver_name=receiver)
        if receivers:
            self.due, self.standing, self.remarks = None, None, []

    def remark(self, said: str) -> None:
        """Something for the next row, once."""
        if said not in self.remarks:
            self.remarks.append(said)

    def stand(self, step: ReplayedEntry, done: Task) -> None:
        """How the desk that has the dossier stands to its limits so far: late once, late it is."""
        deadline = self.deadlines.get(done.id)
        if done.step and deadline and deadline.due and self.standing != Verdict.LATE:
            self.due, self.standing = deadline.due, verdict(deadline.due, step.entry.at)

    def returned(self, done: Task, opened: Task) -> Sequence[str]:
        """A remark when the dossier goes back to an earlier step."""
        order = [step.id for step in self.answers.version.procedure.steps]
        back = {done.step, opened.step} <= set(order) and order.index(opened.step) < order.index(done.step)
        return [say("Trả lại để hoàn chỉnh.")] if back else []

    def taken_up(self, lane: str, name: str) -> None:
        """Who in the receiving lane took the dossier up, where a row does not say so yet."""
        label = self.lane(lane)
        for place, row in enumerate(self.rows):
            if row.receiver == label and not row.receiver_name:
                self.rows[place] = replace(row, receiver_name=name)

    def lane(self, lane: str) -> str:
        """A lane as the decision calls it."""
        return vocabulary.lane(lane, self.answers.version.province)
