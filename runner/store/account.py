"""Hashes of passwords, and the number of recent attempts to sign in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Table, bindparam, case, delete, or_, select

from runner.domain.person import Person
from runner.domain.record import RecordKind
from runner.store import record_event, table
from runner.store.session import Transaction
from runner.store.statement import PerDialect, upsert

_GET = (
    select(table.account.c.password)
    .join_from(table.account, table.person)
    .where(table.account.c.person == bindparam("sought"), table.person.c.active)
)
_SAVE = upsert(table.account)
_FORGET = delete(table.attempt).where(table.attempt.c.at <= bindparam("before"))
_FORGIVE = delete(table.attempt).where(table.attempt.c.sha256 == bindparam("who"))


def _count(insert: Callable[[Table], Any]) -> Any:
    """Count an attempt, in one statement so that two cannot both be the last one allowed; no row beyond the limit."""
    statement = insert(table.attempt)
    stale = table.attempt.c.at <= bindparam("before")
    return (
        statement.values(sha256=bindparam("who"), tries=1, at=bindparam("moment"))
        .on_conflict_do_update(
            index_elements=["sha256"],
            set_={"tries": case((stale, 1), else_=table.attempt.c.tries + 1), "at": statement.excluded.at},
            where=or_(stale, table.attempt.c.tries < bindparam("most")),
        )
        .returning(table.attempt.c.tries)
    )


_COUNT = PerDialect(_count)


def password(tx: Transaction, person: str) -> str | None:
    """The hash of the person's password; None when there is none, or the account is closed."""
    return tx.scalar(_GET, {"sought": person})


def save(tx: Transaction, person: str, password: str, at: datetime, by: Person | None = None) -> None:
    """Store the hash of a password, in place of the one before."""
    tx.execute(_SAVE[tx.dialect.name], {"person": person, "password": password, "at": at})
    actor, through = record_event.by_whom(by)
    facts = {"sha256": sha256(password.encode()).hexdigest()} | through
    record_event.append(tx, RecordKind.PASSWORD, actor, at, person, facts)


def count(tx: Transaction, who: bytes, now: datetime, window: timedelta, most: int) -> bool:
    """Count a try by `who`; whether it is one of the `most` allowed until a whole `window` has passed without one."""
    facts = {"who": who, "moment": now, "before": now - window, "most": most}
    return tx.scalar(_COUNT[tx.dialect.name], facts) is not None


def forgive(tx: Transaction, who: bytes) -> None:
    """Begin counting anew for `who`."""
    tx.execute(_FORGIVE, {"who": who})


def forget(tx: Transaction, before: datetime) -> None:
    """Delete the counts up to that moment."""
    tx.execute(_FORGET, {"before": before})
