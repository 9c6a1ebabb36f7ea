"""The desk of a lead or a director: work by person, step and procedure, what will be late, and who gets what."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request, url_for

from runner.domain.person import LaneKind, Person
from runner.domain.worklist import Item
from runner.reports import workload
from runner.reports.workload import NOBODY, Outlook, step_of
from runner.services.access import led
from runner.services.board import MOST
from runner.web import case, current, inbox, page, policy, slack
from runner.web.number import whole_number

blueprint = Blueprint("division", __name__)

GROUPS: Final[Mapping[Outlook, tuple[str, str, str]]] = {
    Outlook.BROKEN: ("Đã trễ hẹn trả", "late", "warning"),
    Outlook.SHORT: ("Sẽ trễ hẹn trả nếu các bước sau dùng hết hạn", "late", "warning"),
    Outlook.SOON: ("Sắp trễ: còn dư dưới một ngày làm việc", "soon", "time"),
    Outlook.GOOD: ("Còn kịp", "", "check"),
    Outlook.FREE: ("Không có hạn", "", "unknown"),
    Outlook.WAITING: ("Chờ người nộp", "wait", "pause"),
}
"""The groups of the list: what each is called, its colour, its sign."""
FILTERS: Final = ("owner", "step", "procedure")


@blueprint.get("/division")
@policy.lane(LaneKind.LEAD, LaneKind.DIRECTOR)
def show() -> str:
    """The desk."""
    runner, now = current.runner(), current.now()
    work = runner.board.work(g.person)
    asked = {name: request.args[name] for name in FILTERS if name in request.args}
    items = [item for item in work.items if _fits(item, asked)]
    calendars = {place: runner.calendars.get(place) for place in {item.province for item in work.items}}
    soon = {place: workload.soon(calendar, now) for place, calendar in calendars.items()}
    groups = workload.grouped(items, lambda item: workload.outlook(item, now, soon[item.province]))
    first = min(request.args.get("from", 0, type=whole_number), len(items))
    shown = _slice(groups, first, inbox.ROWS)
    last = first + sum(len(some) for _, some in shown)
    looks = [workload.outlook(item, now, soon[item.province]) for item in work.items]
    return render_template(
        "board.html",
        work=workload.workload(work.items, now),
        cut=work.cut,
        most=MOST,
        groups=shown,
        words=GROUPS,
        asked=asked,
        counts=_counts(work.items, looks),
        slack=lambda item: slack.slack(item, calendars[item.province], now).text,
        step_of=step_of,
        nobody=NOBODY,
        versions={version.procedure.code: version for version in runner.procedures.known(now)},
        members=(members := _members(shown)),
        colleagues={each.id: each.name for some in members.values() for each in some},
        names=case.names({item.owner for item in work.items if item.owner}),
        provinces={item.province: page.place_name(item.province) for item in work.items},
        place=_place(g.person),
        signing=any(kind == LaneKind.DIRECTOR for kind in _kinds(g.person)),
        own={(code, lane) for code, lane in g.person.groups},
        here=_address(asked, first),
        next=_address(asked, last) if last < len(items) else None,
        first=_address(asked) if first else None,
    )


def _address(asked: Mapping[str, str], first: int = 0) -> str:
    query = urlencode({**asked, **({"from": first} if first else {})})
    return url_for("division.show") + (f"?{query}" if query else "")


def _fits(item: Item, asked: Mapping[str, str]) -> bool:
    own = {"owner": item.owner or NOBODY, "step": step_of(item), "procedure": item.procedure}
    return all(own[name] == value for name, value in asked.items())


def _slice(groups: list[tuple[Outlook, list[Item]]], first: int, count: int) -> list[tuple[Outlook, list[Item]]]:
    """So many of the tasks from a place on, still by their groups."""
    flat = ((outlook, item) for outlook, some in groups for item in some)
    found: dict[Outlook, list[Item]] = {}
    for outlook, item in islice(flat, first, first + count):
        found.setdefault(outlook, []).append(item)
    return list(found.items())


def _counts(items: list[Item], looks: list[Outlook]) -> dict[str, int]:
    """The figures above: how many cases, and of them how many stand how."""
    cases: dict[str, set[int]] = {str(outlook): set() for outlook in Outlook}
    for item, look in zip(items, looks, strict=True):
        cases[look].add(item.case)
    return {"cases": len({item.case for item in items}), **{look: len(some) for look, some in cases.items()}}


def _members(groups: list[tuple[Outlook, list[Item]]]) -> dict[tuple[str, str], list[Person]]:
    """To whom the person may give the tasks that are shown, by province and lane: only a lead gives any."""
    mine = led(g.person, current.organisations())
    at = {(item.province, item.lane) for _, some in groups for item in some} & mine
    return {each: current.runner().tasks.members(*each) for each in at}


def _kinds(person: Person) -> set[str]:
    places = current.organisations()
    return {str(places[code].kinds.get(lane, "")) for code, lane in person.groups if code in places}


def _place(person: Person) -> str:
    """For what the person answers: a division, or an agency; "" for several."""
    names = set()
    for code, lane in person.groups:
        province = current.organisations().get(code)
        kind = province.kinds.get(lane) if province else None
        if province and kind in (LaneKind.LEAD, LaneKind.DIRECTOR):
            agency, division = province.place(lane)
            office = province.office(agency)
            own = province.divisions[division].name if division else office.division
            names.add(office.name if kind == LaneKind.DIRECTOR else own)
    return names.pop() if len(names) == 1 else ""
