"""When auditors were at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select

from runner.store.desk_table import desk_visit
from runner.store.session import Transaction
from runner.store.statement import upsert

_GET = select(desk_visit.c.before, desk_visit.c.seen).where(desk_visit.c.person == bindparam("who"))
_SAVE = upsert(desk_visit)
ONE_VISIT: Final = timedelta(minutes=30)
"""Who comes back within it is still at the same visit."""


def before(tx: Transaction, person: str, now: datetime) -> datetime | None:
    """The end of the visit before this one, which goes on at `now`; None for the first one."""
    found = tx.execute(_GET, {"who": person}).first()
    if found is None:
        return None
    last: datetime | None = found.seen if now - found.seen >= ONE_VISIT else found.before
    return last


def note(tx: Transaction, person: str, now: datetime) -> None:
    """That a person is at the desk."""
    tx.execute(_SAVE[tx.dialect.name], {"person": person, "before": before(tx, person, now), "seen": now})
