"""Whether a diagram is what the decision says, both ways: one rule a module, each explained in docs/lint.md.

The rules compare the drawn procedure with its facts, and say nothing where there are none, or where the facts do not
yet say where the legal clock runs. A finding names the row of the decision and the element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runner.engine.diagram import Diagram
from runner.engine.lint.conform import answers, apology, branches, carried, intake, legal_clock, papers, results, term
from runner.engine.lint.content import Content
from runner.engine.lint.finding import Finding

RULES: tuple[tuple[str, Callable[[Diagram, Content | None], Iterator[Finding]]], ...] = (
    ("legal-steps", carried.check_steps),
    ("works", carried.check_works),
    ("term", term.check),
    ("legal-clock", legal_clock.check),
    ("branches", branches.check),
    ("answers", answers.check),
    ("papers", papers.check),
    ("results", results.check),
    ("intake", intake.check),
    ("apology", apology.check),
)
"""Rules about one procedure and its decision."""
