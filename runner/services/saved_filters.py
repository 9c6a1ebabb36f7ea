"""The filters of the inbox that people save for themselves."""

from __future__ import annotations

from datetime import datetime

from runner.domain.person import Person
from runner.domain.strict_json import storable
from runner.errors import Refused
from runner.store import saved_filter
from runner.store.saved_filter import SavedFilter
from runner.store.session import Database

MOST, LONGEST, LONGEST_QUERY = 20, 60, 500
"""Filters of one person, characters of a name and of what it stands for."""


class FilterUnnamed(Refused):
    """Hãy đặt tên cho bộ lọc, tối đa {limit} ký tự."""


class FiltersFull(Refused):
    """Mỗi người lưu được tối đa {limit} bộ lọc; hãy xóa bớt."""


class SavedFilters:
    """Each person sees and changes only their own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def of(self, person: Person) -> list[SavedFilter]:
        """The person's filters, the oldest first."""
        with self.database.read() as tx:
            return saved_filter.of(tx, person.id)

    def save(self, person: Person, name: str, query: str, now: datetime) -> SavedFilter:
        """Keep a filter; one of the same name is written anew. Raises `FilterUnnamed`, `FiltersFull`."""
        saved = SavedFilter(" ".join(name.split()), query)
        if not saved.name or len(saved.name) > LONGEST or len(query) > LONGEST_QUERY or not storable(name + query):
            raise FilterUnnamed(limit=LONGEST)
        with self.database.change() as tx:
            known = {each.name for each in saved_filter.of(tx, person.id)}
            if saved.name not in known and len(known) >= MOST:
                raise FiltersFull(limit=MOST)
            saved_filter.save(tx, person.id, saved, now)
        return saved

    def remove(self, person: Person, name: str) -> None:
        """Forget a filter, if it is there."""
        with self.database.change() as tx:
            if storable(name):
                saved_filter.remove(tx, person.id, name)
