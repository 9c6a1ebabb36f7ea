"""Procedure drafts: who edits them, the history of their saves with the files that changed, what else happened."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "procedure_draft",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("based_on", sa.Text, sa.ForeignKey("version.digest")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("editor", sa.Text, nullable=False),
        sa.Column("edited_at", Instant, nullable=False),
        sa.Column("save", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
    )
    still_open = sa.text("status IN ('editing', 'submitted', 'returned')")
    op.create_index(
        "procedure_draft_open",
        "procedure_draft",
        ["procedure"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "procedure_draft_save",
        sa.Column("draft", sa.Integer, sa.ForeignKey("procedure_draft.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("base", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("restores", sa.Integer),
        sa.Column("aside", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "procedure_draft_file",
        sa.Column("draft", sa.Integer, sa.ForeignKey("procedure_draft.id"), primary_key=True),
        sa.Column("save", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sha256", sa.LargeBinary(32), sa.ForeignKey("blob.sha256")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "procedure_draft_event",
        sa.Column("draft", sa.Integer, sa.ForeignKey("procedure_draft.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
