"""The cells of decision tables: what passes them, what is refused, and that nothing else happens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.feel import TESTED, ArgumentsMismatched, FeelError, SyntaxInvalid, evaluate, parse, parse_tests
from runner.feel.token import ExpressionTooLong
from tests.feel.test_feel_attack import ATTACKS, audited

JUNE, JULY = date(2022, 6, 24), date(2022, 7, 1)


def passes(text: str, value: object) -> object:
    return evaluate(parse_tests(text), {TESTED: value})


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("", ["a", 1, None, JUNE, True], []),
        ("-", ["a", 1, None, JUNE, True], []),
        ('"first_issue"', ["first_issue"], ["transfer", 1, None]),
        ('"a", "b"', ["a", "b"], ["c", ""]),
        ("5", [5, Decimal("5.0")], [4, "5", None]),
        ("-5", [-5], [5]),
        ("< 5", [4, -5], [5, "4", None]),
        ("= 5", [5], [4]),
        ("!= 5", [4], [5]),
        ("[1..3]", [1, 3], [0, 4]),
        ("(1..3)", [2], [1, 3]),
        ("]1..3[", [2], [1, 3]),
        ("[count([])..3]", [0, 3], [-1, 4]),
        ("[[]..3]", [], [1, None]),
        ("1, (2..4], > 9", [1, 3, 4, 10], [2, 9]),
        ("not(1, 2)", [3], [1, 2]),
        ('not("transfer")', ["first_issue"], ["transfer", 3]),
        ("not([1..3])", [4], [2]),
        ("true", [True], [False, None, 1]),
        ('>= date("2022-06-24")', [JUNE, JULY], [date(2022, 6, 23), "2022-06-24", None]),
        ('[date("2022-06-24")..date("2022-07-01"))', [JUNE], [JULY]),
        ('date("2022-02-30")', [], [JUNE]),
        ("1 + 1", [2], [1]),
        ("null", [None], [1]),
    ],
)
def test_a_cell_lets_pass_what_it_says(text: str, yes: list[object], no: list[object]) -> None:
    assert all(passes(text, value) is True for value in yes)
    assert not any(passes(text, value) is True for value in no)


@pytest.mark.parametrize(
    ("text", "error", "column"),
    [
        ("1,", SyntaxInvalid, 3),
        (",1", SyntaxInvalid, 1),
        ("-, 1", SyntaxInvalid, 2),
        ("- -", SyntaxInvalid, 4),
        ("not()", SyntaxInvalid, 5),
        ("not(1", SyntaxInvalid, 6),
        ("not(1), 2", SyntaxInvalid, 7),
        ("not(-)", SyntaxInvalid, 6),
        ("?", SyntaxInvalid, 1),
        ("? > 5", SyntaxInvalid, 1),
        ("[1..", SyntaxInvalid, 5),
        ("> ", SyntaxInvalid, 2),
        ("> > 1", SyntaxInvalid, 3),
        ('date("2022-01-01", 1)', ArgumentsMismatched, 1),
        ("1 2", SyntaxInvalid, 3),
        ("1," * 600, ExpressionTooLong, 1001),
    ],
)
def test_what_is_no_cell_is_refused_at_its_column(text: str, error: type[FeelError], column: int) -> None:
    with pytest.raises(error) as caught:
        parse_tests(text)
    assert caught.value.facts["column"] == column


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_in_a_cell_is_refused_or_a_plain_test(text: str) -> None:
    result: object = None
    with audited() as heard:
        try:
            result = evaluate(parse_tests(text), {TESTED: "x"})
        except FeelError:
            result = None
    assert result in (True, False, None)
    assert heard == []


limits = st.integers(-3, 3).map(str)
single = st.one_of(
    limits,
    st.builds(lambda sign, limit: f"{sign} {limit}", st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), limits),
    st.builds(
        lambda left, low, high, right: f"{left}{low}..{high}{right}",
        st.sampled_from("[]("),
        limits,
        limits,
        st.sampled_from("])["),
    ),
)


@given(st.lists(single, min_size=1, max_size=5).map(", ".join), st.integers(-4, 4) | st.none() | st.just("a"))
def test_a_cell_says_what_the_same_tests_say_after_in(text: str, value: object) -> None:
    assert passes(text, value) is evaluate(parse(f"x in ({text})"), {"x": value})
    opposite = {True: False, False: True, None: None}
    assert passes(f"not({text})", value) is opposite[passes(text, value)]  # type: ignore[index]
