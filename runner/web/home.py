"""The first page after signing in."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from runner.services.worklist import COUNTED
from runner.web import current, inbox, policy

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@policy.signed_in
def show() -> str | Response:
    """The inbox; without a lane in a diagram the studio for an analyst, the desk for an auditor, links for others."""
    if policy.may(g.person, "inbox.show"):
        return inbox.show()
    for endpoint in ("studio.catalogue.show", "audit.home.show"):
        if policy.may(g.person, endpoint):
            return redirect(url_for(endpoint), 303)
    return render_template("home.html", waiting=current.runner().worklist.count(g.person), counted=COUNTED)
