"""Idempotent requests: a request sent twice with the same key is done once and gets the same response."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from runner.errors import Conflict
from runner.store import table
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.statement import columns


@dataclass(frozen=True, slots=True)
class StoredResult:
    """The SHA-256 of a request and its stored result (a JSON value)."""

    request_sha256: bytes
    answer: object


_GET = Prepared(
    select(*columns(table.idempotency, StoredResult)).where(
        table.idempotency.c.actor == bindparam("who"), table.idempotency.c.key == bindparam("sought")
    )
)
_SAVE = Prepared(insert(table.idempotency))
_FORGET = delete(table.idempotency).where(table.idempotency.c.at < bindparam("before"))


def get(tx: Transaction, actor: str, key: str) -> StoredResult | None:
    """The stored result of `actor`'s request with `key`."""
    found = _GET.first(tx, {"who": actor, "sought": key})
    return StoredResult(*found) if found else None


def save(tx: Transaction, actor: str, key: str, request_sha256: bytes, answer: object, at: datetime) -> None:
    """Store a result. Raises Conflict when another transaction stored one meanwhile: read that."""
    receipt = {"actor": actor, "key": key, "request_sha256": request_sha256, "answer": answer, "at": at}
    try:
        _SAVE.run(tx, receipt)
    except IntegrityError as error:
        raise Conflict from error


def forget(tx: Transaction, before: datetime) -> int:
    """Delete the results from before that moment; returns their number."""
    return tx.execute(_FORGET, {"before": before}).rowcount
