"""The rule about business rule tasks: what they ask for, and of which table."""

from __future__ import annotations

import pytest

from runner.dmn.reader import read
from tests.dmn.tables import rule, table
from tests.engine.diagrams import chain, document, element, end, simple, start, user
from tests.lint.findings import fixed_content, flagged, lint

ERROR = "error"
OUTPUTS = (("amount", "number"), ("label", "string"))
FEES = read(table(rule('"a"', "1", '"A"'), outputs=OUTPUTS))


def asking(**changes: str) -> bytes:
    attributes = {
        "camunda_decisionRef": "phi",
        "camunda_mapDecisionResult": "singleResult",
        "camunda_resultVariable": "fee",
    }
    written = {name: value for name, value in (attributes | changes).items() if value}
    task = element("businessRuleTask", "r", name="Chốt mức phí", **written)
    return document(start(), task, user("t"), end(), chain("s", "r", "t", "e"))


def test_a_business_rule_task_that_asks_a_table_for_the_fee_is_clean() -> None:
    assert lint(asking(), content=fixed_content(tables=(FEES,))) == []
    assert lint(asking(camunda_decisionRefBinding="deployment")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"camunda_decisionRef": ""},
        {"camunda_decisionRef": "../phi"},
        {"camunda_mapDecisionResult": ""},
        {"camunda_mapDecisionResult": "resultList"},
        {"camunda_resultVariable": ""},
        {"camunda_resultVariable": "case"},
        {"camunda_decisionRefBinding": "latest"},
        {"camunda_decisionRefBinding": "version"},
    ],
)
def test_what_a_business_rule_task_needs_is_named(changes: dict[str, str]) -> None:
    assert flagged(asking(**changes), "decisions") == [(ERROR, "r")]


@pytest.mark.parametrize("extension", ["class", "expression", "delegateExpression", "type", "topic"])
def test_a_business_rule_task_runs_nothing_else(extension: str) -> None:
    assert flagged(asking(**{f"camunda_{extension}": "x"}), "extensions") == [(ERROR, "r")]


def test_the_table_must_be_there_and_answer_what_the_runner_reads() -> None:
    assert flagged(asking(), "decisions", fixed_content()) == [(ERROR, "r")]
    for outputs, cells in (
        ((("amount", "number"),), ("1",)),
        ((("amount", "string"), ("label", "string")), ('"1"', '"A"')),
        ((*OUTPUTS, ("paid", "boolean")), ("1", '"A"', "true")),
    ):
        other = read(table(rule('"a"', *cells), outputs=outputs))
        assert flagged(asking(), "decisions", fixed_content(tables=(other,))) == [(ERROR, "r")]
    with_source = read(table(rule('"a"', "1", '"A"', '"QĐ"'), outputs=(*OUTPUTS, ("source", "string"))))
    assert flagged(asking(), "decisions", fixed_content(tables=(with_source,))) == []


def test_a_diagram_without_a_fee_asks_no_table() -> None:
    assert flagged(simple(), "decisions", fixed_content()) == []
