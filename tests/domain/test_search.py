"""The words by which cases are found."""

from __future__ import annotations

import pytest

from runner.domain.search import MOST_WORDS, sought, words

VALUES = {
    "case_number": "000.00.06.H27-220926-0001",
    "applicant_name": "Công ty CP Đường Sắt  Hà Tĩnh",
    "applicant_tax_code": "3000 123 456-001",
    "contact_phone": "+84 912.345.678",
    "note": "không tìm theo mục này",
}


def found(question: str) -> bool:
    text = words(VALUES)
    return all(any(way in text for way in ways) for ways in sought(question))


@pytest.mark.parametrize(
    "question",
    [
        "H27-220926",
        "công ty đường sắt",
        "duong sat CONG TY",
        "Du\u031bo\u031b\u0300ng",  # typed with marks of their own
        "3000123456",
        "3000 123",
        "0912345678",
        "0912 345 678",
        "+84912345678",
        "912.345",
        "sắt 0912",
    ],
)
def test_a_case_is_found_by_parts_of_what_is_known_of_it(question: str) -> None:
    assert found(question)


@pytest.mark.parametrize("question", ["đường bộ", "0912345679", "không tìm", "H27-220927", "sắt 0913"])
def test_a_case_is_not_found_by_what_it_has_not(question: str) -> None:
    assert not found(question)


def test_a_question_without_a_word_asks_nothing_and_a_long_one_is_cut() -> None:
    assert sought("  ") == []
    assert len(sought("a " * 500)) == MOST_WORDS
    assert words({}) == ""
