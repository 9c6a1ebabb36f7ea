"""The scenarios of a draft: which go as they say, what none of them passes; imported, renewed, deleted."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.errors import MotcuaError
from runner.language import say
from runner.scenario.results import FOLDER, file_name, of_procedure
from runner.web import current, policy
from runner.web.number import whole_number
from runner.web.studio import course, frame, trial, tried
from runner.web.studio.tried import Tried

blueprint = trial.blueprint


@blueprint.get("/scenarios")
@policy.analyst
def panel(draft: int) -> str:
    """The part of the page that says what the scenarios come to; a page of its own without scripts."""
    found = tried.of(draft)
    if "HX-Request" in request.headers:
        edits = found.draft.edited_by(g.person.id)
        return render_template(
            "studio/scenarios_part.html",
            draft=found.draft,
            results=found.results,
            edits=edits,
            version=found.version,
            course=course,
        )
    return frame.page("studio/scenarios.html", found.draft, results=found.results, version=found.version, course=course)


@blueprint.get("/coverage")
@policy.analyst
def coverage(draft: int) -> str:
    """The diagram with what no scenario passes."""
    found = tried.of(draft)
    covered, diagram = found.results.coverage, found.version.diagram
    return frame.page(
        "studio/coverage.html",
        found.draft,
        coverage=covered,
        diagram=diagram,
        picture=course.of_coverage(diagram, covered.passed),
    )


@blueprint.post("/scenarios/renew")
@policy.analyst
def renew(draft: int) -> Response:
    """Take what the scenarios that go otherwise come to now for what they expect: of one file, or of all."""
    found = tried.of(draft)
    file, wrong = request.form.get("file"), found.results.failed
    failed = {each.file for each in wrong if file in (None, each.file)}
    changed, titles = dict[str, bytes](), list[str]()
    for name in sorted(failed):
        try:
            data = found.files[name]
            changed[name] = tried.scenarios().renewed(found.bundle, found.calendar, name, data)
            titles += [each.title for each in wrong if each.file == name]
        except MotcuaError as error:
            flash(str(error), "warning")
    if changed:
        note = say("{count} kết quả mong đợi đổi: {titles}", count=len(titles), titles="; ".join(titles))
        _save(found, changed, note)
        flash(say("Đã ghi lại kết quả mong đợi của {count} kịch bản.", count=len(titles)))
    return redirect(url_for("studio.trial.show", draft=draft), 303)


@blueprint.post("/scenarios/delete")
@policy.analyst
def delete(draft: int) -> Response:
    """Delete a file of scenarios; the draft's history keeps it."""
    found, name = tried.of(draft), request.form.get("file", "")
    if name.startswith(FOLDER) and name in found.files:
        _save(found, {name: None}, say("Xóa kịch bản {name}", name=name))
        flash(say("Đã xóa {name}; bản trước còn trong lịch sử.", name=name))
    return redirect(url_for("studio.trial.show", draft=draft), 303)


@blueprint.post("/scenarios/import")
@policy.analyst
def take_in(draft: int) -> Response:
    """Files of scenarios from elsewhere, each with the values that it shares among what came along."""
    found = tried.of(draft)
    sent = {each.filename or "": each.read() for each in request.files.getlist("files") if each.filename}
    changed: dict[str, bytes | None] = {}
    for name, data in sent.items():
        if b"[[scenarios]]" not in data:  # a file of shared values
            continue
        try:
            made = of_procedure(found.bundle, name, data, sent)
            changed[f"{FOLDER}{file_name(name.removesuffix('.toml')) or 'kich-ban'}.toml"] = made
        except MotcuaError as error:
            flash(str(error), "warning")
    if changed:
        _save(found, changed, say("Nhập kịch bản: {names}", names=", ".join(changed)))
        flash(say("Đã nhập {count} tệp kịch bản.", count=len(changed)))
    elif not sent or not any(b"[[scenarios]]" in data for data in sent.values()):
        flash(say("Chưa có tệp kịch bản nào trong những tệp đã chọn."), "warning")
    return redirect(url_for("studio.trial.show", draft=draft), 303)


def _save(found: Tried, changed: Mapping[str, bytes | None], note: str) -> None:
    drafts = current.runner().procedure_drafts
    base = request.form.get("_base", found.draft.save, type=whole_number)
    drafts.save(found.draft.id, changed, g.person, current.now(), base=base, note=note[:200])
