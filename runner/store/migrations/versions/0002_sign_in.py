"""The tables of signing in: accounts, visits of browsers, attempts, and the tokens of other systems."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
    op.create_table(
        "visit",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("seen", Instant, nullable=False),
    )
    op.create_index("visit_person", "visit", ["person"])
    op.create_table(
        "token",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("revoked", Instant),
        sa.UniqueConstraint("person", "name"),
    )
