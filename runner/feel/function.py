"""The built-in functions (DMN 1.3, 10.3.4): the whole list of what an expression can call besides the caller's own.

A function answers null for arguments of the wrong kind. None of them depends on the moment: ``now`` and ``today`` are
not among them, since an expression replayed must answer as it did. What a function answered by earlier rules stands in
`runner.feel.earlier`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import MappingProxyType, NoneType, UnionType

from runner.feel.value import (
    EXACT,
    LOCAL,
    MAX_STRING,
    UNZONED,
    Months,
    admitted,
    calculate,
    capped,
    compare,
    contained,
    finite,
    negation,
    number,
)

Kind = type | UnionType
_SEQUENCE: Kind = list | tuple


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A function with its forms: the kinds of its arguments, and what it does with them.

    `of_all` takes any number of arguments as a list, where no form fits.
    """

    forms: tuple[tuple[tuple[Kind, ...], Callable[..., object]], ...]
    of_all: Callable[[Sequence[object]], object] | None = None

    def admits(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return any(len(kinds) == count for kinds, _ in self.forms) or (self.of_all is not None and count > 0)

    def __call__(self, *arguments: object) -> object:
        for kinds, body in self.forms:
            if len(kinds) == len(arguments) and all(map(isinstance, arguments, kinds)):
                return body(*arguments)
        return self.of_all(arguments) if self.of_all else None


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
            return _moment(value)
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


def _substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    """From character `start`, counted from 1, or from the end where it is negative."""
    if not start or abs(start) > len(text) or (length is not None and length < 1):
        return None
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    return capped(text[first:] if length is None or length > len(text) else text[first : first + int(length)])


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


SCALES = range(-6111, 6177)
"""Of the places to which a number can be rounded: those that decimal128 has (10.3.4.3)."""


def round_half_up(value: Decimal, scale: Decimal, scales: range = SCALES) -> Decimal | None:
    places = int(scale)
    if places != scale or places not in scales:
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


def read_date(text: str) -> date | None:
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


MAX_OFFSET = timedelta(hours=18)


def read_moment(text: str, farthest: timedelta = MAX_OFFSET) -> datetime | None:
    """The moment in `text`; a date alone is its midnight, seconds may be left out as forms do.

    Null for an offset beyond `farthest`, and for a zone's name: what it stands for changes with the years.
    """
    if not (_MOMENT.fullmatch(text) or _DATE.fullmatch(text)):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = moment.utcoffset()
    if offset is None:
        return moment.replace(tzinfo=UNZONED)
    return moment if abs(offset) <= farthest else None


def _moment(moment: datetime) -> str:
    """Without the offset where it is Vietnam's, as text without one is read."""
    plain = moment.replace(tzinfo=None)
    text = plain.isoformat().rstrip("0") if plain.microsecond else plain.isoformat()
    return text if moment.utcoffset() == LOCAL.utcoffset(None) else text + _offset(moment)


def _offset(moment: datetime) -> str:
    return moment.isoformat()[-6:].replace("+00:00", "Z")


def at_literal(text: str) -> date | timedelta | Months | None:
    """What ``@"…"`` stands for; None where `text` is none of date, date and time, duration."""
    return read_date(text) or (read_moment(text) if "T" in text and text[:1].isdigit() else read_duration(text))


def read_duration(text: str) -> timedelta | Months | None:
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


# -- lists ----------------------------------------------------------------------------------------------------------


def _sum(members: Sequence[object]) -> object:
    """Of numbers, or of durations; null for an empty list."""
    values = [admitted(member) for member in members]
    if not values or not isinstance(values[0], Decimal | timedelta | Months):
        return None
    total: object = values[0]
    for value in values[1:]:
        total = calculate("+", total, value) if type(value) is type(total) else None
    return total


def _mean(members: Sequence[object]) -> object:
    return calculate("/", _sum(members), Decimal(len(members)))


def _extreme(operator: str) -> Callable[[Sequence[object]], object]:
    """The member for which `operator` holds against all others; null for an empty list and for different kinds."""

    def chosen(members: Sequence[object]) -> object:
        values = [admitted(member) for member in members]
        best = values[0] if values else None
        for value in values:
            if (better := compare(operator, value, best)) is None:
                return None
            best = value if better else best
        return best

    return chosen


def _of_all(body: Callable[[Sequence[object]], object]) -> BuiltIn:
    """A function of one list, or of its members as arguments."""
    return BuiltIn((((_SEQUENCE,), body),), body)


# -- the list -------------------------------------------------------------------------------------------------------


def _one(kinds: tuple[Kind, ...], body: Callable[..., object]) -> BuiltIn:
    return BuiltIn(((kinds, body),))


_LOWER = _one((str,), lambda text: capped(text.lower()))

BUILT_IN: Mapping[str, BuiltIn] = MappingProxyType(
    {
        "not": _one((bool,), negation),
        "substring": BuiltIn((((str, Decimal), _substring), ((str, Decimal, Decimal), _substring))),
        "contains": _one((str, str), lambda text, part: part in text),
        "starts with": _one((str, str), lambda text, part: text.startswith(part)),
        "ends with": _one((str, str), lambda text, part: text.endswith(part)),
        "string length": _one((str,), lambda text: Decimal(len(text))),
        "upper case": _one((str,), lambda text: capped(text.upper())),
        "lower case": _LOWER,
        "lower": _LOWER,
        "string": _one((object,), _string),
        "number": BuiltIn((((str,), _number), ((str, str | NoneType, str | NoneType), _number_written))),
        "abs": BuiltIn(
            (((Decimal,), EXACT.abs), ((timedelta,), abs), ((Months,), lambda span: Months(abs(span.count))))
        ),
        "floor": _one((Decimal,), lambda value: value.to_integral_value(ROUND_FLOOR, EXACT)),
        "ceiling": _one((Decimal,), lambda value: value.to_integral_value(ROUND_CEILING, EXACT)),
        "round half up": _one((Decimal, Decimal), round_half_up),
        "count": _one((_SEQUENCE,), lambda members: Decimal(len(members))),
        "sum": _of_all(_sum),
        "mean": _of_all(_mean),
        "min": _of_all(_extreme("<")),
        "max": _of_all(_extreme(">")),
        "list contains": _one((_SEQUENCE, object), lambda members, value: contained(value, members)),
        "date": BuiltIn((((str,), read_date), ((date,), _date_of), ((Decimal,) * 3, _date_from))),
        "date and time": _one((str,), read_moment),
        "duration": _one((str,), read_duration),
    }
)
"""The functions by name. ``lower`` is short for ``lower case``."""

FUNCTIONS = frozenset(BUILT_IN)
