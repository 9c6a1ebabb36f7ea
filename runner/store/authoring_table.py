"""The tables of what analysts do before a version is in force; beside those of `runner.store.table`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, Text

from runner.store.datatype import Instant
from runner.store.table import blob, metadata, version

procedure_draft = Table(
    "procedure_draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("based_on", Text, ForeignKey(version.c.digest)),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("editor", Text, nullable=False),
    Column("edited_at", Instant, nullable=False),
    Column("save", Integer, nullable=False),
    Column("status", Text, nullable=False),
)

procedure_draft_save = Table(
    "procedure_draft_save",
    metadata,
    Column("draft", Integer, ForeignKey(procedure_draft.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("base", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("restores", Integer),
    Column("aside", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

procedure_draft_file = Table(
    "procedure_draft_file",
    metadata,
    Column("draft", Integer, ForeignKey(procedure_draft.c.id), primary_key=True),
    Column("save", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("sha256", LargeBinary(32), ForeignKey(blob.c.sha256)),
    sqlite_with_rowid=False,
)

procedure_draft_event = Table(
    "procedure_draft_event",
    metadata,
    Column("draft", Integer, ForeignKey(procedure_draft.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_with_rowid=False,
)

submission = Table(
    "submission",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("version", Text),
    Column("draft", Integer, ForeignKey(procedure_draft.c.id)),
    Column("save", Integer),
    Column("effective", Instant),
    Column("successor", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("decided", Instant),
    Column("decided_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

submission_view = Table(
    "submission_view",
    metadata,
    Column("submission", Integer, ForeignKey(submission.c.id), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
