"""Event logs that were ordered, and their files until they are thrown away."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant, Json

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "mining_job",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("filter", Json, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("pseudonyms", sa.Boolean, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("beat", Instant),
        sa.Column("settled", Instant),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
    )
    op.create_index("mining_job_person", "mining_job", ["person", "at"])
    op.create_table(
        "mining_piece",
        sa.Column("job", sa.Text, sa.ForeignKey("mining_job.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
