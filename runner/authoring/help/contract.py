"""The contract of diagrams as an analyst meets it in the modeler, row by row; what may be written is the linter's."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from runner.authoring.help import Example
from runner.errors import NotFound


class RowUnknown(NotFound):
    """Quy ước của sơ đồ không có mục {row}."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a row is called and what it asks for, with the marks of a rule's page; `fields`: the panel's labels."""

    name: str
    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what the file has then (`written`), which extension `properties` those are, and the `rules` that hold it.

    `example` is in the picture: a procedure that comes along, some changed to show what none of them has.
    """

    id: str
    vi: Said
    en: Said
    written: tuple[str, ...]
    properties: tuple[str, ...]
    rules: tuple[str, ...]
    example: Example


@cache
def rows() -> Mapping[str, Row]:
    """The rows by their ids, in the order of the page."""
    found = {}
    for table in tomllib.loads(files(__package__).joinpath("contract.toml").read_text("utf-8"))["rows"]:
        found[table["id"]] = Row(
            table["id"],
            _said(table, "vi"),
            _said(table, "en"),
            tuple(table.get("written", ())),
            tuple(table.get("properties", ())),
            tuple(table["rules"]),
            _example(**table["example"]),
        )
    return MappingProxyType(found)


def row(id: str) -> Row:
    """A row of the contract. Raises `RowUnknown`."""
    found = rows().get(id)
    if found is None:
        raise RowUnknown(row=id[:60])
    return found


def _said(table: Mapping[str, Any], language: str) -> Said:
    labels = tuple(pair[language == "en"] for pair in table.get("fields", ()))
    return Said(table[language]["name"], table[language]["text"].strip(), labels)


def _example(procedure: str, element: str, edits: list[list[str]] | None = None) -> Example:
    return Example(procedure, element, tuple((kind, old, new) for kind, old, new in edits or ()))
