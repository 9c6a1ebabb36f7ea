"""Evaluates an expression for the values of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from runner.feel import earlier
from runner.feel.function import BUILT_IN
from runner.feel.tree import (
    And,
    Arithmetic,
    Bound,
    Call,
    Comparison,
    Expression,
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
from runner.feel.value import (
    UNREADABLE,
    Months,
    admitted,
    calculate,
    compare,
    conjunction,
    contained,
    disjunction,
    negate,
)

Values = Mapping[str, object]
Functions = Mapping[str, Callable[..., object]]
_NO_FUNCTIONS: Functions = MappingProxyType({})

MAX_MEMBERS = 1_000
"""Of a list that ``some`` and ``every`` go through; for a longer one they are null."""

READERS = frozenset(("date", "date and time", "duration", "number"))
"""The functions that read a value from text."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an expression is evaluated for. `bound` is the name of a quantifier with the member that it stands for."""

    values: Values
    functions: Functions
    strict: bool
    bound: tuple[str, object] | None = None


def evaluate(
    expression: Expression, values: Values, functions: Functions = _NO_FUNCTIONS, *, strict: bool = True
) -> object:
    """The value of `expression`: None, bool, Decimal, str, date, aware datetime, timedelta, Months, list or dict.

    `values` is what names stand for, keys and strings normalised (NFC); a name that is not there is null. What makes no
    sense (``"a" + 1``, ``1 / 0``, ``missing > 3``) is null too: no data of a case makes this raise. A gateway must
    therefore ask for exactly True or False.

    `functions` are those announced to `parse`. They are called with FEEL values, numbers being Decimals, and only when
    no argument is null; they answer None to what they do not understand, and what they raise reaches the caller.
    TypeError for a float or another object that is not a FEEL value: see `runner.feel.value`.

    Without `strict`, an expression is worth what it was by the first rules: see `runner.feel.earlier`.
    """
    found = _value(expression.tree, _Scope(values, functions, strict))
    return None if found is UNREADABLE else found


def _value(node: Node, scope: _Scope) -> object:
    match node:
        case Comparison(operator, left, right):
            return _compared(operator, _value(left, scope), _value(right, scope), scope)
        case Name(path):
            return _looked_up(path, scope)
        case Literal(value):
            return value
        case And(parts):
            return conjunction(_value(part, scope) for part in parts)
        case Or(parts):
            return disjunction(_value(part, scope) for part in parts)
        case Call(function, arguments):
            return _called(function, [_value(argument, scope) for argument in arguments], scope)
        case Inclusion(operand, tests):
            tested = _value(operand, scope)
            return disjunction(_passes(tested, test, scope) for test in tests)
        case Arithmetic(first, rest):
            result = _value(first, scope)
            for operator, operand in rest:
                result = (calculate if scope.strict else earlier.calculate)(operator, result, _value(operand, scope))
            return result
        case Negation(operand):
            return negate(_value(operand, scope))
        case If(condition, then, otherwise):
            return _value(then if _value(condition, scope) is True else otherwise, scope)
        case List() | Property() | Quantified():
            return _of_lists_and_parts(node, scope)


def _of_lists_and_parts(node: List | Property | Quantified, scope: _Scope) -> object:
    match node:
        case List(members):
            return [_value(member, scope) for member in members]
        case Property(operand, path):
            return _followed(_value(operand, scope), path, scope)
        case Quantified():
            return _quantified(node, scope)


# -- names ------------------------------------------------------------------------------------------------------------


def _looked_up(path: tuple[str, ...], scope: _Scope) -> object:
    """The value at a path. Within a quantifier only single values are seen besides the bound one: see `_quantified`."""
    if scope.bound is None:
        return _followed(admitted(scope.values.get(path[0])), path[1:], scope)
    name, member = scope.bound
    if path[0] == name:
        return _followed(member, path[1:], scope)
    value = admitted(scope.values.get(path[0]))
    for part in path[1:]:
        value = None if isinstance(value, list | tuple) else _part(value, part)
    return None if isinstance(value, list | tuple | dict) else value


def _followed(value: object, path: tuple[str, ...], scope: _Scope) -> object:
    """What `value` has at `path`: by keys of dictionaries, of each in a list of them, of dates and durations."""
    for name in path:
        if not scope.strict:
            value = admitted(value.get(name)) if type(value) is dict else None
        elif isinstance(value, list | tuple):
            value = [member.get(name) for member in value] if all(type(each) is dict for each in value) else None
        else:
            value = _part(value, name)
    return value


def _part(value: object, name: str) -> object:
    if type(value) is dict:
        return admitted(value.get(name))
    parts = PARTS.get(type(value), {})
    return Decimal(parts[name](value)) if name in parts else None


_DAY: Mapping[str, Callable[..., int]] = {
    "year": lambda day: day.year,
    "month": lambda day: day.month,
    "day": lambda day: day.day,
    "weekday": lambda day: day.isoweekday(),
}
PARTS: Mapping[type, Mapping[str, Callable[..., int]]] = {
    date: {**_DAY, **dict.fromkeys(("hour", "minute", "second"), lambda _: 0)},
    datetime: {
        **_DAY,
        "hour": lambda moment: moment.hour,
        "minute": lambda moment: moment.minute,
        "second": lambda moment: moment.second,
    },
    timedelta: {
        "days": lambda span: _whole(span, timedelta(days=1)),
        "hours": lambda span: _whole(span, timedelta(hours=1), 24),
        "minutes": lambda span: _whole(span, timedelta(minutes=1), 60),
        "seconds": lambda span: _whole(span, timedelta(seconds=1), 60),
    },
    Months: {
        "years": lambda span: _sign(span.count) * (abs(span.count) // 12),
        "months": lambda span: _sign(span.count) * (abs(span.count) % 12),
    },
}
"""The parts of a date, a date and time and a duration by name (DMN 1.3, table 65)."""


def _whole(span: timedelta, unit: timedelta, most: int = 0) -> int:
    """How many whole `unit` are in `span`, without those that make a larger one, `most` of them."""
    count = abs(span) // unit
    return _sign(span // timedelta(microseconds=1)) * (count % most if most else count)


def _sign(number: int) -> int:
    return -1 if number < 0 else 1


def _quantified(node: Quantified, scope: _Scope) -> bool | None:
    """True if some member passes, or every one does.

    A condition sees the member and single values of the case, no other lists: so the work grows with the list alone.
    """
    members = _value(node.members, scope)
    if members is None or members is UNREADABLE:
        return None
    listed = members if isinstance(members, list | tuple) else (members,)
    if len(listed) > MAX_MEMBERS:
        return None
    answers = (_value(node.condition, replace(scope, bound=(node.name, admitted(each)))) for each in listed)
    return (conjunction if node.every else disjunction)(answers)


# -- calls, comparisons, tests ----------------------------------------------------------------------------------------


def _called(name: str, arguments: list[object], scope: _Scope) -> object:
    if built_in := (BUILT_IN if scope.strict else earlier.FUNCTIONS).get(name):
        found = built_in(*arguments)
        unread = found is None and scope.strict and name in READERS and isinstance(arguments[0], str)
        return UNREADABLE if unread else found
    known = all(argument is not None and argument is not UNREADABLE for argument in arguments)
    return admitted(scope.functions[name](*arguments)) if known else None


def _compared(operator: str, left: object, right: object, scope: _Scope) -> bool | None:
    """Moments compare by the second, as the specification's do."""
    if scope.strict and isinstance(left, datetime) and isinstance(right, datetime):
        left, right = left.replace(microsecond=0), right.replace(microsecond=0)
    return compare(operator, left, right)


def _passes(value: object, test: Test, scope: _Scope) -> bool | None:
    """Whether `value` passes one test of ``in``."""
    match test:
        case Bound(operator, limit):
            return _compared(operator, value, _value(limit, scope), scope)
        case Range(low, high, low_open, high_open):
            above = _compared(">" if low_open else ">=", value, _value(low, scope), scope)
            below = _compared("<" if high_open else "<=", value, _value(high, scope), scope)
            return conjunction((above, below))
        case Members(tests):
            return disjunction(_among(value, tests, scope))
        case _:
            wanted = _value(test, scope)
            if isinstance(wanted, list | tuple):
                return contained(value, wanted)
            return _compared("=", value, wanted, scope)


def _among(value: object, tests: tuple[Test, ...], scope: _Scope) -> Iterator[bool | None]:
    """Whether `value` passes each member of a list; what is of another kind than a member is not that member."""
    for test in tests:
        if isinstance(test, Bound | Range) or not scope.strict:
            yield _passes(value, test, scope)
        else:
            yield _compared("=", value, _member(test, scope), scope) is True


def _member(test: Test, scope: _Scope) -> object:
    """A member of a list as a value; a range is none."""
    if isinstance(test, Members):
        return [_member(each, scope) for each in test.tests]
    return None if isinstance(test, Bound | Range) else _value(test, scope)
