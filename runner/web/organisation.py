"""The organisation of a province: agencies, divisions, lanes; who revised it; an edit with its preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.domain.form import FieldFault
from runner.domain.form.component import visible
from runner.domain.person import KINDS, LaneKind, Role
from runner.domain.procedure import Province, organisation_edit
from runner.domain.procedure.organisation_edit import Edit
from runner.errors import Refused
from runner.language import say
from runner.reports import organisation as words
from runner.services.organisations import Edited, readable
from runner.services.text_rules import ReasonMissing
from runner.web import case, current, page, policy
from runner.web.security import CSRF_FIELD

blueprint = Blueprint("organisation", __name__, url_prefix="/organisation")
_PLACE = "/<province>"
TABLES = {"lane": "lanes", "division": "divisions", "agency": "agencies"}
"""The tables of the file, by what a form is about."""


class NoSuchForm(Refused):
    """Hãy chọn một mục để sửa."""


class IdMissing(Refused):
    """Hãy ghi id của mục cần khai hoặc sửa."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would do: the changes in sentences, and who works in the lanes that it touches."""

    edited: Edited
    changes: Sequence[str]
    people: Mapping[str, Sequence[str]]


@blueprint.get("")
@policy.lane(*Role)
def choose() -> Response:
    """On to the organisation of the first province that the person may read."""
    if not (provinces := readable(g.person) & current.organisations().keys()):
        raise policy.PageUnknown
    return redirect(url_for("organisation.show", province=min(provinces, key=page.place_name)), 303)


@blueprint.get(_PLACE)
@policy.lane(*Role)
def show(province: str) -> str:
    """The organisation in force; with ``?about=lane&id=printing`` the form is filled with that row."""
    return _page(province)


@blueprint.post(f"{_PLACE}/preview")
@policy.administrator
def preview(province: str) -> str | tuple[str, int]:
    """What an edit would change; nothing is stored."""
    try:
        return _page(province, _preview(province))
    except Refused as error:
        return _page(province, faults=[FieldFault.told("edit", error)]), 422


@blueprint.post(f"{_PLACE}/apply")
@policy.administrator
def apply(province: str) -> Response | str | tuple[str, int]:
    """Store the edit that was previewed."""
    base, reason = request.form.get("base", type=int), request.form.get("reason", "")
    runner = current.runner()
    try:
        done = runner.organisations.revise(province, _edit(), reason, g.person, current.now(), base=base or 0)
    except ReasonMissing as error:
        return _page(province, _preview(province), [FieldFault.told("reason", error)]), 422
    except Refused as error:
        return _page(province, faults=[FieldFault.told("edit", error)]), 422
    flash(say("Đã lưu tổ chức, nay là bản {number}.", number=done.revision + 1))
    return redirect(url_for("organisation.show", province=province), 303)


def _edit() -> Edit:
    """The edit that was typed. Raises `NoSuchForm`, `IdMissing`."""
    typed = {name: " ".join(visible(text[:500]).split()) for name, text in request.form.items()}
    about = typed.get("about", "")
    if about == "own":
        return organisation_edit.set_own({key: typed[key] for key in organisation_edit.OWN if key in typed})
    if about not in TABLES:
        raise NoSuchForm
    if not typed.get("id"):
        raise IdMissing
    shape = organisation_edit.SHAPES[TABLES[about]]
    values: dict[str, object] = {each.name: typed.get(each.name, "") for each in fields(shape)}
    if "accounts" in values:
        values["accounts"] = False if typed.get("accounts") == "no" else ""
    if typed["id"] in KINDS:
        values["kind"] = ""
    return organisation_edit.set_row(TABLES[about], typed["id"], values)


def _preview(province: str) -> Preview:
    runner = current.runner()
    edited = runner.organisations.edited(province, _edit(), g.person)
    touched = {lane for lane in edited.after.lanes if edited.before.lanes.get(lane) != edited.after.lanes[lane]}
    people: dict[str, list[str]] = {edited.after.label(lane): [] for lane in sorted(touched)}
    for each in runner.people.all():
        for lane in touched & set(each.lanes(province)):
            people[edited.after.label(lane)].append(each.name)
    return Preview(edited, words.sentences(edited.before, edited.after), people)


def _page(province: str, preview: Preview | None = None, faults: Sequence[FieldFault] = ()) -> str:
    runner = current.runner()
    place = runner.organisations.read(province, g.person)
    shown = preview.edited.after if preview else place
    history = list(words.history(runner.organisations, province))
    typed = {name: text for name, text in request.form.items() if name != CSRF_FIELD}
    return render_template(
        "organisation.html",
        place=shown,
        preview=preview,
        revision=history[0].revision,
        lanes=words.lanes(shown),
        provinces={code: page.place_name(code) for code in sorted(readable(g.person) & current.organisations().keys())},
        history=history,
        names=case.names({each.revision.by for each in history}),
        edits=(province, Role.ADMINISTRATOR) in g.person.groups,
        about=typed.get("about") or request.args.get("about", ""),
        typed=typed or _row(place, request.args.get("about", ""), request.args.get("id", "")),
        own=_own(place),
        lane_names={each: shown.label(each) for each in shown.kinds},
        agencies={id: each.name for id, each in shown.agencies.items()},
        divisions={id: each.name for id, each in shown.divisions.items()},
        kinds={kind: say(words.KINDS[kind]) for kind in LaneKind},
        faults=faults,
    )


def _own(place: Province) -> dict[str, str]:
    """The names of the province's own agency."""
    return {key: getattr(place, key) for key in organisation_edit.OWN}


def _row(place: Province, about: str, id: str) -> dict[str, str]:
    """What a form is filled with: the row that is asked for, or the names of the province's own agency."""
    row = getattr(place, TABLES[about]).get(id) if about in TABLES else None
    if row is None:
        return _own(place) if about not in TABLES else {"id": id}
    values = {each.name: getattr(row, each.name) for each in fields(row)}
    return {"id": id} | {key: "no" if value is False else str(value or "") for key, value in values.items()}
