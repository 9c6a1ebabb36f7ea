"""The tables of the files that forms name; beside those of `runner.store.table`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from runner.store.datatype import BigId, Instant
from runner.store.table import metadata

attachment = Table(
    "attachment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case", BigId, nullable=False),
    Column("task", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("seq", Integer),
)

attachment_piece = Table(
    "attachment_piece",
    metadata,
    Column("attachment", Text, ForeignKey(attachment.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
