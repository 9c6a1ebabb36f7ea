"""What the tests of the studio share: a site with one small procedure, and two analysts who draft it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import Office
from tests.web.conftest import Site


@pytest.fixture
def studio(_sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """The site of the office, on which the analysts may sign in."""
    office = Office(_sqlite_url, tmp_path)
    for person in (HA, LONG, STRANGER):
        office.runner.people.save(person)
    yield Site(office)
    office.runner.close()
