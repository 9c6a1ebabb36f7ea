"""The types of FEEL (DMN 1.3, 10.3.2.9), and values of the journal made into values of their type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from runner.feel.function import read_date, read_moment
from runner.language import say


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its name in the specification.

    `member` is that of a list's members, `fields` those of a context. `options` are the texts that a field offers;
    where it offers none in particular, there are none.
    """

    name: str
    member: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict, hash=False)
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The type in a sentence."""
        return say(_WORDS.get(self.name, self.name))

    @property
    def temporal(self) -> bool:
        """Whether a value of the type holds dates or moments, which the journal keeps as text."""
        inside = (*self.fields.values(), *((self.member,) if self.member else ()))
        return self in (DATE, MOMENT) or any(each.temporal for each in inside)


_WORDS = {
    "Null": "giá trị rỗng",
    "string": "chữ",
    "number": "số",
    "boolean": "có/không",
    "date": "ngày tháng",
    "date and time": "ngày giờ",
    "days and time duration": "khoảng thời gian theo ngày, giờ",
    "years and months duration": "khoảng thời gian theo năm, tháng",
    "list": "danh sách",
    "context": "nhóm trường",
}

ANY = Type("Any")
"""What nothing is known of."""
NULL = Type("Null")
STRING = Type("string")
NUMBER = Type("number")
BOOLEAN = Type("boolean")
DATE = Type("date")
MOMENT = Type("date and time")
SPAN = Type("days and time duration")
MONTHS = Type("years and months duration")


def listed(member: Type) -> Type:
    return Type("list", member=member)


def context(fields: Mapping[str, Type]) -> Type:
    return Type("context", fields=fields)


def merged(types: Iterable[Type]) -> Type:
    """The type of what may be of any of `types`, one at least: ANY where they differ."""
    return reduce(_both, types)


def _both(one: Type, other: Type) -> Type:
    if one == other:
        return one
    if one.name != other.name or ANY in (one, other):
        return ANY
    match one.name:
        case "list":
            return listed(_both(one.member or ANY, other.member or ANY))
        case "context":
            shared = {name: _both(one.fields[name], other.fields[name]) for name in one.fields.keys() & other.fields}
            return context({**one.fields, **other.fields, **shared})
    options = (*one.options, *other.options) if one.options and other.options else ()
    return replace(one, options=tuple(dict.fromkeys(options)))


def typed(values: Mapping[str, object], types: Mapping[str, Type]) -> dict[str, object]:
    """`values` of a case, dates and moments in text made those of FEEL where `types` say so."""
    dated = {name: _typed(values[name], kind) for name, kind in types.items() if kind.temporal and name in values}
    return {**values, **dated}


def _typed(value: object, kind: Type) -> object:
    """What is not of its type, as the journal has it."""
    match kind.name, value:
        case "date", str():
            return read_date(value) or value
        case "date and time", str():
            return read_moment(value) or value
        case "list", list() if kind.member and kind.member.temporal:
            return [_typed(each, kind.member) for each in value]
        case "context", dict():
            return typed(value, kind.fields)
    return value
