"""Timers fall due by the clock that is given, and a broken one waits without holding up the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from runner.domain.task import Timer
from runner.store import timer as timers
from runner.store.session import Database
from runner.store.timer import Failure
from tests.store.factory import NOW, started

MINUTE = timedelta(minutes=1)


def test_timers_are_due_from_their_moment_on_the_longest_due_first(database: Database) -> None:
    with database.change() as tx:
        late = Timer("A#1", "A", NOW - MINUTE)
        first = started(tx, armed=(Timer("B#1", "B", NOW), Timer("C#1", "C", NOW + MINUTE), Timer("D#1", "D", None)))
        second = started(tx, armed=(late,))
        assert timers.due(tx, NOW, 10) == [(second.id, "A#1"), (first.id, "B#1")]
        assert timers.due(tx, NOW, 1) == [(second.id, "A#1")]
        assert timers.get(tx, second.id, "A#1") == late and timers.get(tx, first.id, "A#1") is None


def test_a_timer_that_failed_waits_for_its_next_try(database: Database) -> None:
    with database.change() as tx:
        case = started(tx, armed=(Timer("A#1", "A", NOW), Timer("B#1", "B", NOW)))
        failure = Failure(case.id, "A#1", 1, NOW + MINUTE, "không có lịch")
        timers.fail(tx, failure)
        assert timers.due(tx, NOW, 10) == [(case.id, "B#1")]
        assert timers.due(tx, NOW + MINUTE, 10) == [(case.id, "A#1"), (case.id, "B#1")]
        assert timers.failure(tx, case.id, "A#1") == failure
        assert timers.failure(tx, case.id, "B#1") is None


def test_a_timer_given_up_is_due_again_once_it_is_forgiven(database: Database) -> None:
    with database.change() as tx:
        case = started(tx, armed=(Timer("A#1", "A", NOW),))
        failure = Failure(case.id, "A#1", 2, NOW, "")
        timers.fail(tx, failure)
        timers.fail(tx, replace(failure, tries=3, next_at=None))
        assert timers.due(tx, NOW + timedelta(days=365), 10) == []
        timers.forgive(tx, case.id, "A#1")
        assert timers.due(tx, NOW, 10) == [(case.id, "A#1")] and timers.failure(tx, case.id, "A#1") is None


def test_the_failure_of_a_timer_that_is_gone_is_not_shown(database: Database) -> None:
    with database.change() as tx:
        timers.fail(tx, Failure(1, "A#1", 1, NOW, ""))
        assert timers.failure(tx, 1, "A#1") is None


def test_the_next_moment_is_of_a_timer_still_to_come_of_one_case_or_of_any(database: Database) -> None:
    with database.change() as tx:
        first = started(
            tx, armed=(Timer("A#1", "A", NOW), Timer("B#1", "B", NOW + 3 * MINUTE), Timer("C#1", "C", None))
        )
        second = started(tx, armed=(Timer("A#1", "A", NOW + MINUTE),))
        assert timers.next_due(tx, NOW, NOW + 3 * MINUTE) == NOW + MINUTE
        assert timers.next_due(tx, NOW, NOW + 3 * MINUTE, first.id) == NOW + 3 * MINUTE
        assert timers.next_due(tx, NOW, NOW + 2 * MINUTE, first.id) is None
        assert timers.next_due(tx, NOW + MINUTE, NOW + 9 * MINUTE, second.id) is None
