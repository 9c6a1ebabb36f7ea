"""The decision tables of a draft in the browser: their list, and the editor of one with a row to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.wrappers import Response as AnyResponse

from runner import formatting
from runner.authoring import asked, tables
from runner.domain.decision import NoRuleFits, RulesOverlap, Table
from runner.domain.form import check
from runner.domain.procedure_draft import ProcedureDraft
from runner.language import say
from runner.reports import vocabulary
from runner.web import form as fields
from runner.web import policy
from runner.web.studio import frame, saving
from runner.web.studio.forms import told

blueprint = Blueprint("tables", __name__)
_TABLES = "/drafts/<int:draft>/tables"
_TABLE = f"{_TABLES}/<table>"
OFFERED = ("string", "number", "boolean", "date")
"""The types that the editor offers for a column."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a table answers: the number and the id of the row that fits, and each answer; or why there is none."""

    row: int = 0
    element: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    problem: str = ""


@blueprint.get(_TABLES)
@policy.analyst
def show(draft: int) -> str:
    """The tables of a draft: which tasks ask each, and what is wrong with it."""
    opened, files = saving.opened(draft)
    return frame.page(
        "studio/tables.html",
        opened,
        tables=tables.described(opened.procedure, files),
        askable=tables.askable(files),
        usual=("procedure", "fee_case", "received"),
    )


@blueprint.post(_TABLES)
@policy.analyst
def add(draft: int) -> AnyResponse:
    """A new table that asks what was chosen, or a copy of one of the draft."""
    opened, files = saving.opened(draft)
    sent = request.form
    id = sent.get("id", "").strip()
    if "copy" in sent:
        data = tables.renamed(_file(opened, files, sent["copy"]), id)
    else:
        chosen = set(sent.getlist("ask"))
        data = tables.blank(
            id, sent.get("name", "").strip(), [each for each in tables.askable(files) if each.name in chosen]
        )
    return _added(opened, files, id, data)


@blueprint.post(f"{_TABLES}/file")
@policy.analyst
def upload_new(draft: int) -> AnyResponse:
    """A table from a file, under the id of its decision."""
    opened, files = saving.opened(draft)
    data = saving.uploaded()
    return _added(opened, files, tables.named(tables.decision(data)), data)


def _added(opened: ProcedureDraft, files: Mapping[str, bytes], id: str, data: bytes) -> AnyResponse:
    name = tables.path(opened.procedure, id)
    if name in files:
        raise tables.TableExists(id=id)
    saving.save(opened.id, {name: data})
    flash(say("Đã thêm bảng “{id}”.", id=id))
    return redirect(url_for("studio.tables.edit", draft=opened.id, table=id), 303)


@blueprint.post(f"{_TABLE}/delete")
@policy.analyst
def delete(draft: int, table: str) -> AnyResponse:
    """Take a table out of the draft; an earlier save still has it."""
    opened, files = saving.opened(draft)
    _file(opened, files, table)
    tables.removable(table, files)
    saving.save(draft, {tables.path(opened.procedure, table): None})
    flash(say("Đã xóa bảng “{id}”; lịch sử của bản nháp vẫn giữ.", id=table))
    return redirect(url_for("studio.tables.show", draft=draft), 303)


# -- one table ---------------------------------------------------------------------------------------------------------


@blueprint.get(_TABLE)
@policy.analyst
def edit(draft: int, table: str) -> str:
    """The editor; for who does not edit the draft, the table as it is."""
    opened, files = saving.opened(draft)
    return _page(opened, files, table)


def _page(opened: ProcedureDraft, files: Mapping[str, bytes], id: str) -> str:
    data = _file(opened, files, id)
    read = tables.readable(data)
    return frame.page(
        "studio/table.html",
        opened,
        id=id,
        table=read,
        called=read.name if read else id,
        data=htmlsafe_json_dumps({"xml": data.decode("utf-8", "replace"), "types": OFFERED}),
        findings=_findings(opened, files, id),
        tasks=list(tables.askers(id, asked.diagrams(files))),
        written=_written,
        **_try(opened, files, id),
    )


@blueprint.post(_TABLE)
@policy.analyst
@saving.answered
def save(draft: int, table: str) -> dict[str, Any]:
    """Keep what the editor holds (`_xml`); the findings on what was kept, and what can be tried, as markup."""
    opened, files = saving.opened(draft)
    _file(opened, files, table)
    name, data = tables.path(opened.procedure, table), request.form.get("_xml", "").encode()
    tables.admit(data)
    kept = saving.save(draft, {name: data})
    files[name] = data
    found = _findings(opened, files, table)
    return {
        "save": kept.number,
        "saved": saving.told(kept),
        "findings": render_template("studio/form_findings.html", findings=found, draft=opened),
        "preview": render_template("studio/table_try.html", draft=opened, id=table, **_try(opened, files, table)),
    }


@blueprint.post(f"{_TABLE}/try")
@policy.analyst
def answer(draft: int, table: str) -> str:
    """What the table answers to one case. Scripts get this part alone."""
    opened, files = saving.opened(draft)
    _file(opened, files, table)
    if "HX-Request" in request.headers:
        return render_template("studio/table_try.html", draft=opened, id=table, **_try(opened, files, table))
    return _page(opened, files, table)


@blueprint.get(f"{_TABLE}/file")
@policy.analyst
def download(draft: int, table: str) -> Response:
    """The table's file."""
    opened, files = saving.opened(draft)
    return saving.file(_file(opened, files, table), f"{table}.dmn", "application/xml")


@blueprint.post(f"{_TABLE}/file")
@policy.analyst
def upload(draft: int, table: str) -> AnyResponse:
    """Another file in place of the table's."""
    opened, files = saving.opened(draft)
    _file(opened, files, table)
    data = saving.uploaded()
    if (found := tables.decision(data)) != table:
        raise tables.TableMisnamed(found=found, id=table)
    saving.save(draft, {tables.path(opened.procedure, table): data})
    flash(say("Đã thay bảng “{id}” bằng tệp vừa tải lên.", id=table))
    return redirect(url_for("studio.tables.edit", draft=draft, table=table), 303)


def _file(opened: ProcedureDraft, files: Mapping[str, bytes], id: str) -> bytes:
    if (data := files.get(tables.path(opened.procedure, id))) is None:
        raise tables.TableUnknown(id=id[:64])
    return data


def _findings(opened: ProcedureDraft, files: Mapping[str, bytes], id: str) -> list[dict[str, Any]]:
    """The table's own, then where it does not fit the diagrams that ask it."""
    [found] = [each for each in tables.described(opened.procedure, files) if each.id == id]
    return [*(told(each, own=True) for each in found.faults), *(told(each, own=False) for each in found.misfits)]


def _try(opened: ProcedureDraft, files: Mapping[str, bytes], id: str) -> dict[str, Any]:
    """What can be asked of the table, and its answer to what was asked."""
    table = tables.readable(files[tables.path(opened.procedure, id)])
    if table is None:
        return {"shown": None}
    form = tables.questions(table, tables.fields(files))
    values = fields.read(form, request.form)
    given, faults = check(form, values, {})
    asking = "_try" in request.form
    return {
        "shown": form,
        "shown_parts": fields.parts(form, values, {}, faults if asking else ()),
        "faults": faults if asking else (),
        "tried": _tried(table, given) if asking and not faults else None,
        "heading": "",
        "keep": url_for("studio.tables.answer", draft=opened.id, table=id),
        "files_of": None,
        "rich": fields.rich,
    }


def _tried(table: Table, given: Mapping[str, Any]) -> Tried:
    try:
        hit = table.hit(tables.tested(table, given))
    except (NoRuleFits, RulesOverlap) as error:
        return Tried(problem=str(error))
    answers = tuple((column.label, _written(hit.answers[column.name])) for column in table.outputs)
    return Tried(hit.rule.number, hit.rule.id, answers)


def _written(value: object) -> str:
    """An answer as people write it: a fee with its thousands."""
    if isinstance(value, Decimal):
        return formatting.exact(value, 1000)
    return formatting.day(value) if isinstance(value, date) else vocabulary.render(value)
