"""The first page after signing in."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from runner.services.worklist import COUNTED
from runner.web import current, policy

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@policy.signed_in
def show() -> str:
    """Where to go from here, and how much is waiting."""
    return render_template("home.html", waiting=current.runner().worklist.count(g.person), counted=COUNTED)
