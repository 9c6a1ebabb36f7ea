"""What verifications of the record came to; and the messages of a case are found by it, to compare them."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant, Json

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("begun", Instant, nullable=False),
        sa.Column("ended", Instant),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("night", sa.Text),
        sa.Column("head", sa.Integer, nullable=False),
        sa.Column("witnessed", sa.Boolean, nullable=False),
        sa.Column("progress", Json, nullable=False),
        sa.Column("tally", Json, nullable=False),
        sa.UniqueConstraint("night"),
    )
    op.create_index("outbox_case", "outbox", ["case"])
