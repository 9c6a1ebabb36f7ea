"""What expressions were worth by the first rules, kept for the cases that began under them.

Since then: a moment's offset ends at 18:00, rounding at the places of decimal128; a moment of Vietnam is written
without its offset; durations have a size (``abs``), months are multiplied and divided; hours are taken off the midnight
of a date, and a moment without an offset off none that names one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from runner.feel import function, value
from runner.feel.function import BUILT_IN, BuiltIn
from runner.feel.value import EXACT, Months


def _string(known: object) -> object:
    if isinstance(known, datetime):
        return known.isoformat().replace("+00:00", "Z")
    return BUILT_IN["string"](known)


FUNCTIONS: Mapping[str, BuiltIn] = MappingProxyType(
    {
        **BUILT_IN,
        "string": BuiltIn((((object,), _string),)),
        "abs": BuiltIn((((Decimal,), EXACT.abs),)),
        "round half up": BuiltIn(
            (
                (
                    (Decimal, Decimal),
                    lambda number, scale: function.round_half_up(number, scale, range(-EXACT.Emax, EXACT.Emax + 1)),
                ),
            )
        ),
        "date and time": BuiltIn((((str,), lambda text: function.read_moment(text, timedelta(days=1))),)),
    }
)


def calculate(operator: str, left: object, right: object) -> object:
    match operator, left, right:
        case "*" | "/", Months(), _:
            return None
        case "*", _, Months():
            return None
        case "-", datetime(), datetime():
            return left - right
        case "-", date(), timedelta() if not isinstance(left, datetime):
            return value.calculate("+", left, timedelta(-right.days))
    return value.calculate(operator, left, right)
