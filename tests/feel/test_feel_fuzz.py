"""Random text, random trees and random data: nothing but a FeelError from parsing, nothing at all from evaluating."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from unicodedata import normalize

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from runner.feel import FUNCTIONS, KEYWORDS, FeelError, Months, evaluate, parse
from runner.feel.function import BUILT_IN
from runner.feel.token import tokens
from runner.feel.tree import (
    And,
    Arithmetic,
    Bound,
    Call,
    Comparison,
    If,
    Inclusion,
    List,
    Literal,
    Members,
    Name,
    Negation,
    Node,
    Or,
    Property,
    Quantified,
    Range,
    Test,
)

NAMES = ("a", "b", "c", "kết_quả", "số_tiền", "_x1", "date", "ngày")
VALUES = (type(None), bool, Decimal, str, date, timedelta, Months, list, tuple, dict)

# -- data -------------------------------------------------------------------------------------------------------------

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 3)
    | st.decimals()
    | st.text(max_size=20)
    | st.sampled_from(["", "2022-09-26", "2022-09-26T09:00", "P1D", "-P999999999DT999999999H", "P1Y", "P999999999M"])
    | st.dates()
    | st.datetimes(timezones=zones)
    | st.timedeltas()
    | st.sampled_from([timedelta.min, timedelta.max, date.min, date.max, 10**4000, Decimal("9E6144"), Decimal("sNaN")])
)
data = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)
cases = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, data))

# -- trees, and how they are written ----------------------------------------------------------------------------------

comparators = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
temporals = st.sampled_from(
    [date(2022, 9, 26), timedelta(days=1), Months(14), datetime(2022, 9, 26, 9, tzinfo=timezone(timedelta(0)))]
)
literals = (
    temporals.map(Literal)
    | st.decimals(min_value=0, max_value=10**12, places=3).map(Literal)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda text: Literal(normalize("NFC", text)))
    | st.sampled_from([Literal(True), Literal(False), Literal(None)])
)
names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(lambda path: Name(tuple(path)))


def pairs(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(nodes, min_size=2, max_size=3).map(tuple)


def arithmetic(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.sampled_from(["+-", "*/"]).flatmap(
        lambda signs: st.builds(
            Arithmetic,
            nodes,
            st.lists(st.tuples(st.sampled_from(signs), nodes), min_size=1, max_size=3).map(tuple),
        )
    )


def calls(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    forms = [(name, len(kinds)) for name, function in BUILT_IN.items() for kinds, _ in function.forms]
    return st.sampled_from(forms).flatmap(lambda form: st.builds(Call, st.just(form[0]), st.tuples(*[nodes] * form[1])))


def plain(node: object) -> bool:
    """Whether a node is no list: behind ``in`` a list stands for its members."""
    return not isinstance(node, List)


def unquantified(node: object) -> bool:
    if isinstance(node, tuple):
        return all(map(unquantified, node))
    inside = (getattr(node, field) for field in getattr(node, "__slots__", ()) if hasattr(node, "__dataclass_fields__"))
    return not isinstance(node, Quantified) and all(map(unquantified, inside))


def bigger(smaller: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    @st.composite
    def node(draw: st.DrawFn) -> Node:  # has a short name, unlike `smaller`, of which Hypothesis would warn
        return draw(smaller)

    nodes = node()
    ranges = st.builds(Bound, comparators, nodes) | st.builds(Range, nodes, nodes, st.booleans(), st.booleans())
    tests = nodes.filter(plain) | ranges | st.lists(nodes.filter(plain) | ranges, max_size=3).map(tuple).map(Members)
    return (
        st.builds(Negation, nodes)
        | arithmetic(nodes)
        | st.builds(Comparison, comparators, nodes, nodes)
        | st.builds(Inclusion, nodes, st.lists(tests, min_size=1, max_size=3).map(tuple))
        | pairs(nodes).map(And)
        | pairs(nodes).map(Or)
        | st.builds(If, nodes, nodes, nodes)
        | st.lists(nodes, max_size=3).map(tuple).map(List)
        | st.builds(Property, nodes.filter(lambda node: not isinstance(node, Literal | Name)), st.just(("year", "a")))
        | st.builds(Quantified, st.booleans(), st.sampled_from(NAMES), nodes, nodes.filter(unquantified))
        | calls(nodes)
    )


trees = st.recursive(literals | names, bigger, max_leaves=10)


def written(node: Test) -> str:  # noqa: PLR0912 (a branch for each kind of node)
    """The text of `node`, every operand in parentheses unless it is a single word."""
    match node:
        case Literal(value):
            return written_literal(value)
        case Name(path):
            return ".".join(path)
        case Property(operand, path):
            return ".".join((written(operand) if isinstance(operand, Call | List) else f"({written(operand)})", *path))
        case List(members):
            return f"[{', '.join(map(written, members))}]"
        case Members(tests):
            return f"[{', '.join(map(written_test, tests))}]"
        case Quantified(every, name, members, condition):
            word = "every" if every else "some"
            return f"{word} {name} in {grouped(members)} satisfies {grouped(condition)}"
        case Call(function, arguments):
            return f"{function}({', '.join(map(written, arguments))})"
        case Negation(operand):
            return f"-{grouped(operand)}"
        case Arithmetic(first, rest):
            return grouped(first) + "".join(f" {operator} {grouped(operand)}" for operator, operand in rest)
        case Comparison(operator, left, right):
            return f"{grouped(left)} {operator} {grouped(right)}"
        case Bound(operator, limit):
            return f"{operator} {grouped(limit)}"
        case Range(low, high, low_open, high_open):
            return f"{'(' if low_open else '['}{grouped(low)}..{grouped(high)}{')' if high_open else ']'}"
        case Inclusion(operand, tests):
            return f"{grouped(operand)} in ({', '.join(map(written_test, tests))})"
        case And(parts):
            return " and ".join(map(grouped, parts))
        case Or(parts):
            return " or ".join(map(grouped, parts))
        case If(condition, then, otherwise):
            return f"if {written(condition)} then {written(then)} else {written(otherwise)}"


def written_literal(value: object) -> str:
    match value:
        case date() | timedelta() | Months():
            return f'@"{evaluate(parse("string(value)"), {"value": value})}"'
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Decimal():
            return format(value, "f")
        case str():
            return '"' + "".join(f"\\U{ord(sign):06x}" if sign in '"\\\r\n' else sign for sign in value) + '"'
    raise AssertionError(value)


def grouped(node: Node) -> str:
    return written(node) if isinstance(node, Literal | Name | Call | List) else f"({written(node)})"


def written_test(test: Test) -> str:
    return written(test) if isinstance(test, Bound | Range | Members) else grouped(test)


def size(node: object) -> int:
    """How many nodes a tree has."""
    if isinstance(node, tuple):
        return sum(map(size, node))
    if isinstance(node, Literal):
        return 1
    if not hasattr(node, "__slots__"):
        return 0
    return 1 + sum(size(getattr(node, field)) for field in node.__slots__)


# -- text -------------------------------------------------------------------------------------------------------------

PIECES = (
    *sorted(KEYWORDS | FUNCTIONS),
    *NAMES,
    *"=<>+-*/()[],.{}$#'\"\\ \n;:@?²",
    *(
        "some a in b satisfies ",
        '@"2022-09-26"',
        ".year",
        "[a, 1]",
        "..",
        "<=",
        "!=",
        "${",
        "1",
        "0.5",
        ".5",
        " and ",
        " in ",
        "date(",
        "count(",
        "e\u0302\u0301",
        "\u200b",
        "\x00",
    ),
    *('"đạt"', r'"\u1EBF"', '"P1D"', '"2022-09-26"'),
)
pieces = st.lists(st.sampled_from(PIECES), max_size=60)
texts = st.text(max_size=1_100) | pieces.map(" ".join) | pieces.map("".join)


@settings(max_examples=400)
@given(texts, cases)
def test_random_text_is_refused_with_a_column_or_has_a_value(text: str, case: dict[str, object]) -> None:
    try:
        expression = parse(text)
    except FeelError as refusal:
        fault = refusal
    else:
        assert isinstance(evaluate(expression, case), VALUES)
        return
    column = fault.facts["column"]
    assert isinstance(column, int)
    assert 1 <= column <= len(text) + 1
    assert str(fault)


@settings(max_examples=200)
@given(st.integers(0, 10**6), st.sampled_from(PIECES), st.sampled_from(PIECES))
def test_one_piece_repeated_ever_so_often_is_no_worse(times: int, piece: str, other: str) -> None:
    for text in (piece * times, (piece + other) * (times // 2), piece + other * times):
        try:
            parse(text)
        except FeelError:
            continue
        assert len(text) <= 1_000


@settings(max_examples=300)
@given(trees)
def test_a_tree_that_is_written_and_read_is_the_same_tree(tree: Node) -> None:
    text = written(tree)
    assume(len(text) <= 1_000)

    assert parse(text).tree == tree
    assert parse(f"= {text}") == parse(f"${{{text}}}") == parse(text)


@settings(max_examples=200)
@given(trees)
def test_a_tree_has_no_more_nodes_than_its_text_has_tokens(tree: Node) -> None:
    text = written(tree)
    assume(len(text) <= 1_000)

    assert size(tree) <= len(list(tokens(text)))


@settings(max_examples=400)
@given(trees, cases)
def test_no_data_makes_an_expression_raise_and_it_always_answers_the_same(tree: Node, case: dict[str, object]) -> None:
    text = written(tree)
    assume(len(text) <= 1_000)
    expression = parse(text)
    result = evaluate(expression, case)

    assert isinstance(result, VALUES)
    assert not isinstance(result, Decimal) or result.is_finite()
    assert isinstance(evaluate(expression, case, strict=False), VALUES)
    assert repr(evaluate(expression, case)) == repr(result)


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
)
def test_sums_and_products_of_money_are_exact(one: Decimal, other: Decimal) -> None:
    case: dict[str, object] = {"a": one, "b": other}

    assert evaluate(parse("a + b - b = a"), case) is True
    assert evaluate(parse("a * b = b * a"), case) is True
    assert evaluate(parse("(a < b) = not(a >= b)"), case) is True


@given(
    st.timedeltas(min_value=timedelta(days=-10_000), max_value=timedelta(days=10_000)), st.datetimes(timezones=zones)
)
def test_durations_and_moments_read_back_what_was_written(span: timedelta, moment: datetime) -> None:
    case: dict[str, object] = {"a": span, "b": moment}

    assert evaluate(parse("duration(string(a)) = a"), case) is True
    assert evaluate(parse("date and time(string(b)) = b"), case) is True
