"""Accounts and the lanes in which their people work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from runner.domain.person import Person
from runner.errors import NotFound
from runner.store import registry
from runner.store.session import Database


class PersonUnknown(NotFound):
    """Không có tài khoản {person}."""


class People:
    """Accounts."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self._now = now

    def get(self, person: str) -> Person:
        """The account with this id, with its lanes as they are now. Raises `PersonUnknown`."""
        with self.database.read() as tx:
            found = registry.person(tx, person)
        if found is None:
            raise PersonUnknown(person=person)
        return found

    def all(self) -> list[Person]:
        """Every account that is not closed, by id."""
        with self.database.read() as tx:
            return registry.people(tx)

    def save(self, person: Person, by: Person | None = None) -> None:
        """Store an account with exactly these lanes, replacing those before."""
        with self.database.change() as tx:
            registry.save_person(tx, person, self._now(), by)

    def dismiss(self, person: str, by: Person | None = None) -> None:
        """Close an account; its access ends with its next request."""
        self.get(person)
        with self.database.change() as tx:
            registry.dismiss(tx, person, self._now(), by)
