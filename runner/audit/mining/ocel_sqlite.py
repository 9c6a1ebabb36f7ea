"""OCEL 2.0 as a database of SQLite: a table for each type of events and of objects, and those of the relations."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from runner.audit.mining.log import Trace
from runner.audit.mining.ocel import EVENT, OBJECTS, Value, happenings, things

TABLES: Final = """
CREATE TABLE event (ocel_id TEXT NOT NULL PRIMARY KEY, ocel_type TEXT NOT NULL);
CREATE TABLE event_map_type (ocel_type TEXT NOT NULL PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE object (ocel_id TEXT NOT NULL PRIMARY KEY, ocel_type TEXT NOT NULL);
CREATE TABLE object_map_type (ocel_type TEXT NOT NULL PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE event_object (
  ocel_event_id TEXT NOT NULL REFERENCES event (ocel_id), ocel_object_id TEXT NOT NULL REFERENCES object (ocel_id),
  ocel_qualifier TEXT NOT NULL, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (
  ocel_source_id TEXT NOT NULL REFERENCES object (ocel_id), ocel_target_id TEXT NOT NULL REFERENCES object (ocel_id),
  ocel_qualifier TEXT NOT NULL, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""
KINDS: Final = {"string": "TEXT", "time": "TIMESTAMP", "integer": "INTEGER", "float": "REAL", "boolean": "BOOLEAN"}
BEGINNING: Final = "1970-01-01 00:00:00"


class OcelSqliteWriter:
    """Writes a log, a case at a time. A type of events gets its table when the first of it comes."""

    def __init__(self, path: Path, name: str) -> None:
        path.write_bytes(b"")  # where nothing can be written, the operating system says why
        self._log = sqlite3.connect(path, isolation_level=None)
        self._log.execute("PRAGMA journal_mode = OFF")
        self._log.execute("PRAGMA synchronous = OFF")  # a log that is not whole is thrown away
        self._log.executescript(TABLES)
        self._log.execute("BEGIN")
        self._known: set[str] = set()
        self._events: dict[str, str] = {}
        for kind, attributes in OBJECTS.items():
            self._log.execute("INSERT INTO object_map_type VALUES (?, ?)", (kind, kind))
            self._table(f"object_{kind}", {"ocel_changed_field": "string", **attributes})

    def add(self, trace: Trace) -> None:
        """Write one case."""
        insert = self._log.execute
        for each in things(trace, self._known):
            insert("INSERT INTO object VALUES (?, ?)", (each.id, each.type))
            own = [_plain(each.values.get(name)) for name in OBJECTS[each.type]]
            self._insert(f"object_{each.type}", each.id, BEGINNING, None, *own)
            self._log.executemany(
                "INSERT INTO object_object VALUES (?, ?, ?)", [(each.id, *relation) for relation in each.relations]
            )
        for event in happenings(trace):
            insert("INSERT INTO event VALUES (?, ?)", (event.id, event.type))
            own = [_plain(event.values.get(name)) for name in EVENT]
            self._insert(f"event_{self._of(event.type)}", event.id, _plain(event.at), *own)
            self._log.executemany(
                "INSERT INTO event_object VALUES (?, ?, ?)", [(event.id, *relation) for relation in event.relations]
            )

    def close(self) -> None:
        """Write what is still in memory."""
        self._log.execute("COMMIT")
        self._log.close()

    def _of(self, kind: str) -> str:
        """The name by which the tables know a type of events: activities are words of people, tables are not."""
        if kind not in self._events:
            self._events[kind] = f"e{len(self._events) + 1}"
            self._log.execute("INSERT INTO event_map_type VALUES (?, ?)", (kind, self._events[kind]))
            self._table(f"event_{self._events[kind]}", EVENT)
        return self._events[kind]

    def _table(self, name: str, attributes: Mapping[str, str]) -> None:
        own = "".join(f', "{each}" {KINDS[kind]}' for each, kind in attributes.items())
        self._log.execute(f'CREATE TABLE "{name}" (ocel_id TEXT NOT NULL, ocel_time TIMESTAMP NOT NULL{own})')

    def _insert(self, table: str, *values: object) -> None:
        gaps = ", ".join("?" * len(values))
        self._log.execute(f'INSERT INTO "{table}" VALUES ({gaps})', values)  # noqa: S608  a name of ours, not of people


def _plain(value: Value) -> str | int | float | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    return round(value, 4) if isinstance(value, float) else value
