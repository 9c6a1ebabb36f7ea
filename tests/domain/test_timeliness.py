"""Late is after the due moment, in every report; what is left is working time."""

from __future__ import annotations

import pytest

from runner.domain.task import Task
from runner.domain.timeliness import TimeLeft, overdue, time_left, verdict
from tests.domain.test_calendar import OFFICES
from tests.world import local

DUE = local("2022-10-12 17:00")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2022-10-11 23:59", "early"),
        ("2022-10-12 00:00", "in_time"),
        ("2022-10-12 17:00", "in_time"),
        ("2022-10-12 17:01", "late"),
        ("2022-10-13 08:00", "late"),
    ],
)
def test_early_is_before_the_day_that_something_is_due_and_late_after_its_minute(at: str, expected: str) -> None:
    assert verdict(DUE, local(at)) == expected
    assert verdict(None, local(at)) == "in_time"  # the clock is paused: nothing is due


@pytest.mark.parametrize(
    ("at", "late"), [("2022-10-12 16:59", False), ("2022-10-12 17:00", False), ("2022-10-12 17:01", True)]
)
def test_a_task_is_overdue_from_its_due_moment_on_and_stays_so_once_noted(at: str, late: bool) -> None:
    task = Task("A#1", "A", "A", "specialist", "", "", local("2022-10-10 08:00"), DUE)
    assert overdue(DUE, local(at)) == task.overdue(local(at)) == late
    assert Task("A#1", "A", "A", "specialist", "", "", DUE, None, late=True).overdue(local(at))
    assert not overdue(None, local(at))


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2022-10-12 16:30", TimeLeft(0, 30, over=False)),
        ("2022-10-12 08:00", TimeLeft(0, 420, over=False)),
        ("2022-10-07 17:00", TimeLeft(3, 0, over=False)),
        ("2022-10-12 17:00", TimeLeft(0, 0, over=False)),
        ("2022-10-12 22:00", TimeLeft(0, 0, over=True)),
        ("2022-10-14 08:30", TimeLeft(1, 60, over=True)),
    ],
)
def test_time_is_left_or_gone_in_days_and_minutes_in_which_the_office_is_open(now: str, left: TimeLeft) -> None:
    assert time_left(OFFICES, DUE, local(now)) == left
