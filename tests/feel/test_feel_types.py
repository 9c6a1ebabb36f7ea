"""The types that expressions are inferred to have are those of the values that they come to."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import product
from types import NoneType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.feel import Expression, Months, evaluate, parse
from runner.feel.function import BUILT_IN
from runner.feel.inference import inferred
from runner.feel.tree import Node
from runner.feel.type import (
    ANY,
    BOOLEAN,
    DATE,
    MOMENT,
    MONTHS,
    NUMBER,
    SPAN,
    STRING,
    Type,
    context,
    listed,
    merged,
    typed,
)
from tests.feel.test_feel_fuzz import NAMES, trees

SAMPLES: dict[Type, list[object]] = {
    STRING: ["", "a", "2022-09-26", "P1D", "1"],
    NUMBER: [Decimal(0), Decimal("-2.5"), Decimal(3)],
    BOOLEAN: [True, False],
    DATE: [date(2022, 9, 26), date(2024, 2, 29)],
    MOMENT: [datetime(2022, 9, 26, 9, tzinfo=timezone(timedelta(hours=7)))],
    SPAN: [timedelta(0), timedelta(days=2, hours=3)],
    MONTHS: [Months(0), Months(14)],
}
PYTHON: dict[str, tuple[type, ...]] = {
    **{kind.name: (type(samples[0]),) for kind, samples in SAMPLES.items()},
    **{"list": (list, tuple), "context": (dict,), "Null": (NoneType,)},
}


def values(kind: Type) -> st.SearchStrategy[object]:
    """Values of a type, null among them as everywhere in a case."""
    match kind.name:
        case "list":
            return st.lists(values(kind.member or ANY), max_size=3)
        case "context":
            return st.fixed_dictionaries({name: values(inner) for name, inner in kind.fields.items()})
    return st.sampled_from(SAMPLES[kind]) | st.none()


kinds = st.recursive(
    st.sampled_from(list(SAMPLES)),
    lambda inner: inner.map(listed) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3).map(context),
    max_leaves=4,
)
worlds = st.fixed_dictionaries(dict.fromkeys(NAMES, kinds))


@settings(max_examples=400)
@given(trees, worlds, st.data())
def test_an_expression_is_null_or_of_the_type_that_it_is_inferred_to_have(
    tree: Node, types: dict[str, Type], data: st.DataObject
) -> None:
    expression = Expression(tree, frozenset(), frozenset())
    kind, _ = inferred(expression, types)
    result = evaluate(expression, {name: data.draw(values(each)) for name, each in types.items()})

    assert kind == ANY or result is None or isinstance(result, PYTHON[kind.name])


LISTS = [listed(each) for each in SAMPLES]


def answers(text: str, *kinds: Type) -> tuple[Type, bool, list[object]]:
    """The type of an expression of `a`, `b`, `c` of these types, whether it is faulted, and what it is worth at all."""
    expression = parse(text)
    names = "abc"[: len(kinds)]
    kind, faults = inferred(expression, dict(zip(names, kinds, strict=True)))
    worth = [evaluate(expression, dict(zip(names, given, strict=True))) for given in product(*map(samples, kinds))]
    return kind, bool(faults), worth


def samples(kind: Type) -> list[object]:
    return SAMPLES.get(kind) or [SAMPLES[kind.member or ANY], []]


@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"])
def test_an_operation_is_faulted_exactly_where_it_can_only_be_null(operator: str) -> None:
    for one, other in product([*SAMPLES, *LISTS], repeat=2):
        kind, faulted, worth = answers(f"a {operator} b", one, other)
        assert faulted == all(each is None for each in worth), (one.name, other.name)
        assert faulted or all(each is None or isinstance(each, PYTHON[kind.name]) for each in worth), (one, other)


@pytest.mark.parametrize("function", sorted(BUILT_IN))
def test_a_call_is_faulted_where_it_can_only_be_null_and_else_of_its_type(function: str) -> None:
    for count in range(1, 4):
        for kinds in product([*SAMPLES, *LISTS], repeat=count) if BUILT_IN[function].admits(count) else ():
            kind, faulted, worth = answers(f"{function}({', '.join('abc'[:count])})", *kinds)
            assert not faulted or all(each in (None, False) for each in worth), kinds
            assert kind == ANY or all(each is None or isinstance(each, PYTHON[kind.name]) for each in worth), kinds
            never = count < 3 and function not in ("string", "list contains") and all(each is None for each in worth)
            assert faulted or not never, kinds


@pytest.mark.parametrize("test", ["[b]", "(b)", "[b..b]", "(< b)", "[[b..b]]"])
def test_a_value_is_looked_for_among_its_own_kind_only(test: str) -> None:
    for one, other in product(SAMPLES, repeat=2):
        _, faulted, worth = answers(f"a in {test}", one, other)
        assert faulted == all(each in (None, False) for each in worth) or one == other, (one.name, other.name)


def test_types_of_several_forms_are_merged_where_they_agree() -> None:
    first = Type("string", options=("a", "b"))

    assert merged([first, Type("string", options=("b", "c"))]).options == ("a", "b", "c")
    assert merged([first, STRING]) == STRING
    assert merged([STRING, NUMBER]) == ANY
    assert merged([listed(DATE), listed(DATE)]) == listed(DATE)
    assert merged([listed(DATE), listed(STRING)]) == listed(ANY)
    assert merged([context({"x": DATE}), context({"y": STRING})]) == context({"x": DATE, "y": STRING})


def test_what_the_journal_keeps_as_text_becomes_dates_and_what_is_none_stays() -> None:
    types = {"day": DATE, "at": MOMENT, "rows": listed(context({"day": DATE})), "text": STRING, "gone": DATE}
    case = {
        "day": "2022-09-26",
        "at": "2022-09-26T09:30",
        "rows": [{"day": "2022-01-01", "n": 1}, {"day": "x"}, None],
        "text": "2022-09-26",
        "other": 1,
    }

    known = typed(case, types)
    assert known == case | {
        "day": date(2022, 9, 26),
        "at": datetime(2022, 9, 26, 9, 30, tzinfo=timezone(timedelta(hours=7))),
        "rows": [{"day": date(2022, 1, 1), "n": 1}, {"day": "x"}, None],
    }
    assert evaluate(parse('at - date and time("2022-09-26T09:00") = duration("PT30M")'), known) is True
