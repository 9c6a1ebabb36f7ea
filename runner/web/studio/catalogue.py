"""The list of procedures on which analysts work: what is in force, who drafts, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.authoring.catalogue import Row, State
from runner.authoring.drafts import IDLE
from runner.authoring.tally import Tally
from runner.web import current, page, policy
from runner.web.number import whole_number

ROWS = 50
STATES = {
    State.MINE: "Tôi đang sửa",
    State.OTHERS: "Người khác đang sửa",
    State.FREE: "Có bản nháp, chưa ai sửa",
    State.SUBMITTED: "Chờ phê duyệt",
    State.COMING: "Chờ hiệu lực",
    State.NONE: "Không có bản nháp",
}
RESULTS: Mapping[str, tuple[str, Callable[[Tally], bool]]] = {
    "errors": ("Có lỗi", lambda tally: tally.errors > 0),
    "warnings": ("Có cảnh báo", lambda tally: tally.warnings > 0),
    "clean": ("Sạch", lambda tally: not tally.errors and not tally.warnings),
}
FILTERS = ("q", "province", "state", "result")
STARTS = (("studio.new.show", "add", "Tạo mới"), ("studio.new.copy", "copy", "Từ thủ tục có sẵn"))
"""Pages on which a new procedure is begun: endpoint, sign, words."""

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("")
@policy.analyst
def show() -> str:
    """The procedures of the analyst's provinces, narrowed as asked."""
    asked = {name: request.args[name].strip() for name in FILTERS if request.args.get(name)}
    every = current.runner().catalogue.rows(g.person, current.now())
    rows = sorted((row for row in every if _fits(row, asked)), key=lambda row: row.state != State.MINE)
    start = max(request.args.get("from", 0, type=whole_number), 0)
    here: dict[str, Any] = {name: asked.get(name) for name in FILTERS}
    later: dict[str, Any] = here | {"from": start + ROWS}
    places = sorted({row.province for row in every}, key=page.place_name)
    return render_template(
        "studio/catalogue.html",
        rows=rows[start : start + ROWS],
        every=len(every),
        found=len(rows),
        asked=asked,
        counts={place: sum(row.province == place for row in every) for place in places},
        place_name=page.place_name,
        states=STATES,
        results={name: words for name, (words, _) in RESULTS.items()},
        starts=[start for start in STARTS if policy.may(g.person, start[0])],
        idle=lambda row: current.now() - row.draft.edited_at >= IDLE,
        next=url_for("studio.catalogue.show", **later) if len(rows) > start + ROWS else None,
        first=url_for("studio.catalogue.show", **here) if start else None,
    )


@blueprint.get("/")
@blueprint.get("/repository")
@policy.analyst
def deployed() -> Response:
    """On to the draft of a deployment, as Camunda Modeler asks for it; to the list where it names none."""
    found = re.search(r"draft-(\d{1,9})-", request.args.get("deploymentsQuery", ""))
    if found:
        return redirect(url_for("studio.drafts.show", draft=int(found[1])), 303)
    return redirect(url_for("studio.catalogue.show"), 303)


@blueprint.get("/drafts/<int:draft>/tally")
@policy.analyst
def of_draft(draft: int) -> str:
    """How many findings a draft has, for its cell of the list."""
    runner = current.runner()
    return _tally(runner.tallies.count(runner.procedure_drafts.get(draft, g.person)))


@blueprint.get("/versions/<digest>/tally")
@policy.analyst
def of_version(digest: str) -> str:
    """How many findings a version has, for its cell of the list."""
    return _tally(current.runner().tallies.count(digest))


def _tally(tally: Tally) -> str:
    return render_template("studio/tally.html", tally=tally)


def _fits(row: Row, asked: Mapping[str, str]) -> bool:
    words = asked.get("q", "").casefold().split()
    text = f"{row.title} {row.procedure}".casefold()
    if not all(word in text for word in words):
        return False
    if asked.get("province", row.province) != row.province or asked.get("state", row.state) != row.state:
        return False
    result = RESULTS.get(asked.get("result", ""))
    return result is None or result[1](row.tally or current.runner().tallies.count(row.subject))
