"""Settings of the whole installation that live with its data."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from runner.store import table
from runner.store.session import Transaction
from runner.store.table import upsert

_GET = select(table.setting.c.value).where(table.setting.c.key == bindparam("sought"))
_SAVE = upsert(table.setting)


def get(tx: Transaction, key: str) -> str | None:
    """The value of a setting."""
    return tx.scalar(_GET, {"sought": key})


def save(tx: Transaction, key: str, value: str) -> None:
    """Give a setting its value, in place of any before."""
    tx.execute(_SAVE[tx.dialect.name], {"key": key, "value": value})
