"""The filters of the inbox that a person has saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from runner.store.inbox_table import saved_filter
from runner.store.session import Transaction
from runner.store.statement import upsert

_OF = (
    select(saved_filter.c.name, saved_filter.c.query)
    .where(saved_filter.c.person == bindparam("who"))
    .order_by(saved_filter.c.at, saved_filter.c.name)
)
_SAVE = upsert(saved_filter)
_REMOVE = delete(saved_filter).where(
    saved_filter.c.person == bindparam("who"), saved_filter.c.name == bindparam("sought")
)


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter by the name that its person gave it; `query` is that of the inbox's address."""

    name: str
    query: str


def of(tx: Transaction, person: str) -> list[SavedFilter]:
    """The filters of a person, the oldest first."""
    return [SavedFilter(*row) for row in tx.execute(_OF, {"who": person})]


def save(tx: Transaction, person: str, saved: SavedFilter, now: datetime) -> None:
    """Keep a filter; one of the same name is written anew."""
    tx.execute(_SAVE[tx.dialect.name], {"person": person, "name": saved.name, "query": saved.query, "at": now})


def remove(tx: Transaction, person: str, name: str) -> None:
    """Forget a filter, if it is there."""
    tx.execute(_REMOVE, {"who": person, "sought": name})
