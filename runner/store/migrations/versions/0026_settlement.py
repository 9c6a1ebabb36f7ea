"""How a dossier was handed in stands in its row, and reports find what was settled when.

Cases there are already get it from their journals.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        widen_in_sqlite()
    else:
        op.add_column("case", sa.Column("submitted_via", sa.Text, nullable=False, server_default=""))
    op.create_index("case_settled", "case", ["province", "legal_clock_stopped_at"])
    # The runner rebuilds where this asks for it: see 0005.
    op.execute(
        "INSERT INTO setting (key, value) SELECT 'rebuild', 'yes' WHERE EXISTS (SELECT 1 FROM journal) "
        "AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'rebuild')"
    )


def widen_in_sqlite() -> None:
    """SQLite adds a column behind the table's constraints; made anew, the table looks like one that was never moved."""
    tx = op.get_bind()
    made = tx.execute(sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'case'")).scalar_one()
    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'case' AND sql IS NOT NULL"
    kept = tx.execute(sa.text(indexes)).all()
    names = ", ".join(f'"{column["name"]}"' for column in sa.inspect(tx).get_columns("case"))
    for name, _ in kept:
        op.execute(f'DROP INDEX "{name}"')
    op.execute("PRAGMA legacy_alter_table = ON")  # what else names the table means the new one
    op.rename_table("case", "case_before")
    column = "submitted_via TEXT DEFAULT '' NOT NULL, \n\t"
    op.execute(sa.text(made.replace("CONSTRAINT case_key", f"{column}CONSTRAINT case_key").replace(":", r"\:")))
    op.execute(f'INSERT INTO "case" ({names}) SELECT {names} FROM case_before')  # noqa: S608 - our own words
    op.drop_table("case_before")
    op.execute("PRAGMA legacy_alter_table = OFF")
    for _, sql in kept:
        op.execute(sa.text(sql.replace(":", r"\:")))
