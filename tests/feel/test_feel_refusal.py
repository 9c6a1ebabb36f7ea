"""What `parse` refuses, and where it points."""

from __future__ import annotations

import sys

import pytest

from runner.errors import Refused
from runner.feel import (
    FUNCTIONS,
    KEYWORDS,
    ArgumentsMismatched,
    ExpressionTooDeep,
    ExpressionTooLong,
    FeelError,
    FunctionUnknown,
    SyntaxInvalid,
    evaluate,
    parse,
)


def refusal(text: str) -> FeelError:
    with pytest.raises(FeelError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "error", "column"),
    [
        ("", SyntaxInvalid, 1),
        ("   ", SyntaxInvalid, 4),
        ("=", SyntaxInvalid, 2),
        ("${}", SyntaxInvalid, 3),
        ("${a", SyntaxInvalid, 1),
        ("= = 1", SyntaxInvalid, 3),
        ("a = ", SyntaxInvalid, 4),
        ("a == b", SyntaxInvalid, 3),
        ("a b", SyntaxInvalid, 3),
        ("  ${ a b }", SyntaxInvalid, 8),
        ("a && b", SyntaxInvalid, 3),
        ("1 < x < 3", SyntaxInvalid, 7),
        ("1 = 1 = 1", SyntaxInvalid, 7),
        ("2 ** 3", SyntaxInvalid, 4),
        ("2 % 3", SyntaxInvalid, 3),
        ("1e5", SyntaxInvalid, 2),
        ("1.", SyntaxInvalid, 2),
        ("1.5.2", SyntaxInvalid, 4),
        ('a = "đạt', SyntaxInvalid, 5),
        ("a = 'x'", SyntaxInvalid, 5),
        ("a = “x”", SyntaxInvalid, 5),
        ('"line\nbreak"', SyntaxInvalid, 1),
        (r'1 + "\x41"', SyntaxInvalid, 5),
        (r'1 + "\uD800"', SyntaxInvalid, 5),
        (r'1 + "\UFFFFFF"', SyntaxInvalid, 5),
        ('1 + "\ud800"', SyntaxInvalid, 5),
        ("(1 + 2", SyntaxInvalid, 7),
        ("(1, 2)", SyntaxInvalid, 3),
        ("not true", SyntaxInvalid, 1),
        ("if a then b", SyntaxInvalid, 12),
        ("if a else b", SyntaxInvalid, 6),
        ("a between 1 or 2", SyntaxInvalid, 13),
        ("a in", SyntaxInvalid, 5),
        ("a in [1..", SyntaxInvalid, 10),
        ("a in [1..2", SyntaxInvalid, 11),
        ("a in ]1, 2]", SyntaxInvalid, 6),
        ("[1, 2", SyntaxInvalid, 6),
        ("[1..2]", SyntaxInvalid, 3),
        ("1.year", SyntaxInvalid, 2),
        ("date(a).b(1)", SyntaxInvalid, 10),
        ("date(a).1", SyntaxInvalid, 8),
        ("a[1]", SyntaxInvalid, 2),
        ("a.b(1)", SyntaxInvalid, 4),
        ("a.1", SyntaxInvalid, 2),
        ("a.in", SyntaxInvalid, 3),
        (".a", SyntaxInvalid, 1),
        ("{a: 1}", SyntaxInvalid, 1),
        ("for x in y return x", SyntaxInvalid, 1),
        ("some x in y", SyntaxInvalid, 12),
        ("some in y satisfies 1 = 1", SyntaxInvalid, 6),
        ("some x.y in z satisfies x > 1", SyntaxInvalid, 7),
        ("some x in y, z in y satisfies x = z", SyntaxInvalid, 12),
        ("some x in y satisfies every z in x satisfies z = 1", SyntaxInvalid, 23),
        ("every x in y satisfies (some x in y satisfies x = 1)", SyntaxInvalid, 25),
        ('a > @"2026-1-31"', SyntaxInvalid, 5),
        ('@"10:15:00"', SyntaxInvalid, 1),
        ('@"a"', SyntaxInvalid, 1),
        ("@ 1", SyntaxInvalid, 1),
        ("function(x) x", SyntaxInvalid, 1),
        ("x instance of number", SyntaxInvalid, 3),
        ("kết_quả = đạt!", SyntaxInvalid, 14),
        ("1 + unknown(2)", FunctionUnknown, 5),
        ("now()", FunctionUnknown, 1),
        ("substring before(a, 1)", SyntaxInvalid, 11),
        ("substring(a)", ArgumentsMismatched, 1),
        ("sum()", ArgumentsMismatched, 1),
        ('contains("a")', ArgumentsMismatched, 1),
        ("1 + date(1, 2)", ArgumentsMismatched, 5),
        ("not()", ArgumentsMismatched, 1),
    ],
)
def test_a_fault_is_named_with_its_column(text: str, error: type[FeelError], column: int) -> None:
    fault = refusal(text)

    assert isinstance(fault, error)
    assert fault.facts["column"] == column
    assert f"ột {column}" in str(fault)


def test_a_refusal_says_in_vietnamese_what_was_expected_and_what_stands_there() -> None:
    assert str(refusal('(a = "x"]')) == "Cột 9: cần “)” nhưng lại gặp “]”."
    assert str(refusal("a = b c")) == "Cột 7: không viết “c” ở đây được."
    assert str(refusal("a = ")) == "Cột 4: biểu thức còn thiếu phần sau."
    assert str(refusal("tổng(a)")) == "Cột 1: không có hàm “tổng”."
    assert isinstance(refusal("a ="), Refused)


@pytest.mark.parametrize(
    ("text", "column", "write"),
    [
        ('verdict == "fit"', 9, 'verdict = "fit"'),
        ("${verdict === 'fit'}", 11, 'verdict = "fit"'),
        ("verdict = “fit”", 11, 'verdict = "fit"'),
        ("copies <> 2", 8, "copies != 2"),
        ("= copies ≥ 2", 10, "copies >= 2"),
        ("urgent && copies=>2||late", 8, "urgent and copies>=2 or late"),
        ("not urgent", 1, "not(urgent)"),
        ("!(urgent)", 1, "not(urgent)"),
        ("urgent AND copies = 2", 8, "urgent and copies = 2"),
        ("1.250.000 < fee", 1, "1250000 < fee"),
        ('note = "a == b" && urgent', 17, 'note = "a == b" and urgent'),
    ],
)
def test_a_sign_of_another_language_is_answered_with_the_expression_in_feel(text: str, column: int, write: str) -> None:
    fault = refusal(text)

    assert isinstance(fault, SyntaxInvalid)
    assert (fault.facts["column"], fault.facts["write"]) == (column, write)
    assert str(fault).endswith(f"không phải là cách viết của FEEL. Hãy viết: {write}")
    parse(write)


def test_what_is_still_wrong_without_the_foreign_sign_is_not_offered_as_feel() -> None:
    assert refusal("urgent && (late").facts["write"] == "and"
    assert "write" not in refusal('note = "a == b" late').facts


def test_a_long_word_is_shown_shortened() -> None:
    assert refusal("a " + "b" * 500).facts["found"] == "b" * 29 + "…"


@pytest.mark.parametrize("word", sorted(KEYWORDS - {"true", "false", "null"}))
def test_a_keyword_is_not_a_name(word: str) -> None:
    refusal(f"{word} = 1")


def test_a_function_of_the_caller_is_known_only_when_it_is_announced() -> None:
    assert "session_close" not in FUNCTIONS
    assert parse("session_close(x)", {"session_close"}).calls == {"session_close"}
    assert refusal("session_close(x)").facts == {"column": 1, "name": "session_close"}


def test_a_thousand_characters_are_read_and_one_more_refused() -> None:
    parse("x" * 1_000)

    assert isinstance(refusal("x" * 1_001), ExpressionTooLong)
    assert isinstance(refusal("(" * 1_000_000), ExpressionTooLong)


def test_three_hundred_tokens_are_read_and_one_more_refused() -> None:
    parse("-1" + "+1" * 149)

    fault = refusal("1" + "+1" * 150)
    assert isinstance(fault, ExpressionTooLong)
    assert fault.facts == {"column": 301, "limit": 300}


@pytest.mark.parametrize(
    ("start", "opening", "middle", "closing", "levels"),
    [
        ("", "(", "1", ")", 1),
        ("", "-", "1", "", 1),
        ("", "not(", "true", ")", 1),
        ("", "if true then ", "1", " else 2", 1),
        ("", "if true then 1 else ", "2", "", 1),
        ("1 in ", "[", "1", "]", 1),
        ("", "[", "1", "]", 1),
        ("", "(1 in (", "1", "))", 2),
        ("", "abs(-", "1", ")", 2),
    ],
)
def test_nesting_is_read_to_forty_levels_and_refused_beyond(
    start: str, opening: str, middle: str, closing: str, levels: int
) -> None:
    def nested(times: int) -> str:
        return start + opening * times + middle + closing * times

    fits = 40 // levels
    evaluate(parse(nested(fits)), {})

    fault = refusal(nested(fits + 1))
    assert isinstance(fault, ExpressionTooDeep)
    assert fault.facts["limit"] == 40


@pytest.mark.parametrize(
    "text",
    [
        "(" * 40 + "1" + ")" * 40,
        "abs(" * 40 + "1" + ")" * 40,
        "[" * 40 + "1" + "]" * 40,
        "some x in [1] satisfies " + "[" * 39 + "x" + "]" * 39,
        "(1 in (" * 20 + "1" + "))" * 20,
        "1 < 2 and (1+2*-1 in (1,[2..3]) or (" * 9 + "true" + "))" * 9,
    ],
)
def test_the_deepest_expression_leaves_room_on_the_stack(text: str) -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_frames() + 550)
    try:
        evaluate(parse(text), {})
    finally:
        sys.setrecursionlimit(limit)


def _frames() -> int:
    frame, count = sys._getframe(), 0
    while frame := frame.f_back:  # type: ignore[assignment]
        count += 1
    return count
