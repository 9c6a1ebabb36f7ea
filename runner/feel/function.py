"""The built-in functions (DMN 1.3, 10.3.4): the whole list of what an expression can call besides the caller's own.

A function answers null for arguments of the wrong kind. None of them depends on the moment: ``now`` and ``today`` are
not among them, since an expression replayed must answer as it did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import MappingProxyType, NoneType, UnionType

from runner.feel.value import EXACT, LOCAL, MAX_STRING, Months, capped, contained, finite, negation, number

Kind = type | UnionType


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A function with its forms: the kinds of its arguments, and what it does with them."""

    forms: tuple[tuple[tuple[Kind, ...], Callable[..., object]], ...]

    def admits(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return any(len(kinds) == count for kinds, _ in self.forms)

    def __call__(self, *arguments: object) -> object:
        for kinds, body in self.forms:
            if len(kinds) == len(arguments) and all(map(isinstance, arguments, kinds)):
                return body(*arguments)
        return None


# -- strings and numbers --------------------------------------------------------------------------------------------


def _string(value: object) -> str | None:
    """`value` as text that reads back as the same value; null for null, lists and contexts."""
    match value:
        case str():
            return capped(value)
        case bool():
            return "true" if value else "false"
        case Decimal():
            return capped(_plain(value))
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return _days_and_time(value)
        case Months():
            return _years_and_months(value)
    return None


def _plain(value: Decimal) -> str:
    """Without an exponent, trailing zeros or a negative zero."""
    return format(EXACT.normalize(value), "f") if value else "0"


_NUMERAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")


def _number(text: str) -> Decimal | None:
    return number(text) if len(text) <= MAX_STRING and _NUMERAL.fullmatch(text) else None


_COMMA_FOR_POINT = str.maketrans(",.", ".,")


def _number_written(text: str, grouping: str | None, point: str | None) -> Decimal | None:
    """The number in `text`, with separators as in 10.3.4.1: grouped by a blank, ``,`` or ``.``."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ",") or (grouping and grouping == point):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        text = text.translate(_COMMA_FOR_POINT)
    return _number(text)


def _round_half_up(value: Decimal, scale: Decimal) -> Decimal | None:
    places = int(scale)
    if places != scale or abs(places) > EXACT.Emax:
        return None
    if -int(value.as_tuple().exponent) <= places:
        return value
    return finite(value.quantize(Decimal(1).scaleb(-places, EXACT), ROUND_HALF_UP, EXACT))


# -- dates and durations --------------------------------------------------------------------------------------------

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DATE.pattern + r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_DAYS_AND_TIME = re.compile(
    r"(-?)P(?=.)(?:([0-9]{1,9})D)?(?:T(?=.)(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?)?"
)
_YEARS_AND_MONTHS = re.compile(r"(-?)P(?=.)(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _date_of(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def _date_from(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    if any(int(part) != part for part in (year, month, day)):
        return None
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def _date_and_time(text: str) -> datetime | None:
    """The moment in `text`; a date alone is its midnight, seconds may be left out as forms do."""
    if not (_MOMENT.fullmatch(text) or _DATE.fullmatch(text)):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def _duration(text: str) -> timedelta | Months | None:
    if match := _YEARS_AND_MONTHS.fullmatch(text):
        sign, years, months = match.groups()
        count = int(years or 0) * 12 + int(months or 0)
        return Months(-count if sign else count)
    if match := _DAYS_AND_TIME.fullmatch(text):
        sign, days, hours, minutes, seconds = match.groups()
        microseconds = int(Decimal(seconds or 0).scaleb(6, EXACT))
        try:
            span = timedelta(int(days or 0), 0, microseconds, 0, int(minutes or 0), int(hours or 0))
            return -span if sign else span
        except OverflowError:
            return None
    return None


def _days_and_time(span: timedelta) -> str:
    sign, span = ("-", -span) if span < timedelta(0) else ("", span)
    hours, minutes = divmod(span.seconds // 60, 60)
    seconds = Decimal(span.seconds % 60) + Decimal(span.microseconds).scaleb(-6)
    clock = _amounts((hours, "H"), (minutes, "M"), (seconds and _plain(seconds), "S"))
    return sign + "P" + _amounts((span.days, "D")) + (clock and "T" + clock) if span else "PT0S"


def _years_and_months(span: Months) -> str:
    years, months = divmod(abs(span.count), 12)
    return ("-P" if span.count < 0 else "P") + _amounts((years, "Y"), (months, "M")) if span.count else "P0M"


def _amounts(*amounts: tuple[object, str]) -> str:
    """``1H30M``: what is not zero, with its unit."""
    return "".join(f"{amount}{unit}" for amount, unit in amounts if amount)


# -- the list -------------------------------------------------------------------------------------------------------


def _one(kinds: tuple[Kind, ...], body: Callable[..., object]) -> BuiltIn:
    return BuiltIn(((kinds, body),))


_SEQUENCE: Kind = list | tuple
_LOWER = _one((str,), lambda text: capped(text.lower()))

BUILT_IN: Mapping[str, BuiltIn] = MappingProxyType(
    {
        "not": _one((bool,), negation),
        "contains": _one((str, str), lambda text, part: part in text),
        "starts with": _one((str, str), lambda text, part: text.startswith(part)),
        "ends with": _one((str, str), lambda text, part: text.endswith(part)),
        "string length": _one((str,), lambda text: Decimal(len(text))),
        "upper case": _one((str,), lambda text: capped(text.upper())),
        "lower case": _LOWER,
        "lower": _LOWER,
        "string": _one((object,), _string),
        "number": BuiltIn((((str,), _number), ((str, str | NoneType, str | NoneType), _number_written))),
        "abs": _one((Decimal,), EXACT.abs),
        "floor": _one((Decimal,), lambda value: value.to_integral_value(ROUND_FLOOR, EXACT)),
        "ceiling": _one((Decimal,), lambda value: value.to_integral_value(ROUND_CEILING, EXACT)),
        "round half up": _one((Decimal, Decimal), _round_half_up),
        "count": _one((_SEQUENCE,), lambda members: Decimal(len(members))),
        "list contains": _one((_SEQUENCE, object), lambda members, value: contained(value, members)),
        "date": BuiltIn((((str,), _date), ((date,), _date_of), ((Decimal,) * 3, _date_from))),
        "date and time": _one((str,), _date_and_time),
        "duration": _one((str,), _duration),
    }
)
"""The functions by name. ``lower`` is short for ``lower case``."""

FUNCTIONS = frozenset(BUILT_IN)
