"""The inbox: the tasks that wait for the person, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from runner.domain.worklist import DraftItem, Item, PageCursor
from runner.errors import Refused
from runner.services.access import performed
from runner.services.version import Version
from runner.services.worklist import COUNTED, InboxFilter
from runner.web import current, page, policy

VIEWS = {"": None, "mine": True, "group": False}
"""Which tasks a view shows (all, claimed by the person, claimed by no one), by its name in the address."""
DRAFTS = "drafts"
"""The view of the dossiers that the person has begun to take in."""
FILTERS = ("q", "province", "lane", "step", "late")
LONGEST, ROWS = 200, 30
"""Characters of what is searched, and tasks on a page."""

blueprint = Blueprint("inbox", __name__)


class PlaceUnclear(Refused):
    """Không mở được trang này của danh sách; hãy mở lại trang Việc cần xử lý."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a filter."""

    value: str
    name: str


@blueprint.get("/inbox")
@policy.staff
def show() -> str:
    """A page of the inbox, narrowed as asked."""
    runner, asked = current.runner(), request.args
    drafts = runner.worklist.drafts(g.person)
    if asked.get("view") == DRAFTS:
        return _page([], {}, InboxFilter(), drafts)
    view = asked.get("view", "") if asked.get("view") in VIEWS else ""
    procedure, _, step = asked.get("step", "").partition("#")
    wanted = InboxFilter(
        words=asked.get("q", "").strip()[:LONGEST],
        province=asked.get("province", ""),
        lane=asked.get("lane", ""),
        procedure=procedure,
        step=step,
        late=bool(asked.get("late")),
        owned=VIEWS[view],
    )
    after = place(asked["after"]) if asked.get("after") else None
    items, next = runner.worklist.search(g.person, wanted, current.now(), ROWS, after)
    kept: dict[str, Any] = {name: asked[name] for name in FILTERS if asked.get(name)}
    address = partial(url_for, "inbox.show", view=view or None, **kept)
    links = {"here": address(after=asked.get("after")), "next": address(after=text(next)) if next else None}
    return _page(items, kept, wanted, drafts, view=view, first=address() if after else None, **links)


def _page(
    items: list[Item], kept: dict[str, Any], wanted: InboxFilter, drafts: list[DraftItem], **shown: str | None
) -> str:
    """The page with these tasks, or (without a `view`) with the drafts; the others are counted."""
    runner = current.runner()
    versions = {version.procedure.code: version for version in runner.procedures.known(runner.clock.now())}
    counts = {name: runner.worklist.count(g.person, owned) for name, owned in VIEWS.items() if owned is not None}
    return render_template(
        "inbox.html",
        items=items,
        drafts=drafts,
        versions=versions,
        wanted=wanted,
        kept=kept,
        counts={"": min(COUNTED, sum(counts.values())), **counts, DRAFTS: len(drafts)},
        counted=COUNTED,
        provinces=[Choice(code, page.place_name(code)) for code in sorted({code for code, _ in g.person.groups})],
        lanes=_lanes(),
        steps=list(_steps(list(versions.values()))),
        **{"view": DRAFTS, **shown},
    )


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
    """A place in a list as addresses have it."""
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
