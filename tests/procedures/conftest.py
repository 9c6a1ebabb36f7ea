"""Dossiers of the two real procedures, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.procedures.dossier import Dossier

HandIn = Callable[..., Dossier]


@pytest.fixture
def hand_in(database_url: str, tmp_path: Path) -> Iterator[HandIn]:
    """Hands a dossier in at a local moment: ``hand_in("ben-tre/39", "2022-09-26 08:00")``."""
    opened: list[Dossier] = []

    def hand_in(procedure: str, start: str) -> Dossier:
        opened.append(Dossier(database_url, tmp_path, procedure, start))
        return opened[-1]

    yield hand_in
    for dossier in opened:
        dossier.runner.close()


@pytest.fixture
def ha_tinh(hand_in: HandIn) -> Dossier:
    """A dossier for a postal licence at Hà Tĩnh's counter, on Monday, 26 September 2022, at 08:00."""
    return hand_in("ha-tinh/QT.BC.01", "2022-09-26 08:00")


@pytest.fixture
def ben_tre(hand_in: HandIn) -> Dossier:
    """A dossier for a confirmation at Bến Tre's counter, on Monday, 26 September 2022, at 08:00."""
    return hand_in("ben-tre/39", "2022-09-26 08:00")
