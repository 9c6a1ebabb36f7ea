"""What the tests of services share: a small office on each database, closed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.office import Office


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office with one case begun."""
    office = Office(database_url, tmp_path)
    office.begin()
    yield office
    office.runner.close()
