"""The tables of a file: the keys that a dataclass gives them, and access to values that may have any type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from runner.domain.toml.fault import Fault, Location
from runner.domain.toml.types import Kind

Check = Callable[[Mapping[str, Any]], Iterable[Fault]]
"""What looks at the keys of a table together, which may be of any shape."""


@cache
def keys(shape: Hashable) -> Mapping[str, tuple[Any, bool]]:
    """The keys of a table, each with its type and whether it is required; none of what is no dataclass."""
    if not is_dataclass(shape):
        return {}
    types = get_type_hints(shape, include_extras=True)
    return {
        field.metadata.get("alias", field.name): (types[field.name], _required(field, types[field.name]))
        for field in fields(shape)
        if field.init
    }


def _required(field: Any, kind: Any) -> bool:
    without = field.default is MISSING and field.default_factory is MISSING
    return without and NoneType not in get_args(get_args(kind)[0] if get_origin(kind) is Annotated else kind)


def bare(kind: Any) -> Any:
    """A type without marks and without None; `object` for one that is made of a single value."""
    while get_origin(kind) is Annotated or NoneType in get_args(kind):
        kind, *marks = get_args(kind)
        if any(isinstance(mark, Kind) and mark.single for mark in marks):
            return object
    return kind


def row(kind: Any) -> Any:
    """What a list has in each row, without marks; of a mapping its values; any other type as it is."""
    return bare(get_args(kind)[-1 if get_origin(kind) is not tuple else 0]) if get_origin(kind) else kind


def hint(shape: Any, at: Location) -> Any:
    """The type of what stands at a place in a `shape`."""
    for part in at:
        shape = bare(shape)
        if known := keys(shape):
            shape, _ = known[str(part)]
        else:
            shape = get_args(shape)[-1 if isinstance(part, str) else 0]
    return bare(shape)


def values_at(table: object, *names: str, at: Location = ()) -> Iterator[tuple[Location, Any]]:
    """What stands at ``branches``, ``outcomes``, ``id`` in every item of the lists on the way, with its place."""
    if isinstance(table, list):
        for number, item in enumerate(table):
            yield from values_at(item, *names, at=(*at, number))
    elif not names:
        yield at, table
    elif isinstance(table, dict) and names[0] in table:
        yield from values_at(table[names[0]], *names[1:], at=(*at, names[0]))


def texts_at(table: object, *names: str) -> Iterator[tuple[Location, str]]:
    """The texts there that are not empty."""
    return ((at, value) for at, value in values_at(table, *names) if value and isinstance(value, str))


def rows(table: Mapping[str, Any], name: str) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    """The tables of a list of tables."""
    return ((at, row) for at, row in values_at(table, name) if isinstance(row, dict))


def duplicates(table: object, *names: str) -> Iterator[Fault]:
    """The texts, numbers and dates there that stand in the same list twice."""
    seen: set[object] = set()
    for at, value in values_at(table, *names):
        places = [place for place, part in enumerate(at) if isinstance(part, int)]
        if places and isinstance(value, str | int | dt.date):
            found = (at[: places[-1]], value)
            if found in seen:
                yield Fault(at, "giá trị “{value}” của khóa “{key}” bị trùng.", {"value": value})
            seen.add(found)
