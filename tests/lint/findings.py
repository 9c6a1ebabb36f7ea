"""What the linter finds, cut down to what a test of one rule looks at; and content without files."""

from __future__ import annotations

from collections.abc import Mapping

from runner.domain.decision import Table
from runner.domain.form import Form
from runner.domain.procedure import Procedure
from runner.lint import Finding, lint
from runner.lint.content import Content


def flagged(data: bytes, rule: str, content: Content | None = None) -> list[tuple[str, str | None]]:
    """The severity and the element of each finding of `rule`, by line."""
    return [(finding.severity, finding.element) for finding in findings(data, rule, content)]


def findings(data: bytes, rule: str, content: Content | None = None) -> list[Finding]:
    return [finding for finding in lint(data, content=content) if finding.rule == rule]


class FixedContent:
    """Content that is given as values: `steps` with their limits, ids of `forms` and `calls`, `tables`, `facts`."""

    def __init__(
        self,
        steps: Mapping[str, str | None] | None = None,
        forms: tuple[str, ...] = ("assess",),
        calls: tuple[str, ...] = (),
        tables: tuple[Table, ...] = (),
        facts: Procedure | None = None,
    ) -> None:
        self.steps, self.forms, self.calls, self.facts = steps, forms, calls, facts
        self.tables = {table.id: table for table in tables}

    def table(self, id: str) -> Table | None:
        return self.tables.get(id)

    def schema(self, id: str) -> Form | None:
        return None

    def form(self, id: str) -> bool:
        return id in self.forms

    def called(self, id: str) -> bool:
        return id in self.calls
