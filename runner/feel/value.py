"""The values of FEEL and what may be done with them (DMN 1.3, 10.3.2): what makes no sense is null (None).

===========================  ======================================================================================
FEEL                         Python
===========================  ======================================================================================
null, boolean, string        None, bool, str
number                       Decimal, 34 significant digits, exponent as in IEEE 754 decimal128 (an int comes in too)
date, date and time          date, aware datetime
days and time duration       timedelta
years and months duration    Months
list, context                list or tuple, dict
===========================  ======================================================================================

A date and time is an instant: what comes from Python is shown in Vietnam's time (``date(case_due)`` is the day that an
officer calls it), and text without an offset is in Vietnam's time. Different kinds never compare: date with date and
time is null.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Context, Decimal
from enum import Enum
from operator import ge, gt, le, lt

MAX_STRING = 1_000
"""Characters of a string that an expression makes; a longer one is null."""

MAX_NESTING = 40
"""How deep lists and contexts are compared; deeper ones are null."""

MAX_MONTHS = 12 * 999_999_999

LOCAL = timezone(timedelta(hours=7))
UNZONED = timezone(timedelta(hours=7), "")
"""Vietnam's time for a text that names no offset; its moments compare with all others."""

# No traps: what overflows or divides by zero becomes infinite or not a number, which `finite` turns into null.
EXACT = Context(prec=34, Emin=-6143, Emax=6144, traps=[])


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    count: int


class Unreadable(Enum):
    """What a function of FEEL makes of a text that it cannot read: null, but never equal to another such."""

    UNREADABLE = None


UNREADABLE = Unreadable.UNREADABLE

_PLAIN = frozenset((str, bool, type(None), date, timedelta, Months, list, tuple, dict, Unreadable))
_ORDERED = frozenset((Decimal, str, date, datetime, timedelta, Months))
_ORDER: dict[str, Callable[[object, object], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}  # type: ignore[dict-item]


def admitted(value: object) -> object:
    """`value` of Python as one of FEEL. TypeError, a caller's mistake: a float, a naive datetime, any other object."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, Decimal | int):
        return number(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        try:
            return value.astimezone(LOCAL)
        except OverflowError:
            return None
    raise TypeError(f"not a value of FEEL: {kind.__name__}")


def number(value: Decimal | int | str) -> Decimal | None:
    """`value` rounded to 34 digits; null when it is no finite number of that size."""
    return finite(EXACT.create_decimal(value))


def finite(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


def capped(value: str) -> str | None:
    return value if len(value) <= MAX_STRING else None


# -- three-valued logic ------------------------------------------------------------------------------


def conjunction(values: Iterable[object]) -> bool | None:
    """False if one is false, else true if all are true, else null. Looks no further than the first false."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is not True:
            result = None
    return result


def disjunction(values: Iterable[object]) -> bool | None:
    """True if one is true, else false if all are false, else null. Looks no further than the first true."""
    result: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is not False:
            result = None
    return result


def negation(value: object) -> bool | None:
    return not value if isinstance(value, bool) else None


# -- comparison -----------------------------------------------------------------------------------------------------


def compare(operator: str, left: object, right: object) -> bool | None:
    match operator:
        case "=":
            return equal(left, right)
        case "!=":
            return negation(equal(left, right))
        case _:
            comparable = type(left) is type(right) and type(left) in _ORDERED
            return _ORDER[operator](left, right) if comparable else None


def equal(left: object, right: object, nesting: int = 0) -> bool | None:
    """Null equals null alone; other values of different kinds are neither equal nor unequal."""
    if left is UNREADABLE or right is UNREADABLE:
        return True if left is None or right is None else None
    if left is None or right is None:
        return left is right
    match left, right:
        case list() | tuple(), list() | tuple():
            return _all_equal(left, right, nesting) if len(left) == len(right) else False
        case dict(), dict():
            same = left.keys() == right.keys()
            return _all_equal(left.values(), (right[key] for key in left), nesting) if same else False
    return left == right if type(left) is type(right) else None


def _all_equal(left: Iterable[object], right: Iterable[object], nesting: int) -> bool | None:
    if nesting == MAX_NESTING:
        return None
    return conjunction(
        equal(admitted(one), admitted(other), nesting + 1) for one, other in zip(left, right, strict=True)
    )


def contained(value: object, members: Iterable[object]) -> bool:
    """Whether a list's `members` hold `value`."""
    return any(equal(value, admitted(member)) for member in members)


# -- arithmetic -----------------------------------------------------------------------------------------------------


def calculate(operator: str, left: object, right: object) -> object:
    try:
        return _OPERATIONS[operator](left, right)
    except OverflowError:  # a date or a duration beyond those of Python: years 1 to 9999
        return None


def negate(value: object) -> object:
    match value:
        case Decimal():
            return EXACT.minus(value)
        case timedelta():
            return calculate("-", timedelta(0), value)
        case Months():
            return Months(-value.count)
    return None


def _add(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return finite(EXACT.add(left, right))
        case str(), str():
            return capped(left + right)
        case (date(), timedelta()) | (timedelta(), date()) | (timedelta(), timedelta()):
            return left + right  # type: ignore[operator]
        case Months(), Months():
            return Months(left.count + right.count)
        case (date() as day, Months() as months) | (Months() as months, date() as day):
            return _moved(day, months.count)
    return None


def _subtract(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return finite(EXACT.subtract(left, right))
        case (datetime(), timedelta()) | (timedelta(), timedelta()):
            return left - right  # type: ignore[operator]
        case datetime(), datetime():
            return None if _unsure(left, right) else left - right
        case date(), date() if type(left) is type(right):
            return left - right
        case date() as day, timedelta() if type(day) is date:
            return day + -right
        case Months(), Months():
            return Months(left.count - right.count)
        case date(), Months():
            return _moved(left, -right.count)
    return None


def _unsure(left: datetime, right: datetime) -> bool:
    """Whether one of two moments names an offset and the other none: how far they are apart is not known (table 54)."""
    zones = [moment.tzinfo for moment in (left, right)]
    return any(zone is UNZONED for zone in zones) and not all(zone is UNZONED or zone is LOCAL for zone in zones)


def _multiply(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return finite(EXACT.multiply(left, right))
        case (Months() as months, Decimal() as factor) | (Decimal() as factor, Months() as months):
            return _months(EXACT.multiply(Decimal(months.count), factor))
        case (timedelta() as span, Decimal() as factor) | (Decimal() as factor, timedelta() as span):
            return _span(EXACT.multiply(_microseconds(span), factor))
    return None


def _divide(left: object, right: object) -> object:
    match left, right:
        case Decimal(), Decimal():
            return finite(EXACT.divide(left, right))
        case Months(), Decimal():
            return _months(EXACT.divide(Decimal(left.count), right))
        case Months(), Months():
            return finite(EXACT.divide(Decimal(left.count), Decimal(right.count)))
        case timedelta(), Decimal():
            return _span(EXACT.divide(_microseconds(left), right))
        case timedelta(), timedelta():
            return finite(EXACT.divide(_microseconds(left), _microseconds(right)))
    return None


_OPERATIONS: dict[str, Callable[[object, object], object]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}


def _moved(day: date, months: int) -> date | None:
    """`day` so many months later, or the last day of that month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def _microseconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1))


def _span(microseconds: Decimal) -> timedelta | None:
    return timedelta(microseconds=int(microseconds)) if microseconds.is_finite() else None


def _months(count: Decimal) -> Months | None:
    """Whole months, towards zero."""
    return Months(int(count)) if count.is_finite() and abs(count) <= MAX_MONTHS else None
