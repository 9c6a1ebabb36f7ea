"""By what cases are found: the runner fills the tables from the journals, as the setting asks."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_search",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_table(
        "case_officer",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("person", sa.Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("case_officer_person", "case_officer", ["person", "case"])
    op.execute(
        """
        INSERT INTO setting (key, value) SELECT 'rebuild', 'yes' WHERE EXISTS (SELECT 1 FROM journal)
        AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'rebuild')
        """
    )
