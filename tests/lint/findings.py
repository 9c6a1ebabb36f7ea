"""What the linter finds, cut down to what a test of one rule looks at; and content without files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from runner import lint as linter
from runner.bpmn import read
from runner.domain.decision import Table
from runner.domain.procedure import read_procedure
from runner.lint import Content, Finding, conformance
from tests.domain.test_procedure import PROCEDURE


def lint(data: bytes, content: Content | None = None) -> list[Finding]:
    return linter.lint(read(data), content)


def flagged(data: bytes, rule: str, content: Content | None = None) -> list[tuple[str, str | None]]:
    """The severity and the element of each finding of `rule`, by line."""
    return [(finding.severity, finding.element) for finding in findings(data, rule, content)]


def findings(data: bytes, rule: str, content: Content | None = None) -> list[Finding]:
    """What one rule says, also where the linter would not ask it or would tell several findings as one."""
    diagram, rules = read(data), dict(linter.RULES)
    found = rules[rule](diagram, content) if rule in rules else conformance.check(diagram, content)
    mine = [each if each.rule else replace(each, rule=rule) for each in found]
    return sorted(
        (each for each in mine if each.rule == rule),
        key=lambda each: (each.line or 0, each.element or "", each.message),
    )


def fixed_content(
    steps: Mapping[str, str | None] | None = None,
    forms: tuple[str, ...] = ("assess",),
    tables: tuple[Table, ...] = (),
    called: tuple[bytes, ...] = (),
) -> Content:
    """Content held in the hand: forms that cannot be read, and facts that say no more than their steps."""
    facts = None
    if steps is not None:
        head, _, _ = PROCEDURE.partition("[[steps]]")
        facts = read_procedure((head + "".join(map(_step, steps.items()))).encode())
    return Content(dict.fromkeys(forms), {table.id: table for table in tables}, [*map(read, called)], facts)


def _step(item: tuple[str, str | None]) -> str:
    id, days = item
    duration = 'text = "Giờ hành chính"' if days is None else f'text = "{days} ngày", days = "{days}"'
    return (
        f'[[steps]]\nid = "{id}"\ntext = ["Bước"]\nactors = "Chuyên viên"\nlanes = ["specialist"]\n'
        f'duration = {{ {duration} }}\ntitle_en = "Step"\n'
    )
