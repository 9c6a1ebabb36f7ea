"""The table of the rules of law of provinces."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from runner.store.datatype import Instant
from runner.store.table import metadata

law_revision = Table(
    "law_revision",
    metadata,
    Column("province", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
