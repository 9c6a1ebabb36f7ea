"""The forms of a draft in the browser: their list, and the designer of one beside our own rendering of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.wrappers import Response as AnyResponse

from runner.authoring import asked, forms
from runner.domain.calendar import Calendar
from runner.domain.form import Form, check
from runner.domain.procedure_draft import ProcedureDraft
from runner.errors import CalendarUnknown
from runner.language import say
from runner.lint.finding import Finding
from runner.reports.form_values import render
from runner.web import current, policy
from runner.web import form as fields
from runner.web.studio import components, frame, saving
from runner.web.studio.help import of_rule

blueprint = Blueprint("forms", __name__)
_FORMS = "/drafts/<int:draft>/forms"
_FORM = f"{_FORMS}/<form>"


@blueprint.get(_FORMS)
@policy.analyst
def show(draft: int) -> str:
    """The forms of a draft: who uses each, what is wrong with it, and where another may come from."""
    opened, files = saving.opened(draft)
    in_force = current.runner().procedures.current(current.now())
    return frame.page(
        "studio/forms.html",
        opened,
        forms=forms.described(opened.procedure, files, in_force),
        borrowable=forms.borrowable(files, in_force),
    )


@blueprint.post(_FORMS)
@policy.analyst
def add(draft: int) -> AnyResponse:
    """A new form, a copy of one of the draft, or one of a version in force."""
    _, files = saving.opened(draft)
    sent = request.form
    id = sent.get("id", "").strip()
    if "copy" in sent:
        data = forms.renamed(_file(files, sent["copy"]), id)
    elif "borrowed" in sent:
        digest, _, id = sent["borrowed"].partition(" ")
        data = current.runner().procedures.file(digest, forms.path(id))
    else:
        data = forms.blank(id, sent.get("heading", "").strip())
    return _added(draft, files, id, data)


@blueprint.post(f"{_FORMS}/file")
@policy.analyst
def upload_new(draft: int) -> AnyResponse:
    """A form from a file, under the id that stands in it."""
    _, files = saving.opened(draft)
    data = saving.uploaded()
    forms.admit(data)
    return _added(draft, files, forms.named(data), data)


def _added(draft: int, files: Mapping[str, bytes], id: str, data: bytes) -> AnyResponse:
    if forms.path(id) in files:
        raise forms.FormExists(id=id)
    saving.save(draft, {forms.path(id): data})
    flash(say("Đã thêm biểu mẫu “{id}”.", id=id))
    return redirect(url_for("studio.forms.edit", draft=draft, form=id), 303)


@blueprint.post(f"{_FORM}/delete")
@policy.analyst
def delete(draft: int, form: str) -> AnyResponse:
    """Take a form out of the draft; an earlier save still has it."""
    _, files = saving.opened(draft)
    _file(files, form)
    forms.removable(form, files)
    saving.save(draft, {forms.path(form): None})
    flash(say("Đã xóa biểu mẫu “{id}”; lịch sử của bản nháp vẫn giữ.", id=form))
    return redirect(url_for("studio.forms.show", draft=draft), 303)


# -- one form ----------------------------------------------------------------------------------------------------------


@blueprint.get(_FORM)
@policy.analyst
def edit(draft: int, form: str) -> str:
    """The designer; for who does not edit the draft, the form as it is."""
    opened, files = saving.opened(draft)
    return _page(opened, files, form)


def _page(opened: ProcedureDraft, files: Mapping[str, bytes], id: str) -> str:
    data = _file(files, id)
    parts = components.parts()
    return frame.page(
        "studio/form.html",
        opened,
        id=id,
        called=forms.called(data, id),
        parts=parts,
        data=htmlsafe_json_dumps({"schema": forms.designed(data), "parts": [asdict(part) for part in parts]}),
        findings=_findings(opened, files, id),
        uses=list(forms.uses(id, asked.diagrams(files))),
        **_preview(opened, data, id),
    )


@blueprint.post(_FORM)
@policy.analyst
@saving.answered
def save(draft: int, form: str) -> dict[str, Any]:
    """Keep what the designer holds (`_schema`); the findings and the rendering of what was kept, as markup."""
    opened, files = saving.opened(draft)
    data = forms.kept(request.form.get("_schema", "").encode(), _file(files, form))
    kept = saving.save(draft, {forms.path(form): data})
    files[forms.path(form)] = data
    return {
        "save": kept.number,
        "saved": saving.told(kept),
        "findings": render_template("studio/form_findings.html", findings=_findings(opened, files, form), draft=opened),
        "preview": render_template("studio/form_preview.html", draft=opened, id=form, **_preview(opened, data, form)),
    }


@blueprint.post(f"{_FORM}/preview")
@policy.analyst
def preview(draft: int, form: str) -> str:
    """The form with sample answers, checked as a case's are; nothing is kept. Scripts get the rendering alone."""
    opened, files = saving.opened(draft)
    if "HX-Request" in request.headers:
        facts = _preview(opened, _file(files, form), form)
        return render_template("studio/form_preview.html", draft=opened, id=form, **facts)
    return _page(opened, files, form)


@blueprint.get(f"{_FORM}/file")
@policy.analyst
def download(draft: int, form: str) -> Response:
    """The form's file."""
    _, files = saving.opened(draft)
    return saving.file(_file(files, form), f"{form}.form", "application/json")


@blueprint.post(f"{_FORM}/file")
@policy.analyst
def upload(draft: int, form: str) -> AnyResponse:
    """Another file in place of the form's."""
    _, files = saving.opened(draft)
    _file(files, form)
    data = saving.uploaded()
    forms.admit(data)
    if (found := forms.named(data)) != form:
        raise forms.FormMisnamed(found=found, id=form)
    saving.save(draft, {forms.path(form): data})
    flash(say("Đã thay biểu mẫu “{id}” bằng tệp vừa tải lên.", id=form))
    return redirect(url_for("studio.forms.edit", draft=draft, form=form), 303)


def _file(files: Mapping[str, bytes], id: str) -> bytes:
    if (data := files.get(forms.path(id))) is None:
        raise forms.FormUnknown(id=id[:64])
    return data


def _findings(opened: ProcedureDraft, files: Mapping[str, bytes], id: str) -> list[dict[str, Any]]:
    """The form's own, then what the diagrams miss: of the whole draft, as one edit may be felt anywhere in it."""
    own = forms.own_findings(files[forms.path(id)])
    return [told(each, own=True) for each in own] + [
        told(each, own=False) for each in forms.diagram_findings(opened.procedure, id, files)
    ]


def told(finding: Finding, *, own: bool) -> dict[str, Any]:
    """A finding for a page; `own`: its element is a part of the form or table, not one of a diagram."""
    facts = {"severity": finding.severity, "element": finding.element, "message": finding.message}
    return {**facts, "own": own, "rule": finding.rule, "help": of_rule(finding.rule)}


def _preview(opened: ProcedureDraft, data: bytes, id: str) -> dict[str, Any]:
    """What the rendering needs: the form with the answers that were sent, their faults when it is to be checked."""
    shown = forms.shown(data)
    if shown is None:
        return {"shown": None}
    sent = request.form
    values = fields.read(shown, sent)
    for button, change in (("_add", fields.add_row), ("_remove", fields.remove_row)):
        change(shown, values, sent.get(button, ""))
    answer, faults = check(shown, values, {}, now=current.now(), calendar=_calendar(opened))
    checked = "_check" in sent
    return {
        "shown": shown,
        "shown_parts": fields.parts(shown, values if sent else {}, {}, faults if checked else ()),
        "faults": faults if checked else (),
        "answers": _answers(shown, answer) if checked and not faults else None,
        "heading": "",
        "keep": url_for("studio.forms.preview", draft=opened.id, form=id),
        "files_of": None,
        "rich": fields.rich,
    }


def _calendar(opened: ProcedureDraft) -> Calendar | None:
    """The province's calendar, None for a province that has none yet."""
    try:
        return current.runner().calendars.get(opened.province)
    except CalendarUnknown:
        return None


def _answers(shown: Form, answer: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(render(shown.fields, answer, {}))
