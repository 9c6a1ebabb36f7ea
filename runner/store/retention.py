"""The cases that ended before a moment, for the rule of how long they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import bindparam, select

from runner.domain.case import Case
from runner.store import erasure_table, table
from runner.store.session import Transaction
from runner.store.statement import columns

_BATCH = 500
_ENDED = (
    select(*columns(table.case, Case))
    .where(table.case.c.ended <= bindparam("before"), table.case.c.id > bindparam("behind"))
    .where(table.case.c.id.not_in(select(erasure_table.erasure.c.case)))
    .order_by(table.case.c.id)
    .limit(_BATCH)
)


def ended(tx: Transaction, before: datetime) -> Iterator[Case]:
    """The cases that ended up to `before` and were never erased, by id, read batch by batch."""
    last = 0
    while batch := [Case(*row) for row in tx.execute(_ENDED, {"before": before, "behind": last})]:
        yield from batch
        last = batch[-1].id
