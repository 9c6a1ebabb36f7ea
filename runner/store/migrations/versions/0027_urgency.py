"""How urgent a task is for its case, and why it came back; what each person filters the inbox by.

Until the runner has filled them from the journals, as the setting asks, a task is as urgent as its own limit.
"""

import sqlalchemy as sa
from alembic import op

from runner.store.datatype import Deadline, Instant

revision = "0027"
down_revision = "0026"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = '"case", id, province, element, name, lane, step, form, opened, due, owner, late, closed, outcome'
FILLED = "task.latest,task.waits,task.mark"
"""What the runner fills from the journals."""
GROUP, OWN = ["province", "lane"], ["owner"]
FREE, HELD = "closed IS NULL AND owner IS NULL", "closed IS NULL AND owner IS NOT NULL"
BY_DUE = {"task_free": (GROUP, FREE), "task_claimed": (OWN, HELD), "task_held": (GROUP, HELD)}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        widen_in_sqlite()
    else:
        op.add_column("task", sa.Column("latest", Deadline))
        op.add_column("task", sa.Column("waits", sa.Boolean))
        op.add_column("task", sa.Column("mark", sa.Text))
        op.execute("UPDATE task SET latest = due, waits = false, mark = ''")
        for name in ("latest", "waits", "mark"):
            op.alter_column("task", name, nullable=False)
    index("task_urgent", [*GROUP, "waits", "latest", "case", "id", "owner", "closed"], FREE)
    index("task_urgent_own", [*OWN, "waits", "latest", "case", "id", *GROUP, "closed"], HELD)
    op.create_table(
        "saved_filter",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(f"UPDATE setting SET value = value || ',{FILLED}' WHERE key = 'rebuild'")  # noqa: S608 - our own words
    op.execute(
        f"INSERT INTO setting (key, value) SELECT 'rebuild', '{FILLED}' WHERE EXISTS (SELECT 1 FROM journal) "  # noqa: S608 - our own words
        "AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'rebuild')"
    )


def index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "task", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def widen_in_sqlite() -> None:
    """SQLite adds a column behind the table's constraints; made anew, the table looks like one that was never moved."""
    for name in BY_DUE:
        op.drop_index(name, "task")
    op.rename_table("task", "task_before")
    op.create_table(
        "task",
        sa.Column("case", BigId, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("element", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("opened", Instant, nullable=False),
        sa.Column("due", Deadline, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("closed", Instant),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("latest", Deadline, nullable=False),
        sa.Column("waits", sa.Boolean, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"INSERT INTO task ({COLUMNS}, latest, waits, mark) SELECT {COLUMNS}, due, 0, '' FROM task_before"  # noqa: S608 - our own words
    )
    op.drop_table("task_before")
    for name, (columns, where) in BY_DUE.items():
        index(name, [*columns, "due", "case", "id"], where)
