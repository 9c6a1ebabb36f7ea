"""Faults 8 and 9: several processes sweep for due timers at once; one timer always fails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from runner.domain.person import Role
from runner.services.timers import BACKOFF, BATCH, TRIES, Sweep
from runner.store import case as cases
from runner.store import timer as timers
from tests.faults import invariant, worker
from tests.faults.conftest import OpenOffice
from tests.faults.office import FIRST, VALUES, begin, figure
from tests.six_tasks import OFFICER
from tests.world import World, person

PROCESSES = 4
TIMERS = figure(2 * BATCH + 10, 10_000)
ALL_DUE = timedelta(days=10)


def test_four_processes_that_sweep_at_once_fire_every_timer_exactly_once(
    office: OpenOffice, database_url: str, tmp_path: Path
) -> None:
    world = office()
    begin(world, TIMERS)
    world.clock.advance(ALL_DUE)
    assert sum(_sweeps(world, database_url, tmp_path)) == TIMERS
    assert [invariant.kinds(world.runner, case) for case in world.runner.audit.cases()] == [["start", "timer"]] * TIMERS
    invariant.nothing_due(world.runner, world.now)
    invariant.check(world.runner)


@pytest.mark.parametrize("seed", [8])
def test_what_a_killed_process_was_firing_is_fired_by_the_next_tick(
    office: OpenOffice, database_url: str, tmp_path: Path, seed: int
) -> None:
    world, random = office(), Random(seed)
    for _ in range(figure(4, 100)):
        begin(world, 50)
        world.clock.advance(ALL_DUE)
        ready, fired = worker.processes.Event(), worker.processes.SimpleQueue()
        process = worker.processes.Process(target=worker.sweep, args=(database_url, tmp_path, world.now, ready, fired))
        process.start()
        ready.set()
        while process.exitcode is None and _due(world) == 50:
            process.join(0.005)
        process.join(random.uniform(0, 0.1))
        process.kill()
        process.join(60)
        for _ in range(1000):  # PostgreSQL notices a moment later that its client is gone, and lets go of its case
            world.runner.tick()
            if not _due(world):
                break
        invariant.nothing_due(world.runner, world.now)
    for case in world.runner.audit.cases():
        assert invariant.kinds(world.runner, case) == ["start", "timer"], (seed, case)
    invariant.check(world.runner, seed)


def test_one_timer_that_always_fails_stops_no_other_and_can_be_retried_once_it_is_mended(office: OpenOffice) -> None:
    world = office()
    ids = begin(world, TIMERS)
    poisoned = ids[3]
    before = _tamper(world, poisoned)
    world.runner.transactions.cache.clear()
    world.clock.advance(ALL_DUE)

    swept = world.runner.timers.fire_due(world.now)
    assert swept == Sweep(fired=TIMERS - 1, failed=1)
    for tries in range(1, TRIES):
        wait = BACKOFF * 2 ** (tries - 1)
        world.clock.advance(wait - timedelta(seconds=1))
        assert world.runner.timers.fire_due(world.now).failed == 0, "tried again too early"
        assert invariant.kinds(world.runner, poisoned) == ["start"]
        world.clock.advance(timedelta(seconds=1))
        assert world.runner.timers.fire_due(world.now).failed == 1
    assert invariant.kinds(world.runner, poisoned) == ["start", "incident"]
    world.clock.advance(timedelta(days=1))
    assert world.runner.timers.fire_due(world.now) == Sweep(0, 0), "an incident waits for its retry"

    administrator = person(Role.ADMINISTRATOR, "bench")
    [incident] = invariant.rows(world.runner, poisoned)["incidents"]
    assert (incident.kind, incident.closed) == ("TimerBroken", None)
    _write(world, poisoned, before)
    world.runner.cases.retry(poisoned, incident.id, administrator, world.now)
    assert invariant.kinds(world.runner, poisoned) == ["start", "incident", "timer"]
    [incident] = invariant.rows(world.runner, poisoned)["incidents"]
    assert incident.closed == world.now
    invariant.nothing_due(world.runner, world.now)
    late = VALUES | {"late_reason": "Hệ thống gặp sự cố."}
    world.runner.tasks.submit(poisoned, FIRST, late, OFFICER, world.now)
    invariant.check(world.runner)


def test_a_case_whose_last_entry_is_gone_holds_no_other_timer_up(office: OpenOffice) -> None:
    world = office()
    ids = begin(world, 20)
    world.runner.tasks.submit(ids[3], FIRST, VALUES, OFFICER, world.now)
    _unguarded(world, 'DELETE FROM journal WHERE "case" = :case AND seq = 2', case=ids[3])
    world.runner.transactions.cache.clear()
    for _ in range(TRIES):
        world.clock.advance(ALL_DUE)
        world.runner.timers.fire_due(world.now)
    fired = [case for case in ids if invariant.kinds(world.runner, case) == ["start", "timer"]]
    assert fired == [case for case in ids if case != ids[3]]
    with world.runner.database.read() as tx:
        assert [case.id for case, _ in cases.open_incidents(tx)] == [ids[3]]


def _sweeps(world: World, url: str, folder: Path) -> list[int]:
    """How many timers each of several processes fired that began to sweep at the same moment."""
    ready, fired = worker.processes.Barrier(PROCESSES), worker.processes.SimpleQueue()
    processes = [
        worker.processes.Process(target=worker.sweep, args=(url, folder, world.now, ready, fired))
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    counts = [fired.get() for _ in processes]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    print("fired by each:", counts)
    return counts


def _due(world: World) -> int:
    with world.runner.database.read() as tx:
        return len(timers.due(tx, world.now, 50))


def _tamper(world: World, case: int) -> str:
    """Forge the first entry of a case; returns its payload before."""
    with world.runner.database.read() as tx:
        [entry] = cases.entries(tx, case)
    _write(world, case, str(entry.payload).replace("{", '{"forged":true,', 1))
    return str(entry.payload)


def _write(world: World, case: int, payload: str) -> None:
    _unguarded(
        world, 'UPDATE journal SET payload = :payload WHERE "case" = :case AND seq = 1', case=case, payload=payload
    )


def _unguarded(world: World, statement: str, **values: Any) -> None:
    """Write past the triggers that guard the journal, as a person with the database's password can."""
    with world.runner.database.change() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(text("SET LOCAL session_replication_role = replica"))
            tx.execute(text(statement), values)
            return
        guards = tx.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in guards:
            tx.execute(text(f"DROP TRIGGER {name}"))
        tx.execute(text(statement), values)
        for _, sql in guards:
            tx.exec_driver_sql(sql)
