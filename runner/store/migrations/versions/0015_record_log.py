"""The record log: events beside the journals, leaves, nodes and signed heads; all of them only grow."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant, Json
from runner.store.migrations.append_only import guards

revision = "0015"
down_revision = "0014"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEYS = {"record_event": ["id"], "record_leaf": ["index"], "record_node": ["level", "index"], "record_head": ["size"]}

# What is appended to a journal or told as an event waits for the worker in a row of its own, whoever appends it.
PENDING = {
    "sqlite": (
        """
        CREATE TRIGGER journal_pending AFTER INSERT ON journal
        BEGIN INSERT INTO record_pending ("case", seq) VALUES (NEW."case", NEW.seq); END
        """,
        """
        CREATE TRIGGER record_event_pending AFTER INSERT ON record_event
        BEGIN INSERT INTO record_pending ("case", seq) VALUES (0, NEW.id); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION journal_pending() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO record_pending ("case", seq) VALUES (NEW."case", NEW.seq);
            RETURN NULL;
        END $$
        """,
        "CREATE TRIGGER journal_pending AFTER INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_pending()",
        """
        CREATE FUNCTION record_event_pending() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO record_pending ("case", seq) VALUES (0, NEW.id);
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER record_event_pending AFTER INSERT ON record_event
        FOR EACH ROW EXECUTE FUNCTION record_event_pending()
        """,
        """
        CREATE FUNCTION record_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the record log is append-only' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
    ),
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    create_tables()
    for statement in PENDING[dialect]:
        op.execute(statement)
    for table, key in KEYS.items():
        for statement in guards(dialect, table, key):
            op.execute(statement)
    op.execute('INSERT INTO record_pending ("case", seq) SELECT "case", seq FROM journal ORDER BY at, "case", seq')
    op.execute("DELETE FROM setting WHERE key = 'record'")
    op.execute(
        "INSERT INTO setting (key, value) SELECT 'record', 'begin'"
        " WHERE EXISTS (SELECT 1 FROM person) OR EXISTS (SELECT 1 FROM version)"
    )


def create_tables() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("record_event_id")))
    op.create_table(
        "record_event",
        sa.Column("id", BigId, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("record_event_kind", "record_event", ["kind", "subject", "id"])
    op.create_table(
        "record_pending",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("case", BigId, nullable=False),
        sa.Column("seq", BigId, nullable=False),
    )
    op.create_table(
        "record_leaf",
        sa.Column("index", BigId, primary_key=True, autoincrement=False),
        sa.Column("case", BigId, nullable=False),
        sa.Column("seq", BigId, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.UniqueConstraint("case", "seq"),
    )
    op.create_table(
        "record_node",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("index", BigId, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "record_head",
        sa.Column("size", BigId, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
