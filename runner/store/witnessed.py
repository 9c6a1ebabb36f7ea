"""What a witness has cosigned, in an SQLite file of its own: a witness needs no other database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from runner.record.witness import Seen

_TABLE = """
    CREATE TABLE IF NOT EXISTS seen (
        origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL
    )
"""


class StateUnavailable(Exception):
    """The file cannot be read or written now, e.g. on a full disk; the text says why."""


class WitnessedLogs:
    """The last checkpoint of each log. Every process and thread opens the file for itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with closing(self._open()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_TABLE)

    @contextmanager
    def log(self, origin: str) -> Iterator[WitnessedLog]:
        """The log with this origin, held by this caller alone until the block ends; then its note is on the disk.

        Raises `StateUnavailable`, after which the state is as it was before.
        """
        try:
            with closing(self._open()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield WitnessedLog(connection, origin)
                connection.execute("COMMIT")
        except sqlite3.Error as error:  # what was not committed ended with its connection
            raise StateUnavailable(str(error)) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=5, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        return connection


class WitnessedLog:
    """One log, in a transaction."""

    def __init__(self, connection: sqlite3.Connection, origin: str) -> None:
        self._connection = connection
        self._origin = origin

    def seen(self) -> Seen:
        """The last checkpoint that was cosigned."""
        found = self._connection.execute("SELECT size, root FROM seen WHERE origin = ?", [self._origin]).fetchone()
        return Seen(*found) if found else Seen()

    def note(self, size: int, root: bytes, note: str) -> None:
        """Keep a checkpoint as the last one."""
        self._connection.execute(
            "INSERT INTO seen (origin, size, root, note) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note",
            [self._origin, size, root, note],
        )
