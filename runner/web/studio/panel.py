"""What the panel beside a draft's diagram asks for: choices for its elements, and whether a condition can be used."""

from __future__ import annotations

from flask import Blueprint, Response, g, json, request, url_for

from runner.authoring import choices, condition
from runner.authoring.borrowing import borrowed
from runner.domain.case import CaseOutcome
from runner.language import say
from runner.reports.vocabulary import OUTCOMES
from runner.services import content
from runner.web import current, policy

DRAWN = tuple(outcome for outcome in OUTCOMES if outcome != CaseOutcome.WITHDRAWN)
"""The outcomes to which a diagram comes; an applicant withdraws beside it."""

blueprint = Blueprint("panel", __name__, url_prefix="/drafts/<int:draft>/diagram")


@blueprint.get("/choices")
@policy.analyst
def offer(draft: int) -> Response:
    """What may be written at the elements of the draft's diagram."""
    runner = current.runner()
    procedure = runner.procedure_drafts.get(draft, g.person).procedure
    files = runner.procedure_drafts.files(draft, g.person)
    found = choices.choices(procedure, files, runner.procedures.current(current.now()))
    outcomes = [{"id": id, "name": say(OUTCOMES[id])} for id in DRAWN]
    return _json({**found, "outcomes": outcomes, "designer": _designer(draft)})


@blueprint.post("/condition")
@policy.analyst
def check(draft: int) -> Response:
    """Whether the condition ``?text=`` can stand in the diagram that is sent, which is not saved."""
    runner, data = current.runner(), request.get_data()
    procedure = runner.procedure_drafts.get(draft, g.person).procedure
    files = runner.procedure_drafts.files(draft, g.person)
    files |= borrowed(data, files, runner.procedures, current.now())
    bundle = content.assemble(data, content.held(files), procedure)
    answer = condition.check(request.args.get("text", ""), bundle.diagram, bundle.beside(bundle.diagram))
    return _json(answer.to_json())


def _designer(draft: int) -> str:
    """Where a form is edited, with FORM in the place of its id; "" where no page does that."""
    endpoint = "studio.forms.edit"
    return url_for(endpoint, draft=draft, form="FORM") if policy.may(g.person, endpoint) else ""


def _json(facts: object) -> Response:
    return Response(json.dumps(facts), mimetype="application/json")
