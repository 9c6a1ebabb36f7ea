"""The auditors' desk: when they were there, failed tries of signing in, and events in the order of their kind."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "desk_visit",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("before", Instant),
        sa.Column("seen", Instant, nullable=False),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", Instant, nullable=False),
    )
    op.create_index("record_event_list", "record_event", ["kind", "id"])
