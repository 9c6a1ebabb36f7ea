"""OCEL 2.0 as JSON. Events are written as they come; objects wait in a file beside until all events are there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, TextIO

from runner.audit.mining.log import Trace
from runner.audit.mining.ocel import EVENT, OBJECTS, Relation, Value, happenings, things

BEGINNING = "1970-01-01T00:00:00Z"
"""The time of attributes that never change."""


class OcelJsonWriter:
    """Writes a log, a case at a time."""

    def __init__(self, path: Path, name: str) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", newline="\n")
        self._objects = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115  closed with the log
        self._known: set[str] = set()
        self._types: dict[str, None] = {}
        self._empty = {"events": True, "objects": True}
        self._file.write('{"events":[')

    def add(self, trace: Trace) -> None:
        """Write one case."""
        for each in things(trace, self._known):
            self._write(
                "objects",
                self._objects,
                {
                    "id": each.id,
                    "type": each.type,
                    "attributes": [pair | {"time": BEGINNING} for pair in _attributes(each.values)],
                    "relationships": _relations(each.relations),
                },
            )
        for event in happenings(trace):
            self._types[event.type] = None
            self._write(
                "events",
                self._file,
                {
                    "id": event.id,
                    "type": event.type,
                    "time": _plain(event.at),
                    "attributes": _attributes(event.values),
                    "relationships": _relations(event.relations),
                },
            )

    def close(self) -> None:
        """Write the objects and what types there are."""
        self._file.write('\n],"objects":[')
        self._objects.seek(0)
        copyfileobj(self._objects, self._file)
        self._objects.close()
        types = {
            "objectTypes": [_type(name, attributes) for name, attributes in OBJECTS.items()],
            "eventTypes": [_type(name, EVENT) for name in sorted(self._types)],
        }
        self._file.write("\n]," + _json(types)[1:] + "\n")
        self._file.close()

    def _write(self, what: str, file: TextIO, value: object) -> None:
        file.write("\n" if self._empty[what] else ",\n")
        self._empty[what] = False
        file.write(_json(value))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _type(name: str, attributes: Mapping[str, str]) -> dict[str, object]:
    return {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in attributes.items()]}


def _attributes(values: Mapping[str, Value]) -> list[dict[str, Any]]:
    return [{"name": key, "value": _plain(value)} for key, value in values.items() if value is not None and value != ""]


def _relations(relations: Iterable[Relation]) -> list[dict[str, str]]:
    return [{"objectId": id, "qualifier": qualifier} for id, qualifier in relations]


def _plain(value: Value) -> str | int | float | bool | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return round(value, 4) if isinstance(value, float) else value
