"""The tables of samples and of what auditors write of their cases; beside those of `runner.store.table`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text

from runner.store.datatype import BigId, Instant, Json
from runner.store.table import metadata

sample = Table(
    "sample",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("province", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("grouping", Text, nullable=False),
    Column("asked", Json, nullable=False),
    Column("strata", Json, nullable=False),
    Column("population", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("versions", Json, nullable=False),
)

sample_case = Table(
    "sample_case",
    metadata,
    Column("sample", Integer, ForeignKey(sample.c.id), primary_key=True, autoincrement=False),
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("stratum", Text, nullable=False),
    sqlite_with_rowid=False,
)

sample_remark = Table(
    "sample_remark",
    metadata,
    Column("sample", Integer, ForeignKey(sample.c.id), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("case", BigId, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("look", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("entry", Integer, nullable=False),
    sqlite_with_rowid=False,
)
