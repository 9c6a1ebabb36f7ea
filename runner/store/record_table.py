"""The tables of the record log; beside those of `runner.store.table`. Triggers guard them, in the migration only."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Sequence, Table, Text, UniqueConstraint

from runner.store.datatype import BigId, Instant, Json
from runner.store.table import metadata

RECORD_EVENT_ID = Sequence("record_event_id", metadata=metadata)
"""Where PostgreSQL takes the numbers of events from; SQLite has one writer at a time and counts on from the last."""

record_event = Table(
    "record_event",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)

record_pending = Table(
    "record_pending",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("case", BigId, nullable=False),
    Column("seq", BigId, nullable=False),
)
"""What is not in the log yet, in the order of arrival: an entry, or (case 0) the event whose id is `seq`."""

record_leaf = Table(
    "record_leaf",
    metadata,
    Column("index", BigId, primary_key=True, autoincrement=False),
    Column("case", BigId, nullable=False),
    Column("seq", BigId, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    UniqueConstraint("case", "seq"),
)

record_node = Table(
    "record_node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigId, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)
"""The hashes of whole subtrees, of the levels that are multiples of eight: a proof then reads a few hundred rows."""

record_head = Table(
    "record_head",
    metadata,
    Column("size", BigId, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("note", Text, nullable=False),
)

# -- what others say of the heads -------------------------------------------------------------------------------------

record_cosignature = Table(
    "record_cosignature",
    metadata,
    Column("size", BigId, primary_key=True, autoincrement=False),
    Column("witness", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("line", Text, nullable=False),
    sqlite_with_rowid=False,
)

record_timestamp = Table(
    "record_timestamp",
    metadata,
    Column("size", BigId, primary_key=True, autoincrement=False),
    Column("authority", Text, nullable=False),
    Column("asked", Instant, nullable=False),
    Column("response", LargeBinary, nullable=False),
    Column("at", Instant),
    Column("fault", Text, nullable=False),
)

record_contact = Table(
    "record_contact",
    metadata,
    Column("party", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("fault", Text, nullable=False),
)
"""When a witness or an authority was last asked, and what was wrong then."""
