"""What the register asks for in the case's row; who holds what in a lane; which version is in force since when.

The rows of cases there are already get the new facts from their journals: see 0005.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0004"
down_revision = "0003"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = "id, province, procedure, version, started, seq, head, status, outcome, number, subject, clock, due, ended"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        widen_in_sqlite()
    else:
        for column in added():
            op.add_column("case", column)
    late = sa.text("stopped > due")
    op.create_index("case_late", "case", ["province", "status", "id"], sqlite_where=late, postgresql_where=late)
    held = sa.text("closed IS NULL AND owner IS NOT NULL")
    op.create_index(
        "task_held", "task", ["province", "lane", "due", "case", "id"], sqlite_where=held, postgresql_where=held
    )
    op.create_table(
        "enforcement",
        sa.Column("procedure", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Text, sa.ForeignKey("version.digest"), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    # Until now every version was in force from its deployment to the next one's.
    op.execute(
        'INSERT INTO enforcement (procedure, number, version, at, "by") '
        'SELECT procedure, number, digest, at, "by" FROM version'
    )


def added() -> list[sa.Column[Any]]:
    texts = ("address", "phone", "handover", "received_by", "note")
    return [
        *(sa.Column(name, Instant) for name in ("stopped", "handed")),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in texts),
    ]


def widen_in_sqlite() -> None:
    """SQLite adds a column behind the table's constraints; made anew, the table looks like one that was never moved."""
    op.drop_index("case_list", "case")
    op.rename_table("case", "case_before")
    op.create_table(
        "case",
        sa.Column("id", BigId, primary_key=True, autoincrement=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started", Instant, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("due", Instant),
        sa.Column("ended", Instant),
        *added(),
        sa.UniqueConstraint("number"),
    )
    op.execute(f'INSERT INTO "case" ({KEPT}) SELECT {KEPT} FROM case_before')  # noqa: S608 - our own words
    op.drop_table("case_before")
    op.create_index("case_list", "case", ["province", "status", "id"])
