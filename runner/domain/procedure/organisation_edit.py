"""Edits of a province's organisation: from the table of one ``province.toml`` to that of the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, fields
from typing import Any, Final

from runner.domain import toml
from runner.domain.form.component import unprintable
from runner.domain.procedure.province import Agency, Division, Province, ProvinceLane
from runner.errors import Refused

Table = dict[str, Any]
Edit = Callable[[Table], Table]

OWN: Final = ("name", "agency", "division", "centre", "section", "case_number")
"""The keys of the province itself."""
SHAPES: Final = {"agencies": Agency, "divisions": Division, "lanes": ProvinceLane}
"""The tables of the organisation."""
_SCHEMA: Final = "#:schema ../../docs/schema/province.json\n"


class NameUnprintable(Refused):
    """“{text}” có ký tự không in được; hãy gõ lại."""


class NothingChanged(Refused):
    """Tổ chức không đổi gì."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `key` as in the file, ``lanes.printing.label``; "" before or after where there is none."""

    key: str
    before: str
    after: str


def table(file: bytes) -> Table:
    """The table of a ``province.toml`` that was read before."""
    return dict(toml.load(file))


def content(changed: Table) -> bytes:
    """The file of a table; the comments of the file that it came from are gone. Raises `NameUnprintable`."""
    for text in _texts(changed):
        if unprintable(text, ""):
            raise NameUnprintable(text=text[:100])
    return (_SCHEMA + toml.write(changed)).encode()


def set_own(values: Mapping[str, str]) -> Edit:
    """Give the province's own agency other names; an empty one is left out."""

    def edit(before: Table) -> Table:
        return {key: value for key, value in {**before, **values}.items() if value != ""}

    return edit


def set_row(name: str, id: str, values: Mapping[str, object]) -> Edit:
    """Declare a row of one of the tables of `SHAPES`, or give one other values; "" leaves a key out."""

    def edit(before: Table) -> Table:
        after = deepcopy(before)
        rows = after.setdefault(name, {})
        known = rows.get(id, {})
        row = {**({"label": known} if isinstance(known, str) else known), **values}
        row = {key: value for key, value in row.items() if value not in ("", None)}
        rows[id] = row["label"] if name == "lanes" and row.keys() == {"label"} else row
        return after

    return edit


def flat(province: Province) -> dict[str, str]:
    """What an organisation says, by key."""
    found = {key: getattr(province, key) for key in OWN}
    for name in SHAPES:
        for id, row in getattr(province, name).items():
            found |= {f"{name}.{id}.{each.name}": getattr(row, each.name) for each in fields(row)}
    return {key: _text(value) for key, value in found.items()}


def differences(before: Province, after: Province) -> Iterator[Change]:
    """What an edit changes, in the order of the file; what is left out on both sides is not told."""
    old, new = flat(before), flat(after)
    for key in dict.fromkeys((*old, *new)):
        if old.get(key, "") != new.get(key, "") and (key in old or new[key] != "true"):
            yield Change(key, old.get(key, ""), new.get(key, ""))


def same(one: Province, other: Province) -> bool:
    """Whether two files have the same organisation, whatever they say of calendars."""
    return flat(one) == flat(other)


def lost(before: Province, after: Province) -> list[str]:
    """The agencies, divisions and lanes that are no longer declared. Cases, people and diagrams may name them."""
    return [f"{name}.{id}" for name in SHAPES for id in getattr(before, name) if id not in getattr(after, name)]


def _texts(value: object) -> Iterator[str]:
    """Every text that stands in a table."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
