"""The revisions of provinces' rules of law; a deployment brings the first."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "law_revision",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
