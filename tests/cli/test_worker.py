"""``motcua tick`` and ``motcua work``; time is made up on a demonstration database only."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from runner.cli import main
from runner.cli.console import Console
from tests.cli.conftest import Terminal

CLERK = "one_stop_clerk@ben-tre"


def received(office: Terminal, intake: Callable[..., Path]) -> Terminal:
    office("start", "ben-tre/39", "--as", CLERK)
    office("submit", 1, "Task_1_receive#1", "--as", CLERK, "--values", intake())
    return office


def test_a_tick_fires_what_is_due_and_says_how_much(office: Terminal, intake: Callable[..., Path]) -> None:
    received(office, intake)
    assert office.json("tick") == {"fired": 0, "failed": 0, "delivered": 0}
    printed = office.at("2022-09-27 08:00")("tick").stdout
    assert printed == "1 mốc đã kích hoạt, 0 mốc gặp lỗi, 1 thông báo đã gửi.\n"


def test_time_is_not_made_up_on_a_real_database(office: Terminal) -> None:
    office("start", "ben-tre/39", "--as", CLERK)
    refused = office("tick", "--now", "2022-09-27T08:00", code=3)
    assert "không phải là cơ sở dữ liệu trình diễn" in refused.stderr
    assert [event["kind"] for event in office.json("case", 1)["events"]] == ["start"]


def test_time_can_be_made_up_on_a_demonstration_database(office: Terminal, intake: Callable[..., Path]) -> None:
    received(office, intake)
    office.world().runner.demonstration.mark()
    assert office.json("tick", "--now", "2022-09-27T07:59")["fired"] == 0
    assert office.json("tick", "--now", "2022-09-27T08:00")["fired"] == 1


@pytest.mark.parametrize("moment", ["ngày mai", "2022-13-01", ""])
def test_a_moment_that_is_none_is_refused(office: Terminal, moment: str) -> None:
    office("tick", "--now", moment, code=2)


def test_whether_a_worker_sweeps_can_be_asked(office: Terminal) -> None:
    office("work", "--check", code=1)
    office("tick")
    office("work", "--check")
    office.at("2022-09-27 08:00")("work", "--check", code=1)


def test_no_worker_works_on_a_demonstration_in_production(office: Terminal) -> None:
    world = office.world()
    production = {"MOTCUA_DATABASE": office.url, "MOTCUA_PRODUCTION": "1", "MOTCUA_SECRET": "x" * 40}
    world.runner.demonstration.mark()
    refused = CliRunner().invoke(main, ["work"], obj=Console(office.clock, production))
    assert refused.exit_code == 3 and "Cơ sở dữ liệu trình diễn" in refused.output
    world.runner.close()


def test_the_worker_runs_until_a_signal_stops_it(office: Terminal) -> None:
    words = [sys.executable, "-c", "from runner.cli import main; main()", "--database", office.url, "work"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr
        assert any("the worker sweeps every" in line for line in worker.stderr)
        worker.terminate()
        worker.communicate(timeout=20)
    assert worker.returncode == 0
