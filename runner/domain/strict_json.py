"""JSON from outside, read strictly: RFC 8259 as RFC 7493 narrows it.

Names once, texts of whole characters, numbers that every program keeps exactly, so that nothing is guessed or lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum, auto
from typing import Any, Final, NoReturn

from runner.unicode import composed, composed_values

MAX_DEPTH: Final = 20
"""Levels of objects and lists in each other."""


class Fault(Enum):
    """What is wrong with JSON."""

    SIZE = auto()
    ENCODING = auto()
    """The bytes are no UTF-8."""
    CONTROL = auto()
    """A control character stands in a text as it is, not as ``\\u0009``."""
    SYNTAX = auto()
    NAME_TWICE = auto()
    DEPTH = auto()
    NUMBER = auto()
    TEXT = auto()


class JsonInvalid(ValueError):
    """The text is not strict JSON; `what` is the name or number at fault, shortened."""

    def __init__(self, fault: Fault, what: str = "") -> None:
        super().__init__(fault, what)
        self.fault = fault
        self.what = what[:64]


def read(data: bytes, most: int) -> Any:
    """The value of JSON of at most `most` bytes; numbers with a fraction are exact decimals, texts are composed.

    Raises `JsonInvalid`.
    """
    if len(data) > most:
        raise JsonInvalid(Fault.SIZE)
    if b"\x00" in data:  # UTF-16 and UTF-32, whose every ASCII character has one
        raise JsonInvalid(Fault.ENCODING)
    try:
        text = data.decode("utf-8-sig")  # Windows' Notepad writes a byte order mark
        value = json.loads(text, object_pairs_hook=_once, parse_float=_exact, parse_constant=_no_constant)
    except RecursionError:
        raise JsonInvalid(Fault.DEPTH) from None
    except JsonInvalid:
        raise
    except UnicodeDecodeError:
        raise JsonInvalid(Fault.ENCODING) from None
    except json.JSONDecodeError as error:
        control = error.msg.startswith("Invalid control character")
        raise JsonInvalid(Fault.CONTROL if control else Fault.SYNTAX) from None
    except ValueError:
        raise JsonInvalid(Fault.SYNTAX) from None
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        if not all(storable(each) for each in level if isinstance(each, str)):
            raise JsonInvalid(Fault.TEXT)
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return composed_values(value)
    raise JsonInvalid(Fault.DEPTH)


def storable(text: str) -> bool:
    """Whether every database can keep `text`: no NUL, no half of a character."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    return value if isinstance(value, list) else ()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for name, value in ((composed(name), value) for name, value in pairs):
        if name in table:
            raise JsonInvalid(Fault.NAME_TWICE, name)
        table[name] = value
    return table


def _exact(number: str) -> Decimal:
    try:
        value = Decimal(number)
        if Decimal(repr(float(value))) == value:
            return value
    except ArithmeticError:
        pass
    raise JsonInvalid(Fault.NUMBER, number)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
