"""The JSON Schema of a TOML file: editors complete and check by it. Keys are described in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from runner.domain.procedure import Procedure, Province
from runner.domain.toml import bare, hint, keys, row
from runner.domain.toml.description import descriptions
from runner.domain.toml.types import Kind
from runner.language import say, speaking
from runner.law.rule import RuleFile
from runner.scenario.format import Script

SHAPES: Final[Mapping[str, type[Any]]] = {
    "facts": Procedure,
    "province": Province,
    "rules": RuleFile,
    "scenario": Script,
}
"""The kinds of files, by the name of their schema in docs/schema."""


def schema(shape: type[Any]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the files that are read as a `shape`."""
    made = TypeAdapter(shape).json_schema()
    words = {name: {"enum": each["enum"]} for name, each in made["$defs"].items() if "enum" in each}
    made = _inlined(made, {f"#/$defs/{name}": each for name, each in words.items()})
    made["$defs"] = {name: each for name, each in made["$defs"].items() if name not in words}
    _describe(made, shape)
    for inner in tables(shape):
        _describe(made["$defs"][inner.__name__], inner)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def tables(shape: Any) -> Iterator[type[Any]]:
    """The dataclasses that stand below `shape`."""
    for kind, _ in keys(shape).values():
        if keys(inner := row(bare(kind))):
            yield inner
            yield from tables(inner)


def _inlined(made: Any, words: Mapping[str, Any]) -> Any:
    """The schema with the words of an enum where they are meant, so that an editor offers them there."""
    if isinstance(made, list):
        return [_inlined(each, words) for each in made]
    if not isinstance(made, dict):
        return made
    return words.get(made.get("$ref", "")) or {name: _inlined(each, words) for name, each in made.items()}


def _by_id(known: dict[str, Any], kind: Any) -> None:
    """A table of tables has no keys but ids; say of which of them the file may have a text alone."""
    kinds = get_args(kind)
    short = any(isinstance(mark, Kind) and mark.short for part in kinds[-1:] for mark in get_args(part))
    text = {"type": "string", "pattern": r"\S"}
    for pattern, table in known.get("patternProperties", {}).items():
        known["patternProperties"] = {pattern: {"anyOf": [text, table]} if short else table}
        known["additionalProperties"] = False


def _describe(table: dict[str, Any], shape: type[Any]) -> None:
    """The schema of a table with our descriptions, and without what its class is and TOML does not have (null)."""
    table.pop("description", None)
    properties = {}
    for key, text in descriptions(shape).items():
        known = {name: value for name, value in table["properties"][key].items() if name not in ("title", "default")}
        _by_id(known, hint(shape, (key,)))
        [kind] = [each for each in known.pop("anyOf", [{}]) if each != {"type": "null"}]
        with speaking("en"):
            properties[key] = known | kind | {"description": f"{text}\n\n{say(text)}"}
    table["properties"] = properties
