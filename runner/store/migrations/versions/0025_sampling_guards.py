"""Samples only grow: what was drawn and what was written of it stays as it was."""

from alembic import op

from runner.store.migrations.append_only import guards

revision = "0025"
down_revision = "0024"

KEYS = {"sample": ["id"], "sample_case": ["sample", "case"], "sample_remark": ["sample", "number"]}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table, key in KEYS.items():
        for statement in guards(dialect, table, key):
            op.execute(statement)
