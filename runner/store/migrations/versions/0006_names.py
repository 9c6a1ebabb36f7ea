"""Tables and columns have the field's words: login session, idempotency, case number; what the register's columns are.

Only names change, no row. The three small tables are made anew: SQLite cannot rename a constraint. The index of late
cases follows its column on both databases.
"""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Instant, Json

revision = "0006"
down_revision = "0005"

TABLES = {"visit": "login_session", "receipt": "idempotency", "allotment": "case_number"}
COLUMNS = {"stopped": "legal_clock_stopped_at", "handed": "result_delivered_at", "handover": "delivery_method"}


def upgrade() -> None:
    op.create_table(
        "login_session",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("created", Instant, nullable=False),
        sa.Column("seen", Instant, nullable=False),
    )
    op.create_index("login_session_person", "login_session", ["person"])
    op.create_table(
        "idempotency",
        sa.Column("actor", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("answer", Json),
        sa.Column("at", Instant, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_number",
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    for old, new in TABLES.items():
        op.execute(f"INSERT INTO {new} SELECT * FROM {old}")  # noqa: S608 — names of this file
        op.drop_table(old)
    for old, new in COLUMNS.items():
        # Not `alter_column`: on SQLite that would copy the table.
        op.execute(f'ALTER TABLE "case" RENAME COLUMN {old} TO {new}')
    if op.get_bind().dialect.name == "postgresql":
        # PostgreSQL 18 names such a constraint after its column; made anew, it has the name of today's column.
        op.alter_column("case", "delivery_method", nullable=True)
        op.alter_column("case", "delivery_method", nullable=False)
