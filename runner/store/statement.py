"""Statements and rows that every table shares: insert or update, columns in the order of a dataclass, a row of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from typing import Any

from sqlalchemy import Column, Insert, Table


class PerDialect(dict[str, Insert]):
    """A statement that each dialect has its own ``INSERT`` for; a dialect is imported when a database needs it."""

    def __init__(self, write: Callable[[Callable[[Table], Any]], Insert]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, dialect: str) -> Insert:
        self[dialect] = statement = self._write(import_module(f"sqlalchemy.dialects.{dialect}").insert)
        return statement


def upsert(table: Table, *, keep: bool = False) -> PerDialect:
    """Insert a row or, where its key is there already, write it anew (`keep`: leave the old one)."""
    key = [column.name for column in table.primary_key]
    rest = [column.name for column in table.columns if column.name not in key]

    def write(insert: Callable[[Table], Any]) -> Insert:
        statement = insert(table)
        made: Insert = (
            statement.on_conflict_do_nothing(index_elements=key)
            if keep
            else statement.on_conflict_do_update(
                index_elements=key, set_={name: statement.excluded[name] for name in rest}
            )
        )
        return made

    return PerDialect(write)


def columns(table: Table, kind: type) -> list[Column[Any]]:
    """The columns of `table` in the order of the fields of the dataclass `kind`, so that ``kind(*row)`` builds one."""
    return [table.c[field.name] for field in fields(kind)]


def row_values(item: Any, **more: object) -> dict[str, Any]:
    """The fields of a dataclass with slots as a row's values, and `more` values beside them."""
    return {name: getattr(item, name) for name in item.__slots__} | more
