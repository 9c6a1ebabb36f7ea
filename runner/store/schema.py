"""The schema of a database, brought to the newest by Alembic's migrations; no file beside the code is needed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from runner.store.session import Database

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20180123)")


def migrate(database: Database) -> None:
    """Bring the schema to the newest, from whatever it is, in one transaction; a newest one is left alone.

    Any number of processes may do this at the same time.
    """
    with database.change() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(_ONE_AT_A_TIME)
        config = Config(attributes={"tx": tx})
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        command.upgrade(config, "head")
