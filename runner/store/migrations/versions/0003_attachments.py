"""Files attached to forms, with their content in pieces (ADR 7)."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("case", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("seq", sa.Integer),
    )
    op.create_index("attachment_case", "attachment", ["case", "sha256"])
    pending = sa.text("seq IS NULL")
    op.create_index("attachment_pending", "attachment", ["at"], sqlite_where=pending, postgresql_where=pending)
    op.create_table(
        "attachment_piece",
        sa.Column("attachment", sa.Text, sa.ForeignKey("attachment.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
