"""The outbox: work that a change asked for, done after its commit, at least once, and known by its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from runner.store import table
from runner.store.session import Transaction
from runner.store.statement import columns

_outbox = table.outbox.c


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message in the outbox, asked for by entry `seq` at the moment `at`; `tries` counts this one.

    `task` is the task that waits for its result, or None.
    """

    key: str
    case: int
    seq: int
    topic: str
    task: str | None
    values: dict[str, Any]
    at: datetime
    tries: int


_PICKED = (
    select(_outbox.key)
    .where(_outbox.done_at.is_(None), _outbox.next_at <= bindparam("now"))
    .order_by(_outbox.next_at, _outbox.key)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
"""A CTE, because PostgreSQL may run a plain subquery once for each row, and then claims more than the limit."""
_CLAIM = (
    update(table.outbox)
    .where(_outbox.key.in_(select(_PICKED.c.key)))
    .values(next_at=bindparam("until"), tries=_outbox.tries + 1)
    .returning(*columns(table.outbox, QueuedMessage))
)
_WAITING = (
    select(*columns(table.outbox, QueuedMessage)).where(_outbox.done_at.is_(None)).order_by(_outbox.at, _outbox.key)
)
_DUE = select(_outbox.key).where(_outbox.done_at.is_(None), _outbox.next_at <= bindparam("now")).limit(1)
_OPEN = (_outbox.key == bindparam("sought"), _outbox.done_at.is_(None))
_DONE = update(table.outbox).where(*_OPEN).values(done_at=bindparam("now"), result=bindparam("answer"))
_RETRY = update(table.outbox).where(*_OPEN).values(next_at=bindparam("then"))


def due(tx: Transaction, now: datetime) -> bool:
    """Whether there is a message to `claim` at `now`."""
    return tx.scalar(_DUE, {"now": now}) is not None


def claim(tx: Transaction, now: datetime, until: datetime, limit: int) -> list[QueuedMessage]:
    """At most `limit` messages that are due at `now`, the oldest first, reserved for the caller until `until`.

    A message that is neither `done` nor put off by then can be claimed again.
    """
    messages = (QueuedMessage(*row) for row in tx.execute(_CLAIM, {"now": now, "until": until, "limit": limit}))
    return sorted(messages, key=lambda message: (message.at, message.key))


def waiting(tx: Transaction) -> list[QueuedMessage]:
    """Every message that is not done, the oldest first; `tries` counts those before."""
    return [QueuedMessage(*row) for row in tx.execute(_WAITING)]


def done(tx: Transaction, key: str, now: datetime, result: Mapping[str, Any]) -> bool:
    """Note the result of a message's work. False when it has one already: the first result stays."""
    return tx.execute(_DONE, {"sought": key, "now": now, "answer": dict(result)}).rowcount == 1


def retry(tx: Transaction, key: str, at: datetime | None) -> None:
    """Let a message that is not done be claimed again from `at` on; with None, only after `retry` gives it a moment."""
    tx.execute(_RETRY, {"sought": key, "then": at})
