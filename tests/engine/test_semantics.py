"""A case keeps the rules of expressions with which it began; the journal `dates_as_text` was written by the first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from runner.domain import form as forms
from runner.domain.entry import Start, Submit
from runner.domain.semantics import TYPED, UNTYPED
from runner.engine.advance import Moment, Request
from runner.engine.instance import Instance
from runner.services.bundle import Bundle
from runner.services.version import Version, compiled
from tests.engine.case_run import CALENDAR, MONDAY, CaseRun
from tests.engine.diagrams import chain, document, element, end, exclusive, flow, start, user
from tests.journals import golden

ANSWER = {"received_on": "2022-09-26", "note": "hôm qua", "remark": "hôm nay", "copies": 1}


@pytest.fixture(scope="module")
def version() -> Version:
    """The version of the golden journal: each of its gateways leads to an element ``Tell_…`` if its condition holds."""
    kept = golden.read("dates_as_text")
    return compiled(Bundle.stored(kept.procedure, kept.files))


def told(version: Version, semantics: int, answer: Mapping[str, object] = ANSWER) -> set[str]:
    """Which conditions hold for `answer`."""
    instance = Instance(version.definition, version.limit)

    def perform(_: Request) -> Mapping[str, object]:
        return {"case_number": "1"}

    instance.apply(Start(version.digest, {}, semantics), Moment(MONDAY, CALENDAR, perform))
    instance.apply(Submit("Task_ask#1", answer), Moment(MONDAY + timedelta(hours=1), CALENDAR, perform))
    return {element.removeprefix("Tell_") for element in instance.visits if element.startswith("Tell_")}


def test_by_the_first_rules_a_date_is_text_and_what_cannot_be_read_is_equal(version: Version) -> None:
    assert told(version, UNTYPED) == {"text_day", "unread", "moment", "span"}


def test_now_a_date_is_a_date_and_what_cannot_be_read_equals_nothing(version: Version) -> None:
    assert told(version, TYPED) == {"received_later", "year", "far_offset", "rounded"}


def test_a_date_that_was_left_empty_is_null_by_either_rules(version: Version) -> None:
    empty = {**ANSWER, "received_on": None}

    assert told(version, UNTYPED, empty) == {"unread", "moment", "span"}
    assert told(version, TYPED, empty) == {"far_offset", "rounded"}


# -- today's rules -----------------------------------------------------------------------------------------------------

FORM = forms.read(
    json.dumps(
        {
            "type": "default",
            "id": "assess",
            "components": [
                {"type": "datetime", "subtype": "date", "key": "issued", "dateLabel": "Ngày cấp"},
                {"type": "datetime", "subtype": "datetime", "key": "visited", "dateLabel": "Lúc đến"},
                {"type": "checklist", "key": "papers", "label": "Giấy tờ", "values": [{"value": "a", "label": "A"}]},
                {"type": "number", "key": "copies", "label": "Số bản"},
                {"type": "textfield", "key": "noted", "label": "Ghi chú", "validate": {"maxLength": 10}},
                {
                    "type": "dynamiclist",
                    "path": "rows",
                    "label": "Bản kê",
                    "components": [{"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "Ngày"}],
                },
            ],
        }
    ).encode()
)
FILLED = {
    "issued": "2026-11-30",
    "visited": "2026-11-30T08:15",
    "papers": ["a"],
    "copies": 6,
    "noted": "2026-01-01",
    "rows": [{"day": "2026-11-29"}, {"day": None}],
}


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        ("issued.year = 2026", True),
        ('issued > date("2026-01-01")', True),
        ('issued > @"2026-11-30"', False),
        ("date(visited) = issued and visited.hour = 8", True),
        ('list contains(papers, "a")', True),
        ("copies > 5", True),
        ('noted = "2026-01-01"', True),
        ("some row in rows satisfies row.day < issued", True),
        ("max(rows.day) = issued", False),
        ('issued = "2026-11-30"', False),
    ],
)
def test_a_gateway_decides_by_the_dates_numbers_and_lists_of_a_form(condition: str, taken: bool) -> None:
    ways = [flow("g", "yes", condition), flow("g", "no"), chain("s", "t", "g"), chain("yes", "e"), chain("no", "e")]
    gateway = exclusive("g", default="g_no")
    run = CaseRun(document(start(), user("t"), gateway, user("yes"), user("no"), end(), *ways), forms=(FORM,))
    run.submit("t", **FILLED)

    assert run.open == ["yes" if taken else "no"]
    assert run.instance.values["issued"] == "2026-11-30", "the journal keeps text"


def test_a_decision_table_is_asked_with_dates_and_work_outside_with_what_the_journal_has() -> None:
    asked: dict[str, object] = {}

    def perform(request: Request) -> Mapping[str, object]:
        asked[request.element] = request.values["issued"]
        return {"fee_amount": 1}

    table = element("businessRuleTask", "rule", **{"camunda:decisionRef": "phi", "camunda:resultVariable": "fee"})
    topic = element("serviceTask", "work", **{"camunda:type": "external", "camunda:topic": "pin_fee"})
    data = document(start(), user("t"), table, topic, user("u"), end(), chain("s", "t", "rule", "work", "u", "e"))
    run = CaseRun(data, forms=(FORM,), proved=False)
    run.instance.apply(Submit("t#1", FILLED), Moment(MONDAY, CALENDAR, perform))

    assert asked == {"rule": date(2026, 11, 30), "work": "2026-11-30"}


def test_a_name_that_is_a_date_in_one_form_and_text_in_another_stays_text() -> None:
    other = json.dumps(
        {
            "type": "default",
            "id": "other",
            "components": [{"type": "textfield", "key": "issued", "label": "Cấp", "validate": {"maxLength": 20}}],
        }
    )
    ways = [flow("g", "yes", 'issued = "2026-11-30"'), flow("g", "no"), chain("s", "t", "g")]
    data = document(start(), user("t"), exclusive("g", default="g_no"), end("yes"), end("no"), *ways)
    run = CaseRun(data, forms=(FORM, forms.read(other.encode())))
    run.submit("t", **FILLED)

    assert run.instance.visits.get("yes") == 1
