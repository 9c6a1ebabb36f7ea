"""Timers: each fires once when it is due, one that breaks is tried again and then an incident, the others fire."""

from __future__ import annotations

from datetime import datetime

import pytest

from runner.app import Runner
from runner.domain.entry import FireTimer
from runner.domain.person import SYSTEM
from runner.services.timers import Sweep
from runner.store import timer as timers
from tests.services.office import CLERK, COUNT, KEEPER, SPECIALIST, WEIGH, WEIGHED, Office
from tests.world import local

DUE = "2022-09-28 08:00"
TAKEN = "2022-09-29 08:00"
"""When the weighing is taken away, and the choice made by what was counted."""


def sweep(office: Office, moment: str) -> Sweep:
    office.clock.set(local(moment))
    return office.runner.timers.fire_due(office.now)


def failure(office: Office) -> tuple[int, datetime | None] | None:
    """How often the timer of the choice failed, and when it is tried again; None when it never did."""
    with office.runner.database.read() as tx:
        failed = timers.failure(tx, office.case, "Timer_take#1")
    return (failed.tries, failed.next_at) if failed else None


def test_a_timer_fires_when_it_is_due_and_never_again(office: Office) -> None:
    assert sweep(office, "2022-09-28 07:59") == Sweep(0, 0)
    assert sweep(office, DUE) == Sweep(1, 0)
    assert sweep(office, "2022-09-28 09:00") == Sweep(0, 0)
    assert office.task("Task_weigh").late
    last = office.journal[-1]
    assert (last.actor, last.at, last.body) == (SYSTEM.id, local(DUE), FireTimer("Timer_weigh#1"))
    assert office.proved()


def test_a_worker_that_slept_fires_everything_that_fell_due_in_its_order(office: Office) -> None:
    office.submit(COUNT, {"amount": "9"}, CLERK)
    assert sweep(office, "2022-12-01 10:00") == Sweep(2, 0)
    assert office.open == ["Task_heavy"]
    assert office.proved()


def test_late_work_goes_on_in_the_inbox_of_its_lane(office: Office) -> None:
    sweep(office, DUE)
    assert [item.id for item in office.runner.worklist.inbox(SPECIALIST)] == [WEIGH]


def test_two_workers_fire_a_timer_once(office: Office) -> None:
    other = Runner(office.runner.settings, office.clock)
    office.clock.set(local(DUE))
    assert [runner.timers.fire_due(office.now).fired for runner in (office.runner, other)] == [1, 0]
    other.close()
    assert office.kinds == ["start", "timer"]


def test_a_broken_timer_is_tried_three_times_and_then_an_incident(office: Office) -> None:
    assert sweep(office, TAKEN) == Sweep(1, 1)
    assert failure(office) == (1, local("2022-09-29 08:01"))
    assert sweep(office, "2022-09-29 08:00") == Sweep(0, 0)
    assert sweep(office, "2022-09-29 08:01") == Sweep(0, 1)
    assert failure(office) == (2, local("2022-09-29 08:03"))
    assert (office.incidents, sweep(office, "2022-09-29 08:02")) == ([], Sweep(0, 0))
    assert sweep(office, "2022-09-29 08:03") == Sweep(0, 1)
    assert failure(office) == (3, None)
    assert [kind for _, kind in office.incidents] == ["TimerBroken"]
    [(_, incident)] = office.runner.audit.incidents()
    assert incident.facts["timer"] == "Timer_take#1" and incident.facts["tries"] == "3"
    assert "Nặng?" in str(incident.facts["reason"])
    # It is left alone from now on, and nothing has happened to the case.
    assert sweep(office, "2022-10-29 08:00") == Sweep(0, 0)
    assert "Task_weigh" in office.open
    assert office.proved()


def test_the_other_timers_fire_however_many_are_broken(office: Office) -> None:
    broken = office.case
    office.begin()
    office.submit(COUNT, {"amount": "9"}, CLERK)
    assert sweep(office, TAKEN) == Sweep(3, 1)
    assert office.open == ["Task_heavy"]
    office.case = broken
    assert "Task_weigh" in office.open


def test_a_broken_timer_is_retried_by_hand_once_its_cause_is_gone(office: Office) -> None:
    for moment in (TAKEN, "2022-09-29 08:01", "2022-09-29 08:03"):
        sweep(office, moment)
    office.submit(COUNT, {"amount": "9"}, CLERK)
    [(number, _)] = office.incidents
    office.runner.cases.retry(office.case, number, KEEPER, office.now)
    assert (office.incidents, office.open) == ([], ["Task_heavy"])
    assert office.proved()


def test_a_timer_that_failed_once_fires_by_itself_when_its_cause_is_gone(office: Office) -> None:
    sweep(office, TAKEN)
    office.submit(COUNT, {"amount": "9"}, CLERK)
    assert sweep(office, "2022-09-29 08:01") == Sweep(1, 0)
    assert (failure(office), office.incidents, office.open) == (None, [], ["Task_heavy"])


@pytest.mark.parametrize("moment", [DUE, "2022-09-28 07:00"])
def test_a_task_done_before_the_sweep_is_not_made_late_by_it(office: Office, moment: str) -> None:
    office.submit(COUNT, {"amount": "9"}, CLERK)
    office.clock.set(local(moment))
    office.submit(WEIGH, WEIGHED)
    assert office.runner.timers.fire_due(office.now) == Sweep(0, 0)
    assert not any(task.late for task in office.tasks)
