"""What every template can use: sentences, moments, links, and who is looking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, g, request, url_for
from markupsafe import Markup

from runner import formatting
from runner.clock import ZONE
from runner.domain import timeliness
from runner.domain.calendar import Calendar, local_date
from runner.domain.case import GOING_ON, CaseStatus, ClockState
from runner.domain.form import attachment
from runner.domain.limit import Unit
from runner.domain.person import Role
from runner.domain.procedure import Time
from runner.errors import YearMissing
from runner.language import say
from runner.papers.preview import SHOWN
from runner.web import asset, current, language, policy, security

RETENTION = "audit.retention.show"
"""A part of the desk for administrators and directors too, to whom the desk itself is closed."""
NAVIGATION = (
    ("inbox.show", "Việc cần xử lý"),
    ("intake.choose", "Tiếp nhận hồ sơ"),
    ("division.show", "Điều hành"),
    ("audit.home.show", "Bàn kiểm tra"),
    (RETENTION, "Lưu trữ"),
    ("register.show", "Sổ hồ sơ"),
    ("statistics.show", "Báo cáo"),
    ("studio.catalogue.show", "Quy trình"),
    ("studio.approval.waiting", "Phê duyệt"),
    ("procedures.catalogue", "Danh mục thủ tục"),
    ("incidents.show", "Sự cố đang mở"),
    ("calendar.choose", "Lịch làm việc"),
    ("organisation.choose", "Tổ chức"),
)
"""Endpoints and what they are called; a link is there when the page is, and is for the person who looks."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; `here` when it leads to the part of the site that one is in."""

    address: str
    name: str
    here: bool


def install(app: Flask) -> None:
    """Give these to the templates."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "CaseStatus": CaseStatus,
        "GOING_ON": GOING_ON,
        "ClockState": ClockState,
        "_": say,
        "previewed": lambda: SHOWN,
        "asset": asset.address,
        "csrf": security.csrf,
        "CSRF_FIELD": security.CSRF_FIELD,
        "languages": language.NAMES,
        "may": lambda endpoint: policy.may(g.person, endpoint),
        "navigation": navigation,
        "places": places,
        "watched": watched,
        "held": held,
        "years_missing": years_missing,
        "guessed": guessed,
        "term": term,
        "remaining": remaining,
        "now": current.now,
        "overdue": timeliness.overdue,
        "today": lambda: local_date(current.now()),
        "endings": lambda accept: ",".join(attachment.endings(accept)),
        "kinds": attachment.kinds,
        "largest_file": lambda: current.runner().settings.file_mb,
    }
    app.jinja_env.filters |= {
        "moment": moment,
        "day": day,
        "plain_day": formatting.day,
        "local_day": lambda at: formatting.day(local_date(at)),
        "plain_moment": formatting.moment,
        "brief": formatting.brief,
        "clock": formatting.clock,
        "weekday": formatting.weekday,
        "number": formatting.number,
        "money": formatting.money,
        "size": formatting.size,
    }
    app.context_processor(lambda: {"person": g.get("person"), "language": g.language})


def navigation() -> Iterator[Link]:
    """The links that the person may follow."""
    for endpoint, name in NAVIGATION:
        if policy.may(g.person, endpoint) and not (endpoint == RETENTION and policy.may(g.person, "audit.home.show")):
            here = (request.blueprint or "").partition(".")[0] == endpoint.partition(".")[0]
            if endpoint.startswith("studio."):  # two places of one part of the site
                decides = request.path.startswith(url_for("studio.approval.waiting"))
                here = here and decides == (endpoint == "studio.approval.waiting")
            yield Link(url_for(endpoint), say(name), here)


def places() -> list[str]:
    """The names of the provinces in which the person works."""
    return [place_name(code) for code in sorted({province for province, _ in g.person.groups})]


def place_name(code: str) -> str:
    """A province's name, by what is in force there; its code where nothing is deployed. Kept for the request."""
    if "places" not in g:
        provinces = (version.province for version in current.runner().procedures.known(current.now()))
        g.places = {province.code: province.name for province in provinces}
    names: dict[str, str] = g.places
    return names.get(code, code)


def watched() -> bool:
    """Whether a worker has ticked lately: if not, no deadline is being watched."""
    return current.runner().health.watched(current.now())


def held() -> bool:
    """Whether the person administers a province and messages are held, as the database was restored."""
    administers = any(lane == Role.ADMINISTRATOR for _, lane in g.person.groups)
    return administers and current.runner().outbox.held()


def years_missing() -> dict[str, int]:
    """The year that the calendar will soon lack, by the name of each province that the person administers."""
    provinces = {province for province, lane in g.person.groups if lane == Role.ADMINISTRATOR}
    found = current.runner().calendars.year_missing(current.now(), provinces) if provinces else {}
    return {place_name(province): year for province, year in found.items()}


# -- moments and numbers -----------------------------------------------------------------------------------------------


def moment(at: datetime | None) -> Markup:
    """A moment (aware) in local time, ``14:30 ngày 26/09/2022``, readable by machines too; nothing for None."""
    if at is None:
        return Markup()
    local = at.astimezone(ZONE)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="seconds"), formatting.moment(at))


def day(of: date | None) -> Markup:
    """A day, ``26/09/2022``; nothing for None."""
    return Markup('<time datetime="{}">{}</time>').format(of.isoformat(), formatting.day(of)) if of else Markup()


def remaining(due: datetime | None, province: str) -> str:
    """The working time left until `due`, ``còn 1 ngày 3 giờ``, or passed since, ``quá 2 giờ``; "" where no limit is."""
    return remaining_at(due, calendar(province), current.now()) if due else ""


def remaining_at(due: datetime, calendar: Calendar, now: datetime) -> str:
    """The same by a calendar, at a moment."""
    try:
        left = timeliness.time_left(calendar, due, now)
    except YearMissing:
        return ""
    if not left.days and not left.minutes:  # no working time lies between, as over a night or a weekend
        return say("quá hạn" if left.over else "đến hạn")
    return say("quá {time}" if left.over else "còn {time}", time=stretch(left.days, left.minutes))


def guessed(due: datetime | None, province: str) -> bool:
    """Whether a due moment hangs on a year whose days are not announced yet."""
    return due is not None and bool(calendar(province).guessed(local_date(current.now()), local_date(due)))


def term(time: Time) -> str:
    """The legal time: in Vietnamese as the decision writes it, so that nothing is put in its mouth."""
    if g.language == "vi":
        return time.text
    counted = "{days} ngày theo lịch" if time.unit == Unit.CALENDAR_DAYS else "{days} ngày làm việc"
    return say(counted, days=formatting.number(time.limit_days))


def stretch(days: int, minutes: int) -> str:
    """Working time in words: minutes are shown only where there are no days."""
    hours, left = divmod(minutes, 60)
    if days and hours:
        return say("{days} ngày {hours} giờ", days=days, hours=hours)
    if days:
        return say("{days} ngày", days=days)
    if hours and left:
        return say("{hours} giờ {minutes} phút", hours=hours, minutes=left)
    return say("{hours} giờ", hours=hours) if hours else say("{minutes} phút", minutes=left)


def calendar(province: str) -> Calendar:
    kept: dict[str, Calendar] = g.setdefault("calendars", {})
    if province not in kept:
        kept[province] = current.runner().calendars.get(province)
    return kept[province]
