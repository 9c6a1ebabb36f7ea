"""The facts of a procedure as a form: its fields from their schema, what was typed as a table, the file edited.

Only what changes is written: comments and the rest of the file stay as they are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

from tomlkit import array, document, inline_table, parse
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Item

from runner.domain import procedure, toml
from runner.domain.person import KINDS
from runner.domain.procedure import Procedure
from runner.domain.toml import TomlInvalid, bare, keys, row, syntax
from runner.domain.toml.description import descriptions
from runner.domain.toml.types import LANE
from runner.language import say

Table = dict[str, Any]

QUOTED: Final = (
    ("time", "text"),
    ("apology", "text"),
    ("retention", "text"),
    ("steps", "text"),
    ("steps", "actors"),
    ("branches", "outcomes", "text"),
    ("dossier", "name"),
    ("fees", "text"),
    ("records", "text"),
    ("works", "text"),
)
"""The keys that have the words of the decision."""


@dataclass(frozen=True, slots=True)
class Field:
    """A key. `words` say what it means, in Vietnamese; `fields` are those of a table or of each row.

    `kind` is ``text``, ``lines``, ``date``, ``number``, ``days``, ``flag``, ``choice``, ``choices``, ``table`` or
    ``rows``.
    """

    key: str
    kind: str
    words: str
    required: bool
    options: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def label(self) -> str:
        """The first clause of what it means, in the reader's language."""
        return re.split(r"[;:.,(]\s*", say(self.words).rstrip("."), maxsplit=1)[0].strip()

    @property
    def hint(self) -> str:
        """What it means, where that is more than its label."""
        words = say(self.words)
        return "" if words.rstrip(".") == self.label else words


@cache
def fields(shape: Any = Procedure) -> tuple[Field, ...]:
    """The fields of a table, in the order of its schema."""
    words = descriptions(shape)
    return tuple(_field(key, kind, required, words[key]) for key, (kind, required) in keys(shape).items())


def _field(key: str, kind: Any, required: bool, words: str) -> Field:
    named, options, inner = _kind(kind)
    return Field(key, named, words, required, options, inner)


def _kind(kind: Any) -> tuple[str, tuple[str, ...], tuple[Field, ...]]:
    """The kind of a field, what can be chosen (nothing: the province's lanes), and the fields of its rows."""
    plain, rows = bare(kind), get_origin(bare(kind)) is tuple
    if LANE in get_args(get_args(plain)[0] if rows else kind):
        return ("choices" if rows else "choice"), (), ()
    item = row(plain) if rows else plain
    if keys(item):
        return ("rows" if rows else "table"), (), fields(item)
    if get_origin(item) is Literal or (isinstance(item, type) and issubclass(item, Enum)):
        options = tuple(str(each) for each in (get_args(item) or item))
        return ("choices" if rows else "choice"), options, ()
    if rows:
        return "lines", (), ()
    simple = {bool: "flag", int: "number", dt.date: "date", object: "days"}
    return simple.get(item, "text"), (), ()


# -- what a file says, as it is typed ----------------------------------------------------------------------------------


def typed(data: bytes) -> Table:
    """What the form shows of a file. Raises `TomlInvalid` for what is no TOML."""
    return _shown(fields(), syntax.load(data))


def _shown(known: tuple[Field, ...], table: Mapping[str, Any]) -> Table:
    return {each.key: _value_shown(each, table[each.key]) for each in known if each.key in table}


def _value_shown(field: Field, value: Any) -> Any:
    match field.kind, value:
        case "rows", list():
            return [_shown(field.fields, each) if isinstance(each, Mapping) else {} for each in value]
        case "table", Mapping():
            return _shown(field.fields, value)
        case "lines", list():
            return "\n".join(str(each).replace("\n", CONTINUED) for each in value)
        case "choices", list():
            return [str(each) for each in value]
        case "flag", bool():
            return "on" if value else ""
        case _:
            return value.isoformat() if isinstance(value, dt.date) else str(value)


CONTINUED: Final = "\n    "
"""How a line of a list goes on where it has a line break itself."""


# -- what was typed, as the table of a file ----------------------------------------------------------------------------


def table(given: Mapping[str, Any], known: tuple[Field, ...] | None = None) -> Table:
    """The table that was typed; what cannot be read as its kind stays text, for the reader to say what is wrong."""
    found: Table = {}
    for each in fields() if known is None else known:
        value = _value(each, given.get(each.key))
        if value not in (None, "", [], {}, False) or (each.required and value is not None):
            found[each.key] = value
    return found


def _value(field: Field, given: Any) -> Any:
    match field.kind:
        case "rows":
            rows = given if isinstance(given, list) else []
            return [table(each, field.fields) for each in rows if isinstance(each, Mapping)]
        case "table":
            there = isinstance(given, Mapping) and (field.required or _any(given))
            return table(given, field.fields) if there else None
        case "choices":
            return [each for each in (given if isinstance(given, list) else [given]) if each]
        case "flag":
            return bool(given)
    text = str(given or "").replace("\r\n", "\n")
    if field.kind == "lines":
        return [line.replace(CONTINUED, "\n").strip() for line in re.split(r"\n(?! {4})", text) if line.strip()]
    text = text.strip()
    if field.kind == "number":
        return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else text or None
    if field.kind == "date":
        return _date(text)
    return text if text or field.kind == "text" else None


def _any(given: Any) -> bool:
    """Whether anything was typed."""
    if isinstance(given, Mapping):
        return any(_any(each) for each in given.values())
    return any(_any(each) for each in given) if isinstance(given, list) else bool(str(given).strip())


def _date(text: str) -> dt.date | str | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text or None


# -- the file ----------------------------------------------------------------------------------------------------------


def edited(data: bytes, wanted: Mapping[str, Any]) -> bytes:
    """The file with the values of `wanted`: what is the same stays byte for byte, comments too.

    A file that is no TOML is written anew.
    """
    try:
        made = parse(data.decode("utf-8"))
    except (TOMLKitError, UnicodeDecodeError):
        made = document()
    _merge(made, wanted, fields())
    return made.as_string().encode()


def _merge(made: Any, wanted: Mapping[str, Any], known: tuple[Field, ...]) -> None:
    kinds = {each.key: each for each in known}
    for key in [key for key in made if key not in wanted and key in kinds]:
        del made[key]
    for key, value in wanted.items():
        if key not in made:
            made[key] = _item(value)
        elif isinstance(value, Mapping) and hasattr(made[key], "items"):
            _merge(made[key], value, kinds[key].fields)
        elif _rows(value) and isinstance(made[key], list) and len(made[key]) == len(value):
            for old, new in zip(made[key], value, strict=True):
                _merge(old, new, kinds[key].fields)
        elif isinstance(made[key], AoT) and _rows(value):
            _resize(made[key], value, kinds[key].fields)
        elif _ordered(_plain(made[key]), kinds[key]) != _ordered(value, kinds[key]):
            made[key] = _item(value)


def _resize(made: AoT, wanted: list[Any], known: tuple[Field, ...]) -> None:
    """A list of tables with as many tables as wanted."""
    while len(made) > len(wanted):
        del made[-1]
    for old, new in zip(made, wanted, strict=False):
        _merge(old, new, known)
    for new in wanted[len(made) :]:
        made.append(parse(toml.write(new)))


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _ordered(value: Any, field: Field) -> Any:
    """A value to compare: boxes are ticked in the page's order, which changes nothing."""
    return sorted(value, key=str) if field.kind == "choices" and isinstance(value, list) else value


def _plain(item: Any) -> Any:
    return item.unwrap() if isinstance(item, Item) else item


def _item(value: Any) -> Any:
    """A value as tomlkit writes it: each text of a list, and each row, on a line of its own."""
    if isinstance(value, list):
        made = array()
        for each in value:
            made.append(_item(each))
        return made.multiline(len(value) > 1 or _rows(value))
    if isinstance(value, Mapping):
        inner = inline_table()
        inner.update({key: _item(each) for key, each in value.items()})
        return inner
    return value


# -- the decision's words ----------------------------------------------------------------------------------------------


def unquoted(facts: Mapping[str, Any], text: str) -> Iterator[tuple[toml.Location, str]]:
    """The quotations, by their place, that the text of the decision does not have; none where there is no text."""
    known = _folded(text)
    for names in QUOTED if known else ():
        for at, value in toml.values_at(facts, *names):
            place = at[:-1] if isinstance(at[-1], int) else at  # one line of a list
            yield from ((place, line) for line in str(value).split("\n") if _folded(line) not in known)


def _folded(text: str) -> str:
    return re.sub(r"[\s“”\"]+", " ", text).casefold().strip()


def faults(data: bytes, lanes: Iterable[str] = KINDS) -> TomlInvalid | None:
    """All that is wrong with a file of facts, which may name these lanes; None where nothing is."""
    try:
        procedure.read_procedure(data, lanes=tuple(lanes))
    except TomlInvalid as error:
        return error
    return None
