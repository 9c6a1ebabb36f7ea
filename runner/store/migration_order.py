"""Orders to migrate running cases, with what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update

from runner.domain.case import Case
from runner.domain.migration import MigrationOrder, OrderCount, OrderStatus
from runner.store import table
from runner.store.impact_table import migration_order
from runner.store.session import Transaction
from runner.store.statement import columns, row_values, upsert

_order = migration_order.c
_ALL = select(*columns(migration_order, MigrationOrder)).order_by(_order.version, _order.case)
_WAITING = _ALL.where(_order.status == OrderStatus.WAITING)
_ONE = _ALL.where(_order.case == bindparam("of_case"), _order.version == bindparam("target"))
_SAVE = upsert(migration_order)
_STOP = (
    update(migration_order)
    .where(
        or_(_order.version == bindparam("of_version"), _order.source == bindparam("of_version")),
        _order.status == OrderStatus.WAITING,
    )
    .values(status=OrderStatus.STOPPED, settled=bindparam("now"))
)
_WITH_CASE = (
    select(*columns(table.case, Case), *columns(migration_order, MigrationOrder))
    .join_from(migration_order, table.case, table.case.c.id == _order.case)
    .order_by(_order.case)
)
_WIDTH = len(fields(Case))


def ask(tx: Transaction, orders: Sequence[MigrationOrder]) -> None:
    """Store these orders, in place of former ones for the same case and version."""
    if orders:
        tx.execute(_SAVE[tx.dialect.name], [row_values(each) for each in orders])


def waiting(tx: Transaction, limit: int) -> list[MigrationOrder]:
    """At most `limit` orders that wait, by version and case."""
    return [MigrationOrder(*row) for row in tx.execute(_WAITING.limit(limit))]


def get(tx: Transaction, case: int, version: str) -> MigrationOrder | None:
    """The order to migrate a case to a version."""
    found = tx.execute(_ONE, {"of_case": case, "target": version}).first()
    return MigrationOrder(*found) if found else None


def settle(tx: Transaction, order: MigrationOrder, status: OrderStatus, now: datetime, **result: object) -> None:
    """Store what became of an order."""
    settled = replace(order, status=status, settled=now, **result)  # type: ignore[arg-type]
    tx.execute(_SAVE[tx.dialect.name], row_values(settled))


def refuse(tx: Transaction, order: MigrationOrder, fault: Mapping[str, object], now: datetime) -> bool:
    """Store why an order cannot be carried out; False where it is no longer the one that waits."""
    same = (_order.case == order.case, _order.version == order.version, _order.at == order.at, _order.seq == order.seq)
    refused = update(migration_order).where(*same, _order.status == OrderStatus.WAITING)
    return tx.execute(refused.values(status=OrderStatus.REFUSED, settled=now, fault=fault)).rowcount == 1


def stop(tx: Transaction, version: str, now: datetime) -> int:
    """Give up the orders to a version and away from it that still wait; how many."""
    return tx.execute(_STOP, {"of_version": version, "now": now}).rowcount


def count(tx: Transaction, *, version: str = "", source: str = "") -> OrderCount:
    """How many orders there are to `version`, or away from `source`."""
    where = _order.version == version if version else _order.source == source
    rows = tx.execute(select(_order.status, func.count()).where(where).group_by(_order.status))
    return OrderCount(**dict(map(tuple, rows)))


def found(
    tx: Transaction, *, version: str = "", source: str = "", after: int = 0, limit: int | None = None
) -> list[tuple[Case, MigrationOrder]]:
    """The orders to `version` and away from `source` behind the case `after`, with their cases."""
    where = or_(_order.version == version, _order.source == source)
    rows = tx.execute(_WITH_CASE.where(where, _order.case > after).limit(limit))
    return [(Case(*row[:_WIDTH]), MigrationOrder(*row[_WIDTH:])) for row in rows]
