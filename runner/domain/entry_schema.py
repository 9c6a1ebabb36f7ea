"""The JSON Schema of the journal's entries, made from their classes.

``python -m runner.domain.entry_schema > docs/schema/journal.json`` writes the copy in the documentation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from types import UnionType
from typing import Any, get_args, get_origin

from runner.domain.channel import Channel
from runner.domain.circumstances import Actor, Circumstances
from runner.domain.entry import BODIES, FORMAT, Attempt, Body, Command
from runner.domain.payload import Key, Part, keys
from runner.domain.semantics import CURRENT, UNTYPED

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

RANGES: Mapping[str, Schema] = {"semantics": {"minimum": UNTYPED, "maximum": CURRENT}}
"""What a key's type does not say."""


def schema() -> Schema:
    """The schema of an entry as the REST interface gives it: its ``kind`` and its ``payload``, null once erased."""
    bodies = sorted(BODIES.values(), key=_name)
    return {
        "$schema": DIALECT,
        "title": "An entry of the journal of a case",
        "type": "object",
        "required": ["kind", "payload"],
        "oneOf": [
            {"properties": {"kind": {"const": kind}, "payload": {"oneOf": [{"type": "null"}, *formats]}}}
            for kind, formats in _by_kind(bodies).items()
        ],
        "$defs": {_name(body): _payload(body) for body in bodies}
        | {f"{_name(body)}_command": _object(body) for body in bodies if issubclass(body, Command)}
        | {"attempt": _attempt(bodies), "actor": _object(Actor), "channel": _object(Channel)},
    }


def written() -> str:
    """The schema as it stands in the documentation."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _name(body: type[Body]) -> str:
    return body.kind if body.format == 1 else f"{body.kind}.{body.format}"


def _by_kind(bodies: Sequence[type[Body]]) -> dict[str, list[Schema]]:
    found: dict[str, list[Schema]] = {}
    for body in bodies:
        found.setdefault(body.kind, []).append(_ref(_name(body)))
    return found


def _payload(body: type[Body]) -> Schema:
    """The whole payload of an entry with this body."""
    around = {key.name: key for key in keys(Circumstances)}
    if not issubclass(body, Command):
        return _object(body, around["who"], around["organisation"], around["via"])
    made = _object(body, *around.values())
    made["required"].append("calendar")
    return made


def _attempt(bodies: Sequence[type[Body]]) -> Schema:
    return {
        "description": cleandoc(Attempt.__doc__ or ""),
        "type": "object",
        "properties": {"kind": {"type": "string"}, "facts": {"type": "object"}, "actor": {"type": "string"}},
        "required": ["kind", "facts", "actor"],
        "additionalProperties": False,
        "oneOf": [
            {"properties": {"kind": {"const": body.kind}, "facts": _ref(f"{_name(body)}_command")}}
            for body in bodies
            if issubclass(body, Command)
        ],
    }


def _object(part: type[Part], *more: Key) -> Schema:
    """An object with the keys of a part and `more`, and with no others."""
    known = (*keys(part), *more)
    format = {FORMAT: {"const": part.format}} if issubclass(part, Body) and part.format > 1 else {}
    return {
        "description": cleandoc(part.__doc__ or ""),
        "type": "object",
        "properties": {key.name: _key(key) for key in known} | format,
        "required": [*(key.name for key in known if key.required), *format],
        "additionalProperties": False,
    }


def _key(key: Key) -> Schema:
    if key.required:
        return _type(key.type) | RANGES.get(key.name, {})
    # The default is never written.
    hint = get_args(key.type)[0] if get_origin(key.type) is UnionType else key.type
    return (
        _type(hint) if key.default is None else _type(hint) | RANGES.get(key.name, {}) | {"not": {"const": key.default}}
    )


def _type(hint: Any) -> Schema:
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind is UnionType:
        return {"oneOf": [{"type": "null"}, _type(inner[0])]}
    if kind is tuple:
        return {"type": "array", "items": _type(inner[0])}
    if kind is Mapping:
        return {"type": "object"} | ({} if inner[1] is Any else {"additionalProperties": _type(inner[1])})
    return {str: {"type": "string"}, int: {"type": "integer"}}.get(kind) or _ref(kind.__name__.lower())


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


if __name__ == "__main__":
    print(written(), end="")
