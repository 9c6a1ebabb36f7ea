"""Evaluates an expression for the values of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

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
    Literal,
    Name,
    Negation,
    Node,
    Or,
    Range,
    Test,
)
from runner.feel.value import (
    admitted,
    calculate,
    compare,
    conjunction,
    contained,
    disjunction,
    equal,
    negate,
)

Values = Mapping[str, object]
Functions = Mapping[str, Callable[..., object]]
_NO_FUNCTIONS: Functions = MappingProxyType({})


def evaluate(expression: Expression, values: Values, functions: Functions = _NO_FUNCTIONS) -> object:
    """The value of `expression`: None, bool, Decimal, str, date, aware datetime, timedelta, Months, list or dict.

    `values` is what names stand for, keys and strings normalised (NFC); a name that is not there is null. What makes no
    sense (``"a" + 1``, ``1 / 0``, ``missing > 3``) is null too: no data of a case makes this raise. A gateway must
    therefore ask for exactly True or False.

    `functions` are those announced to `parse`. They are called with FEEL values, numbers being Decimals, and only when
    no argument is null; they answer None to what they do not understand, and what they raise reaches the caller.
    TypeError for a float or another object that is not a FEEL value: see `runner.feel.value`.
    """
    return _value(expression.tree, values, functions)


def _value(node: Node, values: Values, functions: Functions) -> object:
    match node:
        case Comparison(operator, left, right):
            return compare(operator, _value(left, values, functions), _value(right, values, functions))
        case Name(path):
            return _looked_up(path, values)
        case Literal(value):
            return value
        case And(parts):
            return conjunction(_value(part, values, functions) for part in parts)
        case Or(parts):
            return disjunction(_value(part, values, functions) for part in parts)
        case Call(function, arguments):
            return _called(function, [_value(argument, values, functions) for argument in arguments], functions)
        case Inclusion(operand, tests):
            tested = _value(operand, values, functions)
            return disjunction(_passes(tested, test, values, functions) for test in tests)
        case Arithmetic(first, rest):
            result = _value(first, values, functions)
            for operator, operand in rest:
                result = calculate(operator, result, _value(operand, values, functions))
            return result
        case Negation(operand):
            return negate(_value(operand, values, functions))
        case If(condition, then, otherwise):
            chosen = then if _value(condition, values, functions) is True else otherwise
            return _value(chosen, values, functions)


def _looked_up(path: tuple[str, ...], values: Values) -> object:
    """The value at a path, by keys of dictionaries only."""
    value = values.get(path[0])
    for name in path[1:]:
        value = value.get(name) if type(value) is dict else None
    return admitted(value)


def _called(name: str, arguments: list[object], functions: Functions) -> object:
    if built_in := BUILT_IN.get(name):
        return built_in(*arguments)
    return None if None in arguments else admitted(functions[name](*arguments))


def _passes(value: object, test: Test, values: Values, functions: Functions) -> bool | None:
    """Whether `value` passes one test of ``in``."""
    match test:
        case Bound(operator, limit):
            return compare(operator, value, _value(limit, values, functions))
        case Range(low, high, low_open, high_open):
            above = compare(">" if low_open else ">=", value, _value(low, values, functions))
            below = compare("<" if high_open else "<=", value, _value(high, values, functions))
            return conjunction((above, below))
        case _:
            wanted = _value(test, values, functions)
            return contained(value, wanted) if isinstance(wanted, list | tuple) else equal(value, wanted)
