"""A task: its form, its draft; claim, release, assign, complete."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from inspect import cleandoc
from types import MappingProxyType
from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    get_template_attribute,
    json,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from runner import formatting
from runner.domain.case import CaseOutcome, CaseStatus, ChangeResult
from runner.domain.form import Attachment, FieldFault, Form
from runner.domain.form.attachment import FileRefused
from runner.domain.form.component import FILES
from runner.domain.person import LaneKind
from runner.domain.task import LATE_REASON
from runner.engine.errors import CaseClosed, TaskClosed, TaskTaken
from runner.language import say
from runner.law.violation import LawRefused
from runner.reports import matter, vocabulary
from runner.reports.form_values import Line, render
from runner.services.accounts import SignInFailed, TooManyTries
from runner.services.confirmation import PasswordNeeded, signs
from runner.services.once import KeyReused
from runner.services.task_view import TaskView
from runner.services.tasks import FormRefused, TaskNotClaimed
from runner.web import case as cases
from runner.web import channel, choice, current, dossier_table, errors, form, login_session, policy, printed_forms
from runner.web.security import CSRF_FIELD, takes_files

blueprint = Blueprint("task", __name__, url_prefix=f"{cases.blueprint.url_prefix}/tasks/<task>")

PASSWORD = "_password"  # noqa: S105  # the name of the field
"""No field of a form can be called so."""

TAX_CODE = "applicant_tax_code"

TOO_LATE = (TaskTaken, TaskClosed, CaseClosed, KeyReused)
"""Somebody else was faster, or oneself in another window."""

OUTCOMES: Mapping[str, str] = {
    CaseOutcome.GRANTED: "Kết quả: hồ sơ được giải quyết.",
    CaseOutcome.REFUSED: "Kết quả: hồ sơ bị từ chối.",
    CaseOutcome.NOT_ACCEPTED: "Kết quả: hồ sơ không được tiếp nhận.",
    CaseOutcome.RETURNED: "Kết quả: hồ sơ đã được trả lại.",
    CaseOutcome.WITHDRAWN: "Kết quả: hồ sơ đã được rút.",
}


@blueprint.get("")
@policy.staff
def show(case: int, task: str) -> str:
    """The task, to be done; or who has done it, or has it."""
    view = current.runner().tasks.open(case, task, g.person, current.now())
    return _page(view, view.filled)


@blueprint.post("")
@policy.staff
@takes_files
def submit(case: int, task: str) -> AnyResponse | tuple[str, int]:
    """Complete the task. Sent twice, it happens once."""
    tasks, key = current.runner().tasks, request.form.get("_key") or None
    sent = {name: texts for name, texts in request.form.lists() if name not in (CSRF_FIELD, PASSWORD)}
    values: dict[str, Any] | None = None
    try:
        person = channel.signing(request.form[PASSWORD]) if PASSWORD in request.form else g.person
        if any(file.filename for file in request.files.values()):  # taken in first: no fault elsewhere loses them
            of = tasks.open(case, task, g.person).form
            values = _typed(of)
            if refused := _take_files(case, task, of, values):
                return _again(case, task, values, _faults(refused)), _status(refused)
            answer = tasks.submit(case, task, values, person, current.now(), key, claimed=True)
        else:
            answer = tasks.submit(case, task, sent, person, current.now(), key, _typed, claimed=True)
    except FormRefused as error:
        return _again(case, task, values, error.faults), 422
    except LawRefused as error:
        return _again(case, task, values, refused=error), 422
    except (PasswordNeeded, SignInFailed, TooManyTries) as error:
        return _again(case, task, values, [channel.fault(error, PASSWORD)]), 422
    except TaskNotClaimed:
        return _claimed_first(case, task, values), 409
    except TOO_LATE:
        return _again(case, task, values), 409
    return redirect(_onward(task, answer), 303)


@blueprint.post("/draft")
@policy.staff
@takes_files
def draft(case: int, task: str) -> AnyResponse | tuple[str, int]:
    """Keep what has been typed and the files that came along, add or take away a row of a list or a file.

    htmx receives which fields are now hidden, and the new markup of a field into which a file was chosen.
    """
    runner, sent = current.runner(), request.form
    view = runner.tasks.open(case, task, g.person)
    values = _typed(view.form)
    refused, changed = _take_files(case, task, view.form, values), ""
    if view.form:
        if gone := form.detach(view.form, values, sent.get("_detach", "")):
            runner.attachments.remove(case, task, gone, g.person)
        changed = form.add_row(view.form, values, sent.get("_add", ""))
        changed = changed or form.remove_row(view.form, values, sent.get("_remove", ""))
        changed = changed or sent.get("_detach", "").rpartition(":")[0]
    if sent.get("_known"):
        changed = _fill_known(view, values) or changed
    runner.tasks.save_draft(case, task, values, g.person, current.now())
    if "HX-Request" in request.headers:
        view = runner.tasks.open(case, task, g.person)
        shown = choice.assumed(view, values)
        parts = form.parts(view.form, shown, view.known, (), view.files) if view.form else ()
        chosen = form.find(parts, request.headers.get("HX-Trigger-Name", ""))
        if chosen and chosen.component.type == FILES:
            keep = url_for("task.draft", case=case, task=task)
            shape = "scan" if chosen.path.startswith(f"{dossier_table.SCAN}_") else "files"
            response = Response(get_template_attribute("files.html", shape)(chosen, _faults(refused), keep, case))
        else:
            response = Response(say("Đã lưu bản nháp lúc {time}.", time=formatting.clock(current.now())))
        response.headers["HX-Trigger"] = json.dumps({"motcua:hidden": list(form.hidden(parts))})
        return response
    if refused:
        return _page(runner.tasks.open(case, task, g.person), values, _faults(refused)), _status(refused)
    if not changed:
        flash(say("Đã lưu bản nháp. Anh/chị có thể quay lại làm tiếp bất cứ lúc nào."))
    return redirect(url_for("task.show", case=case, task=task, _anchor=f"field-{changed}" if changed else None), 303)


@blueprint.post("/claim")
@policy.staff
def claim(case: int, task: str) -> AnyResponse | tuple[str, int]:
    """Take the task."""
    runner = current.runner()
    try:
        runner.tasks.claim(case, task, g.person, current.now())
    except TOO_LATE:
        view = runner.tasks.open(case, task, g.person)
        return _page(view, view.filled), 409
    return redirect(_back(case, task), 303)


@blueprint.post("/release")
@policy.staff
def release(case: int, task: str) -> AnyResponse | tuple[str, int]:
    """Put the task back to the group."""
    current.runner().tasks.release(case, task, g.person, current.now())
    return redirect(_back(case, task), 303)


@blueprint.post("/assign")
@policy.lane(LaneKind.LEAD)
def assign(case: int, task: str) -> AnyResponse:
    """Give a specialist's task to one of them."""
    runner, member = current.runner(), request.form.get("person", "")
    runner.tasks.assign(case, task, member, g.person, current.now())
    flash(say("Đã giao việc cho {name}.", name=runner.people.get(member).name))
    return redirect(_back(case, task), 303)


def _page(
    view: TaskView,
    values: Mapping[str, Any],
    faults: Iterable[FieldFault] = (),
    refused: LawRefused | None = None,
) -> str:
    now, faults = current.now(), tuple(faults)
    late = view.overdue(now) or any(fault.path == LATE_REASON for fault in faults)
    place = current.organisations().get(view.case.province, view.version.province)
    shown = choice.assumed(view, values)
    parts = form.parts(view.form, shown, view.known, faults, view.files) if view.form else ()
    parts = dossier_table.gathered(parts)
    return render_template(
        "task.html",
        view=view,
        heading=view.task.name,
        keep=url_for("task.draft", case=view.case.id, task=view.task.id),
        files_of=view.case.id,
        choice=choice.lay_out(view, place, parts, values, faults),
        draft=matter.draft(view, place),
        handed=matter.handed(view, place),
        steps=matter.folded(view),
        first_open=matter.relevant(view),
        faults=faults,
        refused=refused,
        late=late,
        late_reason=values.get(LATE_REASON) or "",
        typed=_answers(view.form, values, view.files) if request.method == "POST" else [],
        key=secrets.token_urlsafe(16),
        answers=_answers,
        rich=form.rich,
        signs=signs(place, view.task.lane),
    )


def _answers(
    of: Form | None, values: Mapping[str, Any], files: Mapping[str, Attachment] = MappingProxyType({})
) -> list[tuple[str, Sequence[Line]]]:
    return list(render(of.fields, values, files)) if of else []


def _fill_known(view: TaskView, values: dict[str, Any]) -> str:
    """Fill in what earlier dossiers know of the company with the tax code that was typed; says so.

    The field to go on at; what is filled in already stays.
    """
    code = str(values.get(TAX_CODE) or "").strip()
    found = current.runner().applicants.known(code, g.person, except_for=view.case.id)
    if found is None:
        flash(say("Chưa có hồ sơ trước nào của mã số thuế “{code}” mà anh/chị được xem.", code=code), "warning")
        return TAX_CODE
    fields = view.form.fields if view.form else {}
    filled = [key for key in found.values if key in fields and not values.get(key)]
    values |= {key: found.values[key] for key in filled}
    flash(
        say(
            "Đã có trong sổ: gần nhất là hồ sơ {number}, thủ tục {procedure}. Đã điền {count} mục còn trống từ hồ sơ ấy; hãy đối chiếu với giấy đăng ký doanh nghiệp.",  # noqa: E501
            number=found.number or f"#{found.case}",
            procedure=found.procedure.partition("/")[2],
            count=len(filled),
        )
    )
    return TAX_CODE


def _claimed_first(case: int, task: str, values: dict[str, Any] | None) -> str:
    """What was sent for a task that nobody had claimed is kept as a draft, which claims it; nothing is done by it."""
    tasks = current.runner().tasks
    typed = _typed(tasks.open(case, task, g.person).form) if values is None else values
    tasks.save_draft(case, task, typed, g.person, current.now())
    flash(say("Việc chưa ai nhận nên chưa gửi. Nội dung đã lưu thành bản nháp, việc đã nhận: hãy xem lại rồi gửi."))
    return _again(case, task, typed)


def _again(
    case: int,
    task: str,
    values: dict[str, Any] | None,
    faults: Iterable[FieldFault] = (),
    refused: LawRefused | None = None,
) -> str:
    """The task's page with `values`, else with what has just been typed, and why it was refused."""
    view = current.runner().tasks.open(case, task, g.person, current.now())
    return _page(view, _typed(view.form) if values is None else values, faults, refused)


def _typed(of: Form | None) -> dict[str, Any]:
    """What was typed, of the form's fields and of the reason for a delay only."""
    reason = request.form.get(LATE_REASON)
    values = dossier_table.settled(of, form.read(of, request.form)) if of else {}
    return values | ({LATE_REASON: reason} if reason else {})


def _take_files(case: int, task: str, of: Form | None, values: dict[str, Any]) -> list[tuple[str, FileRefused]]:
    """Take in the files that came along and name them in `values`; fields and why a file of theirs was not taken."""
    add, refused = current.runner().attachments.add, []
    if of is None:
        return []
    for path in of.files:
        for sent in request.files.getlist(path):
            if not sent.filename:  # what a browser sends where none was chosen
                continue
            try:
                file = add(case, task, sent.filename, cast(BinaryIO, sent.stream), g.person, current.now())
                form.attach(of, values, path, file.sha256)
            except FileRefused as error:
                refused.append((path, error))
    return refused


def _faults(refused: Iterable[tuple[str, FileRefused]]) -> list[FieldFault]:
    return [FieldFault(path, cleandoc(type(error).__doc__ or ""), error.facts) for path, error in refused]


def _status(refused: Iterable[tuple[str, FileRefused]]) -> int:
    return min(errors.status(error) for _, error in refused)


def _onward(task: str, answer: ChangeResult) -> str:
    """Where to go after a task is completed: the person's next task of the case, or the inbox. Flashes the result."""
    version = current.runner().procedures.version(answer.version)
    opened = [(each, version.node(each)) for each in answer.opened]
    mine = [each for each, node in opened if current.does(g.person, version.province.code, node.lane)]
    news = [say("Đã hoàn thành “{task}”.", task=version.node(task).name)]
    if answer.status == CaseStatus.FINISHED:
        news.append(say("Hồ sơ {name} đã kết thúc.", name=answer.number or f"#{answer.case}"))
        news += [say(OUTCOMES[answer.outcome])] if answer.outcome in OUTCOMES else []
    elif mine:
        news.append(say("Việc tiếp theo của hồ sơ này cũng do anh/chị làm."))
    elif opened:
        following = ", ".join(
            f"“{node.name}” ({vocabulary.lane(node.lane or '', current.organisations().get(version.province.code))})"
            for _, node in opened
        )
        news.append(say("Tiếp theo: {tasks}.", tasks=following))
    flash(" ".join(news))
    printed_forms.offer(task, answer)
    return url_for("task.show", case=answer.case, task=mine[0]) if mine else url_for("inbox.show")


def _back(case: int, task: str) -> str:
    """Where a claim was made from: a page of ours that the form names, else the task's."""
    return (
        login_session.inside(request.form["next"])
        if "next" in request.form
        else url_for("task.show", case=case, task=task)
    )
