"""What the tests of the deployment read: the project's own files, as they are."""

from __future__ import annotations

import inspect
import re
import shlex
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from runner import config
from runner.cli import console
from tests.world import ROOT

VARIABLE = re.compile(r"MOTCUA_[A-Z]+(?:_[A-Z]+)*")
SETTINGS = {name for room in (config, console) for name in VARIABLE.findall(inspect.getsource(room))}
"""Every variable that the program reads: its settings, and whom the command line acts for."""


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction of the Dockerfile, in the stage that it belongs to (0 is the first)."""

    stage: int
    word: str
    rest: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.rest)


@pytest.fixture(scope="session")
def steps() -> list[Step]:
    """The Dockerfile's instructions in order."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    found, stage = [], -1
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            stage += word == "FROM"
            found.append(Step(stage, word, rest.strip()))
    return found


@pytest.fixture(scope="session")
def compose() -> Any:
    """The compose file as data, its merges done."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
