"""Fault 25: a hostile diagram got past the linter. At run it is refused, or what it carries does nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.attacks import EXPRESSIONS, SINKS

ROOT = Path(__file__).parent.parent.parent

INERT = frozenset(
    {
        "assignee",
        "connector",
        "correlation",
        "data association",
        "execution listener",
        "input mapping",
        "listener of a flow",
        "message name",
        "output mapping",
        "property with a script",
        "script before a task",
        "script of a vendor",
        "task listener",
    }
)
"""Places that the runner does not read at all: the text stays where it is, and the diagram runs as if without."""

HARMLESS = {"condition": 4, "condition in another language": 4, "loop": 1}
"""How many of the texts are sound there, and so run: names that no form declares are null in FEEL, nothing else."""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What became of all hostile diagrams, run by a process of their own with nothing in its folder."""
    folder = tmp_path_factory.mktemp("hostile")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.hostile"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert list(folder.iterdir()) == []
    return json.loads(done.stdout)


@pytest.mark.parametrize("sink", SINKS)
def test_a_hostile_text_is_refused_at_run_or_does_nothing(outcome: Any, sink: str) -> None:
    outcomes = outcome["outcomes"][sink]
    ran = [text for text, came in outcomes.items() if came == "ran"]
    assert len(outcomes) >= 40
    assert len(ran) == (len(outcomes) if sink in INERT else HARMLESS.get(sink, 0)), ran
    assert "EngineFault" not in outcomes.values()


@pytest.mark.parametrize("kind", ["doctype", "entities"])
def test_declarations_before_the_root_are_refused(outcome: Any, kind: str) -> None:
    assert set(outcome["outcomes"][kind].values()) <= {"HasDoctype", "NotXml"}


def test_nothing_outside_is_touched_and_time_and_memory_are_bounded(outcome: Any) -> None:
    assert len(EXPRESSIONS) * len(SINKS) > 8 * 40
    assert outcome["touched"] == {}
    assert outcome["slowest"] < 2.5
    assert outcome["grown"] < 100
