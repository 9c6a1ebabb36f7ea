"""When a dossier counts as received, and who entered it, stand in the case's row.

Cases there are already get both from their journals.
"""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant

revision = "0007"
down_revision = "0006"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    "id, province, procedure, version, started, seq, head, status, outcome, number, subject, clock, due, ended, "
    "legal_clock_stopped_at, result_delivered_at, address, phone, delivery_method, received_by, note"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        widen_in_sqlite()
    else:
        op.add_column("case", sa.Column("received", Instant))
        op.add_column("case", sa.Column("creator", sa.Text, nullable=False, server_default=""))
    draft = sa.text("status = 'draft'")
    op.create_index("case_draft", "case", ["creator", "id"], sqlite_where=draft, postgresql_where=draft)
    # The runner rebuilds where this asks for it: see 0005.
    op.execute(
        "INSERT INTO setting (key, value) SELECT 'rebuild', 'yes' WHERE EXISTS (SELECT 1 FROM journal) "
        "AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'rebuild')"
    )


def widen_in_sqlite() -> None:
    """SQLite adds a column behind the table's constraints; made anew, the table looks like one that was never moved."""
    for index in ("case_list", "case_late"):
        op.drop_index(index, "case")
    op.rename_table("case", "case_before")
    texts = ("address", "phone", "delivery_method", "received_by", "note")
    op.create_table(
        "case",
        sa.Column("id", BigId, primary_key=True, autoincrement=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("started", Instant, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.Column("creator", sa.Text, nullable=False, server_default=""),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("clock", sa.Text, nullable=False),
        sa.Column("received", Instant),
        sa.Column("due", Instant),
        sa.Column("ended", Instant),
        sa.Column("legal_clock_stopped_at", Instant),
        sa.Column("result_delivered_at", Instant),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in texts),
        sa.UniqueConstraint("number"),
    )
    op.execute(f'INSERT INTO "case" ({COLUMNS}) SELECT {COLUMNS} FROM case_before')  # noqa: S608 - our own words
    op.drop_table("case_before")
    op.create_index("case_list", "case", ["province", "status", "id"])
    late = sa.text("legal_clock_stopped_at > due")
    op.create_index("case_late", "case", ["province", "status", "id"], sqlite_where=late)
