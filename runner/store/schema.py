"""The schema of a database, brought to the newest by Alembic's migrations; no file beside the code is needed.

Alembic is imported when there is something to migrate: with Mako and Pygments it takes as long as SQLAlchemy itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text

from runner.store.session import Database

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20180123)")
_REVISION = text("SELECT version_num FROM alembic_version")


def migrate(database: Database) -> None:
    """Bring the schema from any revision to the newest, in one transaction; do nothing when it is the newest.

    Any number of processes may do this at the same time.
    """
    if is_newest(database):
        return
    from alembic import command
    from alembic.config import Config

    with database.change() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(_ONE_AT_A_TIME)
        config = Config(attributes={"tx": tx})
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, "head")


def is_newest(database: Database) -> bool:
    """Whether the schema is the one of this version."""
    with database.read() as tx:
        return inspect(tx).has_table("alembic_version") and tx.scalar(_REVISION) == newest()


def revision(database: Database) -> str:
    """The revision of the schema; "" where there is none."""
    with database.read() as tx:
        return str(tx.scalar(_REVISION)) if inspect(tx).has_table("alembic_version") else ""


@cache
def newest() -> str:
    """The revision of the last migration, with whose number its file's name begins."""
    return max(path.stem for path in _MIGRATIONS.glob("versions/*.py")).partition("_")[0]
