"""The legal clock: when it runs, what each step may still use, and when things are due.

The days are those of September 2022: Monday the 26th, hours 07:30–11:30 and 13:30–17:00, no holidays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from runner.clock import ZONE
from runner.domain.entry import Recount
from runner.domain.semantics import CURRENT, UNTYPED
from runner.domain.working_day import Day
from runner.engine.advance import Moment
from runner.engine.errors import NotDue
from tests.engine.case_run import CALENDAR, CaseRun, days, local, perform
from tests.engine.diagrams import (
    MESSAGE,
    boundary,
    catch,
    chain,
    document,
    duration,
    element,
    end,
    exclusive,
    flow,
    message,
    parallel,
    service,
    simple,
    start,
    sub,
    user,
)


def limited(id: str, text: str, **properties: str) -> str:
    """A task with a time limit."""
    return (
        user(id, **properties)
        + boundary(f"{id}_late", id, duration(text))
        + end(f"{id}_end")
        + chain(f"{id}_late", f"{id}_end")
    )


def row(*tasks: str, ids: str, calendar: str = "working-days") -> bytes:
    """Tasks one after another."""
    data = document(start(), *tasks, end(), chain("s", *ids, "e"), around=MESSAGE)
    return data.replace(b'value="working-days"', f'value="{calendar}"'.encode())


# -- the case ----------------------------------------------------------------------------------------------------------


def test_the_clock_starts_where_the_diagram_says_and_not_before() -> None:
    run = CaseRun(
        document(start(clock=""), user("a"), user("b", clock="start"), end(), chain("s", "a", "b", "e")),
        limit=days("2"),
    )
    assert (run.instance.legal.state, run.case_due) == ("idle", None)
    run.at("2022-09-27 10:00").submit("a")
    assert (run.last.clock, run.case_due) == ("running", "2022-09-29 17:00")


@pytest.mark.parametrize("stopper", ["task", "service", "event", "end"])
def test_the_clock_stops_when_the_marked_element_is_completed(stopper: str) -> None:
    marked = {
        "task": user("m", clock="stop"),
        "service": service("m", clock="stop"),
        "event": catch("m", message(), clock="stop"),
        "end": element("intermediateThrowEvent", "m", properties={"clock": "stop"}),
    }[stopper]
    run = CaseRun(
        document(start(), user("a"), marked, user("b"), end(), chain("s", "a", "m", "b", "e"), around=MESSAGE)
    )
    assert run.last.clock == "running"
    run.submit("a")
    if stopper == "task":
        assert run.last.clock == "running"
        run.submit("m")
    elif stopper == "event":
        run.message()
    assert (run.open, run.last.clock) == (["b"], "stopped")
    assert run.last.due is not None


def test_an_end_event_stops_the_clock() -> None:
    assert CaseRun(document(start(), user("t"), end(clock="stop"), chain("s", "t", "e"))).submit("t").clock == "stopped"


@pytest.mark.parametrize("waiting", ["task", "event"])
def test_while_a_marked_element_waits_the_clock_is_paused_and_the_time_left_goes_on_after_it(waiting: str) -> None:
    wait = user("w", clock="pause") if waiting == "task" else catch("w", message(), clock="pause")
    run = CaseRun(row(user("a"), wait, user("b"), ids="awb"), limit=days("2"))
    assert run.case_due == "2022-09-28 17:00"
    run.at("2022-09-27 11:30").submit("a")
    assert (run.last.clock, run.case_due) == ("paused", None)
    run.at("2022-10-04 07:30")
    run.submit("w") if waiting == "task" else run.message()
    assert (run.last.clock, run.case_due) == ("running", "2022-10-05 11:30")


def test_an_event_gateway_pauses_the_clock_when_one_of_its_events_does() -> None:
    run = CaseRun(
        document(
            start(),
            user("a"),
            element("eventBasedGateway", "g"),
            catch("came", message(), clock="pause"),
            catch("gone", duration("P2D")),
            user("b"),
            user("c"),
            end(),
            chain("s", "a", "g", "came", "b", "e"),
            chain("g", "gone", "c", "e"),
            around=MESSAGE,
        ),
        limit=days("2"),
    )
    run.at("2022-09-26 17:00").submit("a")
    assert (run.last.clock, run.due("gone")) == ("paused", "2022-09-28 17:00")
    run.at("2022-09-28 17:00").fire("gone")
    assert (run.last.clock, run.case_due, run.open) == ("running", "2022-09-30 17:00", ["c"])


def test_of_two_pauses_at_once_the_last_to_end_lets_the_clock_go_on() -> None:
    run = CaseRun(
        document(
            start(),
            parallel("p"),
            user("a", clock="pause"),
            user("b", clock="pause"),
            parallel("j"),
            user("c"),
            end(),
            chain("s", "p", "a", "j", "c", "e"),
            chain("p", "b", "j"),
        )
    )
    assert run.last.clock == "paused"
    run.submit("a")
    assert run.last.clock == "paused"
    run.submit("b")
    assert run.last.clock == "running"


def test_a_pause_that_is_interrupted_is_over() -> None:
    run = CaseRun(
        document(
            start(),
            user("w", clock="pause"),
            boundary("b", "w", duration("PT1H"), interrupting=True),
            user("n"),
            end(),
            chain("s", "w", "e"),
            chain("b", "n", "e"),
        )
    )
    assert run.last.clock == "paused"
    assert run.later(hours=1).fire("b").clock == "running"


def test_marks_out_of_turn_change_nothing() -> None:
    run = CaseRun(
        row(
            user("a", clock="start"),
            user("b", clock="stop"),
            user("c", clock="pause"),
            user("d", clock="start"),
            user("f", clock="stop"),
            ids="abcdf",
        )
    )
    due = run.case_due
    run.at("2022-09-27 08:00").submit("a")
    assert (run.last.clock, run.case_due) == ("running", due)
    for task in "bcd":
        run.later(hours=1).submit(task)
        assert (run.last.clock, run.case_due) == ("stopped", due)
    early = CaseRun(
        document(start(clock=""), user("a", clock="stop"), user("b", clock="pause"), end(), chain("s", "a", "b", "e"))
    )
    assert [early.last.clock, early.submit("a").clock, early.submit("b").clock] == ["idle", "idle", "idle"]


# -- steps -------------------------------------------------------------------------------------------------------------


def test_a_tasks_limit_is_its_due_moment_and_its_timer_makes_it_late() -> None:
    run = CaseRun(row(limited("a", "P0.5D", step="B1"), ids="a"))
    assert run.due("a") == run.due("a_late") == "2022-09-26 13:57"
    run.at("2022-09-26 13:56")
    with pytest.raises(NotDue):
        run.fire("a_late")
    advance = run.at("2022-09-26 13:57").fire("a_late")
    assert (advance.late, run.task("a").late, run.open) == (("a#1",), True, ["a"])
    [closed] = run.submit("a").tasks
    assert closed.late


def test_a_task_without_a_step_has_a_limit_of_its_own_each_time() -> None:
    run = CaseRun(
        document(
            start(),
            exclusive("m"),
            limited("t", "P1D"),
            exclusive("x", default="x_e"),
            end(),
            chain("s", "m", "t", "x", "e"),
            flow("x", "m", "again = true"),
        )
    )
    assert run.due("t") == "2022-09-27 08:00"
    run.at("2022-09-26 17:00").submit("t", again=True)
    assert run.due("t") == "2022-09-27 17:00"


def test_tasks_of_one_step_share_its_budget_and_its_due_moment() -> None:
    run = CaseRun(
        row(
            limited("a", "P2D", step="B3"),
            limited("b", "P2D", step="B3"),
            user("c"),
            limited("d", "P2D", step="B3"),
            ids="abcd",
        )
    )
    due = "2022-09-28 08:00"
    assert run.due("a") == due
    run.at("2022-09-27 08:00").submit("a")
    assert run.due("b") == run.due("b_late") == due
    run.at("2022-09-27 17:00").submit("b")
    run.at("2022-09-29 07:30").submit("c")
    # One day and seven hours and a half of the eight were used; the rest, from the moment the step begins anew:
    spent = run.instance.legal.spent["B3"]
    assert run.due("d") == run.due("d_late")
    assert run.instance.legal.rounds["B3"].used == spent


def test_a_new_round_of_a_step_has_the_time_that_the_earlier_ones_left() -> None:
    loop = document(
        start(),
        exclusive("m"),
        limited("a", "P2D", step="B3"),
        user("w"),
        exclusive("x", default="x_e"),
        end(),
        chain("s", "m", "a", "w", "x", "e"),
        flow("x", "m", "again = true"),
    )
    for semantics, exhausted in ((CURRENT, "2022-10-04 17:00"), (UNTYPED, "2022-10-04 08:00")):
        run = CaseRun(loop, semantics=semantics)
        run.at("2022-09-27 08:00").submit("a")  # one day used
        run.at("2022-09-30 07:30").submit("w", again=True)
        assert run.due("a") == "2022-09-30 17:00"
        run.at("2022-10-03 17:00").submit("a")  # and one day too long: the rest of a day is what is left today
        run.at("2022-10-04 08:00").submit("w", again=True)
        assert run.due("a") == run.due("a_late") == exhausted


def test_parallel_tasks_of_one_step_are_each_told_that_it_is_late() -> None:
    run = CaseRun(
        document(
            start(),
            parallel("p"),
            limited("a", "P1D", step="B2"),
            limited("b", "P1D", step="B2"),
            parallel("j"),
            end(),
            chain("s", "p", "a", "j", "e"),
            chain("p", "b", "j"),
        )
    )
    assert run.due("a") == run.due("b") == "2022-09-27 08:00"
    run.at("2022-09-27 08:00").fire("a_late")
    assert (run.task("a").late, run.task("b").late) == (True, False)
    run.fire("b_late")
    assert run.task("b").late


def test_paused_the_steps_stand_still_and_their_timers_are_held() -> None:
    run = CaseRun(
        document(
            start(),
            parallel("p"),
            limited("a", "P1D", step="B2"),
            user("w", clock="pause"),
            parallel("j"),
            end(),
            chain("s", "p", "a", "j", "e"),
            chain("p", "w", "j"),
        )
    )
    assert (run.due("a"), run.due("a_late"), run.last.clock) == (None, None, "paused")
    run.at("2022-10-03 08:00")
    with pytest.raises(NotDue):
        run.fire("a_late")
    run.submit("w")
    assert run.due("a") == run.due("a_late") == "2022-10-04 08:00"
    run.at("2022-10-04 08:00").fire("a_late")
    assert run.task("a").late


def test_timers_that_are_no_limit_run_on_while_the_clock_is_paused() -> None:
    run = CaseRun(
        row(
            user("w", clock="pause")
            + boundary("b", "w", duration("P1D"), interrupting=True)
            + end("f")
            + chain("b", "f"),
            ids="w",
        )
    )
    assert (run.last.clock, run.due("b")) == ("paused", "2022-09-27 08:00")


def test_a_step_is_never_due_after_its_case() -> None:
    first, second = limited("b", "P5D", step="B2"), limited("c", "P5D", step="B3")
    run = CaseRun(row(user("a"), first, user("w", clock="pause"), second, ids="abwc"), limit=days("2"))
    assert run.case_due == "2022-09-28 17:00"
    run.at("2022-09-27 17:00").submit("a")
    assert run.due("b") == run.due("b_late") == "2022-09-28 17:00"
    run.submit("b")
    run.at("2022-10-03 17:00").submit("w")
    assert run.case_due == run.due("c") == "2022-10-04 17:00"


def test_a_step_that_began_before_the_clock_is_not_due_after_the_case_either() -> None:
    run = CaseRun(
        document(
            start(clock=""),
            parallel("p"),
            limited("a", "P5D", step="B1"),
            user("b"),
            user("c", clock="start"),
            parallel("j"),
            end(),
            chain("s", "p", "a", "j", "e"),
            chain("p", "b", "c", "j"),
        ),
        limit=days("1"),
    )
    assert run.due("a") == "2022-10-03 08:00"
    run.submit("b")
    assert run.case_due == run.due("a") == run.due("a_late") == "2022-09-27 17:00"


def test_working_days_skip_the_weekend_and_calendar_days_do_not() -> None:
    for calendar, unit, step, case in (
        ("working-days", "working-days", "2022-10-03 08:00", "2022-10-04 17:00"),
        ("calendar-days", "calendar-days", "2022-10-03 17:00", "2022-10-03 17:00"),
    ):
        run = CaseRun(row(limited("a", "P5D", step="1"), ids="a", calendar=calendar), limit=days("6", unit))  # type: ignore[arg-type]
        assert (run.due("a"), run.case_due) == (step, case), calendar


STEPS = {"a": 2, "b": 10, "c": 2, "d": 2, "g": 2, "h": 2}
"""A procedure of twenty calendar days, as a decision has it: each of its steps in whole days."""


def at_the_last_moment(received: str, semantics: int) -> Iterator[tuple[str, str, str | None]]:
    """Each step with when it opens and is due, when every step takes the whole time that it has."""
    tasks = [limited(id, f"P{limit}D", step=id) for id, limit in STEPS.items()]
    data = row(*tasks, ids="".join(STEPS), calendar="calendar-days")
    run = CaseRun(data, limit=days("20", "calendar-days"), semantics=semantics)
    for id in STEPS:
        opened, due = f"{run.now.astimezone(ZONE):%Y-%m-%d %H:%M}", run.due(id)
        yield id, opened, due
        run.at(str(due)).submit(id)
    assert run.status == "finished"


def test_each_step_of_calendar_days_has_time_to_work_though_each_may_end_on_a_day_off() -> None:
    rows = list(at_the_last_moment("2022-09-26 08:00", CURRENT))
    assert rows[-2:] == [
        ("g", "2022-10-13 17:00", "2022-10-14 17:00"),
        ("h", "2022-10-14 17:00", "2022-10-17 17:00"),
    ]
    assert all(CALENDAR.between(local(opened), local(str(due))) >= 2 for _, opened, due in rows), "a day for each"


def test_a_case_of_the_first_rules_keeps_the_dates_that_it_was_given() -> None:
    rows = list(at_the_last_moment("2022-09-26 08:00", UNTYPED))
    assert rows[-1] == ("h", "2022-10-17 17:00", "2022-10-17 17:00")


@pytest.mark.parametrize("calendar", ["working-days", "calendar-days"])
def test_a_step_that_opens_when_its_case_is_late_has_its_own_limit(calendar: str) -> None:
    data = row(limited("a", "P2D", step="1"), limited("b", "P1D", step="2"), ids="ab", calendar=calendar)
    run = CaseRun(data, limit=days("3", calendar))  # type: ignore[arg-type]
    assert run.case_due == "2022-09-29 17:00"
    run.at("2022-09-30 09:00").submit("a")
    assert run.due("b") == {"working-days": "2022-10-03 09:00", "calendar-days": "2022-10-03 17:00"}[calendar]
    old = CaseRun(data, limit=days("3", calendar), semantics=UNTYPED)  # type: ignore[arg-type]
    old.at("2022-09-30 09:00").submit("a")
    assert old.due("b") == "2022-09-29 17:00"


APOLOGY = sub(
    "apology",
    element("startEvent", "early", duration("=working_days_before(case_due, 1)"), isInterrupting="false"),
    user("sorry"),
    end("f"),
    chain("early", "sorry", "f"),
    triggeredByEvent="true",
)
"""A task beside the main flow, one working day before the case is due."""


def test_a_timer_before_the_cases_due_moment_moves_with_it_and_is_held_while_it_has_none() -> None:
    run = CaseRun(
        document(
            start(clock=""),
            user("a"),
            user("b", clock="start"),
            user("w", clock="pause"),
            user("c", clock="stop"),
            user("d"),
            end("e", terminate=True),
            chain("s", "a", "b", "w", "c", "d", "e"),
            APOLOGY,
        ),
        limit=days("2"),
    )
    assert run.due("early") is None
    run.submit("a")
    assert run.due("early") == "2022-09-27 17:00"
    advance = run.at("2022-09-27 17:00").submit("b")
    assert (run.due("early"), [timer.due for timer in advance.armed]) == (None, [None])
    run.at("2022-10-03 17:00").submit("w")
    assert run.due("early") == "2022-10-03 17:00"
    run.fire("early")
    assert run.open == ["c", "sorry"]
    run = CaseRun(simple(APOLOGY))
    assert run.due("early") is not None


def test_the_timer_before_the_cases_due_moment_does_not_fire_once_the_clock_has_stopped() -> None:
    run = CaseRun(
        document(
            start(), user("a", clock="stop"), user("b"), end("e", terminate=True), chain("s", "a", "b", "e"), APOLOGY
        )
    )
    run.submit("a")
    assert run.due("early") is None


SLIP = sub(
    "apology",
    element("startEvent", "early", duration("=working_days_before(case_due, 2)"), isInterrupting="false"),
    *(limited(id, "=day_close(working_days_before(case_due, 1))") for id in ("draft", "send")),
    end("f"),
    chain("early", "draft", "send", "f"),
    triggeredByEvent="true",
)
"""Two tasks beside the main flow whose limit is a moment: the close of the day before the one when the case is due."""


def slip(semantics: int = CURRENT) -> CaseRun:
    """A case of four days, due on Friday at 17:00."""
    tasks = (user("a"), user("w", clock="pause"), user("b", clock="stop"), user("c"))
    data = document(start(), *tasks, end("e", terminate=True), chain("s", "a", "w", "b", "c", "e"), SLIP)
    return CaseRun(data, limit=days("4"), semantics=semantics)


def late(run: CaseRun) -> list[str]:
    """The elements of the open tasks that are late."""
    return [task.element for task in run.instance.tasks.values() if task.late]


def test_tasks_share_a_limit_at_a_moment_before_the_cases_due_moment() -> None:
    run = slip().at("2022-09-28 17:00")
    run.fire("early")
    assert (run.due("draft"), run.due("draft_late"), late(run)) == ("2022-09-29 17:00", "2022-09-29 17:00", [])
    run.at("2022-09-29 16:00").submit("draft")
    assert (run.due("send"), late(run)) == ("2022-09-29 17:00", [])  # no time of its own
    run.at("2022-09-29 17:00").fire("send_late")
    assert (run.due("send"), run.waiting, late(run)) == ("2022-09-29 17:00", [], ["send"])


def test_a_limit_at_a_moment_before_the_cases_due_moment_moves_with_it_and_ends_with_the_clock() -> None:
    run = slip().at("2022-09-28 17:00")
    run.fire("early")
    run.at("2022-09-29 11:30").submit("a")  # a day and a half is left
    assert (run.due("draft"), run.due("draft_late")) == (None, None)
    run.at("2022-10-10 07:30").submit("w")
    assert (run.case_due, run.due("draft"), run.due("draft_late")) == (
        "2022-10-11 11:30",
        "2022-10-10 17:00",
        "2022-10-10 17:00",
    )
    run.submit("b")
    assert (run.due("draft"), run.due("draft_late"), late(run)) == (None, None, [])


def test_by_the_first_rules_a_timer_before_the_cases_due_moment_is_no_limit_of_the_task_that_it_sits_on() -> None:
    run = slip(UNTYPED).at("2022-09-28 17:00")
    run.fire("early")
    assert (run.due("draft"), run.due("draft_late")) == (None, "2022-09-29 17:00")
    run.at("2022-09-29 17:00").fire("draft_late")
    assert (run.due("draft"), late(run), run.instance.visits["draft_end"]) == (None, [], 1)


def test_a_day_off_declared_afterwards_moves_such_a_limit_and_what_was_late_for_want_of_it_is_in_time() -> None:
    run = slip().at("2022-09-28 17:00")
    run.fire("early")
    run.at("2022-09-29 17:00").fire("draft_late")
    storm = Day(date(2022, 9, 29), "off", "Nghỉ bão")
    calendar = replace(CALENDAR, revision=2, days={storm.date: storm})
    run.instance.apply(Recount("Công điện"), Moment(run.now, calendar, perform))
    [draft] = [task for task in run.instance.tasks.values() if task.element == "draft"]
    assert (draft.late, draft.due, run.case_due) == (False, local("2022-09-30 17:00"), "2022-10-03 17:00")
