"""The table of what verifications came to; beside those of `runner.store.table`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table, Text, UniqueConstraint

from runner.store.datatype import Instant, Json
from runner.store.table import metadata

verification = Table(
    "verification",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("begun", Instant, nullable=False),
    Column("ended", Instant),
    Column("by", Text, nullable=False),
    Column("night", Text),
    Column("head", Integer, nullable=False),
    Column("witnessed", Boolean, nullable=False),
    Column("progress", Json, nullable=False),
    Column("tally", Json, nullable=False),
    UniqueConstraint("night"),
)
