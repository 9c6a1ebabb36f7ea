"""Fault 1: two officers complete one task at the same moment."""

from __future__ import annotations

from functools import partial

from runner.domain.case import ChangeResult
from runner.engine.errors import TaskClosed
from tests.faults import invariant
from tests.faults.conftest import OpenOffice
from tests.faults.office import COLLEAGUE, VALUES, another, begin, figure
from tests.faults.race import race
from tests.six_tasks import OFFICER, STEPS

TASKS = figure(300, 1_000)


def test_of_two_officers_who_complete_a_task_at_once_one_wins_and_the_other_is_refused(office: OpenOffice) -> None:
    world = office()
    other = another(world)
    tasks = [(case, f"Task_{step}#1") for case in begin(world, TASKS // len(STEPS) + 1) for step in STEPS][:TASKS]
    # Every other case within one process, where both would use the same case in memory; the rest in two.
    results = race(
        [
            [
                partial(world.runner.tasks.submit, case, task, VALUES, OFFICER, world.now),
                partial((world.runner, other)[case % 2].tasks.submit, case, task, VALUES, COLLEAGUE, world.now),
            ]
            for case, task in tasks
        ]
    )
    other.close()

    won = [sum(isinstance(result, ChangeResult) for result in pair) for pair in results]
    refused = [result for pair in results for result in pair if isinstance(result, TaskClosed)]
    assert won == [1] * TASKS
    assert len(refused) == TASKS, [
        result for pair in results for result in pair if not isinstance(result, ChangeResult)
    ][:3]
    assert all("đã có người hoàn thành" in str(error) for error in refused)
    invariant.check(world.runner)
