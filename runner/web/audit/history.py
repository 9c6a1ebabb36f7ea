"""Histories: calendar, roles, sign-ins, deployments, organisation, readings, each as of any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, g, request, url_for

from runner import formatting
from runner.audit.history.happening import Asked, What
from runner.audit.history.service import History, HistoryForbidden, provinces
from runner.clock import ZONE
from runner.domain import calendar_edit
from runner.domain.calendar import local_date
from runner.domain.form import FieldFault
from runner.language import say
from runner.reports import calendar as words
from runner.web import current, page, policy, procedures
from runner.web.audit import frame
from runner.web.number import whole_number
from runner.web.register import NOT_DATE

blueprint = Blueprint("history", __name__, url_prefix="/history")

HISTORIES: Final = {
    What.CALENDAR: "Lịch làm việc",
    What.ROLES: "Vai trò",
    What.SIGN_INS: "Đăng nhập",
    What.DEPLOYMENTS: "Thủ tục có hiệu lực",
    What.ORGANISATION: "Tổ chức",
    What.READINGS: "Đọc và kết xuất",
}
AS_OF = "Tính đến hết ngày"
NOT_COME = "“{label}” không được sau hôm nay."


@dataclass(frozen=True, slots=True)
class Part:
    """A history that can be turned to."""

    address: str
    name: str
    here: bool


@blueprint.get("")
@policy.auditor
def show() -> str | tuple[str, int]:
    """The history ``?what=`` of ``?province=`` at the end of the day ``?as_of=``: of the calendar, today, without."""
    what = request.args.get("what", What.CALENDAR)
    if what not in tuple(What):
        raise policy.PageUnknown
    now, faults = current.now(), list[FieldFault]()
    day = _day(local_date(now), faults)
    asked = _asked(What(what), day, now)
    shown = _page(asked, day, faults)
    return (shown, 422) if faults else shown


def _asked(what: What, day: date, now: datetime) -> Asked:
    readable = provinces(g.person)
    province = request.args.get("province") or min(readable, key=page.place_name)
    if province not in readable:
        raise HistoryForbidden(province=province)
    before = request.args.get("before", type=whole_number)
    before = before if before and before > 0 else None
    if day == local_date(now):
        return Asked(what, province, now, before=before)
    until = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1)
    return Asked(what, province, until - datetime.resolution, until, before)


def _day(today: date, faults: list[FieldFault]) -> date:
    """The day that is asked for; today where none is, or where it is none that has been."""
    text = request.args.get("as_of", "").strip()
    if not text:
        return today
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1900 <= day.year < 3000:
        faults.append(FieldFault("as_of", NOT_DATE, {"label": say(AS_OF)}))
        return today
    if day > today:
        faults.append(FieldFault("as_of", NOT_COME, {"label": say(AS_OF)}))
        return today
    return day


def _page(asked: Asked, day: date, faults: list[FieldFault]) -> str:
    history = current.runner().histories.show(asked, g.person)
    here = {"what": str(asked.what), "province": asked.province, "as_of": day.isoformat()}
    last = history.happened[-1].id if history.happened else 0
    calendar = history.calendar.calendar if history.calendar else None
    year = words.nearest(calendar, day.year) if calendar else day.year
    return frame.page(
        "audit/history.html",
        history=history,
        asked=asked,
        day=day,
        typed="" if faults else day.isoformat(),
        faults=faults,
        parts=[
            Part(_address(here | {"what": str(what)}), say(name), what == asked.what)
            for what, name in HISTORIES.items()
        ],
        name=say(HISTORIES[asked.what]),
        provinces={code: page.place_name(code) for code in provinces(g.person)},
        names=_names(history),
        next=_address(here | {"before": str(last)}) if history.more else None,
        first=_address(here) if asked.before else None,
        year=year,
        days=[row for at, row in sorted(calendar.days.items()) if at.year == year] if calendar else [],
        words=words,
        span=calendar_edit.span,
        sessions=calendar_edit.sessions,
        weekdays=formatting.weekdays(),
    )


def _names(history: History) -> dict[str, str]:
    """What the accounts that did something are called."""
    people = {each.actor for each in history.happened}
    people |= {each.by for _, who in history.lanes for each in who}
    for state in (history.calendar, history.organisation):
        people |= {state.revision.by} if state else set()
    if history.calendar and history.calendar.decision:
        people.add(history.calendar.decision.by)
    if history.deployments:
        for each in history.deployments.procedures:
            people |= {each.enforcement.by, each.enforcement.approved_by}
        people |= {each.by for each in history.deployments.waiting}
    return procedures.deployers(people)


def _address(wanted: dict[str, str]) -> str:
    return f"{url_for('audit.history.show')}?{urlencode(wanted)}"
