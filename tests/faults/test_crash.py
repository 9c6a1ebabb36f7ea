"""Faults 3 and 4: the process is killed between commit and answer, before the commit, or while it writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from signal import SIGKILL
from time import perf_counter
from typing import Any

import pytest

from runner.engine.errors import TaskClosed
from tests.faults import invariant, worker
from tests.faults.conftest import OpenOffice
from tests.faults.office import FIRST, VALUES, another, begin, figure
from tests.six_tasks import OFFICER, STEPS
from tests.world import World

ROUNDS = figure(12, 200)
RESTART = 5.0
"""Seconds from the start of a new process until its first answer."""

Request = tuple[int, str, str]


@pytest.mark.parametrize("point", worker.POINTS)
def test_killed_at_this_point_a_submit_is_done_once_or_not_at_all_and_a_retry_is_answered(
    office: OpenOffice, tmp_path: Path, database_url: str, point: str
) -> None:
    world, random = office(), Random(point)
    for number in range(ROUNDS):
        [case] = begin(world, 1)
        requests = [(case, f"Task_{step}#1", f"key {number} {step}") for step in STEPS]
        life, answered = random.randint(1, len(STEPS)), tmp_path / f"answers {number}"
        world.runner.close()  # so that the next process is the first to open what the crash left
        process = worker.processes.Process(
            target=worker.submit, args=(database_url, answered, world.now, requests, point, life)
        )
        process.start()
        process.join(60)
        assert process.exitcode == -SIGKILL, (point, number, life)
        process.close()

        acknowledged = worker.answers(answered)
        assert len(acknowledged) == (life if point == "acknowledged" else life - 1), (point, number, life)
        kept = life if point in ("committed", "answered", "acknowledged") else life - 1
        assert invariant.kinds(world.runner, case) == ["start", *["submit"] * kept], (point, number, life)
        _again(world, requests, acknowledged, database_url)
    invariant.check(world.runner)


@pytest.mark.parametrize("seed", [34])
def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_done_twice(
    office: OpenOffice, tmp_path: Path, database_url: str, seed: int
) -> None:
    world, random = office(), Random(seed)
    seen = 0
    for number in range(figure(8, 200)):
        cases = begin(world, 10)
        requests = [(case, f"Task_{step}#1", f"key {case} {step}") for step in STEPS for case in cases]
        random.shuffle(requests)
        requests.sort(key=lambda request: request[1])  # within a case in order, the cases mixed
        halves = [[request for request in requests if request[0] % 2 == half] for half in (0, 1)]
        world.runner.close()
        answered = [tmp_path / f"answers {number} {half}" for half in (0, 1)]
        processes = [
            worker.processes.Process(target=worker.submit, args=(database_url, log, world.now, half, "", -1))
            for half, log in zip(halves, answered, strict=True)
        ]
        for process in processes:
            process.start()
        for process, log in zip(processes, answered, strict=True):
            while process.exitcode is None and not worker.answers(log):
                process.join(0.005)
            process.join(random.uniform(0, 0.15))
            process.kill()
            process.join(60)
            process.close()
        for half, log in zip(halves, answered, strict=True):
            acknowledged = worker.answers(log)
            seen += len(acknowledged)
            _again(world, half, acknowledged, database_url)
    print(f"seed {seed}: {seen} submits acknowledged before the processes were killed")
    assert seen, "killed before anything was done"
    invariant.check(world.runner, seed)


def _again(world: World, requests: Sequence[Request], acknowledged: dict[str, Any], url: str) -> None:
    """Ask for everything again, as a client does that got no answer: the same answers, and each effect once."""
    _sound(url)
    began = perf_counter()
    runner = another(world)
    for number, (case, task, key) in enumerate(requests):
        answer = runner.tasks.submit(case, task, VALUES, OFFICER, world.now, key)
        if number == 0:
            assert perf_counter() - began < RESTART
        assert acknowledged.get(key, asdict(answer)) == asdict(answer), key
    for case in {case for case, _, _ in requests}:
        assert invariant.kinds(runner, case) == ["start", *["submit"] * len(STEPS)], case
    runner.close()


def _sound(url: str) -> None:
    """SQLite finds nothing wrong with its file; PostgreSQL would not have started."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()


def test_without_a_key_who_asks_again_after_a_crash_is_told_that_it_is_done(
    office: OpenOffice, tmp_path: Path, database_url: str
) -> None:
    world = office()
    [case] = begin(world, 1)
    process = worker.processes.Process(
        target=worker.submit,
        args=(database_url, tmp_path / "answers", world.now, [(case, FIRST, "key")], "committed", 1),
    )
    process.start()
    process.join(60)
    with pytest.raises(TaskClosed):
        world.runner.tasks.submit(case, FIRST, VALUES, OFFICER, world.now)
    assert invariant.kinds(world.runner, case) == ["start", "submit"]
