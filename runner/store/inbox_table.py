"""What people filter their inbox by, under names of their own: no record of anything."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from runner.store.datatype import Instant
from runner.store.table import metadata

saved_filter = Table(
    "saved_filter",
    metadata,
    Column("person", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
