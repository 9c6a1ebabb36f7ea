"""The papers of a case as PDF, to be printed on A4: Mẫu 01 to 05, and the document that goes out."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from runner.domain.case import ChangeResult
from runner.papers.form_set import PaperKind
from runner.reports import issue, paper
from runner.reports.paper import PaperUnissued, Printed
from runner.web import case as cases
from runner.web import current, policy

blueprint = Blueprint("paper", __name__, url_prefix=cases.blueprint.url_prefix)

TYPE = "application/pdf"


@blueprint.get("/papers/<name>.pdf")
@policy.signed_in
def show(case: int, name: str) -> Response:
    """A paper that the case has issued: ``receipt``, ``control-slip`` as the case stands now, ``supplement-5``.

    The control slip goes out with the first signed head of the record log that holds what it tells of, and with it a
    head that nobody who changes the database can take back.
    """
    runner, (kind, seq) = current.runner(), asked(name)
    head = runner.record_log.holding(case) if kind == PaperKind.CONTROL_SLIP else None
    return answer(paper.printed(runner.audit, case, g.person, kind, seq, head=head))


@blueprint.get("/<any(receipt, 'control-slip'):name>")
@policy.signed_in
def moved(case: int, name: str) -> Answer:
    """Where the two papers were before; links that people kept lead on."""
    current.runner().cases.get(case, g.person)
    return redirect(url_for("paper.show", case=case, name=name), 301)


def answer(printed: Printed) -> Response:
    """A paper, to be read in the browser or kept."""
    response = Response(printed.pdf, mimetype=TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{printed.issued.name}.pdf"'
    return response


def offer(task: str, done: ChangeResult) -> None:
    """Tell the person who has just done a task which papers it issued, each a click away."""
    version = current.runner().procedures.version(done.version)
    form = version.node(task).form
    if not form or not issue.may_issue(version.forms[form].fields):
        return
    issued = issue.describe(current.runner().audit, done.case, g.person)
    links = [
        Markup('<a href="{}">{}</a>').format(url_for("paper.show", case=done.case, name=each.name), each.title)
        for each in issued
        if each.seq == done.seq and each.kind != PaperKind.CONTROL_SLIP
    ]
    if links:
        flash(Markup(" · ").join(links), "paper")


def asked(name: str) -> tuple[PaperKind, int | None]:
    """The kind of a paper, and the entry that issued it where its name says so. Raises `PaperUnissued`."""
    kind, _, seq = name.rpartition("-") if name.rpartition("-")[2].isdecimal() else (name, "", "")
    if kind not in set(PaperKind) or len(seq) > 9:
        raise PaperUnissued
    return PaperKind(kind), int(seq) if seq else None
