"""The frame of a draft's pages: which draft, who edits it, when it was saved, and the tabs to its other parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import g, render_template, request, url_for

from runner.authoring import files
from runner.authoring.drafts import IDLE
from runner.domain.procedure_draft import ProcedureDraft
from runner.domain.submission import Verdict
from runner.language import say
from runner.web import case, current, policy

TABS = (
    ("studio.diagram.show", "Sơ đồ", ".bpmn"),
    ("studio.forms.show", "Biểu mẫu", ".form"),
    ("studio.tables.show", "Bảng phí", ".dmn"),
    ("studio.facts.show", "Quyết định", ".toml"),
    ("studio.trial.show", "Thử", ""),
    ("studio.difference.show", "So sánh", ""),
    ("studio.impact.show", "Tác động", ""),
    ("studio.approval.show", "Phê duyệt", ""),
    ("studio.drafts.history", "Lịch sử", ""),
)
"""Endpoints, each with the draft's id as ``draft``, what they are called, and the ending of the files that are edited
there; a tab is there when its page is."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab; `here` when its part of the studio is looked at. `errors` of its files, None where none were counted."""

    address: str
    name: str
    here: bool
    errors: int | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """What a draft is called: the procedure's title, the numbers of the version it may become and of its base.

    `base` is 0 for a procedure that has no version yet.
    """

    name: str
    number: int
    base: int


def page(template: str, draft: ProcedureDraft, **values: object) -> str:
    """A page of a draft; `template` extends ``studio/draft.html`` and fills its block ``panel``."""
    now = current.now()
    return render_template(
        template,
        draft=draft,
        title=title(draft),
        tabs=list(tabs(draft)),
        part=request.blueprint,
        edits=draft.edited_by(g.person.id),
        editor=case.names({draft.editor}).get(draft.editor, draft.editor) if draft.editor else "",
        idle=now - draft.edited_at >= IDLE,
        **values,
    )


def tabs(draft: ProcedureDraft, part: str = "") -> Iterator[Tab]:
    """The parts of a draft that there are; `part` is looked at, by default that of the request."""
    part = part or (request.blueprint or "")
    tally = current.runner().tallies.find(draft)
    for endpoint, name, kind in TABS:
        if policy.may(g.person, endpoint):
            here = part == endpoint.rpartition(".")[0]
            errors = tally.kinds.get(kind, 0) if tally and kind else None
            yield Tab(url_for(endpoint, draft=draft.id), say(name), here, errors)


def first(draft: ProcedureDraft) -> str:
    """The address of the draft's first part."""
    return next(tabs(draft)).address


def title(draft: ProcedureDraft) -> Title:
    """What a draft is called."""
    runner = current.runner()
    known = [each for each in runner.procedures.versions_of() if each.procedure == draft.procedure]
    numbers = {each.digest: each.number for each in known}
    base = numbers.get(draft.based_on or "", 0)
    became = [
        numbers[each.version]
        for each in runner.approvals.of_procedure(draft.procedure, g.person)
        if each.draft == draft.id and each.verdict == Verdict.APPROVED and each.version in numbers
    ]
    name = files.title(draft.procedure, runner.procedure_drafts.files(draft.id, g.person))
    return Title(name, became[0] if became else max(numbers.values(), default=0) + 1, base)
