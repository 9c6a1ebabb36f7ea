"""A task as whoever does it sees it: with what was done before it, and with what its form shows at first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runner.domain.case import Case
from runner.domain.fee import CaseFee
from runner.domain.form import Attachment, Component, Form
from runner.domain.task import Task
from runner.law.violation import Violation
from runner.services.version import Version


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """A claim, an assignment or a submission of a task; `values` are those of the submitted form.

    `by` is the name, as it was then, of the person who claimed, received or submitted the task.
    """

    task: Task
    by: str
    at: datetime
    form: Form | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with everything that a person needs to do it.

    `values` are those of the case, `known` the same as expressions know them, `draft` what this person last saved
    (None when nothing). `claimed` is how the owner got the task; `submitted` are all tasks done in the case, in order.
    `fee` is the fee of the case if this task collects it. `files` are those that this person can name in the form, by
    SHA-256. `warnings` are the rules of law that are broken, or would be by doing the task.
    """

    case: Case
    version: Version
    task: Task
    form: Form | None
    values: Mapping[str, Any]
    known: Mapping[str, Any]
    draft: Mapping[str, Any] | None
    claimed: TaskEvent | None
    submitted: tuple[TaskEvent, ...]
    fee: CaseFee | None
    files: Mapping[str, Attachment]
    warnings: Sequence[Violation] = ()

    @property
    def done(self) -> TaskEvent | None:
        """The submission of this task; None while it is open, or when the case went on without it."""
        return next((event for event in self.submitted if event.task.id == self.task.id), None)

    def overdue(self, now: datetime) -> bool:
        """Whether completing the task takes a reason for the delay."""
        return self.task.overdue(now)

    @property
    def filled(self) -> Mapping[str, Any]:
        """What the form shows at first: the draft, else what still holds of the case's values.

        That is what the counter took down of the dossier, and what the task before handed on with this one. An answer
        of an earlier round is no answer to this one, and fields by which the diagram decides, what is asked beside
        them, and required ticks start empty: each person answers them anew.
        """
        if self.draft is not None or self.form is None:
            return self.draft or {}
        holding = set(self._handed_on())
        if self.submitted and (intake := self.submitted[0].form):
            holding |= _keys(intake)
        return {key: value for key, value in self.values.items() if key in holding - self._anew(self.form)}

    def _handed_on(self) -> Iterable[str]:
        """The keys of the submission by which this task was opened; of none where time or a message opened it."""
        newest = next((event for event in reversed(self.submitted) if event.at <= self.task.opened), None)
        return newest.values if newest and newest.at == self.task.opened else ()

    def _anew(self, form: Form) -> set[str]:
        """The keys of what a form asks anew."""
        conditions = self.version.definition.conditions.values()
        deciding = {name.partition(".")[0] for condition in conditions for name in condition.names}
        anew = deciding | {path for path, field in form.fields.items() if field.type == "checkbox" and field.required}
        if self.submitted and self.submitted[0].form == form:
            for group in form.components:
                if group.type == "group" and deciding & (inside := _keys(group)):
                    anew |= inside
        return anew


def _keys(of: Form | Component) -> set[str]:
    found: set[str] = set()
    for each in of.components:
        found |= {each.key} if each.key else _keys(each)
    return found
