"""A case keeps the rules of expressions with which it began; the journal `dates_as_text` was written by the first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from runner.domain.entry import Start, Submit
from runner.domain.semantics import TYPED, UNTYPED
from runner.engine.advance import Moment, Request
from runner.engine.instance import Instance
from runner.services.bundle import Bundle
from runner.services.version import Version, compiled
from tests.engine.case_run import CALENDAR, MONDAY
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
