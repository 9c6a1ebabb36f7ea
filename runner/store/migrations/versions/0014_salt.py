"""Each entry of a journal has a salt before its payload's digest; those there already have none."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = '"case", seq, at, actor, kind, payload, payload_sha256, state, previous, hash'


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        widen_in_sqlite()
    else:
        op.add_column("journal", sa.Column("salt", sa.LargeBinary(16)))


def widen_in_sqlite() -> None:
    """SQLite adds a column behind the table's constraints; made anew, the table looks like one that was never moved."""
    guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'"
    triggers = op.get_bind().execute(sa.text(guards)).all()
    for name, _ in triggers:
        op.execute(f'DROP TRIGGER "{name}"')
    op.execute("PRAGMA legacy_alter_table = ON")  # what else names the journal means the new one
    op.rename_table("journal", "journal_before")
    op.create_table(
        "journal",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("payload_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.LargeBinary(32), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("salt", sa.LargeBinary(16)),
    )
    op.execute(f"INSERT INTO journal ({COLUMNS}) SELECT {COLUMNS} FROM journal_before ORDER BY rowid")  # noqa: S608
    op.drop_table("journal_before")
    op.execute("PRAGMA legacy_alter_table = OFF")
    for _, sql in triggers:
        op.execute(sa.text(sql.replace(":", r"\:")))
