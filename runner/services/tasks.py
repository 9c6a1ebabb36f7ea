"""What staff do with tasks: claim, put back, save a draft, submit. Only members of its lane see that a task exists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from runner.domain import form as forms
from runner.domain.case import Case
from runner.domain.form import FieldFault
from runner.domain.person import Person
from runner.domain.task import Task
from runner.engine.instance import Instance, TaskTaken
from runner.errors import NotFound, Refused
from runner.services import draft
from runner.services.change import Act, Answer, Changes, Once, Prepare
from runner.services.reason import LENGTH, ReasonMissing, reason
from runner.store import case as cases
from runner.store import draft as drafts
from runner.store.session import Transaction

LATE_REASON = "late_reason"
LEADS = "division_lead"
"""The lane that may take a task back from whoever holds it (D18 of the notes on the decisions: it assigns the work)."""


class TaskUnknown(NotFound):
    """Không tìm thấy việc {task} trong hồ sơ {case}."""


class FormRefused(Refused):
    """Có {count} mục chưa đúng; hãy sửa rồi gửi lại."""

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"- {fault.message}" for fault in self.faults)])


class Tasks:
    """The services on tasks. Each is one change of the case, told as an `Answer`; `now` is aware."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes

    def claim(self, case: int, task: str, person: Person, now: datetime) -> Answer:
        """Take a task. Raises `TaskUnknown` (not of the person's lanes), `TaskClosed`, `TaskTaken`."""
        act = Act("claim", {"task": task, "owner": person.id})
        return self.changes.change(case, person, now, _seen(task, person, lambda *_: act))

    def release(self, case: int, task: str, person: Person, now: datetime) -> Answer:
        """Put a task back to its lane: by its owner, or by a lead of the division."""

        def prepare(tx: Transaction, found: Case, instance: Instance) -> Act:
            owner = instance.tasks[task].owner
            if owner not in (None, person.id) and (found.province, LEADS) not in person.groups:
                raise TaskTaken(task=instance.tasks[task].name, owner=owner)
            return Act("release", {"task": task})

        return self.changes.change(case, person, now, _seen(task, person, prepare, LEADS))

    def submit(
        self, case: int, task: str, values: Mapping[str, Any], person: Person, now: datetime, key: str | None = None
    ) -> Answer:
        """Complete a task with `values`; the answer says what the case came to.

        With the same `key` from the same person the effect happens once and the answer is the same again. Raises
        `FormRefused` with the faults field by field, `TaskTaken`, `TaskClosed`, `IncidentNoted`.
        """

        def prepare(tx: Transaction, found: Case, instance: Instance) -> Act:
            open_task = instance.tasks[task]
            if open_task.owner not in (None, person.id):
                raise TaskTaken(task=open_task.name, owner=open_task.owner)
            version = self.changes.versions.get(tx, found.version)
            clean, faults = (
                forms.check(version.forms[open_task.form], values, instance.values) if open_task.form else ({}, ())
            )
            late, missing = _late(open_task, values, now)
            if faults or missing:
                raise FormRefused((*faults, *missing))
            drafts.discard(tx, case, task)
            return Act("submit", {"task": task, "values": clean, **late})

        once = Once(key, {"submit": task, "case": case, "values": values}) if key else None
        return self.changes.change(case, person, now, _seen(task, person, prepare), once)

    def save_draft(self, case: int, task: str, values: Mapping[str, Any], person: Person, now: datetime) -> None:
        """Keep what a person has typed so far. A draft is nobody else's business and no part of the record."""
        drafted = draft.checked(values)
        with self.changes.database.change() as tx:
            self._open_task(tx, case, task, person)
            drafts.save(tx, case, task, person.id, drafted, now)

    def draft(self, case: int, task: str, person: Person) -> dict[str, Any]:
        """What this person last saved for this task; empty when nothing."""
        with self.changes.database.read() as tx:
            return drafts.get(tx, case, task, person.id) or {}

    def _open_task(self, tx: Transaction, case: int, task: str, person: Person) -> Task:
        found, row = cases.get(tx, case), cases.task(tx, case, task)
        if not found or not row or row.closed or (found.province, row.lane) not in person.groups:
            raise TaskUnknown(task=task, case=case)
        return row


def _seen(task: str, person: Person, prepare: Prepare, *others: str) -> Prepare:
    """`prepare`, once it is sure that the person works in the task's lane (or in one of `others`).

    For anybody else the task does not exist.
    """

    def checked(tx: Transaction, case: Case, instance: Instance) -> Act:
        row = instance.tasks.get(task) or cases.task(tx, case.id, task)
        if row is None or not person.groups & {(case.province, lane) for lane in (row.lane, *others)}:
            raise TaskUnknown(task=task, case=case.id)
        instance.expect(task)
        return prepare(tx, case, instance)

    return checked


def _late(task: Task, values: Mapping[str, Any], now: datetime) -> tuple[dict[str, str], tuple[FieldFault, ...]]:
    """The reason that submitting an overdue task asks for, or what is wrong with it."""
    if not task.late and not (task.due and now > task.due):
        return {}, ()
    try:
        return {LATE_REASON: reason(values.get(LATE_REASON))}, ()
    except ReasonMissing:
        fault = "Việc này đã quá hạn: hãy nêu lý do chậm trễ (tối đa {limit} ký tự)."
        return {}, (FieldFault(LATE_REASON, fault, {"limit": LENGTH}),)
