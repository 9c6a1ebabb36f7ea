"""Samples that auditors draw, their cases, and what is written of these."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant, Json

revision = "0024"
down_revision = "0023"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("grouping", sa.Text, nullable=False),
        sa.Column("asked", Json, nullable=False),
        sa.Column("strata", Json, nullable=False),
        sa.Column("population", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("versions", Json, nullable=False),
    )
    op.create_table(
        "sample_case",
        sa.Column("sample", sa.Integer, sa.ForeignKey("sample.id"), primary_key=True, autoincrement=False),
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("stratum", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sample_remark",
        sa.Column("sample", sa.Integer, sa.ForeignKey("sample.id"), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("look", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("entry", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
