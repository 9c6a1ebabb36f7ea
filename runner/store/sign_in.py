"""Who signed in and out, as record events. Failed tries are counted, and told with the next success or once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, bindparam, delete, select

from runner.domain.journal import instant
from runner.domain.person import SYSTEM
from runner.domain.record import RecordKind
from runner.store import record_event
from runner.store.desk_table import sign_in_failure
from runner.store.session import Transaction
from runner.store.statement import PerDialect


class SignIn(StrEnum):
    """What an event of signing in tells: its fact ``what``."""

    IN = "in"
    OUT = "out"
    FAILED = "failed"


def _count(insert: Callable[[Table], Any]) -> Any:
    statement = insert(sign_in_failure).values(person=bindparam("who"), tries=1, since=bindparam("moment"))
    return statement.on_conflict_do_update(index_elements=["person"], set_={"tries": sign_in_failure.c.tries + 1})


_FAIL = PerDialect(_count)
_OF = select(sign_in_failure.c.tries, sign_in_failure.c.since).where(sign_in_failure.c.person == bindparam("who"))
_OLD = (
    select(sign_in_failure.c.person, sign_in_failure.c.tries, sign_in_failure.c.since)
    .where(sign_in_failure.c.since <= bindparam("moment"))
    .order_by(sign_in_failure.c.person)
)
_FORGET = delete(sign_in_failure).where(sign_in_failure.c.person == bindparam("who"))


def succeeded(tx: Transaction, person: str, at: datetime) -> None:
    """Tell that a person has signed in, and how often somebody failed with their name before."""
    failed = tx.execute(_OF, {"who": person}).first()
    facts: dict[str, Any] = {"what": SignIn.IN}
    if failed:
        facts |= {"failed": failed.tries, "failed_since": instant(failed.since)}
        tx.execute(_FORGET, {"who": person})
    record_event.append(tx, RecordKind.SIGN_IN, person, at, person, facts)


def left(tx: Transaction, person: str, at: datetime) -> None:
    """Tell that a person has signed out."""
    record_event.append(tx, RecordKind.SIGN_IN, person, at, person, {"what": SignIn.OUT})


def failed(tx: Transaction, person: str, at: datetime) -> None:
    """Count a try that failed; `person` is "" for a name that no account has: what was typed may be a password."""
    tx.execute(_FAIL[tx.dialect.name], {"who": person, "moment": at})


def tell_failures(tx: Transaction, before: datetime, at: datetime) -> None:
    """Tell of the tries that are counted since `before` or longer, one event for each account."""
    for person, tries, since in tx.execute(_OLD, {"moment": before}).all():
        facts = {"what": SignIn.FAILED, "failed": tries, "failed_since": instant(since)}
        record_event.append(tx, RecordKind.SIGN_IN, SYSTEM.id, at, person, facts)
        tx.execute(_FORGET, {"who": person})
