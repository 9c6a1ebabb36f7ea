"""The first page after signing in."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from runner.services.worklist import COUNTED
from runner.web import current, inbox, policy

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@policy.signed_in
def show() -> str:
    """The inbox; for a person without a lane in a diagram, links to the other pages."""
    if policy.may(g.person, "inbox.show"):
        return inbox.show()
    return render_template("home.html", waiting=current.runner().worklist.count(g.person), counted=COUNTED)
