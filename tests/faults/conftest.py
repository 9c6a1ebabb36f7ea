"""What the tests of faults share: offices that are closed afterwards, and threads that begin at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.six_tasks import SixTasks
from tests.world import World

OpenOffice = Callable[..., World]


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[OpenOffice]:
    """Opens an office on an empty database: ``office()``, or ``office(diagram)`` with another diagram."""
    opened: list[World] = []

    def open_one(diagram: str = "") -> World:
        opened.append(SixTasks(database_url, tmp_path, diagram))
        return opened[0]

    yield open_one
    for world in opened:
        world.runner.close()
