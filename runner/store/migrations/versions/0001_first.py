"""The tables of the first release, and the triggers that keep the journal append-only."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Deadline, Instant, Json

revision = "0001"
down_revision = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

HASHED = ('"case"', "seq", "at", "actor", "kind", "payload_sha256", "state", "previous", "hash")
OLD = ", ".join(f"OLD.{column}" for column in HASHED)
NEW = ", ".join(f"NEW.{column}" for column in HASHED)

# REPLACE would take an entry away without asking the trigger that refuses DELETE, so INSERT looks for itself.
GUARDS = {
    "sqlite": (
        f"""
        CREATE TRIGGER journal_update BEFORE UPDATE ON journal
        WHEN NEW.payload IS NOT NULL OR ({OLD}) IS NOT ({NEW})
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """,
        """
        CREATE TRIGGER journal_delete BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """,
        """
        CREATE TRIGGER journal_replace BEFORE INSERT ON journal
        WHEN EXISTS (SELECT 1 FROM journal WHERE "case" = NEW."case" AND seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'the journal has this entry already'); END
        """,
    ),
    "postgresql": (
        f"""
        CREATE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NEW.payload IS NULL AND ({OLD}) IS NOT DISTINCT FROM ({NEW}) THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER journal_change BEFORE UPDATE OR DELETE ON journal
        FOR EACH ROW EXECUTE FUNCTION journal_guard()
        """,
        """
        CREATE TRIGGER journal_truncate BEFORE TRUNCATE ON journal
        FOR EACH STATEMENT EXECUTE FUNCTION journal_guard()
        """,
    ),
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("case_id")))
    create_registry()
    create_journal()
    create_read_tables()
    create_operations()
    for guard in GUARDS[dialect]:
        op.execute(guard)


def create_registry() -> None:
    op.create_table(
        "version",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.UniqueConstraint("procedure", "number"),
    )
    op.create_table(
        "blob",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "version_file",
        sa.Column("version", sa.Text, sa.ForeignKey("version.digest"), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sha256", sa.LargeBinary(32), sa.ForeignKey("blob.sha256"), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calendar_revision",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", Json, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "membership",
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("lane", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )


def create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("payload_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.LargeBinary(32), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )


def create_read_tables() -> None:
    op.create_table(
        "case",
        sa.Column("id", BigId, primary_key=True, autoincrement=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started", Instant, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("due", Instant),
        sa.Column("ended", Instant),
        sa.UniqueConstraint("number"),
    )
    op.create_index("case_list", "case", ["province", "status", "id"])
    op.create_table(
        "task",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("element", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("opened", Instant, nullable=False),
        sa.Column("due", Deadline, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("closed", Instant),
        sa.Column("outcome", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    create_partial_index(
        "task_free", "task", ["province", "lane", "due", "case", "id"], "closed IS NULL AND owner IS NULL"
    )
    create_partial_index("task_claimed", "task", ["owner", "due", "case", "id"], "closed IS NULL AND owner IS NOT NULL")
    op.create_table(
        "timer",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("element", sa.Text, nullable=False),
        sa.Column("due", Instant),
        sqlite_with_rowid=False,
    )
    create_partial_index("timer_due", "timer", ["due", "case", "id"], "due IS NOT NULL")
    op.create_table(
        "incident",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("attempt", Json),
        sa.Column("closed", Instant),
        sqlite_with_rowid=False,
    )
    create_partial_index("incident_open", "incident", ["case", "id"], "closed IS NULL")


def create_operations() -> None:
    op.create_table(
        "timer_failure",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("timer", sa.Text, primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", Instant),
        sa.Column("error", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("case", BigId, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("task", sa.Text),
        sa.Column("values", Json, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", Instant),
        sa.Column("done_at", Instant),
        sa.Column("result", Json),
    )
    create_partial_index("outbox_waiting", "outbox", ["next_at", "key"], "done_at IS NULL AND next_at IS NOT NULL")
    op.create_table(
        "draft",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("task", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("values", Json, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipt",
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("answer", Json),
        sa.Column("at", Instant, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "allotment",
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def create_partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
