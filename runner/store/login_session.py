"""Visits: browsers in which somebody has signed in. Known by the SHA-256 of the id that only the browser has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, update

from runner.domain.person import Person
from runner.store import registry, table
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.table import columns


@dataclass(frozen=True, slots=True)
class Row:
    """A visit: whose it is, when they signed in, and when they last asked for something (to the minute)."""

    sha256: bytes
    person: str
    created: datetime
    seen: datetime


_THIS = table.visit.c.sha256 == bindparam("sought")
_VISIT = columns(table.visit, Row)
_GET = Prepared(
    registry.ACTIVE.join(table.visit, table.visit.c.person == table.person.c.id).add_columns(*_VISIT).where(_THIS)
)
_SAVE = insert(table.visit)
_SEE = update(table.visit).where(_THIS).values(seen=bindparam("moment"))
_END = delete(table.visit).where(_THIS)
_END_ALL = delete(table.visit).where(table.visit.c.person == bindparam("whose"))
_FORGET = delete(table.visit).where(
    or_(table.visit.c.seen <= bindparam("idle_since"), table.visit.c.created <= bindparam("made_before"))
)


def get(tx: Transaction, sha256: bytes) -> tuple[Row, Person] | None:
    """The visit, even one that has lasted too long, and whose it is; None, too, when the account is closed."""
    found = _GET.all(tx, {"sought": sha256})
    if not found:
        return None
    [person] = registry.assembled(row[: -len(_VISIT)] for row in found)
    return Row(*found[0][-len(_VISIT) :]), person


def save(tx: Transaction, visit: Row) -> None:
    """Keep a new visit."""
    tx.execute(_SAVE, table.row(visit))


def see(tx: Transaction, sha256: bytes, now: datetime) -> None:
    """Note that somebody was there; one that has ended stays ended."""
    tx.execute(_SEE, {"sought": sha256, "moment": now})


def end(tx: Transaction, sha256: bytes) -> None:
    """End a visit, if it is there."""
    tx.execute(_END, {"sought": sha256})


def end_all(tx: Transaction, person: str) -> None:
    """End every visit of a person."""
    tx.execute(_END_ALL, {"whose": person})


def forget(tx: Transaction, idle_since: datetime, made_before: datetime) -> None:
    """Throw away visits last seen, or made, up to those moments."""
    tx.execute(_FORGET, {"idle_since": idle_since, "made_before": made_before})
