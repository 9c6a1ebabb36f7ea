"""Cases whose deadline runs stand in an index of their own: those that are overdue are few among very many."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

RUNNING = "status = 'open' AND clock = 'running'"


def upgrade() -> None:
    where = sa.text(RUNNING)
    op.create_index("case_running", "case", ["province", "due", "id"], sqlite_where=where, postgresql_where=where)
