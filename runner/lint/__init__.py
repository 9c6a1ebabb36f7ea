"""What is wrong with a diagram, before it runs: one rule a module, each explained in docs/lint.md.

A rule is a generator over a `Diagram` and assumes nothing about it: foreign, broken and hostile files get findings,
never a traceback. An error keeps a diagram from being deployed; a warning does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    parallel,
    process,
    properties,
    reachability,
    size,
    starts,
    steps,
    timers,
    topics,
)
from runner.lint.rules.tables import lint_dmn, lint_table

__all__ = ["RULES", "Content", "Finding", "lint", "lint_dmn", "lint_table"]

RULES: tuple[tuple[str, Callable[[Diagram, Content | None], Iterator[Finding]]], ...] = (
    ("elements", elements.check),
    ("extensions", extensions.check),
    ("ids", ids.check),
    ("process", process.check),
    ("starts", starts.check),
    ("connections", connections.check),
    ("reachability", reachability.check),
    ("boundary", boundary.check),
    ("exclusive", exclusive.check),
    ("conditions", conditions.check),
    ("parallel", parallel.check),
    ("event-gateway", event_gateway.check),
    ("event-subprocess", event_subprocess.check),
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
    ("drawn", drawn.check),
    ("geometry", geometry.check),
)


def lint(diagram: Diagram, content: Content | None = None, looks: bool = True) -> list[Finding]:
    """The findings on a diagram, by line. One that is too large gets no other: the rules would take too long.

    Without `content` the rules skip forms, other diagrams and the decision's facts; without `looks` they skip the
    drawing, which takes the longest and never keeps a diagram from running.
    """
    if found := [replace(finding, rule="size") for finding in size.check(diagram, content)]:
        return found
    rules = RULES if looks else [rule for rule in RULES if rule[0] != "geometry"]
    found = [replace(finding, rule=name) for name, check in rules for finding in check(diagram, content)]
    found += conformance.check(diagram, content)
    return sorted(found, key=lambda finding: (finding.line or 0, finding.element or "", finding.rule, finding.message))
