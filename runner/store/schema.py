"""The schema of a database, brought to the newest by Alembic's migrations; no file beside the code is needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
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
        command.upgrade(_config(attributes={"tx": tx}), "head")


def is_newest(database: Database) -> bool:
    """Whether the schema is the one of this version."""
    with database.read() as tx:
        return MigrationContext.configure(tx).get_current_revision() == _newest()


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config(**facts: Any) -> Config:
    config = Config(**facts)
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
