"""Cases from before 0004 get what the register asks for from their journals: the runner does it where this asks for it.

SQL cannot replay a journal, so a migration only says that it is wanted.
"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("INSERT INTO setting (key, value) SELECT 'rebuild', 'yes' WHERE EXISTS (SELECT 1 FROM journal)")
