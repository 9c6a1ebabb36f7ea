"""Tables and columns have the field's words: login session, idempotency, case number; what the register's columns are.

Only names change, no row. The index of late cases follows its column on both databases.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = {"visit": "login_session", "receipt": "idempotency", "allotment": "case_number"}
COLUMNS = {"stopped": "legal_clock_stopped_at", "handed": "result_delivered_at", "handover": "delivery_method"}


def upgrade() -> None:
    for old, new in TABLES.items():
        op.rename_table(old, new)
    op.drop_index("visit_person", "login_session")
    op.create_index("login_session_person", "login_session", ["person"])
    for old, new in COLUMNS.items():
        # Not `alter_column`: on SQLite that would copy the table.
        op.execute(f'ALTER TABLE "case" RENAME COLUMN {old} TO {new}')
