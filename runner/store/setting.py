"""Settings of the whole installation that live with its data."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from runner.store import table
from runner.store.prepared import Prepared
from runner.store.session import Transaction
from runner.store.statement import upsert

_GET = Prepared(select(table.setting.c.value).where(table.setting.c.key == bindparam("sought")))
_REMOVE = delete(table.setting).where(table.setting.c.key == bindparam("sought"))
_SAVE = Prepared(upsert(table.setting))


def get(tx: Transaction, key: str) -> str | None:
    """The value of a setting."""
    value: str | None = _GET.scalar(tx, {"sought": key})
    return value


def save(tx: Transaction, key: str, value: str) -> None:
    """Set a setting, in place of the value before."""
    _SAVE.run(tx, {"key": key, "value": value})


def remove(tx: Transaction, key: str) -> None:
    """Delete a setting, if it is there."""
    tx.execute(_REMOVE, {"sought": key})
