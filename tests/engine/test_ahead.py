"""What a case can spare: the working time to its promise, less the limits ahead of the task on the longest way on."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from runner.bpmn.graph import reached
from runner.clock import ZONE
from runner.domain.calendar import local_date
from runner.domain.limit import Unit
from runner.domain.slack import latest
from runner.domain.task import Mark, Task
from runner.engine.reserve import onward_from
from tests.engine.case_run import CALENDAR, CaseRun, local
from tests.engine.diagrams import (
    MESSAGE,
    catch,
    chain,
    document,
    duration,
    element,
    end,
    exclusive,
    flow,
    message,
    start,
    sub,
    user,
)
from tests.engine.generated import ANSWERS, act, diagrams, moves
from tests.engine.test_legal_clock import limited

QUIET = settings(suppress_health_check=list(HealthCheck), max_examples=30, deadline=None)


class Slow:
    """Every way on from a task, one after the other; a flow goes back if it leads to where the case must have been."""

    def __init__(self, run: CaseRun) -> None:
        self.nodes, self.limits = run.diagram.nodes, run.definition.limits
        self.onward = onward_from((run.diagram,), self.nodes)
        beside = onward_from((run.diagram,), self.nodes, beside=True)
        begun = [node.id for node in self.nodes.values() if node.type == "startEvent" and node.parent == "p"]
        self.back = {
            (source, target)
            for target in self.nodes
            for past in [reached(set(begun) - {target}, lambda at, gone=target: set(beside[at]) - {gone})]
            for source, onward in self.onward.items()
            if target in onward and source not in past
        }

    def days(self, task: str) -> Fraction:
        found = Fraction(0)
        todo = [(task, frozenset([self.step(task)]), Fraction(0))]
        known = set(todo)
        while todo:
            at, met, spent = todo.pop()
            onward = [] if self.nodes[at].properties.get("clock") == "stop" else self.onward[at]
            if not onward:
                found = max(found, spent)
            for to in onward:
                step = self.step(to) if self.nodes[to].type == "userTask" else ""
                more = self.limit(to) if step and step not in met else Fraction(0)
                state = (to, met | {step}, spent + more)
                if (at, to) not in self.back and state not in known:
                    known.add(state)
                    todo.append(state)
        return found

    def limit(self, task: str) -> Fraction:
        if (limit := self.limits.get(task)) is None:
            return Fraction(0)
        return limit.days if limit.unit == Unit.WORKING_DAYS else limit.days * 5 / 7

    def step(self, task: str) -> str:
        return self.nodes[task].properties.get("step") or task


@cache
def worked(now: datetime, promise: datetime) -> Fraction:
    """The half-days from `now` to the promise, minute by minute."""
    first, last = sorted((now, promise))
    minutes = Counter[int]()
    for number in range(local_date(first).toordinal(), local_date(last).toordinal() + 1):
        for opening, close in CALENDAR.sessions(date.fromordinal(number)):
            length = (close - opening) // timedelta(minutes=1)
            minutes[length] += sum(first <= opening + timedelta(minutes=each) < last for each in range(length))
    gone = sum((Fraction(count, length) for length, count in minutes.items()), Fraction(0))
    return gone if now <= promise else -gone


@QUIET
@given(diagrams(), st.data())
def test_slack_agrees_with_every_way_on_and_every_minute(data: bytes, drawn: st.DataObject) -> None:
    run = CaseRun(data, {"d": 0, "again": False}, proved=False)
    slow = Slow(run)
    for _ in range(8):
        if not (possible := moves(run)):
            break
        act(run, drawn.draw(st.sampled_from(possible)), drawn.draw(ANSWERS))
        for task in run.instance.tasks.values():
            agrees(run, slow, task)


def agrees(run: CaseRun, slow: Slow, task: Task) -> None:
    promise, state = run.instance.legal.due, run.instance.legal.state
    if task.mark == Mark.APOLOGY:
        assert task.latest and not task.waits, "an apology never goes without a moment"
    elif state == "running" and promise:
        assert task.latest and not task.waits
        slack = CALENDAR.between(run.now, task.latest)
        assert abs(slack - worked(run.now, promise) + 2 * slow.days(task.element)) < Fraction(1, 100)
        event("late" if slack < 0 else "in time")
    else:
        assert (task.latest, task.waits) == (None if state == "paused" else task.due, state == "paused")


# -- a decision, as drawn ----------------------------------------------------------------------------------------------

DECISION = document(
    start(),
    limited("b3", "P2D", step="B3"),
    exclusive("complete", default="complete_b4"),
    catch("wait", message(), clock="pause"),
    limited("b3_again", "P2D", step="B3"),
    limited("b4", "P1D", step="B4"),
    exclusive("agreed", default="agreed_b5"),
    limited("b5", "P0.5D", step="B5", clock="stop"),
    limited("b6", "P3D", step="B6"),
    end(),
    sub(
        "apology",
        element("startEvent", "near", duration("=working_days_before(case_due, 9)"), isInterrupting="false"),
        user("slip"),
        end("slip_end"),
        chain("near", "slip", "slip_end"),
        triggeredByEvent="true",
    ),
    chain("s", "b3", "complete", "b4", "agreed", "b5", "b6", "e"),
    flow("complete", "wait", "more = true"),
    chain("wait", "b3_again", "b4"),
    flow("agreed", "b3_again", "agreed = false"),
    around=MESSAGE,
)


def decided() -> CaseRun:
    return CaseRun(DECISION, {"more": False, "agreed": True}).at("2022-09-26 09:00")


def test_the_limits_ahead_are_those_of_the_steps_until_the_clock_stops_and_a_way_back_counts_once() -> None:
    assert {id: str(days) for id, days in decided().definition.ahead.days.items()} == {
        "b3": "3/2",
        "b3_again": "3/2",
        "b4": "1/2",
        "b5": "0",
        "b6": "0",
        "slip": "0",
    }


def test_a_task_must_be_done_so_early_that_the_promise_holds_if_each_step_takes_its_limit() -> None:
    run = decided()
    assert run.case_due == "2022-10-10 17:00"
    assert run.task("b3").latest == local("2022-10-07 11:30"), "a day and a half of working time before"
    run.at("2022-10-07 16:00").submit("b3")
    assert run.task("b4").latest == local("2022-10-10 11:30") and run.task("b4").mark == ""
    run.at("2022-10-10 16:00").submit("b4")
    assert run.task("b5").latest == local("2022-10-10 17:00")


def test_once_the_clock_has_stopped_only_its_own_limit_makes_a_task_urgent() -> None:
    run = decided()
    for each in ("b3", "b4", "b5"):
        run.later(minutes=30).submit(each)
    assert run.task("b6").latest == run.task("b6").due is not None


def test_what_came_back_from_the_lead_and_what_the_applicant_brought_are_two_things() -> None:
    run = decided()
    run.submit("b3", more=True)
    run.at("2022-09-28 09:00").message()
    assert run.task("b3_again").mark == Mark.SUPPLEMENTED
    run.submit("b3_again")
    assert run.task("b4").mark == "", "a step that sees the dossier for the first time has nothing back"
    run.submit("b4", agreed=False)
    assert run.task("b3_again").mark == Mark.RETURNED
    run.submit("b3_again")
    assert run.task("b4").mark == "", "the lead has it once more, but it was not returned to the lead"


def test_while_the_applicant_is_waited_for_nothing_is_urgent_but_an_apology() -> None:
    run = CaseRun(
        document(
            start(),
            user("ask", clock="pause"),
            limited("b4", "P1D", step="B4"),
            end(),
            chain("s", "ask", "b4", "e"),
        )
    )
    assert (run.task("ask").latest, run.task("ask").waits) == (None, True)
    run.at("2022-09-27 09:00").submit("ask")
    assert (run.task("b4").waits, run.task("b4").latest) == (False, run.instance.legal.due)


def test_an_apology_is_due_by_the_promise_where_it_has_no_limit() -> None:
    run = decided()
    run.at("2022-09-27 17:00").fire("near")
    slip = run.task("slip")
    assert (slip.mark, slip.due, slip.latest) == (Mark.APOLOGY, None, run.instance.legal.due)


def test_a_task_that_only_goes_back_has_what_lies_ahead_of_where_it_goes() -> None:
    run = CaseRun(
        document(
            start(),
            limited("b3", "P2D"),
            limited("b4", "P1D"),
            exclusive("agreed", default="agreed_b5"),
            limited("redo", "P4D"),
            limited("b5", "P0.5D"),
            end(),
            chain("s", "b3", "b4", "agreed", "b5", "e"),
            flow("agreed", "redo", "agreed = false"),
            chain("redo", "b4"),
        )
    )
    days = run.definition.ahead.days
    assert (days["b3"], days["b4"], days["redo"]) == (Fraction(3, 2), Fraction(1, 2), Fraction(3, 2))


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "2022-10-10 17:00"), (1, "2022-10-07 17:00"), (3, "2022-10-07 17:00"), (Fraction(7, 2), "2022-10-06 17:00")],
)
def test_in_calendar_days_a_task_must_be_done_by_the_close_of_a_working_day(days: Fraction, expected: str) -> None:
    found = latest(CALENDAR, local("2022-10-10 17:00"), Fraction(days), Unit.CALENDAR_DAYS)
    assert f"{found.astimezone(ZONE):%Y-%m-%d %H:%M}" == expected
