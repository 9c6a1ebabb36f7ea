"""What one analyst proposes to put into force, what the second person opened of it, and what was decided."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("version", sa.Text),
        sa.Column("draft", sa.Integer, sa.ForeignKey("procedure_draft.id")),
        sa.Column("save", sa.Integer),
        sa.Column("effective", Instant),
        sa.Column("successor", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("decided", Instant),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    pending = sa.text("verdict = ''")
    op.create_index(
        "submission_pending",
        "submission",
        ["procedure"],
        unique=True,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_table(
        "submission_view",
        sa.Column("submission", sa.Integer, sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sqlite_with_rowid=False,
    )
