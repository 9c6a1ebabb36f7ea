"""What the tests of authoring share: an office whose one procedure analysts draft, closed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.domain.person import Person, Role
from runner.store import registry
from tests.services.office import PROVINCE, Office

HA = Person("ha", "Lê Thu Hà", frozenset({(PROVINCE, Role.ANALYST)}))
LONG = Person("long", "Trần Đức Long", frozenset({(PROVINCE, Role.ANALYST)}))
STRANGER = Person("stranger", "Người Tỉnh Khác", frozenset({("ha-tinh", Role.ANALYST)}))
"""Two analysts of the office's province, and one of another."""


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """The office, with its analysts."""
    office = Office(database_url, tmp_path)
    with office.runner.database.change() as tx:
        for person in (HA, LONG, STRANGER):
            registry.save_person(tx, person, office.now)
    yield office
    office.runner.close()
