"""A TOML file as the dataclasses that are its schema: every key known, every value of its type, or an error says which.

Nothing is guessed or converted silently: the file comes from an analyst, and a slip of the pen must be told.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType, NoneType
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from runner.domain import limit
from runner.domain.calendar import Hours, Session
from runner.domain.limit import LimitInvalid
from runner.domain.person import LANES
from runner.domain.procedure.facts import MayBeEmpty, Time
from runner.errors import Refused

_T = TypeVar("_T")

MAX_BYTES: Final = 200_000
MAX_DOTS: Final = 200
"""In one line: the time that tomllib takes for a dotted key grows with the square of its parts."""

_KEYS: Final = {(Time, "limit_days"): "limit", (Hours, "since"): "from"}
"""Keys that differ from the field's name."""
_MAY_HAVE_NONE: Final = {"channels", "conditions", "notes", "silent", "weekly_off"}
"""Lists that must be there, though they may be empty."""


class FactsInvalid(Refused):
    """Tệp dữ kiện không hợp lệ."""


class FactsTooLarge(FactsInvalid):
    """Tệp dữ kiện lớn {size} byte, vượt mức cho phép là {limit} byte."""


class TooManyDots(FactsInvalid):
    """Dòng {line} của tệp dữ kiện có hơn {limit} dấu chấm."""


class NotToml(FactsInvalid):
    """Tệp dữ kiện không phải là TOML hợp lệ ({reason})."""


class KeyMissing(FactsInvalid):
    """Tệp dữ kiện thiếu khóa “{key}”."""


class KeyUnknown(FactsInvalid):
    """Khóa “{key}” không có trong quy ước của tệp dữ kiện."""


class NotTable(FactsInvalid):
    """Khóa “{key}” phải là một bảng."""


class NotList(FactsInvalid):
    """Khóa “{key}” phải là một danh sách."""


class EmptyList(FactsInvalid):
    """Khóa “{key}” phải có ít nhất một mục."""


class NotText(FactsInvalid):
    """Khóa “{key}” phải là một chuỗi chữ."""


class EmptyText(FactsInvalid):
    """Khóa “{key}” không được để trống."""


class NotWhole(FactsInvalid):
    """Khóa “{key}” phải là một số nguyên không âm."""


class NotTruth(FactsInvalid):
    """Khóa “{key}” phải là true hoặc false."""


class NotDate(FactsInvalid):
    """Khóa “{key}” phải là một ngày, viết như 2022-06-24."""


class NotDays(FactsInvalid):
    """Khóa “{key}” phải là số ngày lớn hơn 0, tính đến nửa ngày, viết như "12" hoặc "0.5"."""


class NotTime(FactsInvalid):
    """Khóa “{key}” phải là giờ và phút, viết như "07:30"."""


class NotSession(FactsInvalid):
    """Khóa “{key}” phải là giờ mở và giờ đóng của một buổi, mở trước đóng, viết như ["07:30", "11:30"]."""


class NotAmong(FactsInvalid):
    """Khóa “{key}” phải là một trong các giá trị: {allowed}."""


def read(shape: type[_T], data: bytes) -> _T:
    """A `shape` from a whole file. Raises a `FactsInvalid` that names the key at fault."""
    return _build(shape, _load(data), "")


def _load(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise FactsTooLarge(size=len(data), limit=MAX_BYTES)
    for number, line in enumerate(data.splitlines(), start=1):
        if line.count(b".") > MAX_DOTS:
            raise TooManyDots(line=number, limit=MAX_DOTS)
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise NotToml(reason=error) from None


def _build(shape: type[_T], table: object, at: str) -> _T:
    """A `shape` from a table that stands at the key `at` ("" for the whole file)."""
    if not isinstance(table, dict):
        raise NotTable(key=at)
    types = get_type_hints(shape, include_extras=True)
    left, values = dict(table), {}
    for field in fields(shape):  # type: ignore[arg-type]
        name = _KEYS.get((shape, field.name), field.name)
        key = f"{at}.{name}" if at else name
        if name in left:
            values[field.name] = value = _value(types[field.name], left.pop(name), key)
            if value == () and field.default is MISSING and name not in _MAY_HAVE_NONE:
                raise EmptyList(key=key)
        elif NoneType in get_args(types[field.name]):
            values[field.name] = None
        elif field.default is MISSING:
            raise KeyMissing(key=key)
    for name in left:
        raise KeyUnknown(key=f"{at}.{name}" if at else name)
    return shape(**values)


def _value(kind: Any, raw: object, key: str) -> object:
    """`raw` as a value of the type `kind`, which is one of those that the dataclasses above use."""
    origin, inner = get_origin(kind), get_args(kind)
    if NoneType in inner:
        return _value(inner[0], raw, key)
    if origin is tuple:
        return tuple(_value(inner[0], item, f"{key}[{number}]") for number, item in enumerate(_list(raw, key), 1))
    if origin is Literal:
        if raw not in inner:
            raise NotAmong(key=key, allowed=", ".join(inner))
        return raw
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _word(kind, raw, key)
    if kind is MayBeEmpty:
        return _text(raw, key)
    if kind in _SIMPLE:
        return _SIMPLE[kind](raw, key)
    if origin is not None:
        return _labels(raw, key)
    return _build(kind, raw, key)


def _word(kind: type[StrEnum], raw: object, key: str) -> StrEnum:
    if raw not in tuple(kind):
        raise NotAmong(key=key, allowed=", ".join(kind))
    return kind(str(raw))


def _list(raw: object, key: str) -> list[object]:
    if not isinstance(raw, list):
        raise NotList(key=key)
    return raw


def _text(raw: object, key: str) -> str:
    if not isinstance(raw, str):
        raise NotText(key=key)
    return raw


def _words(raw: object, key: str) -> str:
    if not _text(raw, key).strip():
        raise EmptyText(key=key)
    return _text(raw, key)


def _whole(raw: object, key: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise NotWhole(key=key)
    return raw


def _truth(raw: object, key: str) -> bool:
    if not isinstance(raw, bool):
        raise NotTruth(key=key)
    return raw


def _date(raw: object, key: str) -> dt.date:
    if not isinstance(raw, dt.date) or isinstance(raw, dt.datetime):
        raise NotDate(key=key)
    return raw


def _days(raw: object, key: str) -> Fraction:
    try:
        found = limit.days(raw) if isinstance(raw, str) else None
    except LimitInvalid:
        found = None
    if not found:
        raise NotDays(key=key)
    return found


def _time(raw: object, key: str) -> dt.time:
    if not isinstance(raw, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", raw):
        raise NotTime(key=key)
    return dt.time.fromisoformat(raw)


def _session(raw: object, key: str) -> Session:
    moments = [_time(moment, key) for moment in _list(raw, key)]
    if len(moments) != 2 or moments[0] >= moments[1]:
        raise NotSession(key=key)
    return Session(*moments)


def _labels(raw: object, key: str) -> Mapping[str, str]:
    if not isinstance(raw, dict):
        raise NotTable(key=key)
    for lane in raw:
        if lane not in LANES:
            raise KeyUnknown(key=f"{key}.{lane}")
    return MappingProxyType({lane: _words(label, f"{key}.{lane}") for lane, label in raw.items()})


_SIMPLE: Final[dict[Any, Callable[[object, str], object]]] = {
    str: _words,
    int: _whole,
    bool: _truth,
    dt.date: _date,
    Fraction: _days,
    dt.time: _time,
    Session: _session,
}
