"""Decisions on many tasks of the inbox: claim, put back, assign, approve; and the filters that a person saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.domain.form import FieldFault
from runner.errors import Refused
from runner.language import say
from runner.reports.form_values import render
from runner.services.accounts import SignInFailed, TooManyTries
from runner.services.confirmation import PasswordNeeded, signs
from runner.services.many_tasks import Approval, Chosen, Result
from runner.web import channel, current, inbox, login_session, policy

PASSWORD = "_password"  # noqa: S105  # the name of the field

blueprint = Blueprint("many", __name__, url_prefix="/inbox")


class NothingChosen(Refused):
    """Chưa chọn việc nào; hãy đánh dấu ít nhất một việc."""


class ChoiceUnreadable(Refused):
    """Danh sách việc đã chọn không đọc được; hãy tải lại trang rồi chọn lại."""


@blueprint.post("/claim")
@policy.staff
def claim() -> str:
    """Take the chosen tasks."""
    return _done(current.runner().many_tasks.claim(_chosen(), g.person, current.now()))


@blueprint.post("/release")
@policy.staff
def release() -> str:
    """Put the chosen tasks back to their groups."""
    return _done(current.runner().many_tasks.release(_chosen(), g.person, current.now()))


@blueprint.post("/assign")
@policy.staff
def assign() -> str:
    """Give the chosen tasks to one person; who is no lead of a division is told so for each."""
    member = request.form.get("person", "")
    return _done(current.runner().many_tasks.assign(_chosen(), member, g.person, current.now()))


@blueprint.post("/look")
@policy.staff
def look() -> str:
    """The chosen tasks, each to be looked at before they are approved."""
    return _asked(current.runner().many_tasks.shown(_chosen(), g.person, current.now()))


@blueprint.post("/approve")
@policy.staff
def approve() -> str | tuple[str, int]:
    """Approve what was shown; one password covers all of it."""
    runner, chosen, now = current.runner(), _chosen(), current.now()
    reason = request.form.get("late_reason", "")
    shown = runner.many_tasks.shown(chosen, g.person, now)
    try:
        person = channel.signing(request.form.get(PASSWORD, "")) if _signs(shown) else g.person
    except (PasswordNeeded, SignInFailed, TooManyTries) as error:
        seqs = {(one.case, one.task): one.seq for one in chosen}
        kept = [
            replace(each, chosen=replace(each.chosen, seq=seqs[each.chosen.case, each.chosen.task])) for each in shown
        ]
        return _asked(kept, [channel.fault(error, PASSWORD)]), 422
    return _done(runner.many_tasks.approve(chosen, person, now, reason))


@blueprint.post("/filters")
@policy.staff
def save_filter() -> Response:
    """Keep the filter of the page under a name, or forget one."""
    filters, name = current.runner().saved_filters, request.form.get("name", "")
    if request.form.get("forget"):
        filters.remove(g.person, name)
        flash(say("Đã xóa bộ lọc “{name}”.", name=name))
        return redirect(url_for("inbox.show"), 303)
    known = {"view", *inbox.FILTERS}
    query = urlencode([pair for pair in parse_qsl(request.form.get("query", "")[:2000]) if pair[0] in known])
    saved = filters.save(g.person, name, query, current.now())
    flash(say("Đã lưu bộ lọc “{name}”.", name=saved.name))
    return redirect(f"{url_for('inbox.show')}?{saved.query}", 303)


def _chosen() -> list[Chosen]:
    """The tasks that the form names. Raises `NothingChosen`, `ChoiceUnreadable`."""
    try:
        found = [_read(each) for each in request.form.getlist("task")]
    except ValueError:
        raise ChoiceUnreadable from None
    if not found:
        raise NothingChosen
    return found


def _read(text: str) -> Chosen:
    case, seq, task = text.split("~", 2)
    if not task or max(len(case), len(seq)) > 18:
        raise ValueError(text)
    return Chosen(int(case), task, int(seq))


def _signs(shown: Sequence[Approval]) -> bool:
    """Whether one of the tasks is signed by doing it."""
    places = current.organisations()
    return any(
        each.view and signs(places.get(each.view.case.province, each.view.version.province), each.view.task.lane)
        for each in shown
        if not each.refused
    )


def _asked(shown: Sequence[Approval], faults: Sequence[FieldFault] = ()) -> str:
    now = current.now()
    return render_template(
        "approving.html",
        shown=shown,
        faults=faults,
        signs=_signs(shown),
        password=PASSWORD,
        late=any(each.view and not each.refused and each.view.overdue(now) for each in shown),
        late_reason=request.form.get("late_reason", ""),
        back=_back(),
        answers=lambda event, files: list(render(event.form.fields, event.values, files)) if event.form else [],
    )


def _done(results: Sequence[Result]) -> str:
    done = sum(each.done for each in results)
    return render_template("done.html", results=results, done=done, failed=len(results) - done, back=_back())


def _back() -> str:
    return login_session.inside(request.form.get("next") or url_for("inbox.show"))
