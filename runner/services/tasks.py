"""What staff do with tasks: claim, release, assign, save a draft, submit.

A task is known to those who do it (the members of its lane, or who reports for them) and to the lead of their division;
others get `TaskUnknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from runner.domain import fee as fees
from runner.domain import form as forms
from runner.domain.case import Case, CaseStatus, ChangeResult
from runner.domain.entry import Assign, Claim, Release, Submit
from runner.domain.fee import PAYMENTS
from runner.domain.form import Attachment, FieldFault, Form
from runner.domain.form.attachment import attached
from runner.domain.journal import Entry
from runner.domain.person import LaneKind, Person
from runner.domain.task import LATE_REASON, Task
from runner.engine.errors import TaskTaken
from runner.errors import Conflict, NotFound, Refused
from runner.services import confirmation, draft, law_check
from runner.services.access import CaseUnknown, does, leads, permitted
from runner.services.case_transaction import CaseTransaction, CaseTransactions
from runner.services.once import Once
from runner.services.replay import replay
from runner.services.task_view import TaskEvent, TaskView
from runner.services.text_rules import LENGTH, ReasonMissing, ReasonUnprintable, reason
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import attachment as attachments
from runner.store import case as cases
from runner.store import draft as drafts
from runner.store import registry
from runner.store.session import Transaction

Read = Callable[[Form | None], Mapping[str, Any]]
"""Reads the values of a task's form out of the request."""


class TaskUnknown(NotFound):
    """Không tìm thấy việc {task} trong hồ sơ {case}."""


class NotLead(Refused):
    """Chỉ lãnh đạo phòng giao việc cho chuyên viên."""


class DraftHeld(Refused):
    """Bản nháp chỉ có người lập xử lý; hãy hoàn thành việc tiếp nhận hoặc bỏ bản nháp."""


class NotAssignable(Refused):
    """Việc “{task}” không phải việc của chuyên viên trong phòng nên không giao được."""


class TaskNotClaimed(Conflict):
    """Việc “{task}” chưa được nhận nên chưa gửi; hãy nhận việc trước khi làm."""


class NotInDivision(Refused):
    """Tài khoản “{person}” không phải chuyên viên của phòng."""


UNKNOWN = "Yêu cầu này không nhận “{field}”."
"""The fault of a field that the request must not have."""


class FormRefused(Refused):
    """Có {count} mục chưa đúng; hãy sửa rồi gửi lại."""

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"- {fault.message}" for fault in self.faults)])


class Tasks:
    """The services on tasks. Each change is one entry and returns a `ChangeResult`; `now` is aware."""

    def __init__(self, transactions: CaseTransactions) -> None:
        self.transactions = transactions

    def claim(self, case: int, task: str, person: Person, now: datetime, key: str | None = None) -> ChangeResult:
        """Make the person the owner of a task. Raises `TaskUnknown`, `TaskClosed`, `TaskTaken`."""
        once = Once(key, {"claim": task, "case": case}) if key else None
        with _unknown_task(case, task), self.transactions.case(case, person, now, once) as change:
            _open(change, task, person)
            change.do(Claim(task, person.id))
        return change.result

    def release(self, case: int, task: str, person: Person, now: datetime, key: str | None = None) -> ChangeResult:
        """Give a task back to its lane: by its owner, or by a lead of the division. Raises as `claim` does."""
        once = Once(key, {"release": task, "case": case}) if key else None
        with _unknown_task(case, task), self.transactions.case(case, person, now, once) as change:
            row = _open(change, task, person, led=True)
            if change.row.status == CaseStatus.DRAFT:
                raise DraftHeld
            if row.owner not in (None, person.id) and not leads(person, change.organisation, row.lane):
                raise TaskTaken(task=row.name, owner=row.owner)
            change.do(Release(task))
        return change.result

    def assign(
        self, case: int, task: str, member: str, person: Person, now: datetime, key: str | None = None
    ) -> ChangeResult:
        """Give a specialist's task to the account `member`, owned or not: by a lead of the division.

        Raises `TaskUnknown`, `TaskClosed`, `NotLead`, `NotAssignable`, `NotInDivision`.
        """
        once = Once(key, {"assign": task, "case": case, "person": member}) if key else None
        with _unknown_task(case, task), self.transactions.case(case, person, now, once) as change:
            row, place = _open(change, task, person, led=True), change.organisation
            if not leads(person, place, row.lane):
                raise NotLead
            if place.kinds.get(row.lane) != LaneKind.SPECIALIST:
                raise NotAssignable(task=row.name)
            people = registry.members(change.tx, place.code, place.performer(row.lane))
            chosen = next((each for each in people if each.id == member), None)
            if chosen is None:
                raise NotInDivision(person=member)
            change.do(Assign(task, chosen.id, chosen.name))
        return change.result

    def members(self, province: str, lane: str) -> list[Person]:
        """The people to whom a lead of the division may give the tasks of a lane, by id."""
        with self.transactions.database.read() as tx:
            place = self.transactions.versions.organisation_in_force(tx, province)
            return registry.members(tx, province, place.performer(lane) if place else lane)

    def submit(
        self,
        case: int,
        task: str,
        values: Mapping[str, Any],
        person: Person,
        now: datetime,
        key: str | None = None,
        read: Read | None = None,
        *,
        claimed: bool = False,
    ) -> ChangeResult:
        """Complete a task with `values`; `claimed` refuses a task that nobody has claimed (`TaskNotClaimed`).

        A second request of the person with the same `key` has no effect and gets the same answer. If only the form can
        interpret the request, `values` are the request as JSON, and `read` returns the form's values. Raises
        `FormRefused` with the faults of every field, `TaskUnknown`, `TaskTaken`, `TaskClosed`, `IncidentNoted`,
        and `PasswordNeeded` or `SignScopeMissing` where the person signs by it.
        """
        once = Once(key, {"submit": task, "case": case, "values": values}) if key else None
        with _unknown_task(case, task), self.transactions.case(case, person, now, once) as change:
            row = _open(change, task, person)
            if change.row.status == CaseStatus.DRAFT:  # not received yet: after a repeal it never is
                change.expect_in_force()
            if row.owner not in (None, person.id):
                raise TaskTaken(task=row.name, owner=row.owner)
            if claimed and row.owner is None and change.row.status != CaseStatus.DRAFT:
                raise TaskNotClaimed(task=row.name)
            confirmation.expect_to_sign(person, change.organisation, row.lane)
            form = change.version.forms[row.form] if row.form else None
            files = _files(change.tx, case, task, form, person)
            answers = read(form) if read else values
            clean, faults = _checked(change, form, answers, files) if form else ({}, ())
            late, missing = _late(row, answers, now)
            if faults or missing:
                raise FormRefused((*faults, *missing))
            drafts.discard(change.tx, case, task)
            if files:
                digests = {file.sha256 for file in attached(clean)}
                attachments.keep(change.tx, case, task, person.id, digests, change.row.seq + 1)
            change.do(Submit(task, clean, late))
        return change.result

    def open(self, case: int, task: str, person: Person, now: datetime | None = None) -> TaskView:
        """A task of the person's lanes, open or closed; `now` is for what the rules of law say. Raises TaskUnknown."""
        with self.transactions.database.read() as tx:
            found, row = found_task(tx, self.transactions.versions, case, task, person)
            version = self.transactions.versions.get(tx, found.version)
            entries: list[Entry] = []
            instance = replay(tx, self.transactions.versions, found, lambda entry, *_: entries.append(entry))
            tasks = {each.id: each for each in cases.tasks(tx, case)}
            events = [(each.body, event) for each in entries if (event := _event(each, tasks, version))]
            claims = [
                event for body, event in events if not isinstance(body, Submit) and event.task.id == task and row.owner
            ]
            form = version.forms[row.form] if row.form else None
            looked = law_check.standpoint(tx, self.transactions.versions, found, instance, now) if now else None
            return TaskView(
                case=found,
                version=version,
                task=row,
                form=form,
                values=instance.values,
                known=instance.known,
                draft=drafts.get(tx, case, task, person.id),
                claimed=claims[-1] if claims else None,
                submitted=tuple(event for body, event in events if isinstance(body, Submit)),
                fee=fees.record(entries) if form and PAYMENTS.keys() & form.fields.keys() else None,
                files=_files(tx, case, task, form, person),
                warnings=law_check.warnings(looked, person, row) if looked and not row.closed else (),
            )

    def save_draft(self, case: int, task: str, values: Mapping[str, Any], person: Person, now: datetime) -> None:
        """Store what a person has typed so far. Others do not see a draft, and it is no part of the journal.

        Who types works on it: a task that nobody has claimed becomes theirs. Where somebody was faster, what was typed
        is kept all the same.
        """
        drafted = draft.checked(values)
        with self.transactions.database.change() as tx:
            found, row = found_task(tx, self.transactions.versions, case, task, person)
            if row.closed:
                raise TaskUnknown(task=task, case=case)
            drafts.save(tx, case, task, person.id, drafted, now)
        if row.owner is None and found.status != CaseStatus.DRAFT:
            with suppress(TaskTaken):
                self.claim(case, task, person, now)

    def draft(self, case: int, task: str, person: Person) -> dict[str, Any]:
        """What this person last saved for this task; empty when nothing."""
        with self.transactions.database.read() as tx:
            return drafts.get(tx, case, task, person.id) or {}


@contextmanager
def _unknown_task(case: int, task: str) -> Iterator[None]:
    """Turn `CaseUnknown` into `TaskUnknown`: the sentence reveals neither the case nor the task."""
    try:
        yield
    except CaseUnknown:
        raise TaskUnknown(task=task, case=case) from None


def _open(change: CaseTransaction, task: str, person: Person, led: bool = False) -> Task:
    """The open task, for those who do it, and with `led` for their leads. Raises `TaskUnknown`, `TaskClosed`."""
    row, place = change.instance.tasks.get(task) or cases.task(change.tx, change.row.id, task), change.organisation
    if row is None or not (does(person, place, row.lane) or (led and leads(person, place, row.lane))):
        raise TaskUnknown(task=task, case=change.row.id)
    change.instance.expect(task)
    return row


def found_task(tx: Transaction, versions: Versions, case: int, task: str, person: Person) -> tuple[Case, Task]:
    """A case and its task, for those who do it. Raises `TaskUnknown`."""
    with _unknown_task(case, task):
        found, row = permitted(tx, versions, cases.get(tx, case), case, person), cases.task(tx, case, task)
    place = versions.organisation_in_force(tx, found.province) or versions.get(tx, found.version).province
    if not row or not does(person, place, row.lane):
        raise TaskUnknown(task=task, case=case)
    return found, row


def _files(tx: Transaction, case: int, task: str, form: Form | None, person: Person) -> Mapping[str, Attachment]:
    """The files that the person can name in this form, by SHA-256."""
    if form is None or not form.files:
        return {}
    return {each.sha256: each.file for each in attachments.available(tx, case, task, person.id)}


def _event(entry: Entry, tasks: Mapping[str, Task], version: Version) -> TaskEvent | None:
    """The event of an entry that claims, assigns or submits a task; None of any other."""
    body, by = entry.body, entry.who.name
    values: Mapping[str, Any] = {}
    if isinstance(body, Assign):
        by = body.name
    elif isinstance(body, Submit):
        values = body.values
    elif not isinstance(body, Claim):
        return None
    task = tasks[body.task]
    return TaskEvent(task, by, entry.at, version.forms[task.form] if task.form else None, values)


def _checked(
    change: CaseTransaction, form: Form, answers: Mapping[str, Any], files: Mapping[str, Attachment]
) -> tuple[dict[str, Any], tuple[FieldFault, ...]]:
    """The answers as the form takes them in this case, at this moment, and their faults."""
    now, calendar, instance = change.now, change.calendar, change.instance
    due = instance.legal.due_at(now, calendar)
    return forms.check(form, answers, instance.known, files, now, calendar, due)


def _late(task: Task, values: Mapping[str, Any], now: datetime) -> tuple[str | None, tuple[FieldFault, ...]]:
    """The reason that an overdue task requires, or its fault; neither for a task in time."""
    if not task.overdue(now):
        return None, ()
    try:
        return reason(values.get(LATE_REASON)), ()
    except ReasonUnprintable as error:
        fault = error.__doc__ or ""
    except ReasonMissing:
        fault = "Việc này đã quá hạn: hãy nêu lý do chậm trễ (tối đa {limit} ký tự)."
    return None, (FieldFault(LATE_REASON, fault, {"limit": LENGTH}),)
