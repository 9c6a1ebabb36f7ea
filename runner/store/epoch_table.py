"""The table of epochs; beside those of `runner.store.table`. It only grows, by triggers in the migration."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Text

from runner.store.datatype import BigId, Instant
from runner.store.table import metadata

epoch = Table(
    "epoch",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("backup", Text, nullable=False),
    Column("made", Instant, nullable=False),
    Column("lost", BigId),
    Column("last_case", BigId, nullable=False),
    Column("first_case", BigId, nullable=False),
    Column("last_event", BigId, nullable=False),
    Column("first_event", BigId, nullable=False),
    Column("numbers", Integer, nullable=False),
    Column("until", Date, nullable=False),
)
