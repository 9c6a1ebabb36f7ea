"""A diagram is small enough for a person to read and for the engine to run: see docs/lint.md, "size"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram
from runner.bpmn.limits import exceeded
from runner.lint.content import Content
from runner.lint.finding import Finding, error, spot


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    if excess := exceeded(diagram):
        yield error(spot(excess.element), excess.template, **excess.facts)
