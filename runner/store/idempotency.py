"""Idempotent requests: one that comes twice under the same key is answered as the first time, and done once."""

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
    """What was asked for (the SHA-256 of the request) and what was answered (a JSON value)."""

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
    """The receipt that `actor` got for `key`."""
    found = _GET.first(tx, {"who": actor, "sought": key})
    return StoredResult(*found) if found else None


def save(tx: Transaction, actor: str, key: str, request_sha256: bytes, answer: object, at: datetime) -> None:
    """Keep what was answered. Raises Conflict when the same request was answered meanwhile: read that receipt."""
    receipt = {"actor": actor, "key": key, "request_sha256": request_sha256, "answer": answer, "at": at}
    try:
        _SAVE.run(tx, receipt)
    except IntegrityError as error:
        raise Conflict from error


def forget(tx: Transaction, before: datetime) -> int:
    """Throw away the results from before that moment; how many there were."""
    return tx.execute(_FORGET, {"before": before}).rowcount
