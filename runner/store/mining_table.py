"""The tables of event logs that were ordered; beside those of `runner.store.table`. What is in them is thrown away."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from runner.store.datatype import Instant, Json
from runner.store.table import metadata

mining_job = Table(
    "mining_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("format", Text, nullable=False),
    Column("filter", Json, nullable=False),
    Column("ground", Text, nullable=False),
    Column("pseudonyms", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("beat", Instant),
    Column("settled", Instant),
    Column("events", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("fault", Text, nullable=False),
)

mining_piece = Table(
    "mining_piece",
    metadata,
    Column("job", Text, ForeignKey(mining_job.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
