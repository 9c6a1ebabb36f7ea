"""Each word of a case is a row, so that an index finds it; lists of cases are ordered along indexes of their own.

The runner fills the words from the journals, as the setting asks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_table("case_search")
    op.create_table(
        "case_search",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("case_search_word", "case_search", ["word", "case"])
    op.create_index("case_due", "case", ["province", "due", "id"])
    op.create_index("case_delivered", "case", ["province", "result_delivered_at", "id"])
    op.create_index("case_procedure", "case", ["province", "procedure", "id"])
    op.execute("UPDATE setting SET value = value || ',case_search' WHERE key = 'rebuild'")
    op.execute(
        "INSERT INTO setting (key, value) SELECT 'rebuild', 'case_search' WHERE EXISTS (SELECT 1 FROM journal) "
        "AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'rebuild')"
    )
