"""Rows as the driver gives them, and values as it would: to prove a table, where our own types would read over a fault.

A column of SQLite takes anything; a `Boolean` of ours reads 2 as true. What is compared here is what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Dialect, LargeBinary

from runner.store.index import metadata
from runner.store.session import Transaction, executed

Row = dict[str, Any]


def found(tx: Transaction, table: str, **where: Any) -> list[Row]:
    """The rows of a table whose columns have these values, raw."""
    if not tx.in_transaction():
        tx.begin()
    cursor = executed(tx, _text(tx.dialect.name, table, tuple(where)), list(where.values()))
    try:
        names = metadata.tables[table].columns.keys()
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        cursor.close()


def count(tx: Transaction, table: str, **where: Any) -> int:
    """How many rows of a table have these values."""
    if not tx.in_transaction():
        tx.begin()
    cursor = executed(tx, _text(tx.dialect.name, table, tuple(where), counted=True), list(where.values()))
    try:
        return int(cursor.fetchone()[0])
    finally:
        cursor.close()


@cache
def _text(dialect: str, table: str, where: tuple[str, ...], *, counted: bool = False) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    names = "count(*)" if counted else ", ".join(f'"{column.name}"' for column in metadata.tables[table].columns)
    asked = " AND ".join(f'"{name}" = {mark}' for name in where)
    return f'SELECT {names} FROM "{table}"' + (f" WHERE {asked}" if where else "")  # noqa: S608  # our own names


def stored(tx: Transaction, table: str, values: Mapping[str, Any]) -> Row:
    """These values of columns as the driver would give them, had they been stored in the table."""
    processes = _processes(tx.dialect.name, table, tx.dialect)
    return {
        name: process(value)
        if (process := processes.get(name)) is not None
        else str(value)  # of an enum its value
        if isinstance(value, str)
        else value
        for name, value in values.items()
    }


def same(one: Any, other: Any) -> bool:
    """Whether two raw values are the same, of the same type."""
    return type(one) is type(other) and bool(one == other)


_KNOWN: dict[tuple[str, str], dict[str, Any]] = {}


def _processes(name: str, table: str, dialect: Dialect) -> dict[str, Any]:
    if (name, table) not in _KNOWN:
        _KNOWN[name, table] = {
            column.name: process
            for column in metadata.tables[table].columns
            if not isinstance(column.type, LargeBinary)
            and (process := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
    return _KNOWN[name, table]
