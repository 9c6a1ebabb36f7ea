"""Fault 10: a process holds the database's lock for seconds while many write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from time import perf_counter

from runner.domain.person import SYSTEM
from runner.errors import Busy
from tests.faults import invariant, worker
from tests.faults.conftest import OpenOffice
from tests.faults.office import VALUES, figure
from tests.six_tasks import CODE, OFFICER, STEPS
from tests.world import World

WRITERS = 20
HELD = 4.0
"""Seconds; a writer waits for five before it gives up."""


def test_twenty_writers_lose_nothing_while_the_lock_is_held_for_four_seconds(
    office: OpenOffice, database_url: str
) -> None:
    world = office()
    held, release = worker.processes.Event(), worker.processes.Event()
    holder = worker.processes.Process(target=worker.hold, args=(database_url, held, release))
    holder.start()
    assert held.wait(60)
    waiting = Timer(HELD, release.set)
    waiting.start()
    outcomes = _write(world, figure(1, 20))
    holder.join(60)
    waiting.join()
    assert holder.exitcode == 0

    busy = [error for _, _, error in outcomes if error]
    assert all(type(error) is Busy for error in busy), busy
    print(f"{len(outcomes)} submits, {len(busy)} answered that the system is busy")
    done = [(case, task) for case, task, error in outcomes if not error]
    for case in world.runner.audit.cases():
        tasks = [entry.entry.body.task for entry in world.runner.audit.history(case, SYSTEM)[2] if entry.entry.seq > 1]
        assert tasks == [task for each, task in done if each == case], "acknowledged, and nothing else"
    invariant.check(world.runner)


def test_twenty_writers_without_a_holder_are_all_served(office: OpenOffice) -> None:
    world = office()
    began = perf_counter()
    outcomes = _write(world, figure(2, 20))
    assert [error for _, _, error in outcomes if error] == []
    print(f"{len(outcomes)} submits by {WRITERS} writers in {perf_counter() - began:.1f} s")
    invariant.check(world.runner)


def _write(world: World, rounds: int) -> list[tuple[int, str, Exception | None]]:
    """What became of each submit of `WRITERS` threads, in the order of each thread; the 95th percentile is printed."""
    times: list[float] = []

    def write(_: int) -> list[tuple[int, str, Exception | None]]:
        outcomes: list[tuple[int, str, Exception | None]] = []
        for _ in range(rounds):
            try:
                case = world.runner.cases.start(CODE, OFFICER, world.now).case
            except Exception as error:
                outcomes.append((0, "start", error))
                continue
            for step in STEPS:
                task, began = f"Task_{step}#1", perf_counter()
                try:
                    world.runner.tasks.submit(case, task, VALUES, OFFICER, world.now)
                except Exception as error:
                    outcomes.append((case, task, error))
                    break
                times.append(perf_counter() - began)
                outcomes.append((case, task, None))
        return outcomes

    with ThreadPoolExecutor(WRITERS) as pool:
        found = [outcome for outcomes in pool.map(write, range(WRITERS)) for outcome in outcomes]
    print(f"95 of 100 submits within {sorted(times)[len(times) * 95 // 100] * 1_000:.0f} ms")
    return found
