"""What is wrong with a diagram, before it runs: one rule a module, each explained in docs/lint.md.

A rule is a generator over a `Diagram` and assumes nothing about it: foreign, broken and hostile files get findings,
never a traceback. An error keeps a diagram from being deployed; a warning does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from runner.bpmn import Diagram
from runner.lint import conformance
from runner.lint.content import Content
from runner.lint.finding import Finding
from runner.lint.rules import (
    boundary,
    calls,
    clock,
    conditions,
    connections,
    decisions,
    drawn,
    elements,
    event_gateway,
    event_subprocess,
    exclusive,
    extensions,
    forms,
    geometry,
    ids,
    lanes,
    loops,
    messages,
    names,
    outcomes,
    parallel,
    process,
    properties,
    reachability,
    size,
    starts,
    steps,
    timers,
    topics,
    types,
)
from runner.lint.rules.tables import lint_dmn, lint_table

__all__ = ["RULES", "Content", "Finding", "alone", "lint", "lint_dmn", "lint_table"]

Rule = Callable[[Diagram, Content | None], Iterator[Finding]]

STAGES: tuple[tuple[tuple[str, Rule], ...], ...] = (
    (("ids", ids.check),),
    (
        ("elements", elements.check),
        ("extensions", extensions.check),
        ("process", process.check),
        ("starts", starts.check),
        ("connections", connections.check),
        ("boundary", boundary.check),
    ),
    (
        ("reachability", reachability.check),
        ("exclusive", exclusive.check),
        ("event-gateway", event_gateway.check),
        ("event-subprocess", event_subprocess.check),
    ),
    (
        ("conditions", conditions.check),
        ("types", types.check),
        ("parallel", parallel.check),
        ("outcomes", outcomes.check),
        ("loops", loops.check),
        ("calls", calls.check),
        ("timers", timers.check),
        ("messages", messages.check),
        ("lanes", lanes.check),
        ("forms", forms.check),
        ("steps", steps.check),
        ("clock", clock.check),
        ("topics", topics.check),
        ("decisions", decisions.check),
        ("properties", properties.check),
        ("names", names.check),
    ),
)
"""The rules in the order of causes: unique ids, how the parts hang together, where a case goes, what it means.

While one stage finds errors the later ones, conformance among them, are not examined: what they would say mostly
follows from these.
"""
LOOKS: tuple[tuple[str, Rule], ...] = (("drawn", drawn.check), ("geometry", geometry.check))
"""The rules of the drawing, examined when its structure is sound."""
RULES = (*(rule for stage in STAGES for rule in stage), *LOOKS)
STRUCTURE = frozenset(name for stage in STAGES[:3] for name, _ in stage) | {"size"}
"""The rules whose errors stand alone."""


def lint(diagram: Diagram, content: Content | None = None, looks: bool = True) -> list[Finding]:
    """The findings on a diagram in the order of their causes, those that say the same told once.

    Without `content` the rules skip forms, other diagrams and the decision's facts; without `looks` they skip the
    drawing, which takes the longest and never keeps a diagram from running. Of a diagram that is too large this alone
    is said: the rules would take too long.
    """
    if found := [replace(finding, rule="size") for finding in size.check(diagram, content)]:
        return found
    told: list[Finding] = []
    for stage in STAGES:
        if any(finding.severity == "error" for finding in told):
            break
        told += _asked(stage, diagram, content)
    else:
        if not any(finding.severity == "error" for finding in told):
            told += conformance.check(diagram, content)
    if not alone(told):
        told += _asked(LOOKS if looks else LOOKS[:1], diagram, content)
    return _ordered(told)


def _asked(rules: Iterable[tuple[str, Rule]], diagram: Diagram, content: Content | None) -> list[Finding]:
    return [replace(finding, rule=name) for name, check in rules for finding in check(diagram, content)]


def alone(findings: Iterable[Finding]) -> bool:
    """Whether errors of structure hide what the other rules would say."""
    return any(finding.severity == "error" and finding.rule in STRUCTURE for finding in findings)


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Errors before warnings, then in the order of the rules, then by line; those that are alike as one."""
    names = [name for name, _ in (*RULES[: -len(LOOKS)], *conformance.RULES, *LOOKS)]

    def order(finding: Finding) -> tuple[object, ...]:
        place = finding.line or 0, finding.element or "", finding.message
        return finding.severity == "warning", names.index(finding.rule), place

    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(findings, key=order):
        same = finding.message if finding.alike is None else (finding.template, finding.alike)
        groups.setdefault((finding.severity, finding.rule, same), []).append(finding)
    return [replace(first, others=tuple(others)) for first, *others in groups.values()]
