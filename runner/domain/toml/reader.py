"""Validates a TOML file by pydantic against the dataclasses that are its schema, and lists all faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from runner.domain.toml.fault import AMONG, NEAR, Fault, Location, TomlInvalid
from runner.domain.toml.position import lines
from runner.domain.toml.syntax import load
from runner.domain.toml.table import Check, bare, hint, keys

_MISSING: Final = "thiếu khóa “{key}”."
_UNKNOWN: Final = "khóa “{key}” không có trong quy ước."
_MISPLACED: Final = "khóa “{key}” không có trong quy ước; “{name}” phải đứng trước bảng [ ] đầu tiên của tệp."
_TABLE: Final = "khóa “{key}” phải là một bảng."
_SENTENCES: Final[Mapping[str, str]] = {
    "dataclass_type": _TABLE,
    "mapping_type": _TABLE,
    "dict_type": _TABLE,
    "tuple_type": "khóa “{key}” phải là một danh sách.",
    "too_short": "khóa “{key}” phải có ít nhất một mục.",
    "string_type": "khóa “{key}” phải là một chuỗi chữ.",
    "string_pattern_mismatch": "khóa “{key}” không được để trống.",
    "int_type": "khóa “{key}” phải là một số nguyên.",
    "greater_than_equal": "khóa “{key}” phải là một số nguyên từ {ge} trở lên.",
    "less_than_equal": "khóa “{key}” phải là một số nguyên không quá {le}.",
    "bool_type": "khóa “{key}” phải là true hoặc false.",
    "date_type": "khóa “{key}” phải là một ngày, viết như 2022-06-24.",
}
"""The sentence for each type of pydantic's errors; a `runner.domain.toml.types.Unfit` brings its own."""
_NAME: Final = 60
"""A longer key is compared with no known key."""


def read(shape: Any, data: bytes, check: Check) -> Any:
    """See `runner.domain.toml.read`."""
    table = load(data)
    value, faults = None, []
    try:
        value = _adapter(shape).validate_python(table)
    except ValidationError as error:
        faults = _once([fault for each in error.errors(include_url=False) for fault in _faults(shape, each)])
    faults += check(table)
    if faults:
        at = lines(data)
        faults = [replace(fault, line=next(at[key] for key in _outwards(fault.at) if key in at)) for fault in faults]
        raise TomlInvalid(sorted(faults, key=lambda fault: fault.line))
    return value


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _outwards(at: Location) -> Iterator[Location]:
    """A place and those around it; the line of a missing key is that of its table."""
    return (at[:length] for length in range(len(at), -1, -1))


# -- faults ----------------------------------------------------------------------------------------------------------


def _faults(shape: Any, found: Mapping[str, Any]) -> Iterator[Fault]:
    """One error of pydantic's as faults."""
    error, at, facts = found["type"], found["loc"], found.get("ctx", {})
    if at[-1] == "[key]":  # of a mapping
        at = at[:-1]
    match error:
        case "missing":
            yield from (Fault(each, _MISSING) for each in _missing(hint(shape, at), at))
        case "unexpected_keyword_argument":
            known = list(keys(hint(shape, at[:-1]))) or _words(facts.get("known", ""))
            yield _unknown(at, known, keys(shape))
        case "literal_error" | "enum":
            yield Fault(at, AMONG, {"allowed": ", ".join(filter(None, _words(facts["expected"])))})
        case "too_short" if found["input"]:
            pass  # it has items, all of them at fault
        case "value_error":
            yield Fault(at, facts["error"].template, facts["error"].facts)
        case _:
            yield Fault(at, _SENTENCES[error], facts)


def _unknown(at: Location, known: Iterable[str], outer: Mapping[str, Any]) -> Fault:
    name = str(at[-1])
    if len(name) <= _NAME and (near := get_close_matches(name, known, 1, 0.8 if name in outer else 0.6)):
        return Fault(at, NEAR, {"near": near[0]})
    return Fault(at, _MISPLACED, {"name": name}) if name in outer else Fault(at, _UNKNOWN)


def _once(faults: list[Fault]) -> list[Fault]:
    """A misspelt key is not reported as missing as well."""
    meant = {(*fault.at[:-1], fault.facts["near"]) for fault in faults if fault.template == NEAR}
    return [fault for fault in faults if fault.template != _MISSING or meant.isdisjoint(_outwards(fault.at))]


def _words(expected: str) -> list[str]:
    """The words of pydantic's ``'a', 'b' or 'c'``."""
    return re.findall(r"'([^']*)'", expected)


def _missing(kind: Any, at: Location) -> Iterator[Location]:
    """A key that is missing; of a table (or a list of them) the keys that it needs."""
    kind = bare(kind)
    if get_origin(kind) is tuple and is_dataclass(row := bare(get_args(kind)[0])):
        kind, at = row, (*at, 0)
    needed = {key: inner for key, (inner, required) in keys(kind).items() if required}
    if not needed:
        yield at
    for key, inner in needed.items():
        yield from _missing(inner, (*at, key))
