"""Incidents of a case, mended by an administrator of its province: tried again, or closed with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.domain.form import FieldFault
from runner.language import say
from runner.reports import vocabulary
from runner.services.text_rules import ReasonMissing
from runner.web import case as cases
from runner.web import current, policy

_INCIDENT = "/incidents/<int(max=2147483647):incident>"

every = Blueprint("incidents", __name__)
"""All that are open, wherever they happened; what is done to one is at its case."""
blueprint = Blueprint("incident", __name__, url_prefix=f"{cases.blueprint.url_prefix}{_INCIDENT}")


@every.get("/incidents")
@policy.administrator
def show() -> str:
    """Every open incident of the provinces that the reader administers."""
    runner = current.runner()
    found = runner.audit.incidents(g.person)
    versions = {case.version: runner.procedures.version(case.version) for case, _ in found}
    return render_template("incidents.html", found=found, versions=versions, words=vocabulary)


@blueprint.post("/retry")
@policy.administrator
def retry(case: int, incident: int) -> Response:
    """Do again what the incident stopped."""
    current.runner().cases.retry(case, incident, g.person, current.now())
    flash(say("Đã thực hiện lại; sự cố đã đóng."))
    return redirect(url_for("case.show", case=case), 303)


@blueprint.post("/close")
@policy.administrator
def close(case: int, incident: int) -> Response | tuple[str, int]:
    """Close the incident without doing anything again."""
    reason = request.form.get("reason", "")
    try:
        current.runner().cases.resolve(case, incident, reason, g.person, current.now())
    except ReasonMissing as error:
        return cases.page(case, [FieldFault.told(f"incident-{incident}", error)], reason), 422
    flash(say("Đã đóng sự cố."))
    return redirect(url_for("case.show", case=case), 303)
