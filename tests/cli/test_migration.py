"""From the command line: what a version does to running cases, migrating them and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import running
from tests.cli.conftest import Terminal
from tests.running import BLOCKED, CODE, HUY, LONG, RunningCases
from tests.world import local


@pytest.fixture
def terminal(_sqlite_url: str, tmp_path: Path) -> Terminal:
    """A terminal at the office of the twelve cases, with a draft that makes a step shorter."""
    world = RunningCases(_sqlite_url, tmp_path)
    drafts = world.runner.procedure_drafts
    made = drafts.begin(CODE, HUY, world.now)
    drafts.save(made.id, running.shortened(drafts.files(made.id, HUY)), HUY, world.now, base=1)
    world.runner.close()
    found = Terminal(_sqlite_url, tmp_path)
    found.clock.set(local("2026-03-02 10:30"))
    return found


def test_cases_are_looked_at_migrated_and_brought_back(terminal: Terminal) -> None:
    found = terminal.json("impact", 1, "--as", HUY.id)
    assert found["grades"] == {"migratable": 8, "unaffected": 2, "blocked": 2, "overdue": 0}
    shown = terminal("impact", 1, "--as", HUY.id).output
    assert "Chuyển được: 8" in shown and "14:14 ngày 04/03/2026 → 08:20 ngày 04/03/2026" in shown
    assert "2,5 → 2 ngày làm việc" in shown and "Công ty" not in shown
    past = terminal.json("impact", CODE, "--since", "2026-01-01", "--as", HUY.id)
    assert past["exact"]["cases"] == 0 and past["stopped"] == {"cases": 0, "stopped": []}
    assert "Không phải dự báo" in terminal("impact", 1, "--since", "2026-01-01", "--as", HUY.id).output
    made = terminal.json("approval", "submit", 1, "--as", HUY.id)
    terminal("approval", "submit", 1, "--as", "nobody", code=4)
    world = terminal.world()
    world.runner.approvals.approve(made["id"], made["version"], LONG, terminal.clock.now(), shown=True)
    world.runner.close()

    terminal("migrate", CODE, "--all", "--reason", "x", "--as", "specialist@ha-tinh", code=4)
    one = terminal.json("migrate", CODE, 2, "--reason", "Quyết định 12", "--as", HUY.id)
    assert [(each["case"], each["status"], each["entry"]) for each in one] == [(2, "done", 3)]
    blocked = terminal("migrate", CODE, BLOCKED[0], "--reason", "Quyết định 12", "--as", HUY.id, code=1)
    assert "0 đã chuyển, 1 không chuyển" in blocked.output and "sự cố" in blocked.output
    every = terminal("migrate", CODE, "--all", "--reason", "Quyết định 12", "--as", HUY.id)
    assert "7 đã chuyển, 0 không chuyển" in every.output
    assert terminal.json("impact", CODE, "--as", HUY.id)["grades"]["migratable"] == 0
    assert terminal.json("impact", CODE, "--version", 1, "--as", HUY.id)["grades"]["migratable"] == 8
    back = terminal("migrate", CODE, "--back", "--all", "--reason", "Nhầm", "--as", HUY.id)
    assert "8 đã chuyển" in back.output
    assert terminal.json("impact", CODE, "--as", HUY.id)["grades"]["migratable"] == 8
    terminal("migrate", CODE, "--back", "--all", "--reason", "Nhầm", "--as", HUY.id, code=3)
