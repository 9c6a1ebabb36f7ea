"""Where tokens go when several are on their way: what other engines got wrong, and what must stay right here."""

from __future__ import annotations

from runner.domain.entry import Submit
from tests.engine.case_run import CaseRun
from tests.engine.diagrams import (
    boundary,
    chain,
    document,
    duration,
    element,
    end,
    exclusive,
    flow,
    parallel,
    process,
    start,
    sub,
    user,
)

REMINDED = boundary("soon", "t", duration("P1D")) + user("remind") + end("f") + chain("soon", "remind", "f")
"""A task beside `t`, opened a day after it."""


def test_an_interrupted_sub_process_takes_its_waiting_join_along() -> None:
    inside = sub(
        "w",
        start("ws"),
        parallel("p"),
        user("a"),
        user("b"),
        parallel("j"),
        end("we"),
        chain("ws", "p", "a", "j", "we"),
        chain("p", "b", "j"),
    )
    late = boundary("late", "w", duration("P1D"), interrupting=True)
    ways = chain("s", "w", "e") + chain("late", "instead", "f")
    run = CaseRun(document(start(), inside, late, user("instead"), end(), end("f"), ways))
    run.submit("a")
    advance = run.at("2022-09-27 08:00").fire("late")
    assert run.open == ["instead"]
    assert [(task.element, task.outcome) for task in advance.tasks if task.closed] == [("b", "cancelled")]
    assert run.submit("instead").status == "finished"


def test_a_limit_is_counted_anew_each_time_its_task_is_entered() -> None:
    again = exclusive("x", default="x_e") + chain("s", "t", "x", "e") + flow("x", "t", "again = true")
    run = CaseRun(document(start(), user("t"), REMINDED, end(), again))
    assert run.due("soon") == "2022-09-27 08:00"
    run.at("2022-09-27 08:00").submit("t", again=True)
    assert run.due("soon") == "2022-09-28 08:00"


def test_a_terminate_end_closes_the_reminder_too_and_a_plain_one_waits_for_it() -> None:
    for terminate, left in ((True, []), (False, ["remind"])):
        run = CaseRun(document(start(), user("t"), REMINDED, end(terminate=terminate), chain("s", "t", "e")))
        run.at("2022-09-27 08:00").fire("soon")
        run.submit("t")
        assert run.open == left
        assert run.status == ("open" if left else "finished")


def test_the_reminder_stays_when_its_task_is_cut_off() -> None:
    cut = boundary("cut", "t", duration("P2D"), interrupting=True) + user("instead") + end("g")
    ways = chain("s", "t", "e") + chain("cut", "instead", "g")
    run = CaseRun(document(start(), user("t"), REMINDED, cut, end(), ways))
    run.at("2022-09-27 08:00").fire("soon")
    run.at("2022-09-28 08:00").fire("cut")
    assert run.open == ["remind", "instead"]


def test_two_tokens_at_one_task_are_two_tasks_that_are_done_one_by_one() -> None:
    ways = chain("s", "p", "a", "m", "t", "e") + chain("p", "b", "m")
    run = CaseRun(document(start(), parallel("p"), user("a"), user("b"), exclusive("m"), user("t"), end(), ways))
    run.submit("a")
    run.submit("b")
    assert list(run.instance.tasks) == ["t#1", "t#2"]
    assert run.do(Submit("t#2", {})).status == "open"
    assert run.do(Submit("t#1", {})).status == "finished"


def test_two_flows_from_a_split_to_one_task_open_it_twice() -> None:
    second = flow("p", "t").replace('id="p_t"', 'id="p_t2"')
    run = CaseRun(document(start(), parallel("p"), user("t"), end(), chain("s", "p", "t", "e"), second))
    assert list(run.instance.tasks) == ["t#1", "t#2"]
    assert run.do(Submit("t#1", {})).status == "open"
    assert run.do(Submit("t#2", {})).status == "finished"


def calling(*ids: str, called: str) -> bytes:
    """A process that calls another at each of `ids`, one after the other, and ends with a task."""
    calls = (element("callActivity", id, name=f"Gọi {id}", calledElement="other") for id in ids)
    ways = chain("s", *ids, "z", "e")
    return document(start(), *calls, user("z"), end(), ways, around=process(called, id="other"))


def test_a_process_called_twice_has_tasks_and_timers_of_its_own_each_time() -> None:
    limit = boundary("b", "t", duration("P1D")) + end("late") + chain("b", "late")
    run = CaseRun(calling("one", "two", called=start("os") + user("t") + limit + end("oe") + chain("os", "t", "oe")))
    for number, due in ((1, "2022-09-27 08:00"), (2, "2022-09-27 09:00")):
        assert (list(run.instance.tasks), run.due("b")) == ([f"t#{number}"], due)
        run.later(hours=1).submit("t")
    assert (run.open, run.waiting) == (["z"], [])


def test_a_terminate_end_of_a_called_process_ends_the_call_alone() -> None:
    called = (
        start("os")
        + parallel("p")
        + user("a")
        + user("b")
        + end("oe", terminate=True)
        + end("of")
        + chain("os", "p", "a", "oe")
        + chain("p", "b", "of")
    )
    run = CaseRun(calling("one", called=called))
    assert sorted(run.open) == ["a", "b"]
    run.submit("a")
    assert (run.open, run.status) == (["z"], "open")
