"""The kinds of values in our TOML files, as types of dataclasses. Nothing is guessed or converted silently.

The mark on a type makes pydantic's schema of it (a plain dict, as `pydantic_core.core_schema` describes them), and with
that the JSON Schema, once pydantic asks; to declare a type imports nothing of pydantic.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeVar

from runner.domain import limit
from runner.errors import Refused

_T = TypeVar("_T")
_Schema = dict[str, Any]


class Unfit(ValueError):
    """A value of a wrong kind: `template` is a sentence for `facts` and ``key``."""

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template)
        self.template = template
        self.facts = facts


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A mark on a type: `build` makes its schema from pydantic's own. `single`: in the file it is no table.
    `short`: the key of a table that may be written as its text alone.

    `make` does to a value that is known to fit what pydantic would do by the schema.
    """

    build: Callable[[_Schema], _Schema]
    single: bool = False
    make: Callable[[Any], object] = field(default=lambda value: value)
    short: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], _Schema]) -> _Schema:
        return self.build(handler(source))


def strict(**bounds: object) -> Kind:
    """Values of the very type, within `bounds`."""
    return Kind(lambda schema: {**schema, "strict": True, **bounds})


def parsed(parse: Callable[[Any], object], template: str, **schema: object) -> Kind:
    """What `parse` makes of the value; `template` is the sentence if it raises TypeError or ValueError.

    `schema` is the JSON Schema of what it takes.
    """

    def read(raw: object) -> object:
        try:
            return parse(raw)
        except (TypeError, ValueError):
            raise Unfit(template) from None

    metadata = {"pydantic_js_functions": [lambda *_: dict(schema)]}
    return Kind(lambda _: {"type": "function-plain", "function": _plain(read), "metadata": metadata}, True, parse)


def short(key: str) -> Kind:
    """A table that may be written as the text of its `key` alone."""

    def read(raw: object, handler: Callable[[object], object]) -> object:
        if isinstance(raw, str) and not raw.strip():
            raise Unfit("khóa “{key}” không được để trống.")
        return handler({key: raw} if isinstance(raw, str) else raw)

    return Kind(lambda table: {"type": "function-wrap", "function": _plain(read), "schema": table}, short=key)


def texts(pattern: str, parse: Callable[[str], _T]) -> Callable[[object], _T]:
    """A parser of the texts that `pattern` fits as a whole. It raises ValueError."""
    fits = re.compile(pattern).fullmatch

    def read(raw: object) -> _T:
        if not isinstance(raw, str) or not fits(raw):
            raise ValueError(raw)
        return parse(raw)

    return read


def _plain(function: Callable[..., object]) -> _Schema:
    return {"type": "no-info", "function": function}


def _guarded(raw: object, handler: Callable[[object], object]) -> object:
    try:
        return handler(raw)
    except Refused as error:
        raise Unfit("khóa “{key}”: {error}", error=error) from None


FROZEN: Final = Kind(
    lambda schema: {"type": "function-after", "function": _plain(MappingProxyType), "schema": schema},
    make=MappingProxyType,
)
"""A read-only mapping."""
GUARDED: Final = Kind(lambda schema: {"type": "function-wrap", "function": _plain(_guarded), "schema": schema})
"""A class of the domain that may refuse its values; its sentence is then the fault."""
LEFT_OUT: Final = Kind(lambda schema: {"type": "default", "default": None, "schema": schema})
"""None where the key is left out, for a field that has no default."""

_DAYS: Final = rf"^(?!0+(\.0)?$){limit.DAYS.pattern}$"
CLOCK_TIME: Final = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
clock_time: Final = texts(CLOCK_TIME, dt.time.fromisoformat)
"""Hours and minutes of a text such as ``07:30``. Raises ValueError."""

ID: Final = "^[a-z][a-z0-9_-]{0,59}$"
Id = Annotated[
    str,
    parsed(
        texts(ID, str),
        "khóa “{key}” phải là id viết bằng chữ thường không dấu, số và gạch nối.",
        type="string",
        pattern=ID,
    ),
]
"""What other keys and diagrams name."""
LANE: Final = parsed(texts(ID, str), "khóa “{key}” phải là id của một vai trò.", type="string", pattern=ID)
LaneId = Annotated[str, LANE]
"""The id of a lane."""
Text = Annotated[str, strict(pattern=r"\S", regex_engine="python-re")]
"""Text that says something; a text that may be empty is a plain `str`."""
Count = Annotated[int, strict(ge=0, le=9999)]
"""A number of days, years or papers."""
Dong = Annotated[int, strict(ge=0, le=10**12)]
"""Money."""
Year = Annotated[int, strict(ge=dt.MINYEAR, le=dt.MAXYEAR)]
Flag = Annotated[bool, strict()]
Date = Annotated[dt.date, strict()]
Some = Annotated[tuple[_T, ...], Kind(lambda schema: {**schema, "min_length": 1})]
"""A list with at least one item."""
Days = Annotated[
    Fraction,
    parsed(
        texts(_DAYS, limit.days),
        'khóa “{key}” phải là số ngày lớn hơn 0, tính đến nửa ngày, viết như "12" hoặc "0.5".',
        type="string",
        pattern=_DAYS,
    ),
]
ClockTime = Annotated[
    dt.time,
    parsed(clock_time, 'khóa “{key}” phải là giờ và phút, viết như "07:30".', type="string", pattern=CLOCK_TIME),
]
"""Hours and minutes, local time."""
