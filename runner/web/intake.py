"""Receiving a dossier: the procedures that the person may start, and a new case of one of them."""

from __future__ import annotations

import secrets

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from runner.domain.person import LaneKind
from runner.web import current, page, policy

blueprint = Blueprint("intake", __name__)


@blueprint.get("/intake")
@policy.lane(LaneKind.CLERK)
def choose() -> str:
    """The procedures in force, by province, each with a button that begins a case."""
    versions = current.runner().procedures.openable(g.person, current.now())
    provinces = sorted({version.province.code for version in versions}, key=page.place_name)
    shown = [(province, [each for each in versions if each.province.code == province]) for province in provinces]
    return render_template("intake.html", shown=shown, key=secrets.token_urlsafe(16))


@blueprint.post("/intake")
@policy.lane(LaneKind.CLERK)
def begin() -> Response:
    """Begin a case, and go to its first task. Sent twice, it is one case."""
    runner, sent = current.runner(), request.form
    procedure = sent.get("procedure", "")
    answer = runner.cases.start(procedure, g.person, current.now(), key=sent.get("_key") or None)
    version = runner.procedures.version(answer.version)
    place = version.province.code
    mine = [each for each in answer.opened if current.does(g.person, place, version.node(each).lane)]
    return redirect(url_for("task.show", case=answer.case, task=mine[0]) if mine else url_for("inbox.show"), 303)
