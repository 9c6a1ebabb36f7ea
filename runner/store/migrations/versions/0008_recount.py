"""Cases whose deadlines wait to be counted by a new revision of the calendar; what a director decided of a revision."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0008"
down_revision = "0007"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "calendar_decision",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("approved", sa.Boolean, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recount",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("waits", sa.Boolean, nullable=False),
        sa.Column("due_before", Instant),
        sa.Column("due_after", Instant),
        sqlite_with_rowid=False,
    )
    op.create_index("recount_pending", "recount", ["waits", "case"])
