"""From when a version is in force, who approved that, and that a procedure is repealed.

What was put into force before was so from the moment of its recording, by one person.
"""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        widen_in_sqlite()
        return
    op.alter_column("enforcement", "version", nullable=True)
    op.add_column("enforcement", sa.Column("effective", Instant))
    op.execute("UPDATE enforcement SET effective = at")
    op.alter_column("enforcement", "effective", nullable=False)
    for name in ("approved_by", "successor"):
        op.add_column("enforcement", sa.Column(name, sa.Text, nullable=False, server_default=""))


def widen_in_sqlite() -> None:
    """SQLite cannot let a column be empty that was not; the table is made anew."""
    op.rename_table("enforcement", "enforcement_before")
    op.create_table(
        "enforcement",
        sa.Column("procedure", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Text, sa.ForeignKey("version.digest")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("effective", Instant, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False, server_default=""),
        sa.Column("successor", sa.Text, nullable=False, server_default=""),
        sqlite_with_rowid=False,
    )
    op.execute(
        'INSERT INTO enforcement (procedure, number, version, at, "by", effective) '
        'SELECT procedure, number, version, at, "by", at FROM enforcement_before'
    )
    op.drop_table("enforcement_before")
