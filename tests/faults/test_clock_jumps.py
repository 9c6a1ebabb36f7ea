"""Fault 6: the machine's clock jumps, forward and back."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from runner.domain.person import SYSTEM
from runner.services.tasks import FormRefused
from tests.faults import invariant
from tests.faults.conftest import OpenOffice
from tests.faults.office import FIRST, VALUES, begin, figure, interrupting
from tests.six_tasks import CODE, OFFICER

JUMPS = 100
BY = (timedelta(hours=-1), timedelta(hours=1), timedelta(days=-1), timedelta(days=1))


@pytest.mark.parametrize("seed", [6, 7, *range(100, figure(100, 110))])
def test_over_a_hundred_jumps_every_timer_fires_once_and_never_before_its_moment(office: OpenOffice, seed: int) -> None:
    world, random = office(), Random(seed)
    for jump in range(JUMPS):
        begin(world, 2)
        world.clock.advance(random.choice(BY) + timedelta(minutes=random.randrange(60)))
        world.runner.tick()
        invariant.nothing_due(world.runner, world.now)
        for item in random.sample(world.runner.worklist.inbox(OFFICER), 2):
            values = VALUES | {"late_reason": "Đồng hồ máy chủ bị sai."}
            answer = world.runner.tasks.submit(item.case, item.id, values, OFFICER, world.now)
            assert answer.seq, (seed, jump)
        if jump % 10 == 0:  # as after a restart
            world.runner.transactions.cache.clear()
    fired = sum(invariant.kinds(world.runner, case).count("timer") for case in world.runner.audit.cases())
    print(f"seed {seed}: {fired} timers fired")
    assert fired > JUMPS // 2
    invariant.check(world.runner, seed)


def test_a_timer_that_fell_due_while_the_clock_was_wrong_fires_on_the_next_tick_after_it_is_right(
    office: OpenOffice,
) -> None:
    world = office(interrupting())
    [case] = begin(world, 1)
    due = min(timer.due for timer in invariant.rows(world.runner, case)["timers"])
    world.clock.set(due - timedelta(days=30))  # the clock is a month behind when the timer falls due
    assert world.runner.tick().fired == 0
    world.clock.set(due + timedelta(minutes=5))
    assert world.runner.tick().fired == 1
    world.clock.advance(timedelta(days=-1))
    assert world.runner.tick().fired == 0
    world.clock.advance(timedelta(days=1))
    assert world.runner.tick().fired == 0
    assert invariant.kinds(world.runner, case) == ["start", "timer"]


def test_a_task_submitted_before_it_was_opened_by_the_clock_is_still_submitted(office: OpenOffice) -> None:
    world = office()
    answer = world.runner.cases.start(CODE, OFFICER, world.now)
    world.clock.advance(timedelta(days=-1))
    world.runner.tasks.submit(answer.case, FIRST, VALUES, OFFICER, world.now)
    assert world.runner.audit.replay(answer.case, SYSTEM) is None


def test_lateness_is_by_the_clock_of_the_moment_and_a_clock_put_right_takes_it_back(office: OpenOffice) -> None:
    world = office()
    [case] = begin(world, 1)
    world.clock.advance(timedelta(days=30))  # wrong, and no tick saw it
    with pytest.raises(FormRefused):
        world.runner.tasks.submit(case, FIRST, VALUES, OFFICER, world.now)
    world.clock.advance(timedelta(days=-30))
    assert world.runner.tasks.submit(case, FIRST, VALUES, OFFICER, world.now).status == "open"
