"""Numbers, days and moments as people of each language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal

from runner import formatting
from runner.language import speaking


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("vi", ["2", "2,5", "0,33", "10.750.000", "850 kB", "1,5 MB", "Thứ Hai", "14:49 ngày 26/09/2022"]),
        ("en", ["2", "2.5", "0.33", "10,750,000", "850 kB", "1.5 MB", "Monday", "14:49 on 26/09/2022"]),
    ],
)
def test_people_read_numbers_and_moments_as_their_language_writes_them(language: str, written: list[str]) -> None:
    with speaking(language):
        assert written == [
            *(formatting.number(each) for each in (2, 2.5, Fraction(1, 3))),
            formatting.money(10_750_000),
            *(formatting.size(each) for each in (850 * 1024, 1024 * 1536)),
            formatting.weekday(date(2022, 9, 26)),
            formatting.moment(datetime(2022, 9, 26, 7, 49, tzinfo=UTC)),
        ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_number_of_a_form_keeps_its_digits_in_the_vietnamese_way(language: str) -> None:
    values = (2022, 10_750_000, Decimal("0.125"), Decimal("-12345.60"), 0.1, Decimal("1E+3"))
    with speaking(language):
        assert [formatting.exact(each) for each in values] == [
            *("2022", "10.750.000", "0,125", "-12.345,60", "0,1", "1000")
        ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_whole_numbers_are_written_by_the_rules_of_the_language(language: str) -> None:
    with speaking(language):
        for value in (0, 1, Fraction(5), 999, 999.0, 1000, 10_750_000, -1):
            assert formatting.number(value) == format_decimal(float(value), "#,##0.##", language)
