"""What the tests of the auditors' services share: an office of two departments with one case each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.departments import with_second
from tests.services.office import Office
from tests.world import World


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office of two departments; no case has begun."""
    office = with_second(Office(database_url, tmp_path))
    yield office
    office.runner.close()


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """An office without content; the clock starts on a Monday morning."""
    world = World(database_url, tmp_path)
    yield world
    world.runner.close()
