"""What can be done about a finding in one act, where there is one answer: a page offers it as a button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runner.authoring import condition
from runner.authoring.check import Located
from runner.errors import MotcuaError
from runner.lint.rules.connections import REVERSED
from runner.lint.rules.starts import SUPERFLUOUS
from runner.services import content

MOST = 10
"""Conditions that are looked at: each is read several times."""

Deed = Mapping[str, str]
"""Its `kind`: ``turn`` the flow, ``delete`` the element, or set the flow's ``condition`` to `text`."""

_BY_TEMPLATE: Mapping[str, Deed] = {REVERSED: {"kind": "turn"}, SUPERFLUOUS: {"kind": "delete"}}


def deeds(found: Sequence[Located], procedure: str, files: Mapping[str, bytes]) -> list[Deed | None]:
    """For each finding on the procedure's diagram what mends it, None where only a person can tell."""
    asked = [each for each in found if each.finding.rule in ("conditions", "types")][:MOST]
    mended = _conditions(asked, procedure, files) if asked else {}
    return [_BY_TEMPLATE.get(each.finding.template) or mended.get(each.finding.element or "") for each in found]


def _conditions(asked: Sequence[Located], procedure: str, files: Mapping[str, bytes]) -> Mapping[str, Deed]:
    """The conditions that are meant, by their flow."""
    try:
        bundle = content.assemble(files[f"bpmn/{procedure}.bpmn"], content.held(files), procedure)
        beside = bundle.beside(bundle.diagram)
    except MotcuaError:
        return {}
    flows = {each.finding.element: bundle.diagram.flows.get(each.finding.element or "") for each in asked}
    found = {
        flow.id: condition.check(flow.condition, bundle.diagram, beside)
        for flow in flows.values()
        if flow and flow.condition
    }
    return {id: {"kind": "condition", "text": answer.instead} for id, answer in found.items() if answer.instead}
