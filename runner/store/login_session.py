"""Login sessions: browsers in which a person is signed in, stored by the SHA-256 of an id that only the browser has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, update

from runner.domain.person import Person
from runner.store import registry, table
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.statement import columns, row_values


@dataclass(frozen=True, slots=True)
class Row:
    """A login session: whose it is, when they signed in, and when they last asked for something (to the minute)."""

    sha256: bytes
    person: str
    created: datetime
    seen: datetime


_THIS = table.login_session.c.sha256 == bindparam("sought")
_SESSION = columns(table.login_session, Row)
_GET = Prepared(
    registry.ACTIVE.join(table.login_session, table.login_session.c.person == table.person.c.id)
    .add_columns(*_SESSION)
    .where(_THIS)
)
_SAVE = insert(table.login_session)
_SEE = update(table.login_session).where(_THIS).values(seen=bindparam("moment"))
_END = delete(table.login_session).where(_THIS)
_END_ALL = delete(table.login_session).where(table.login_session.c.person == bindparam("whose"))
_FORGET = delete(table.login_session).where(
    or_(
        table.login_session.c.seen <= bindparam("idle_since"), table.login_session.c.created <= bindparam("made_before")
    )
)


def get(tx: Transaction, sha256: bytes) -> tuple[Row, Person] | None:
    """The session, even one that has lasted too long, and whose it is; None, too, when the account is closed."""
    found = _GET.all(tx, {"sought": sha256})
    if not found:
        return None
    [person] = registry.assembled(row[: -len(_SESSION)] for row in found)
    return Row(*found[0][-len(_SESSION) :]), person


def save(tx: Transaction, session: Row) -> None:
    """Keep a new session."""
    tx.execute(_SAVE, row_values(session))


def see(tx: Transaction, sha256: bytes, now: datetime) -> None:
    """Note a request in the session; one that has ended stays ended."""
    tx.execute(_SEE, {"sought": sha256, "moment": now})


def end(tx: Transaction, sha256: bytes) -> None:
    """End a session, if it is there."""
    tx.execute(_END, {"sought": sha256})


def end_all(tx: Transaction, person: str) -> None:
    """End every session of a person."""
    tx.execute(_END_ALL, {"whose": person})


def forget(tx: Transaction, idle_since: datetime, made_before: datetime) -> None:
    """Delete sessions last seen, or made, up to those moments."""
    tx.execute(_FORGET, {"idle_since": idle_since, "made_before": made_before})
