"""Working calendars: a year at a glance, who edited it; an edit with its preview, and a director's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner import formatting
from runner.domain import calendar_edit
from runner.domain.calendar import Calendar, local_date
from runner.domain.calendar_edit import Difference
from runner.domain.form import FieldFault
from runner.domain.person import LaneKind, Role
from runner.errors import Refused
from runner.language import say
from runner.reports import calendar as reports
from runner.services.access import of_kind
from runner.services.accounts import SignInFailed, TooManyTries
from runner.services.calendars import READERS
from runner.services.recounts import Effect
from runner.services.text_rules import ReasonMissing
from runner.web import calendar_form, case, channel, current, page, policy
from runner.web.security import CSRF_FIELD

AT_ONCE = 100
"""Cases that are counted anew while the browser waits; the worker counts the others."""

PREVIEWED = 200
"""Cases that a preview replays, in some milliseconds each; the command shows all."""

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")
_PLACE = "/<province>"


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would do: the calendar after it, what changes, and the cases that move."""

    after: Calendar
    changes: Sequence[Difference]
    effects: Sequence[Effect]
    unseen: int


@blueprint.get("")
@policy.lane(*READERS, LaneKind.DIRECTOR)
def choose() -> Response:
    """On to the calendar of the first province that the person may read."""
    provinces = current.runner().calendars.readable(g.person)
    if not provinces:
        raise policy.PageUnknown
    return redirect(url_for("calendar.show", province=min(provinces, key=page.place_name)), 303)


@blueprint.get(_PLACE)
@policy.lane(*READERS, LaneKind.DIRECTOR)
def show(province: str) -> str:
    """The calendar of a province: the year ``?year=``, or the present one."""
    return _page(province)


@blueprint.post(f"{_PLACE}/preview")
@policy.administrator
def preview(province: str) -> str | tuple[str, int]:
    """What an edit would change and whom it would concern; nothing is stored."""
    typed = calendar_form.Typed(request.form)
    try:
        found = _preview(province, typed)
    except Refused as error:
        typed.refuse(str(error))
        found = None
    if found is None:
        return _page(province, faults=typed.faults), 422
    return _page(province, found)


@blueprint.post(f"{_PLACE}/apply")
@policy.administrator
def apply(province: str) -> Response | str | tuple[str, int]:
    """Store the edit that was previewed, and count the cases it concerns anew."""
    runner, typed = current.runner(), calendar_form.Typed(request.form)
    base, reason = request.form.get("base", type=int), request.form.get("reason", "")
    try:
        edit = calendar_form.read(typed)
        if edit is not None:
            runner.calendars.revise(province, edit, reason, g.person, current.now(), base=base or 0)
    except ReasonMissing as error:
        return _page(province, _preview(province, typed), [FieldFault.told("reason", error)]), 422
    except Refused as error:
        typed.refuse(str(error))
    if typed.faults:
        return _page(province, faults=typed.faults), 422
    done = runner.recounts.run(current.now(), g.person, AT_ONCE)
    flash(say("Đã lưu lịch mới. Đã tính lại {count} hồ sơ.", count=done.counted))
    if left := runner.recounts.unfinished(province):
        flash(say("Còn {count} hồ sơ đang được tính lại ở bộ phận chạy nền.", count=left))
    if done.waiting:
        flash(say("{count} hồ sơ chờ lãnh đạo duyệt vì ngày hẹn sẽ sớm hơn.", count=done.waiting), "warning")
    return redirect(url_for("calendar.show", province=province), 303)


@blueprint.post(f"{_PLACE}/decide")
@policy.lane(LaneKind.DIRECTOR)
def decide(province: str) -> Response | tuple[str, int]:
    """Let the promises that wait move earlier, or keep them."""
    runner, approved = current.runner(), request.form.get("decision") == "approve"
    try:
        base, reason = request.form.get("base", type=int), request.form.get("reason", "")
        person = channel.signing(request.form.get("password", ""))
        decision = runner.recounts.decide(province, approved, reason, person, current.now(), base=base or 0)
    except (SignInFailed, TooManyTries) as error:
        return _page(province, faults=[channel.fault(error, "password")]), 422
    except Refused as error:
        return _page(province, faults=[FieldFault.told("decision", error)]), 422
    runner.recounts.run(current.now(), g.person, AT_ONCE)
    flash(f"{reports.decided(decision)}.")
    return redirect(url_for("calendar.show", province=province), 303)


def _preview(province: str, typed: calendar_form.Typed) -> Preview | None:
    runner = current.runner()
    edit = calendar_form.read(typed)
    if edit is None:
        return None
    before, after = runner.calendars.edited(province, edit, g.person)
    effects, unseen = runner.recounts.preview(before, after, current.now(), PREVIEWED)
    return Preview(after, calendar_edit.differences(before, after), effects, unseen)


def _page(province: str, preview: Preview | None = None, faults: Sequence[FieldFault] = ()) -> str:
    runner = current.runner()
    calendar = runner.calendars.read(province, g.person)
    shown = preview.after if preview else calendar
    changed = calendar_edit.changed_days(calendar, preview.after) if preview else None
    today = local_date(current.now())
    added = preview.after.years - calendar.years if preview else None
    asked = changed[0].year if changed else min(added) if added else request.args.get("year", type=int)
    waiting = runner.recounts.waiting(province)
    history = reports.history(runner.calendars, province)
    return render_template(
        "calendar.html",
        calendar=calendar,
        preview=preview,
        year=(year := reports.nearest(shown, asked or today.year)),
        months=reports.months(shown, year, calendar),
        provinces={code: page.place_name(code) for code in sorted(runner.calendars.readable(g.person))},
        waiting=waiting,
        unfinished=runner.recounts.unfinished(province),
        history=history,
        names=case.names(
            {each.revision.by for each in history} | {each.decision.by for each in history if each.decision}
        ),
        edits=(province, Role.ADMINISTRATOR) in g.person.groups,
        decides=province in {each for each, _ in of_kind(g.person, current.organisations(), LaneKind.DIRECTOR)},
        typed={name: text for name, text in request.form.items() if name != CSRF_FIELD},
        faults=faults,
        words=reports,
        weekdays=formatting.weekdays(),
        span=calendar_edit.span,
        sessions=calendar_edit.sessions,
    )
