"""Marks the database of a demonstration, whose clock may be set."""

from __future__ import annotations

from runner.store import setting
from runner.store.session import Database

_MARK, _OFFICE, _YES = "demo", "demo-office", "yes"


class Demonstration:
    """What the database keeps about a demonstration beside its cases."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def marked(self) -> bool:
        """Whether this database holds a demonstration only."""
        return self._has(_MARK)

    def mark(self) -> None:
        """Make this the database of a demonstration, for good."""
        self._set(_MARK)

    def played(self) -> bool:
        """Whether the dossiers of the demonstration's office are there already."""
        return self._has(_OFFICE)

    def keep_played(self) -> None:
        """Note that the dossiers of the demonstration's office are there."""
        self._set(_OFFICE)

    def _has(self, key: str) -> bool:
        with self.database.read() as tx:
            return setting.get(tx, key) == _YES

    def _set(self, key: str) -> None:
        with self.database.change() as tx:
            setting.save(tx, key, _YES)
