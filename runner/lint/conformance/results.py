"""Each result that the decision knows is an end that a case can come to: see docs/lint.md, "results"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Node
from runner.domain.case import CaseOutcome
from runner.lint.conformance.comparison import Comparison
from runner.lint.finding import Finding, error, short, title


def check(comparison: Comparison) -> Iterator[Finding]:
    wanted = declared(comparison)
    for outcome in wanted:
        if not ends(comparison, outcome):
            yield error(
                comparison.process,
                "Không đường nào dẫn đến kết quả “{row}” (outcome = {outcome}).",
                row=short(wanted[outcome] or outcome),
                outcome=outcome,
            )
    for end in comparison.main.values():
        if end.type == "endEvent" and end.parent == comparison.process.id:
            outcome = end.properties.get("outcome", "")
            if wanted and outcome not in wanted:
                yield error(
                    end,
                    "“{what}” kết thúc hồ sơ với outcome = {outcome}, là kết quả dữ kiện không có.",
                    what=title(end),
                    outcome=short(outcome or "–"),
                )


def declared(comparison: Comparison) -> dict[str, str]:
    """The outcomes that the facts know, with the words (perhaps none) of the decision for each."""
    facts, found = comparison.facts, dict[str, str]()
    if facts.results:
        found[CaseOutcome.GRANTED] = facts.results.granted
        if facts.results.refused:
            found[CaseOutcome.REFUSED] = facts.results.refused
    for branch in facts.branches:
        for outcome in branch.outcomes:
            if outcome.next.startswith("end_"):
                name = outcome.next.removeprefix("end_")
                found.setdefault(name, outcome.text)
    return found


def ends(comparison: Comparison, outcome: str) -> list[Node]:
    """The ends of the main flow with an outcome."""
    return [n for n in comparison.main.values() if n.type == "endEvent" and n.properties.get("outcome") == outcome]
