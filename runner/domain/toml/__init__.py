"""A TOML file as frozen values, by the dataclasses that are its schema; one error lists all its faults."""

from typing import TypeVar

from runner.domain.toml.builder import build
from runner.domain.toml.fault import AMONG, NEAR, Fault, Location, TomlInvalid, TomlTooLarge
from runner.domain.toml.position import lines
from runner.domain.toml.syntax import MAX_BYTES, load
from runner.domain.toml.table import Check, bare, duplicates, hint, keys, row, rows, texts_at, values_at
from runner.domain.toml.writer import write
from runner.errors import Refused

__all__ = [
    "AMONG",
    "MAX_BYTES",
    "NEAR",
    "Check",
    "Fault",
    "Location",
    "TomlInvalid",
    "TomlTooLarge",
    "bare",
    "duplicates",
    "hint",
    "keys",
    "lines",
    "load",
    "read",
    "read_checked",
    "row",
    "rows",
    "texts_at",
    "values_at",
    "write",
]

_T = TypeVar("_T")


def read(shape: type[_T], data: bytes, check: Check) -> _T:
    """A `shape` from a whole file. `check` compares keys with each other, in tables of any shape.

    Raises `TomlInvalid` with all that is wrong, by line.
    """
    from runner.domain.toml import reader  # noqa: PLC0415  pydantic takes a tenth of a second: only where a file is read

    made: _T = reader.read(shape, data, check)
    return made


def read_checked(shape: type[_T], data: bytes, check: Check) -> _T:
    """What `read` gives, of a file that it has passed before: sooner, and without a check unless the value fails.

    Raises `TomlInvalid` where an earlier release has passed what this one cannot use.
    """
    try:
        made: _T = build(shape, load(data))
    except (LookupError, TypeError, ValueError, AttributeError, Refused):
        return read(shape, data, check)
    return made
