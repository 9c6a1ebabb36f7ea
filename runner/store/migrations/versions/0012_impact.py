"""What drafts do to running cases, as it was found; the cases that are to be migrated, each with its result."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import BigId, Instant, Json

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "impact",
        sa.Column("draft", sa.Integer, sa.ForeignKey("procedure_draft.id"), primary_key=True),
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("late_from", Instant),
        sa.Column("late_until", Instant),
        sa.Column("facts", Json, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "migration_order",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("settled", Instant),
        sa.Column("entry", sa.Integer),
        sa.Column("fault", Json),
        sqlite_with_rowid=False,
    )
    op.create_index("migration_order_source", "migration_order", ["source", "version"])
    op.create_index("migration_order_version", "migration_order", ["version", "status"])
