"""Fault 2: a timer on a task's boundary fires while the task is being submitted."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from runner.domain.case import ChangeResult
from runner.engine.errors import TaskClosed
from runner.services.tasks import FormRefused
from tests.faults import invariant
from tests.faults.conftest import OpenOffice
from tests.faults.office import FIRST, VALUES, another, begin, figure, interrupting
from tests.faults.race import race
from tests.six_tasks import OFFICER
from tests.world import World, local

RACES = figure(200, 500)
MORNING = local("2022-09-26 07:30")
JITTER = 5_000
"""Microseconds by which the clocks of the officer and of the sweeping process may be off, either way."""


@pytest.mark.parametrize("seed", [20220926])
def test_a_task_is_either_submitted_or_taken_away_by_its_timer(office: OpenOffice, seed: int) -> None:
    world = office(interrupting())
    for case, (officer, sweep) in _races(world, seed).items():
        kinds = invariant.kinds(world.runner, case)
        if isinstance(officer, ChangeResult):
            assert kinds == ["start", "submit"], (seed, case, kinds)
        else:
            assert isinstance(officer, TaskClosed), (seed, case, officer)
            assert kinds == ["start", "timer"], (seed, case, kinds)
        assert not isinstance(sweep, Exception), (seed, case, sweep)
    invariant.nothing_due(world.runner, world.now)
    invariant.check(world.runner, seed)


@pytest.mark.parametrize("seed", [20220927])
def test_a_limit_that_passes_during_the_submit_leaves_the_task_open_and_asks_why_it_is_late(
    office: OpenOffice, seed: int
) -> None:
    world = office()
    for case, (officer, sweep) in _races(world, seed).items():
        kinds = invariant.kinds(world.runner, case)
        assert kinds in (["start", "submit"], ["start", "timer"], ["start"]), (seed, case, kinds)
        assert not isinstance(sweep, Exception), (seed, case, sweep)
        if not isinstance(officer, ChangeResult):
            assert isinstance(officer, FormRefused), (seed, case, officer)
            assert [fault.path for fault in officer.faults] == ["late_reason"]
            late = VALUES | {"late_reason": "Chờ ý kiến của Sở Tài chính."}
            world.runner.tasks.submit(case, FIRST, late, OFFICER, world.now)
            assert "submit" in invariant.kinds(world.runner, case)
    world.runner.timers.fire_due(world.now)
    invariant.nothing_due(world.runner, world.now)
    invariant.check(world.runner, seed)


def _races(world: World, seed: int) -> dict[int, list[Any]]:
    """Per case, what its officer and the sweep came to when both came within milliseconds of the moment it was due."""
    random = Random(seed)
    other = another(world)
    cases: dict[int, datetime] = {}
    # Begun a working minute apart, and so due one after the other: a sweep fires everything that is due.
    for number in range(RACES):
        day, minute = divmod(number, 400)
        world.clock.set(MORNING + timedelta(days=day, minutes=minute if minute < 240 else minute + 120))
        [case] = begin(world, 1)
        cases[case] = min(timer.due for timer in invariant.rows(world.runner, case)["timers"])
    rounds = []
    for case, due in cases.items():
        mine, theirs = (due + timedelta(microseconds=random.randint(-JITTER, JITTER)) for _ in range(2))
        sweeping = (world.runner, other)[case % 2]
        submit = partial(world.runner.tasks.submit, case, FIRST, VALUES, OFFICER, mine)
        rounds.append([submit, partial(sweeping.timers.fire_due, theirs)])
    results = dict(zip(cases, race(rounds), strict=True))
    other.close()
    world.clock.set(max(cases.values()) + timedelta(seconds=1))
    won = sum(isinstance(pair[0], ChangeResult) for pair in results.values())
    print(f"seed {seed}: the officer was first in {won} races")
    return results
