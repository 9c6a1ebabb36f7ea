"""The tables of what drafts do to running cases, and of orders to migrate; beside those of `runner.store.table`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from runner.store.authoring_table import procedure_draft
from runner.store.datatype import BigId, Instant, Json
from runner.store.table import metadata

impact = Table(
    "impact",
    metadata,
    Column("draft", Integer, ForeignKey(procedure_draft.c.id), primary_key=True),
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("version", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("late_from", Instant),
    Column("late_until", Instant),
    Column("facts", Json, nullable=False),
    sqlite_with_rowid=False,
)

migration_order = Table(
    "migration_order",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("version", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("settled", Instant),
    Column("entry", Integer),
    Column("fault", Json),
    sqlite_with_rowid=False,
)
