"""A new procedure in the browser: from a form that asks for the decision's rows, or from an existing procedure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.authoring import skeleton
from runner.authoring.beginning import TextTooLong
from runner.authoring.refusal import DraftExists
from runner.authoring.skeleton.description import COPIES
from runner.domain.form import FieldFault
from runner.domain.limit import Unit
from runner.domain.person import Lane
from runner.domain.procedure import Province
from runner.domain.procedure_draft import ProcedureDraft
from runner.errors import Refused
from runner.language import say
from runner.reports.vocabulary import PROCEDURE_KINDS
from runner.services.version import Version
from runner.web import current, policy
from runner.web.studio import frame, rows

blueprint = Blueprint("new", __name__)

FIRST = (Lane.ONE_STOP_CLERK, Lane.SPECIALIST, Lane.DIVISION_LEAD, Lane.DIRECTOR, Lane.ONE_STOP_CLERK)
"""The roles of the steps that the form begins with."""
COPY: Mapping[str, str] = {"original": "Bản chính", "copy": "Bản sao", "unknown": "Quyết định không nêu"}
FEES: Mapping[str, str] = {
    "none": "Không có phí, lệ phí",
    "amounts": "Có, mức như dưới đây",
    "silent": "Quyết định không nói đến",
}
FIELDS: Mapping[str, str] = {
    "code": "Mã thủ tục",
    "title": "Tên thủ tục",
    "title_en": "Tên tiếng Anh",
    "applicants": "Đối tượng thực hiện",
    "granted": "Kết quả khi chấp thuận",
    "refused": "Văn bản khi từ chối",
    "limit": "Thời hạn giải quyết",
    "counted_from": "Tính từ",
    "decision-number": "Số quyết định",
    "decision-date": "Ngày ký",
    "decision-effective": "Có hiệu lực từ",
    "decision-title": "Trích yếu",
    "decision-issuer": "Cơ quan, chức danh ban hành",
    "decision-signer": "Người ký",
}
ROWS: Mapping[str, str] = {"steps": "Bước {row}", "dossier": "Giấy tờ {row}", "fees": "Mức phí {row}"}
"""What the fields and the rows are called where a fault is told."""
UNITS: Mapping[str, str] = {Unit.WORKING_DAYS: "Ngày làm việc", Unit.CALENDAR_DAYS: "Ngày theo lịch"}

Typed = dict[str, Any]


@blueprint.get("/new")
@policy.analyst
def show() -> str:
    """The form of a new procedure."""
    steps = [{"id": str(at), "lane": lane} for at, lane in enumerate(FIRST, start=1)]
    typed: Typed = {"unit": Unit.WORKING_DAYS, "fee": "silent", "steps": steps, "dossier": [_blank("dossier", [])]}
    return _form(typed)


@blueprint.post("/new")
@policy.analyst
def create() -> Response | str | tuple[str, int]:
    """Another row, or another order of rows; or the draft."""
    typed, deed = rows.read(request.form), request.form.get("do", "")
    if deed != "create":
        return _form(typed, focus=rows.change(typed, deed, _blank))
    try:
        return _made(lambda: _drawn(typed))
    except skeleton.DescriptionInvalid as error:
        return _form(typed, _faults(error)), 422
    except TextTooLong as error:
        return _form(typed, [FieldFault.told("decision_text", error)]), 422
    except Refused as error:
        return _form(typed, [FieldFault.told("code", error)]), 422


@blueprint.get("/new/from")
@policy.analyst
def copy() -> str:
    """The form of a procedure that is made from another."""
    return _copy({"source": request.args.get("source", "")})


@blueprint.post("/new/from")
@policy.analyst
def take() -> Response | tuple[str, int]:
    """The draft of a procedure that is made from another."""
    typed = rows.read(request.form)
    try:
        return _made(lambda: _copied(typed))
    except skeleton.DescriptionInvalid as error:
        return _copy(typed, _faults(error)), 422
    except Refused as error:
        return _copy(typed, [FieldFault.told("code", error)]), 422


# -- making -----------------------------------------------------------------------------------------------------------


def _made(make: Callable[[], ProcedureDraft]) -> Response:
    """Make the draft and go to it; to the one that is there already, if there is one."""
    try:
        draft = make()
    except DraftExists as error:
        flash(str(error), "warning")
        return redirect(url_for("studio.drafts.show", draft=error.facts["draft"]), 303)
    flash(say("Đã tạo bản nháp của {procedure}.", procedure=draft.procedure))
    return redirect(frame.first(draft), 303)


def _drawn(typed: Typed) -> ProcedureDraft:
    runner, now, province = current.runner(), current.now(), _province(typed)
    about = skeleton.describe(_description(typed), province)
    return runner.new_procedures.draw(about, province, g.person, now, str(typed.get("decision_text", "")))


def _copied(typed: Typed) -> ProcedureDraft:
    runner, now, province = current.runner(), current.now(), _province(typed)
    decision = {} if typed.get("same") else {"decision": typed.get("decision", {})}
    named = skeleton.name({key: typed.get(key, "") for key in ("code", "title", "title_en")} | decision, province)
    return runner.new_procedures.copy(str(typed.get("source", "")), named, province, g.person, now)


def _description(typed: Typed) -> Typed:
    """What the skeleton asks for of what was typed: without rows that are empty, and what only the page knows."""
    asked = {key: value for key, value in typed.items() if key not in ("csrf", "do", "province", "decision_text")}
    for name in ("steps", "dossier", "fees"):
        asked[name] = rows.rows(typed, name)
    for row in asked["dossier"]:
        row.setdefault("required", "")
    asked["dossier"] = [row for row in asked["dossier"] if _given(row, "name")]
    asked["fees"] = [row for row in asked["fees"] if _given(row, "amount") or _given(row, "label")]
    return asked


def _given(row: Typed, name: str) -> bool:
    return bool(str(row.get(name, "")).strip())


def _faults(error: skeleton.DescriptionInvalid) -> list[FieldFault]:
    """Each fault at its field, which it names."""
    found = []
    for fault in error.faults:
        path, what = "-".join(map(str, fault.at)), fault.message
        if len(fault.at) == 3 and isinstance(fault.at[1], int):
            where = say(ROWS[str(fault.at[0])], row=fault.at[1] + 1)
        else:
            where = say(FIELDS[path]) if path in FIELDS else ""
        found.append(FieldFault(path, "{where}: {what}" if where else "{what}", {"where": where, "what": what}))
    return found


# -- showing ----------------------------------------------------------------------------------------------------------


def _blank(name: str, above: list[Typed]) -> Typed:
    """A new row; a step is numbered after the one above, and is the same role's."""
    if name == "steps":
        last = above[-1] if above else {}
        return {"id": _next(str(last.get("id", ""))), "lane": last.get("lane", "")}
    return {"copy": COPIES[-1], "required": "true"} if name == "dossier" else {}


def _next(id: str) -> str:
    found = re.fullmatch(r"(.*?)([0-9]{1,4})", id)
    return f"{found[1]}{int(found[2]) + 1}" if found else ""


def _form(typed: Typed, faults: list[FieldFault] | None = None, focus: str = "") -> str:
    return render_template(
        "studio/new.html",
        typed=typed,
        lists={name: rows.rows(typed, name) for name in ("steps", "dossier", "fees")},
        faults=faults or [],
        focus=focus,
        province=_province(typed),
        provinces=_provinces(),
        kinds=PROCEDURE_KINDS,
        copies=COPY,
        fees=FEES,
        units=UNITS,
    )


def _copy(typed: Typed, faults: list[FieldFault] | None = None) -> str:
    return render_template(
        "studio/copy.html", typed=typed, faults=faults or [], sources=_versions(), provinces=_provinces()
    )


def _versions() -> list[Version]:
    return current.runner().procedures.current(current.now())


def _provinces() -> dict[str, Province]:
    return current.runner().new_procedures.provinces(g.person, current.now())


def _province(typed: Typed) -> Province:
    """The province that was chosen, else the first."""
    found = _provinces()
    return found.get(str(typed.get("province", "")), next(iter(found.values())))
