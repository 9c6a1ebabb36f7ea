"""The tables by which cases are found, computed from their journals; beside those of `runner.store.table`."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from runner.store.datatype import BigId
from runner.store.table import metadata

case_search = Table(
    "case_search",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("word", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
    sqlite_with_rowid=False,
)

case_officer = Table(
    "case_officer",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("person", Text, primary_key=True),
    sqlite_with_rowid=False,
)
