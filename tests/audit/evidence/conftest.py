"""One bundle for all that only reads it, and an office on each database for what is asked of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.store.schema import migrate
from runner.store.session import Database
from tests.audit.evidence.exhibit import Exhibit


@pytest.fixture
def exhibit(database_url: str, tmp_path: Path) -> Iterator[Exhibit]:
    """The office with its case, on each database."""
    made = Exhibit(database_url, tmp_path)
    yield made
    made.runner.close()


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bundle of the case, with everything in it."""
    folder = tmp_path_factory.mktemp("evidence")
    url = f"sqlite:///{folder}/office.db"
    database = Database(url)
    migrate(database)
    database.close()
    made = Exhibit(url, folder)
    found, _ = made.export()
    made.runner.close()
    return found
