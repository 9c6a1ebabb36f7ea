"""What versions are made of, as it is stored: every file's bytes, to be measured again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select

from runner.store import table
from runner.store.session import Transaction

_BLOBS = select(table.blob.c.sha256).order_by(table.blob.c.sha256)
_BLOB = select(table.blob.c.content).where(table.blob.c.sha256 == bindparam("sought"))


def blobs(tx: Transaction) -> Iterator[tuple[Any, Any]]:
    """The digest of each blob and its content, one after the other."""
    for digest in list(tx.scalars(_BLOBS)):
        yield digest, tx.scalar(_BLOB, {"sought": digest})
