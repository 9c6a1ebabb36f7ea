"""What somebody who does a task decides on: the draft document with its files, or the papers that were handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from runner.domain.form import Attachment, Component
from runner.domain.form.attachment import DOCX, attached
from runner.domain.form.component import FILES
from runner.domain.person import LaneKind
from runner.domain.procedure import Province
from runner.reports.form_values import Line, render
from runner.reports.receipt import Answers, Paper
from runner.services.task_view import TaskEvent, TaskView

DECIDES: Final = frozenset({LaneKind.LEAD, LaneKind.DIRECTOR})
SHOWS_DRAFT: Final = DECIDES | {LaneKind.RECORDS}
"""Whose work is on the draft document: who initials, signs and issues it."""
LONG: Final = "textarea"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft document: its text, what else was said of it, and its files, the newest hands last."""

    title: str
    by: str
    at: datetime
    round: int
    text: Sequence[str]
    facts: Sequence[tuple[str, Sequence[Line]]]
    files: Sequence[Attachment]
    revised: Sequence[Revision] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """What a lead or a director said of a draft, and the files that came with it."""

    title: str
    by: str
    at: datetime
    said: Sequence[tuple[str, Sequence[Line]]]
    files: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class Handed:
    """The papers of the applicant with the files scanned from them, and what came later."""

    papers: Sequence[Paper]
    files: Sequence[Attachment]


def draft(view: TaskView, place: Province) -> Draft | None:
    """The newest draft document before this task, for those who initial, sign or issue it; None where there is none."""
    if place.kinds.get(view.task.lane) not in SHOWS_DRAFT:
        return None
    events = [event for event in view.submitted if event.form and event.task.id != view.task.id]
    drafts = [event for event in events if _drafts(event, place)]
    if not drafts:
        return None
    newest = drafts[-1]
    after = events[events.index(newest) + 1 :]
    return _draft(newest, sum(each.task.name == newest.task.name for each in drafts), tuple(_revisions(after, place)))


def handed(view: TaskView, place: Province) -> Handed | None:
    """The papers that were handed in, for whoever appraises them; None before any came."""
    if place.kinds.get(view.task.lane) != LaneKind.SPECIALIST or not view.submitted:
        return None
    fields: dict[str, Component] = {}
    values: dict[str, Any] = {}
    files: list[Attachment] = []
    for event in view.submitted:
        if place.kinds.get(event.task.lane) == LaneKind.CLERK and event.form:
            fields |= event.form.fields
            values |= event.values
            files += attached(event.values)
    found = tuple(Answers(view.version, fields, values).papers())
    return Handed(found, tuple(dict.fromkeys(files))) if found or files else None


def _drafts(event: TaskEvent, place: Province) -> bool:
    """Whether a submission brought a draft: its form takes documents, and it is nobody's opinion on one."""
    if event.form is None or place.kinds.get(event.task.lane) in DECIDES:
        return False
    return any(field.type == FILES and DOCX in field.accept for field in event.form.fields.values())


def _draft(event: TaskEvent, round: int, revised: tuple[Revision, ...]) -> Draft:
    fields = event.form.fields if event.form else {}
    texts = [key for key, field in fields.items() if field.type == LONG and field.required][:1]
    rest = {key: each for key, each in fields.items() if key not in texts and each.type != FILES}
    lines = [str(line) for key in texts for line in str(event.values.get(key) or "").splitlines()]
    files = tuple(dict.fromkeys(attached(event.values)))
    facts = tuple(render(rest, event.values))
    return Draft(event.task.name, event.by, event.at, round, lines, facts, files, revised)


def _revisions(events: Sequence[TaskEvent], place: Province) -> Iterator[Revision]:
    for event in events:
        if event.form is None or place.kinds.get(event.task.lane) not in DECIDES:
            continue
        fields = {key: each for key, each in event.form.fields.items() if each.type != FILES}
        said = tuple(render(fields, event.values))
        yield Revision(event.task.name, event.by, event.at, said, tuple(dict.fromkeys(attached(event.values))))


def folded(view: TaskView) -> list[tuple[str, list[TaskEvent]]]:
    """What was done before, the newest first, in the steps of the decision; work of no step stands alone."""
    steps: list[tuple[str, list[TaskEvent]]] = []
    for event in reversed(view.submitted):
        if steps and event.task.step and steps[-1][0] == event.task.step:
            steps[-1][1].append(event)
        else:
            steps.append((event.task.step, [event]))
    return steps


def relevant(view: TaskView) -> str:
    """The id of the task of the history that is open at first: the newest that another desk did, else the newest."""
    others = (event for event in reversed(view.submitted) if event.task.lane != view.task.lane)
    newest = next(others, view.submitted[-1] if view.submitted else None)
    return newest.task.id if newest else ""
