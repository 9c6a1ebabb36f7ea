"""The work of a division, for its lead: who has which of the specialists' tasks; the lead assigns them."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for

from runner.domain.person import LaneKind
from runner.web import case, current, inbox, page, policy

blueprint = Blueprint("division", __name__)


@blueprint.get("/division")
@policy.lane(LaneKind.LEAD)
def show() -> str:
    """A page of the specialists' open tasks, the most urgent first."""
    runner, asked = current.runner(), request.args.get("after")
    found = runner.worklist.division(g.person, inbox.ROWS + 1, inbox.place(asked) if asked else None)
    items = found[: inbox.ROWS]
    here = sorted({item.province for item in items})
    return render_template(
        "division.html",
        items=items,
        versions={version.procedure.code: version for version in runner.procedures.known(runner.clock.now())},
        members={at: runner.tasks.members(*at) for at in {(item.province, item.lane) for item in items}},
        names=case.names({item.owner for item in items if item.owner}),
        provinces={province: page.place_name(province) for province in here},
        here=url_for("division.show", after=asked),
        next=url_for("division.show", after=inbox.text(items[-1].place)) if len(found) > len(items) else None,
        first=url_for("division.show") if asked else None,
    )
