"""The desk's first page: what an auditor looks at first."""

from __future__ import annotations

from flask import Blueprint, g

from runner.domain.person import Role
from runner.reports import vocabulary
from runner.web import current, policy
from runner.web.audit import frame

blueprint = Blueprint("home", __name__)


@blueprint.get("")
@policy.auditor
def show() -> str:
    """The open incidents of the cases that the auditor reads."""
    incidents = current.runner().audit.incidents(g.person, Role.AUDITOR)
    return frame.page("audit/home.html", incidents=incidents, words=vocabulary)
