"""What others say of the heads of the record log: cosignatures of witnesses, time stamps; and when they were asked."""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant
from runner.store.migrations.append_only import guards

revision = "0018"
down_revision = "0017"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEYS = {"record_cosignature": ["size", "witness"], "record_timestamp": ["size"]}


def upgrade() -> None:
    op.create_table(
        "record_cosignature",
        sa.Column("size", BigId, primary_key=True, autoincrement=False),
        sa.Column("witness", sa.Text, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "record_timestamp",
        sa.Column("size", BigId, primary_key=True, autoincrement=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("asked", Instant, nullable=False),
        sa.Column("response", sa.LargeBinary, nullable=False),
        sa.Column("at", Instant),
        sa.Column("fault", sa.Text, nullable=False),
    )
    op.create_table(
        "record_contact",
        sa.Column("party", sa.Text, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
    )
    dialect = op.get_bind().dialect.name
    for table, key in KEYS.items():
        for statement in guards(dialect, table, key):
            op.execute(statement)
