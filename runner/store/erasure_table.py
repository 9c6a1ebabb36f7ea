"""The tables of lawful erasure; beside those of `runner.store.table`."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from runner.store.datatype import BigId, Instant
from runner.store.table import metadata

erasure = Table(
    "erasure",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("entry", Integer, nullable=False),
    sqlite_with_rowid=False,
)

erasure_request = Table(
    "erasure_request",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case", BigId, nullable=False),
    Column("ground", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Instant),
    Column("verdict", Text, nullable=False),
)

mail_erasure = Table(
    "mail_erasure",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)
