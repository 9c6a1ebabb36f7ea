"""A procedure draft in the browser: begun, taken over, released, discarded; its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner import formatting
from runner.authoring.refusal import DraftExists
from runner.domain.form import FieldFault
from runner.domain.procedure_draft import DraftEvent, EventKind, Save
from runner.language import say
from runner.services.text_rules import ReasonMissing
from runner.web import case, current, policy
from runner.web.number import whole_number
from runner.web.studio import frame

blueprint = Blueprint("drafts", __name__)
_DRAFT = "/drafts/<int:draft>"
ROWS = 50
SITTING = timedelta(minutes=10)
"""The longest pause between two saves that the history shows as one."""


@dataclass(frozen=True, slots=True)
class Past:
    """A row of the history: the saves of one sitting, the newest first, or what else happened."""

    saves: tuple[Save, ...]
    event: DraftEvent | None = None

    @property
    def files(self) -> list[str]:
        """The files that changed."""
        return sorted({name for save in self.saves for name in save.files})


@blueprint.post("/drafts")
@policy.analyst
def begin() -> Response:
    """A draft of the version in force; one that is there already is opened instead."""
    procedure = request.form.get("procedure", "")
    try:
        draft = current.runner().procedure_drafts.begin(procedure, g.person, current.now())
    except DraftExists as error:
        flash(str(error), "warning")
        return redirect(url_for("studio.drafts.show", draft=error.facts["draft"]), 303)
    return redirect(frame.first(draft), 303)


@blueprint.get(_DRAFT)
@policy.analyst
def show(draft: int) -> Response:
    """On to the draft's first part."""
    return redirect(frame.first(current.runner().procedure_drafts.get(draft, g.person)), 303)


@blueprint.get(f"{_DRAFT}/tabs")
@policy.analyst
def tabs(draft: int) -> str:
    """The tabs of the frame, with the errors of the newest save; ``?part=`` is the one that is looked at."""
    runner = current.runner()
    found = runner.procedure_drafts.get(draft, g.person)
    runner.tallies.count(found)
    return render_template("studio/tabs.html", tabs=list(frame.tabs(found, request.args.get("part", ""))))


@blueprint.get(f"{_DRAFT}/history")
@policy.analyst
def history(draft: int) -> str:
    """Every save, take-over and what else happened, the newest first; what was kept aside."""
    return history_page(draft)


def history_page(id: int, faults: list[FieldFault] | None = None) -> str:
    """The page of the history, with what is wrong with a form on it."""
    drafts = current.runner().procedure_drafts
    saves, events = drafts.saves(id, g.person), drafts.events(id, g.person)
    people = {each.by for each in saves} | {each.by for each in events}
    people |= {each.detail for each in events if each.kind == EventKind.TAKE_OVER}
    draft = drafts.get(id, g.person)
    past, start = _past(saves, events), max(request.args.get("from", 0, type=whole_number), 0)
    later: dict[str, Any] = {"from": start + ROWS}
    return frame.page(
        "studio/history.html",
        draft,
        past=past[start : start + ROWS],
        next=url_for("studio.drafts.history", draft=id, **later) if len(past) > start + ROWS else None,
        first=url_for("studio.drafts.history", draft=id) if start else None,
        names=case.names(people - {""}),
        files={name: len(data) for name, data in drafts.files(id, g.person).items()},
        faults=faults or [],
    )


@blueprint.post(f"{_DRAFT}/restore")
@policy.analyst
def restore(draft: int) -> Response:
    """Bring the files of a save back, as a new save."""
    number = request.form.get("save", 0, type=whole_number)
    made = current.runner().procedure_drafts.restore(draft, number, g.person, current.now())
    flash(say("Đã khôi phục lần lưu {number} thành lần lưu {made}.", number=number, made=made.number))
    return _back(draft)


@blueprint.post(f"{_DRAFT}/take-over")
@policy.analyst
def take_over(draft: int) -> Response:
    """Become the editor."""
    taken = current.runner().procedure_drafts.take_over(draft, g.person, current.now())
    flash(say("Anh/chị đang sửa bản nháp này từ {at}.", at=formatting.moment(taken.edited_at)))
    return redirect(frame.first(taken), 303)


@blueprint.post(f"{_DRAFT}/release")
@policy.analyst
def release(draft: int) -> Response:
    """Leave the draft to whoever goes on with it."""
    current.runner().procedure_drafts.release(draft, g.person, current.now())
    flash(say("Bản nháp nay chưa ai sửa; người khác sửa tiếp được ngay."))
    return redirect(url_for("studio.catalogue.show"), 303)


@blueprint.post(f"{_DRAFT}/discard")
@policy.analyst
def discard(draft: int) -> Response | tuple[str, int]:
    """Give the draft up."""
    try:
        reason = request.form.get("reason", "")
        current.runner().procedure_drafts.discard(draft, g.person, current.now(), reason)
    except ReasonMissing as error:
        return history_page(draft, [FieldFault.told("reason", error)]), 422
    flash(say("Đã bỏ bản nháp {number}; lịch sử của nó vẫn đọc được.", number=draft))
    return redirect(url_for("studio.catalogue.show"), 303)


def _past(saves: Sequence[Save], events: Sequence[DraftEvent]) -> list[Past]:
    """What happened to a draft, the newest first; a person's saves one after another, without a word, are one row."""
    found: list[Past] = []
    both: list[Save | DraftEvent] = sorted([*saves, *events], key=lambda each: (each.at, each.number), reverse=True)
    for each in both:
        last = found[-1].saves if found else ()
        if isinstance(each, DraftEvent):
            found.append(Past((), each))
        elif last and _follow(each, last[-1]):
            found[-1] = Past((*last, each))
        else:
            found.append(Past((each,)))
    return found


def _follow(save: Save, later: Save) -> bool:
    """Whether the save and the `later` one are of one sitting."""
    plain = all(each.base and not (each.note or each.restores or each.aside) for each in (save, later))
    return plain and save.by == later.by and later.at - save.at <= SITTING


def _back(draft: int) -> Response:
    return redirect(url_for("studio.drafts.history", draft=draft), 303)
