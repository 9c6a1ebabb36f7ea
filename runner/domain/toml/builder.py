"""Builds the values of a file that was checked before, without pydantic: it takes longer to begin than this takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from runner.domain.toml.table import keys
from runner.domain.toml.types import Kind


def build(kind: Any, raw: Any) -> Any:
    """The value of the type that `raw`, which fits it, stands for. For other `raw` it may raise any error, or none."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        marks = [mark for mark in args[1:] if isinstance(mark, Kind)]
        for mark in marks:
            raw = {mark.short: raw} if mark.short and isinstance(raw, str) else raw
        value = raw if any(mark.single for mark in marks) else build(args[0], raw)
        for mark in marks:
            value = mark.make(value)
        return value
    if NoneType in args:  # a file has no None: a key that may be None is left out
        return build(args[0], raw)
    if origin is tuple:
        return tuple(build(args[0], row) for row in raw)
    if origin is Mapping:
        return {key: build(args[1], value) for key, value in raw.items()}
    if is_dataclass(kind):
        return _row(kind, raw)
    return kind(raw) if isinstance(kind, type) and issubclass(kind, Enum) else raw


def _row(shape: Any, table: Mapping[str, Any]) -> Any:
    values = {}
    own = [field for field in fields(shape) if field.init]
    for field, (key, (kind, required)) in zip(own, keys(shape).items(), strict=True):
        if required or key in table:
            values[field.name] = build(kind, table[key])
        elif field.default is MISSING and field.default_factory is MISSING:
            values[field.name] = None
    return shape(**values)
