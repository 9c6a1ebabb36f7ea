"""What expressions were worth by the first rules, beside what they are worth now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from runner.feel import Months, evaluate, parse

DATA: dict[str, object] = {
    "day": date(2022, 9, 26),
    "moment": datetime(2022, 9, 26, 1, 0, 0, 500_000, tzinfo=UTC),
    "rows": [{"copies": 1}],
    "unread": "2022-9-26",
}


@pytest.mark.parametrize(
    ("text", "then", "now"),
    [
        ("date(unread) = date(unread)", True, None),
        ("true in [false, 2, 3]", None, False),
        ("1 in [[1], 2]", True, False),
        ("day.year = null", True, False),
        ("rows.copies = null", True, False),
        ("string(moment)", "2022-09-26T08:00:00.500000+07:00", "2022-09-26T08:00:00.5"),
        ('date and time("2022-01-01T00:00:00+19:00") = null', False, True),
        ("round half up(1.5, -6112) = null", False, True),
        ("round half up(1.5, -6145) = null", True, True),
        ('abs(duration("-P1D"))', None, timedelta(days=1)),
        ('duration("P1Y") * 2', None, Months(24)),
        ('day - duration("PT1H")', date(2022, 9, 26), date(2022, 9, 25)),
        ('day - duration("-P1DT1H")', date(2022, 9, 28), date(2022, 9, 27)),
        ('moment = date and time("2022-09-26T08:00:00")', False, True),
        (
            'date and time("2022-09-26T08:00:00") - date and time("2022-09-26T01:00:00Z")',
            timedelta(0),
            None,
        ),
    ],
)
def test_an_expression_keeps_its_value_for_cases_of_the_first_rules(text: str, then: object, now: object) -> None:
    expression = parse(text)

    assert evaluate(expression, DATA, strict=False) == then
    assert evaluate(expression, DATA) == now
