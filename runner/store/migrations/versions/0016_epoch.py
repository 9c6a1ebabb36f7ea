"""Epochs: what a restored database must not give again. The table only grows."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0016"
down_revision = "0015"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER epoch_update BEFORE UPDATE ON epoch
        BEGIN SELECT RAISE(ABORT, 'the epochs are append-only'); END
        """,
        """
        CREATE TRIGGER epoch_delete BEFORE DELETE ON epoch
        BEGIN SELECT RAISE(ABORT, 'the epochs are append-only'); END
        """,
        """
        CREATE TRIGGER epoch_replace BEFORE INSERT ON epoch
        WHEN EXISTS (SELECT 1 FROM epoch WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'the epochs are append-only'); END
        """,
    ),
    "postgresql": (
        """
        CREATE TRIGGER epoch_change BEFORE UPDATE OR DELETE ON epoch
        FOR EACH ROW EXECUTE FUNCTION record_guard()
        """,
        """
        CREATE TRIGGER epoch_truncate BEFORE TRUNCATE ON epoch
        FOR EACH STATEMENT EXECUTE FUNCTION record_guard()
        """,
    ),
}


def upgrade() -> None:
    op.create_table(
        "epoch",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("backup", sa.Text, nullable=False),
        sa.Column("made", Instant, nullable=False),
        sa.Column("lost", BigId),
        sa.Column("last_case", BigId, nullable=False),
        sa.Column("first_case", BigId, nullable=False),
        sa.Column("last_event", BigId, nullable=False),
        sa.Column("first_event", BigId, nullable=False),
        sa.Column("numbers", sa.Integer, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
