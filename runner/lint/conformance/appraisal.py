"""A dossier is appraised by the conditions of the decision, word for word: see docs/lint.md, "appraisal"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.lint.conformance.comparison import Comparison
from runner.lint.conformance.steps_and_tasks import everyone
from runner.lint.conformance.wording import plain, unlike
from runner.lint.finding import Finding, error

CONDITIONS = "conditions_met"
"""The field of a form that lets one tick the conditions that are met."""


def check(comparison: Comparison) -> Iterator[Finding]:
    asked = [
        (task, form.fields[CONDITIONS])
        for task in everyone(comparison)
        if (form := comparison.form(task)) and CONDITIONS in form.fields
    ]
    if comparison.facts.conditions and not asked:
        yield error(
            comparison.process,
            "Quyết định có điều kiện, nhưng không biểu mẫu nào có trường {field} để đánh dấu điều kiện đã đáp ứng.",
            field=CONDITIONS,
        )
    for task, field in asked:
        labels = {plain(option.label) for option in field.options}
        for condition in comparison.facts.conditions:
            yield from unlike(task, plain(condition), labels)
