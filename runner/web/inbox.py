"""The inbox: the tasks that wait for the person, those first that make their case late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request, url_for

from runner.domain.person import Person
from runner.domain.task import Mark
from runner.domain.worklist import Group, Item, PageCursor, UrgencyCursor, group
from runner.errors import Refused
from runner.services.access import led, performed
from runner.services.many_tasks import question
from runner.services.version import Version
from runner.services.worklist import COUNTED, INCIDENT, InboxFilter
from runner.web import current, page, policy, slack
from runner.web.slack import Spoken

VIEWS = {"": None, "mine": True, "group": False}
"""Which tasks a view shows (all, claimed by the person, claimed by no one), by its name in the address."""
DRAFTS = "drafts"
"""The view of the dossiers that the person has begun to take in."""
FILTERS = ("q", "province", "lane", "step", "mark", "late", "sort")
BY_STEP = "step"
"""The order by the due moments of steps; without it, by what makes the case late."""
LONGEST, ROWS = 200, 30
"""Characters of what is searched, and tasks on a page."""
MARKS: Mapping[str, str] = {
    Mark.RETURNED: "Bị trả lại",
    Mark.SUPPLEMENTED: "Đã bổ sung",
    Mark.APOLOGY: "Cần xin lỗi",
    INCIDENT: "Sự cố",
}
GROUPS: Mapping[str, tuple[str, str, str]] = {
    Group.OVERDUE: ("Quá hạn", "late", "hồ sơ sẽ trễ hẹn nếu các bước sau dùng hết thời hạn"),
    Group.TODAY: ("Hôm nay", "soon", "phải xong hôm nay thì hồ sơ mới kịp hẹn"),
    Group.WEEK: ("Tuần này", "", "phải xong trong tuần thì hồ sơ mới kịp hẹn"),
    Group.LATER: ("Sau tuần này", "", ""),
    Group.ANY_TIME: ("Không có hạn", "", ""),
    Group.WAITING: ("Chờ người nộp", "wait", ""),
}
"""What the groups are called, their look, and what they say of the case where it orders the list."""
WAITING = "đồng hồ dừng; hạn chạy tiếp khi nhận bổ sung"

blueprint = Blueprint("inbox", __name__)


class PlaceUnclear(Refused):
    """Không mở được trang này của danh sách; hãy mở lại trang Việc cần xử lý."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a filter."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A task in the list; `approvable` together with others."""

    item: Item
    version: Version
    step: Spoken
    promise: Spoken
    slack: Spoken
    approvable: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A group of the list; `count` is how many tasks it has on all pages, None where that is not known."""

    name: str
    look: str
    said: str
    rows: Sequence[Row]
    count: int | None


@blueprint.get("/inbox")
@policy.staff
def show() -> str:
    """A page of the inbox, narrowed and ordered as asked."""
    runner, asked, now = current.runner(), request.args, current.now()
    view = asked.get("view", "") if asked.get("view") in (*VIEWS, DRAFTS) else ""
    if view == DRAFTS:
        return _page(view, {}, InboxFilter(), [], {})
    procedure, _, step = asked.get("step", "").partition("#")
    wanted = InboxFilter(
        words=asked.get("q", "").strip()[:LONGEST],
        province=asked.get("province", ""),
        lane=asked.get("lane", ""),
        procedure=procedure,
        step=step,
        late=bool(asked.get("late")),
        owned=VIEWS.get(view),
        mark=asked.get("mark", "") if asked.get("mark") in MARKS else "",
    )
    by_step, after = asked.get("sort") == BY_STEP or wanted.late, asked.get("after")
    if by_step:
        items, at = runner.worklist.search(g.person, wanted, now, ROWS, place(after) if after else None)
        more = text(at) if at else None
    else:
        items, next = runner.worklist.urgent(g.person, wanted, now, ROWS, urgency(after) if after else None)
        more = _urgency_text(next) if next else None
    kept: dict[str, Any] = {name: asked[name] for name in FILTERS if asked.get(name)}
    address = partial(url_for, "inbox.show", view=view or None, **kept)
    links = {"here": address(after=after), "next": address(after=more) if more else None}
    return _page(view, kept, wanted, items, {"first": address() if after else None, **links}, by_step=by_step)


def _page(
    view: str,
    kept: Mapping[str, Any],
    wanted: InboxFilter,
    items: list[Item],
    links: Mapping[str, str | None],
    *,
    by_step: bool = False,
) -> str:
    """The page with these tasks or, in that view, with the drafts; the others are counted."""
    runner, now = current.runner(), current.now()
    versions = {version.procedure.code: version for version in runner.procedures.known(now)}
    counted = {owned: runner.worklist.groups(g.person, now, owned) for owned in (True, False)}
    counts = {name: min(COUNTED, sum(counted[owned].values())) for name, owned in VIEWS.items() if owned is not None}
    drafts = runner.worklist.drafts(g.person)
    owned = VIEWS.get(view)
    totals = {each: sum(counted[one][each] for one in counted if owned in (None, one)) for each in Group}
    whole = not by_step and not set(kept) - {"sort"}
    rows = [_row(item, versions[item.procedure], now) for item in items]
    lanes = {(item.province, item.lane) for item in items} & led(g.person, current.organisations())
    return render_template(
        "inbox.html",
        view=view,
        sections=list(_sections(rows, totals if whole else {}, now, by_step=by_step)),
        drafts=drafts,
        versions=versions,
        wanted=wanted,
        kept=kept,
        query=urlencode({**kept, **({"view": view} if view else {})}),
        saved=runner.saved_filters.of(g.person),
        counts={"": min(COUNTED, sum(counts.values())), **counts, DRAFTS: len(drafts)},
        counted=COUNTED,
        provinces=[Choice(code, page.place_name(code)) for code in sorted({code for code, _ in g.person.groups})],
        lanes=_lanes(),
        steps=list(_steps(list(versions.values()))),
        marks=MARKS,
        by_step=by_step,
        members=_members(lanes),
        **links,
    )


def _row(item: Item, version: Version, now: datetime) -> Row:
    calendar = page.calendar(item.province)
    approvable = bool(question(version, item.id.partition("#")[0]))
    spoken = slack.step(item, calendar, now), slack.promise(item, now), slack.slack(item, calendar, now)
    return Row(item, version, *spoken, approvable)


def _sections(rows: Sequence[Row], totals: Mapping[Group, int], now: datetime, *, by_step: bool) -> Iterator[Section]:
    """The rows by group, in their order; of those without a moment of their step, what waits is last."""

    def of(row: Row) -> Group:
        return group(row.item.due if by_step else row.item.latest, row.item.waits, now)

    order = list(Group)
    for each, members in groupby(sorted(rows, key=lambda row: order.index(of(row))), of):
        name, look, said = GROUPS[each]
        said = WAITING if each == Group.WAITING else "" if by_step else said
        yield Section(name, look, said, list(members), totals.get(each))


def _members(lanes: set[tuple[str, str]]) -> list[Person]:
    """To whom a lead may give the tasks of all these lanes."""
    groups = [{each.id: each for each in current.runner().tasks.members(*lane)} for lane in sorted(lanes)]
    shared = set.intersection(*map(set, groups)) if groups else set()
    return [groups[0][id] for id in sorted(shared)]


def _lanes() -> list[Choice]:
    """The lanes whose tasks the person does, as their provinces call them."""
    names: dict[str, list[str]] = {}
    places = current.organisations()
    for code, lane in sorted(performed(g.person, places)):
        label = places[code].label(lane) if code in places else lane
        if label != lane and label not in names.setdefault(lane, []):
            names[lane].append(label)
    return [Choice(lane, " / ".join(labels)) for lane, labels in names.items()]


def _steps(versions: list[Version]) -> Iterator[tuple[Version, list[Choice]]]:
    """The procedures on which the person works, each with the person's steps in it."""
    for version in versions:
        nodes, place = version.definition.nodes.values(), version.province.code
        tasks = [node for node in nodes if node.type == "userTask" and current.does(g.person, place, node.lane)]
        steps = {node.properties.get("step", "") for node in tasks}
        if steps:
            code = version.procedure.code
            named = [Choice(f"{code}#{step.id}", step.id) for step in version.procedure.steps if step.id in steps]
            yield version, named


def text(place: PageCursor) -> str:
    """A place in a list by due moments as addresses have it."""
    due, case, task = place
    return f"{due.isoformat() if due else ''}~{case}~{task}"


def place(text: str) -> PageCursor:
    """The place that `text` wrote. Raises `PlaceUnclear`."""
    try:
        due, case, task = text.split("~", 2)
        at = datetime.fromisoformat(due) if due else None
        if (at and at.tzinfo is None) or len(case) > 18:
            raise ValueError(text)
        return at, int(case), task
    except ValueError:
        raise PlaceUnclear from None


def _urgency_text(cursor: UrgencyCursor) -> str:
    waits, due, case, task = cursor
    return f"{'w' if waits else ''}~{text((due, case, task))}"


def urgency(text: str) -> UrgencyCursor:
    """The place in the inbox that `text` wrote. Raises `PlaceUnclear`."""
    waits, _, rest = text.partition("~")
    due, case, task = place(rest)
    return waits == "w", due, case, task
