"""Whether a diagram is what the decision says, both ways: one rule a module, each explained in docs/lint.md.

The rules compare the drawn procedure with its facts, and say nothing where there are none, or where the facts do not
yet say where the legal clock runs. A finding names the row of the decision and the element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from runner.bpmn import Diagram
from runner.lint.conformance import (
    answers,
    apology,
    appraisal,
    branches,
    feasibility,
    intake,
    legal_clock,
    papers,
    results,
    steps_and_tasks,
    time_limit,
)
from runner.lint.conformance.comparison import Comparison, read
from runner.lint.content import Content
from runner.lint.finding import Finding, warning

RULES: tuple[tuple[str, Callable[[Comparison], Iterator[Finding]]], ...] = (
    ("legal-steps", steps_and_tasks.check_steps),
    ("works", steps_and_tasks.check_task_texts),
    ("term", time_limit.check),
    ("working-time", feasibility.check),
    ("legal-clock", legal_clock.check),
    ("branches", branches.check),
    ("answers", answers.check),
    ("papers", papers.check),
    ("results", results.check),
    ("intake", intake.check),
    ("appraisal", appraisal.check),
    ("apology", apology.check),
)


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    """What differs between a diagram and its facts, each finding with its rule."""
    comparison = read(diagram, content)
    if comparison and comparison.readable:
        for name, rule in RULES:
            yield from (replace(finding, rule=name) for finding in rule(comparison))
    elif content and content.facts and not content.facts.clock and diagram.processes:
        found = warning(
            next(iter(diagram.processes.values())),
            "Dữ kiện chưa có bảng clock (starts_with, stops_after) nên chưa đối chiếu được sơ đồ với quyết định.",
        )
        yield replace(found, rule="legal-clock")
