"""The busy office of these tests, and the insider who edits its database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.verification.crime import Crime, found
from tests.audit.verification.stage import Insider, Stage, busy


@pytest.fixture
def stage(database_url: str, tmp_path: Path) -> Iterator[Stage]:
    stage = busy(database_url, tmp_path)
    yield stage
    stage.runner.close()


@pytest.fixture
def insider(database_url: str) -> Iterator[Insider]:
    insider = Insider(database_url)
    yield insider
    insider.close()


@pytest.fixture
def crime(stage: Stage, database_url: str) -> Iterator[Crime]:
    crime = Crime(stage, database_url)
    assert not found(crime.outside())
    yield crime
    crime.insider.close()
