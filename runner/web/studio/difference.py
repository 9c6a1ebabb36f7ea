"""The difference in the browser: a draft beside the version it changes, or any two versions, in words and colours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Response, g, render_template, request

from runner.authoring.difference import GROUPS, difference
from runner.domain.person import Role
from runner.domain.procedure_draft import DraftStatus, ProcedureDraft
from runner.drawing.overlay import Overlay
from runner.errors import DiagramInvalid, Refused
from runner.language import say
from runner.services.bundle import Bundle, FileMissing
from runner.web import current, drawing, policy
from runner.web.number import whole_number
from runner.web.studio import frame

blueprint = Blueprint("difference", __name__)

SIDES = ("before", "after")
SIGNS = {"added": ("+", "Thêm"), "removed": ("−", "Bỏ"), "changed": ("≠", "Đổi")}
"""What stands at an element that differs, so that a grey copy shows it too."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A version, or a draft, that can be compared: `reference` is a digest or ``draft:3``."""

    reference: str
    name: str
    procedure: str


@blueprint.get("/drafts/<int:draft>/difference")
@policy.analyst
def show(draft: int) -> str:
    """A draft beside the version that it changes; with ``?with=`` beside another version."""
    found = current.runner().procedure_drafts.get(draft, g.person)
    choices = _choices(found)
    asked = request.args.get("with") or found.based_on or ""
    if not any(each.reference == asked for each in choices):
        asked = ""
    after = f"draft:{draft}"
    return frame.page(
        "studio/difference.html",
        found,
        choices=choices,
        before=asked,
        after=after,
        **_compared(asked, after),
    )


@blueprint.get("/difference")
@policy.analyst
def between() -> str:
    """Any two versions: ``?before=`` and ``?after=`` are digests or ``draft:3``."""
    before, after = (request.args.get(side, "") for side in SIDES)
    return render_template(
        "studio/difference_between.html",
        choices=_choices(),
        before=before,
        after=after,
        **_compared(before, after),
    )


@blueprint.get("/difference/diagram.svg")
@policy.analyst
def diagram() -> Response:
    """The diagram of one ``side``, in colours what differs; what a ``row`` is about comes into view."""
    before, after = (bundle(request.args.get(side, "")) for side in SIDES)
    late = request.args.get("side") == "after"
    found, shown = difference(before, after), after if late else before
    row = request.args.get("row", type=whole_number)
    near: tuple[str, ...] = ()
    if row is not None and 0 <= row < len(found.changes):
        near = found.changes[row].new if late else found.changes[row].old
    states = found.states(after=late)
    hosts = {shown.diagram.nodes[id].attached_to or "": "changed" for id in states if id in shown.diagram.nodes}
    marked = {id: Overlay(*SIGNS[state]) for id, state in {**hosts, **states}.items() if state in SIGNS}
    return drawing.answer(shown.diagram, {**hosts, **states}, near, marked)


def _compared(before: str, after: str) -> dict[str, object]:
    """What the template needs of two versions; nothing where one is not chosen or cannot be read."""
    shown: dict[str, object] = {
        "found": None,
        "unread": "",
        "groups": [],
        "row": request.args.get("row", type=whole_number),
    }
    if not (before and after):
        return shown
    try:
        one, two = bundle(before), bundle(after)
        found = difference(one, two)
    except (DiagramInvalid, Refused, FileMissing) as error:
        return shown | {"unread": str(error)}
    names = (_name(before, one), _name(after, two))
    groups = [
        (GROUPS[group], list(numbered))
        for group, numbered in groupby(enumerate(found.changes), key=lambda each: each[1].group)
    ]
    counts = Counter(each.kind for each in found.changes)
    return shown | {"found": found, "counts": counts, "names": names, "groups": groups}


def bundle(reference: str) -> Bundle:
    """What a reference means. Raises `ProcedureUnknown`, `DraftUnknown`, or what a broken draft raises."""
    runner = current.runner()
    if reference.startswith("draft:"):
        try:
            draft = whole_number(reference.removeprefix("draft:"))
        except ValueError:
            draft = 0
        return runner.procedure_drafts.bundle(draft, g.person)
    return runner.procedures.bundle(reference)


def _name(reference: str, bundle: Bundle) -> str:
    if reference.startswith("draft:"):
        return say("Bản nháp của {procedure}", procedure=bundle.code)
    runner = current.runner()
    number = next((each.number for each in runner.procedures.versions_of() if each.digest == reference), 0)
    return say("{procedure}, phiên bản {number}", procedure=bundle.code, number=number)


def _choices(draft: ProcedureDraft | None = None) -> list[Choice]:
    """Every version, those of the draft's own procedure first, and the drafts that the person may see."""
    runner, now = current.runner(), current.now()
    versions = runner.procedures.versions_of()
    in_force = {each.digest for each in runner.procedures.deployed(now)}
    own = draft.procedure if draft else ""
    versions.sort(key=lambda each: (each.procedure != own, each.procedure, -each.number))
    found = [Choice(each.digest, _version(each.number, each.digest in in_force), each.procedure) for each in versions]
    if draft is None and any(lane == Role.ANALYST for _, lane in g.person.groups):
        for each in runner.procedure_drafts.all(g.person):
            if each.status != DraftStatus.DISCARDED:
                name = say("Bản nháp {number}", number=each.id)
                found.append(Choice(f"draft:{each.id}", name, each.procedure))
    return found


def _version(number: int, in_force: bool) -> str:
    name = say("Phiên bản {number}", number=number)
    return f"{name} · {say('đang áp dụng')}" if in_force else name
