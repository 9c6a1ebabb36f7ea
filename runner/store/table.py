"""The tables, as the newest migration leaves them; the triggers that guard the journal are in the migration only.

The indexes are in `runner.store.index`. A table with a key of several columns is kept in its order on SQLite (``WITHOUT
ROWID``), except the journal: its long rows stay in the order of arrival, with one slim index for the key.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
)

from runner.store.datatype import BigId, Deadline, Instant, Json

metadata = MetaData(
    naming_convention={"pk": "%(table_name)s_key", "uq": "%(table_name)s_%(column_0_N_name)s_unique"}
    | {"fk": "%(table_name)s_%(referred_table_name)s_reference"}
)

CASE_ID = Sequence("case_id", metadata=metadata)
"""Where PostgreSQL takes new case numbers from; SQLite has one writer at a time and counts on from the last."""


# -- what procedures, calendars and people there are -------------------------------------------------------------------

version = Table(
    "version",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    UniqueConstraint("procedure", "number"),
)

enforcement = Table(
    "enforcement",
    metadata,
    Column("procedure", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, ForeignKey(version.c.digest)),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("effective", Instant, nullable=False),
    Column("approved_by", Text, nullable=False, server_default=""),
    Column("successor", Text, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

version_file = Table(
    "version_file",
    metadata,
    Column("version", Text, ForeignKey(version.c.digest), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sha256", LargeBinary(32), ForeignKey(blob.c.sha256), nullable=False),
    sqlite_with_rowid=False,
)

calendar_revision = Table(
    "calendar_revision",
    metadata,
    Column("province", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Json, nullable=False),
)

organisation_revision = Table(
    "organisation_revision",
    metadata,
    Column("province", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

calendar_decision = Table(
    "calendar_decision",
    metadata,
    Column("province", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("approved", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)

membership = Table(
    "membership",
    metadata,
    Column("person", Text, ForeignKey(person.c.id), primary_key=True),
    Column("province", Text, primary_key=True),
    Column("lane", Text, primary_key=True),
    sqlite_with_rowid=False,
)

# -- the journal: the only truth ---------------------------------------------------------------------------------------

journal = Table(
    "journal",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text),
    Column("payload_sha256", LargeBinary(32), nullable=False),
    Column("state", LargeBinary(32), nullable=False),
    Column("previous", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("salt", LargeBinary(16)),
)

# -- what is computed from the journal ---------------------------------------------------------------------------------

case = Table(
    "case",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("province", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("started", Instant, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", LargeBinary(32), nullable=False),
    Column("creator", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("number", Text),
    Column("subject", Text, nullable=False),
    Column("clock", Text, nullable=False),
    Column("received", Instant),
    Column("due", Instant),
    Column("ended", Instant),
    Column("legal_clock_stopped_at", Instant),
    Column("result_delivered_at", Instant),
    Column("address", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("delivery_method", Text, nullable=False, server_default=""),
    Column("received_by", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("submitted_via", Text, nullable=False, server_default=""),
    UniqueConstraint("number"),
)

task = Table(
    "task",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("id", Text, primary_key=True),
    Column("province", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("opened", Instant, nullable=False),
    Column("due", Deadline, nullable=False),
    Column("owner", Text),
    Column("late", Boolean, nullable=False),
    Column("closed", Instant),
    Column("outcome", Text, nullable=False),
    Column("latest", Deadline, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("mark", Text, nullable=False),
    sqlite_with_rowid=False,
)

timer = Table(
    "timer",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("id", Text, primary_key=True),
    Column("element", Text, nullable=False),
    Column("due", Instant),
    sqlite_with_rowid=False,
)

incident = Table(
    "incident",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("attempt", Json),
    Column("closed", Instant),
    sqlite_with_rowid=False,
)

# -- what keeps the work going, and no journal knows -------------------------------------------------------------------

timer_failure = Table(
    "timer_failure",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("timer", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("next_at", Instant),
    Column("error", Text, nullable=False),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("case", BigId, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("task", Text),
    Column("values", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", Instant),
    Column("done_at", Instant),
    Column("result", Json),
)

recount = Table(
    "recount",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("province", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("due_before", Instant),
    Column("due_after", Instant),
    sqlite_with_rowid=False,
)

draft = Table(
    "draft",
    metadata,
    Column("case", BigId, primary_key=True, autoincrement=False),
    Column("task", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("values", Json, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_sha256", LargeBinary(32), nullable=False),
    Column("answer", Json),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

case_number = Table(
    "case_number",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
    sqlite_with_rowid=False,
)

setting = Table(
    "setting",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# -- who signs in, and how ---------------------------------------------------------------------------------------------

account = Table(
    "account",
    metadata,
    Column("person", Text, ForeignKey(person.c.id), primary_key=True),
    Column("password", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

login_session = Table(
    "login_session",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("person", Text, ForeignKey(person.c.id), nullable=False),
    Column("created", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("person", Text, ForeignKey(person.c.id), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("revoked", Instant),
    UniqueConstraint("person", "name"),
)
