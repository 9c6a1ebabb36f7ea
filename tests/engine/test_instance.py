"""How a case runs: each element of BPMN that procedures use, on the smallest diagram that shows it.

`CaseRun` proves after every change that a replay gives the same case.
"""

from __future__ import annotations

import re

import pytest

from runner.bpmn.timer import TimerUndecided
from runner.domain.entry import (
    AnswerRequest,
    Cancel,
    Claim,
    Command,
    DeliverMessage,
    Discard,
    FireTimer,
    Release,
    Submit,
)
from runner.domain.semantics import UNTYPED
from runner.engine.errors import (
    CaseClosed,
    EngineFault,
    NotDraft,
    NotDue,
    NotWaiting,
    RequestGone,
    StillDraft,
    TaskClosed,
    TaskTaken,
    TimerGone,
)
from runner.engine.script import GatewayUndecided
from runner.errors import NotFound
from tests.engine.case_run import MONDAY, CaseRun, messages
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
    process,
    service,
    simple,
    start,
    sub,
    user,
)

AGAIN = document(
    start(),
    exclusive("m"),
    user("t"),
    exclusive("x", default="x_e"),
    end(),
    chain("s", "m", "t", "x", "e"),
    flow("x", "m", "again = true"),
)
"""A task that is done again while its form says so."""


def gate(second: str = catch("late", duration("PT2H"))) -> bytes:
    """An event-based gateway between a message and something else; a task behind each."""
    return document(
        start(),
        element("eventBasedGateway", "g"),
        catch("came", message()),
        second,
        user("yes"),
        user("no"),
        end(),
        chain("s", "g", "came", "yes", "e"),
        chain("g", "late", "no", "e"),
        around=MESSAGE,
    )


# -- tasks -------------------------------------------------------------------------------------------------------------


def test_a_case_starts_at_its_first_task_and_ends_after_its_last() -> None:
    run = CaseRun(simple())
    task = run.task("t")
    assert (task.id, task.lane, task.form, task.opened, task.name) == ("t#1", "specialist", "assess", MONDAY, "Việc t")
    assert run.last.route == ("s",)

    advance = run.later(hours=1).submit("t", note="xong")

    assert advance.status == run.status == "finished"
    assert advance.route == ("t", "e")
    [closed] = advance.tasks
    assert (closed.closed, closed.outcome) == (run.now, "done")
    assert run.instance.values == {"note": "xong"}


def test_a_task_reached_again_is_the_next_occurrence_of_its_element() -> None:
    run = CaseRun(AGAIN)
    run.submit("t", again=True)
    assert list(run.instance.tasks) == ["t#2"]
    run.submit("t", again=False)
    assert run.status == "finished"
    assert run.instance.visits["t"] == 2


def test_a_task_done_or_never_reached_is_closed_and_one_that_is_not_drawn_is_not_found() -> None:
    run = CaseRun(AGAIN)
    run.submit("t", again=True)
    for gone in ("t#1", "t#3"):
        with pytest.raises(TaskClosed):
            run.do(Submit(gone, {}))
    with pytest.raises(NotFound):
        run.do(Submit("u#1", {}))


def test_a_claimed_task_is_its_owners_until_released() -> None:
    run = CaseRun(simple())
    assert [task.owner for task in run.do(Claim("t#1", "an")).tasks] == ["an"]
    assert run.do(Claim("t#1", "an")).tasks == ()
    with pytest.raises(TaskTaken, match="an"):
        run.do(Claim("t#1", "bình"))
    assert [task.owner for task in run.do(Release("t#1")).tasks] == [None]
    run.do(Claim("t#1", "bình"))
    [closed] = run.submit("t").tasks
    assert closed.owner == "bình"
    with pytest.raises(TaskClosed):
        run.do(Claim("t#1", "bình"))


def test_a_cancelled_case_has_nothing_open_and_takes_no_more_changes() -> None:
    run = CaseRun(simple(boundary("b", "t", duration("P1D")), end("f"), chain("b", "f")))
    advance = run.do(Cancel("withdrawn"))
    assert (advance.status, run.status, advance.disarmed) == ("cancelled", "cancelled", ("b#1",))
    assert [task.outcome for task in advance.tasks] == ["cancelled"]
    for command in (Submit("t#1", {}), FireTimer("b#1"), DeliverMessage("supplement_received", {}), Cancel("again")):
        with pytest.raises((CaseClosed, TaskClosed, TimerGone)):
            run.do(command)


def test_an_intake_is_a_draft_until_its_task_is_done_and_was_none_by_the_first_rules() -> None:
    task = user("t", lane="one_stop_clerk")
    counter = document(element("startEvent", "s"), task, end(), chain("s", "t", "e"))
    run = CaseRun(counter)
    assert (run.status, [timer.id for timer in run.instance.timers]) == ("draft", ["draft"])
    with pytest.raises(StillDraft):
        run.do(Cancel("withdrawn"))
    assert (run.do(Discard()).disarmed, run.status) == (("draft",), "discarded")
    with pytest.raises(NotDraft):
        run.do(Discard())
    assert CaseRun(counter).submit("t").disarmed == ("draft",)

    before = CaseRun(counter, semantics=UNTYPED)
    assert (before.status, before.instance.timers) == ("open", ())
    with pytest.raises(NotDraft):
        before.do(Discard())
    assert before.do(Cancel("withdrawn")).status == "cancelled"


def test_a_command_of_no_known_kind_is_a_fault() -> None:
    with pytest.raises(EngineFault):
        CaseRun(simple()).do(Command())


def test_an_end_event_declares_the_outcome() -> None:
    run = CaseRun(
        document(
            start(),
            user("t"),
            exclusive("x", default="x_no"),
            end("yes", outcome="granted"),
            end("no", outcome="refused"),
            chain("s", "t", "x", "no"),
            flow("x", "yes", "ok = true"),
        )
    )
    assert run.submit("t", ok=True).outcome == "granted"


# -- exclusive gateways ------------------------------------------------------------------------------------------------


def choice(*flows: str, **attributes: str) -> bytes:
    return document(
        start(),
        user("t"),
        exclusive("x", **attributes),
        user("a"),
        user("b"),
        user("c"),
        end(),
        chain("s", "t", "x"),
        *flows,
        chain("a", "e"),
        chain("b", "e"),
        chain("c", "e"),
    )


@pytest.mark.parametrize("upwards", [True, False])
def test_of_two_true_conditions_the_first_in_the_file_wins_however_they_are_drawn(upwards: bool) -> None:
    data = choice(flow("x", "c", "d = 2"), flow("x", "b", "d >= 1"), flow("x", "a", "d >= 0")).decode()
    for place, id in enumerate("abc" if upwards else "cba"):
        data = re.sub(f'(bpmnElement="{id}"><dc:Bounds x="[0-9]*" y=")80', rf"\g<1>{900 - place * 100}", data)
    run = CaseRun(data.encode())
    run.submit("t", d=1)
    assert run.open == ["b"]


def test_the_default_flow_is_taken_when_no_condition_holds() -> None:
    run = CaseRun(choice(flow("x", "a", "d = 1"), flow("x", "b", "d = 2"), flow("x", "c"), default="x_c"))
    run.submit("t", d=3)
    assert run.open == ["c"]


@pytest.mark.parametrize("condition", ["d > 1", "missing", "d", '"yes"', "d + 1"])
def test_a_condition_neither_true_nor_false_takes_the_default_without_asking_further(condition: str) -> None:
    run = CaseRun(choice(flow("x", "a", condition), flow("x", "b", "true"), flow("x", "c"), default="x_c"))
    run.submit("t", d=None)
    assert run.open == ["c"]


@pytest.mark.parametrize("condition", ["d > 1", "missing", "false"])
def test_without_a_default_an_undecided_gateway_is_an_incident_and_never_a_guess(condition: str) -> None:
    run = CaseRun(choice(flow("x", "a", condition), flow("x", "b", "false"), flow("x", "c", "false")))
    with pytest.raises(GatewayUndecided, match=r"Câu hỏi x\?"):
        run.submit("t", d=None)
    assert run.replayed().tasks["t#1"].closed is None


def test_a_condition_may_be_written_over_several_lines() -> None:
    run = CaseRun(choice(flow("x", "a", "\n    d = 1\n  "), flow("x", "b"), default="x_b"))
    run.submit("t", d=1)
    assert run.open == ["a"]


def test_two_flows_of_one_gateway_may_lead_to_the_same_task() -> None:
    second = flow("x", "a", "d = 2").replace('id="x_a"', 'id="x_a2"')
    run = CaseRun(choice(flow("x", "a", "d = 1"), second, flow("x", "b"), default="x_b"))
    run.submit("t", d=2)
    assert run.open == ["a"]


# -- parallel gateways -------------------------------------------------------------------------------------------------

FORK = document(
    start(),
    exclusive("m"),
    parallel("split"),
    user("a"),
    user("b"),
    parallel("join"),
    user("c"),
    exclusive("x", default="x_e"),
    end(),
    chain("s", "m", "split", "a", "join", "c", "x", "e"),
    chain("split", "b", "join"),
    flow("x", "m", "again = true"),
)
"""Two tasks side by side, then a third, and all three again while the third's form says so."""


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_parallel_join_fires_once_whichever_branch_comes_last(order: str) -> None:
    run = CaseRun(FORK)
    assert sorted(run.open) == ["a", "b"]
    run.submit(order[0])
    assert run.open == [order[1]]
    run.submit(order[1])
    assert list(run.instance.tasks) == ["c#1"]
    assert run.instance.visits["join"] == 1
    run.submit("c")
    assert run.status == "finished"


@pytest.mark.parametrize("orders", [("ab", "ba"), ("ba", "ab"), ("ab", "ab", "ba"), ("ba", "ba", "ab")])
def test_a_parallel_join_in_a_loop_waits_for_both_branches_in_every_round(orders: tuple[str, ...]) -> None:
    run = CaseRun(FORK)
    for number, order in enumerate(orders, 1):
        run.submit(order[0])
        assert run.open == [order[1]]
        run.submit(order[1])
        assert list(run.instance.tasks) == [f"c#{number}"]
        run.submit("c", again=number < len(orders))
    assert run.status == "finished"


def test_a_branch_that_arrives_twice_waits_for_the_other_twice() -> None:
    # Drawn badly, but drawn: the two ways into `a` are not joined, so it is done twice.
    run = CaseRun(
        document(
            start(),
            parallel("split"),
            user("a"),
            user("b"),
            parallel("join"),
            user("c"),
            end(),
            chain("s", "split", "a", "join", "c", "e"),
            chain("split", "b", "join"),
            flow("split", "a").replace('id="split_a"', 'id="split_a2"'),
        )
    )
    assert sorted(run.open) == ["a", "a", "b"]
    run.do(Submit("a#1", {}))
    run.do(Submit("a#2", {}))
    assert run.open == ["b"]
    run.submit("b")
    assert run.open == ["c"]


def test_two_flows_straight_from_a_split_to_its_join_go_on_once() -> None:
    twice = flow("split", "join").replace('id="split_join"', 'id="split_join2"')
    run = CaseRun(
        document(
            start(), parallel("split"), parallel("join"), user("c"), end(), chain("s", "split", "join", "c", "e"), twice
        )
    )
    assert list(run.instance.tasks) == ["c#1"]


def test_a_plain_end_of_one_branch_waits_for_the_other() -> None:
    run = CaseRun(
        document(
            start(),
            parallel("p"),
            user("a"),
            user("b"),
            end("e1"),
            end("e2"),
            chain("s", "p", "a", "e1"),
            chain("p", "b", "e2"),
        )
    )
    assert run.submit("a").status == "open"
    assert run.submit("b").status == "finished"


def test_a_terminate_end_closes_everything_else() -> None:
    run = CaseRun(
        document(
            start(),
            parallel("p"),
            user("a"),
            user("b", step="B1"),
            boundary("late", "b", duration("P1D")),
            end("f"),
            sub("w", start("ws"), user("in"), end("we"), chain("ws", "in", "we")),
            end("e1", terminate=True),
            end("e2"),
            end("e3"),
            chain("s", "p", "a", "e1"),
            chain("p", "b", "e2"),
            chain("p", "w", "e3"),
            chain("late", "f"),
        )
    )
    assert sorted(run.open) == ["a", "b", "in"]
    advance = run.submit("a")
    assert advance.status == "finished"
    assert {task.element: task.outcome for task in advance.tasks} == {"a": "done", "b": "cancelled", "in": "cancelled"}
    assert advance.disarmed == ("late#1",)


# -- timers on the boundary --------------------------------------------------------------------------------------------


def bounded(interrupting: bool, text: str = "PT4H") -> bytes:
    """A task with a timer that leads to another; the first may be done again."""
    return document(
        start(),
        exclusive("m"),
        user("t"),
        boundary("b", "t", duration(text), interrupting),
        user("n"),
        exclusive("x", default="x_e"),
        end(),
        end("f"),
        chain("s", "m", "t", "x", "e"),
        flow("x", "m", "again = true"),
        chain("b", "n", "f"),
    )


def test_an_interrupting_timer_closes_its_task() -> None:
    run = CaseRun(bounded(interrupting=True))
    assert run.due("b") == "2022-09-26 12:00"
    advance = run.later(hours=4).fire("b")
    assert run.open == ["n"]
    assert ("t", "cancelled") in [(task.element, task.outcome) for task in advance.tasks]
    assert advance.disarmed == ("b#1",)
    assert run.submit("n").status == "finished"


def test_a_timer_that_does_not_interrupt_leaves_its_task_open() -> None:
    run = CaseRun(bounded(interrupting=False))
    run.later(hours=4).fire("b")
    assert (run.open, run.waiting) == (["t", "n"], [])
    assert run.submit("t").status == "open"
    assert run.submit("n").status == "finished"


def test_a_timer_fires_at_its_moment_and_not_a_second_before() -> None:
    run = CaseRun(bounded(interrupting=True))
    run.later(hours=4, seconds=-1)
    with pytest.raises(NotDue):
        run.fire("b")
    run.later(seconds=1)
    assert run.timer("b").due == run.now
    run.fire("b")
    assert run.open == ["n"]


def test_a_timer_fires_once() -> None:
    run = CaseRun(bounded(interrupting=False))
    run.later(hours=5).fire("b")
    with pytest.raises(TimerGone):
        run.do(FireTimer("b#1"))


def test_a_task_done_disarms_its_timers_and_done_again_arms_new_ones() -> None:
    run = CaseRun(bounded(interrupting=False))
    run.later(hours=1)
    advance = run.submit("t", again=True)
    assert advance.disarmed == ("b#1",)
    assert [(timer.id, timer.due) for timer in advance.armed] == [("b#2", run.now.replace(hour=13))]
    with pytest.raises(TimerGone):
        run.do(FireTimer("b#1"))
    run.later(hours=4).fire("b")
    run.submit("t", again=True)
    assert run.waiting == ["b"]
    assert run.open == ["n", "t"]


def test_of_two_interrupting_timers_due_at_once_the_second_is_gone() -> None:
    run = CaseRun(
        simple(
            boundary("b", "t", duration("PT1H"), interrupting=True),
            end("f"),
            chain("b", "f"),
            boundary("c", "t", duration("PT1H"), interrupting=True),
            end("g"),
            chain("c", "g"),
        )
    )
    run.later(hours=1).fire("c")
    assert run.status == "finished"
    with pytest.raises(TimerGone):
        run.do(FireTimer("b#1"))


def test_two_timers_due_at_once_fire_one_after_the_other() -> None:
    run = CaseRun(
        simple(
            boundary("b", "t", duration("PT1H")),
            end("f"),
            chain("b", "f"),
            boundary("c", "t", duration("PT1H")),
            end("g"),
            chain("c", "g"),
        )
    )
    run.later(hours=1).fire("c")
    assert run.waiting == ["b"]
    run.fire("b")
    assert (run.open, run.waiting) == (["t"], [])


def test_a_timer_on_a_sub_process_closes_what_runs_within() -> None:
    inner = sub(
        "v",
        start("vs"),
        user("deep"),
        boundary("vb", "deep", duration("PT9H")),
        end("ve"),
        end("vf"),
        chain("vs", "deep", "ve"),
        chain("vb", "vf"),
    )
    run = CaseRun(
        document(
            start(),
            sub("w", start("ws"), inner, end("we"), chain("ws", "v", "we")),
            boundary("b", "w", duration("PT1H"), interrupting=True),
            user("n"),
            end(),
            chain("s", "w", "e"),
            chain("b", "n", "e"),
        )
    )
    assert (run.open, sorted(run.waiting)) == (["deep"], ["b", "vb"])
    run.later(hours=1).fire("b")
    assert (run.open, run.waiting) == (["n"], [])
    assert run.submit("n").status == "finished"


# -- events ------------------------------------------------------------------------------------------------------------


def test_an_intermediate_timer_holds_the_flow_until_its_moment() -> None:
    run = CaseRun(document(start(), catch("w", duration("PT2H")), user("t"), end(), chain("s", "w", "t", "e")))
    assert (run.open, run.due("w")) == ([], "2022-09-26 10:00")
    run.later(hours=2).fire("w")
    assert (run.open, run.waiting) == (["t"], [])


def test_a_message_is_taken_by_what_waits_for_it_and_its_values_are_the_cases() -> None:
    run = CaseRun(document(start(), catch("w", message()), user("t"), end(), chain("s", "w", "t", "e"), around=MESSAGE))
    assert messages(run.instance) == ["supplement_received"]
    run.message(parts=3)
    assert (run.open, run.instance.values) == (["t"], {"parts": 3})


def test_a_message_that_nothing_waits_for_is_refused() -> None:
    run = CaseRun(simple(around=MESSAGE))
    with pytest.raises(NotWaiting, match="supplement_received"):
        run.message()
    run = CaseRun(gate())
    with pytest.raises(NotWaiting, match="another"):
        run.message("another")


def test_an_event_gateway_takes_the_message_if_it_comes_first() -> None:
    run = CaseRun(gate())
    assert (run.open, run.waiting) == ([], ["late"])
    advance = run.message()
    assert (run.open, run.waiting, advance.disarmed) == (["yes"], [], ("late#1",))
    assert advance.route == ("g", "came")
    with pytest.raises(TimerGone):
        run.later(hours=2).do(FireTimer("late#1"))
    run = CaseRun(gate())
    run.message()
    with pytest.raises(NotWaiting):
        run.message()


def test_an_event_gateway_takes_the_timer_if_it_comes_first() -> None:
    run = CaseRun(gate())
    advance = run.later(hours=2).fire("late")
    assert (run.open, advance.route) == (["no"], ("g", "late"))
    with pytest.raises(NotWaiting):
        run.message()


@pytest.mark.parametrize(("fired", "task"), [("came", "yes"), ("late", "no")])
def test_an_event_gateway_tells_two_timers_apart(fired: str, task: str) -> None:
    data = gate().replace(b'<messageEventDefinition messageRef="Message_1"/>', duration("PT2H").encode())
    run = CaseRun(data)
    assert run.waiting == ["came", "late"]
    run.later(hours=2).fire(fired)
    assert (run.open, run.waiting) == ([task], [])


def test_an_event_gateway_in_a_loop_waits_afresh_every_time() -> None:
    run = CaseRun(
        document(
            start(),
            exclusive("m"),
            element("eventBasedGateway", "g"),
            catch("came", message()),
            catch("late", duration("PT2H")),
            user("yes"),
            end(),
            chain("s", "m", "g", "came", "yes", "m"),
            chain("g", "late", "e"),
            around=MESSAGE,
        )
    )
    for number in (1, 2, 3):
        assert run.timer("late").id == f"late#{number}"
        run.message()
        run.later(hours=1).submit("yes")
    assert run.later(hours=2).fire("late").status == "finished"


def reported(interrupting: bool) -> bytes:
    """A task with a message on its boundary that leads to another."""
    return simple(
        boundary("b", "t", message(), interrupting), user("n"), end("f"), chain("b", "n", "f"), around=MESSAGE
    )


def test_a_message_on_the_boundary_interrupts_its_task() -> None:
    run = CaseRun(reported(interrupting=True))
    run.message()
    assert (run.open, messages(run.instance)) == (["n"], [])


def test_a_message_that_does_not_interrupt_is_taken_again_as_long_as_its_task_is_open() -> None:
    run = CaseRun(reported(interrupting=False))
    run.message()
    run.later(hours=1).message()
    assert list(run.instance.tasks) == ["t#1", "n#1", "n#2"]
    assert messages(run.instance) == ["supplement_received"]
    run.submit("t")
    assert messages(run.instance) == []
    with pytest.raises(NotWaiting):
        run.message()
    run.do(Submit("n#1", {}))
    assert run.do(Submit("n#2", {})).status == "finished"


def test_by_the_first_rules_a_message_that_does_not_interrupt_is_taken_once() -> None:
    run = CaseRun(reported(interrupting=False), semantics=UNTYPED)
    run.message()
    assert (run.open, messages(run.instance)) == (["t", "n"], [])


TWICE = gate(catch("late", message()))
"""An event-based gateway before two events of one message."""


def test_of_two_events_of_one_message_behind_a_gateway_the_first_in_the_file_takes_it() -> None:
    run = CaseRun(TWICE)
    run.message()
    assert (run.open, messages(run.instance)) == (["yes"], [])


def test_by_the_first_rules_the_first_event_behind_a_gateway_takes_a_message_once_for_each() -> None:
    run = CaseRun(TWICE, semantics=UNTYPED, proved=False)
    run.message()
    assert run.open == ["yes", "yes"]


def test_a_message_reaches_all_that_wait_for_it_in_places_of_their_own() -> None:
    run = CaseRun(
        document(
            start(),
            parallel("p"),
            catch("one", message()),
            catch("two", message()),
            parallel("j"),
            user("t"),
            end(),
            chain("s", "p", "one", "j", "t", "e"),
            chain("p", "two", "j"),
            around=MESSAGE,
        )
    )
    run.message()
    assert run.open == ["t"]


def test_what_a_message_interrupts_does_not_take_it_any_more() -> None:
    inside = sub("w", start("ws"), catch("in", message()), user("u"), end("we"), chain("ws", "in", "u", "we"))
    run = CaseRun(
        document(
            start(),
            inside,
            boundary("b", "w", message(), interrupting=True),
            user("n"),
            end(),
            end("f"),
            chain("s", "w", "e"),
            chain("b", "n", "f"),
            around=MESSAGE,
        )
    )
    run.message()
    assert (run.open, messages(run.instance)) == (["n"], [])


def test_a_day_from_a_form_comes_with_its_first_session() -> None:
    wait = catch("w", duration("=date(got)", "timeDate"))
    run = CaseRun(document(start(), user("q"), wait, user("t"), end(), chain("s", "q", "w", "t", "e")))
    run.submit("q", got="2022-10-01")
    assert run.due("w") == "2022-10-03 07:30", "the first of October 2022 is a Saturday"
    with pytest.raises(NotDue):
        run.at("2022-10-03 07:29").fire("w")
    run.at("2022-10-03 07:30").fire("w")
    assert run.open == ["t"]


def test_a_day_that_the_form_does_not_have_is_an_incident() -> None:
    wait = catch("w", duration("=date(got)", "timeDate"))
    run = CaseRun(document(start(), user("q"), wait, end(), chain("s", "q", "w", "e")))
    with pytest.raises(TimerUndecided):
        run.submit("q")
    assert list(run.replayed().tasks) == ["q#1"]


def test_a_limit_written_as_an_expression_is_the_tasks_limit() -> None:
    limit = boundary("b", "t", duration('=duration("P1D")')) + end("f") + chain("b", "f")
    assert CaseRun(simple(limit)).due("t") == "2022-09-27 08:00"


# -- sub-processes -----------------------------------------------------------------------------------------------------


def test_a_sub_process_within_a_sub_process_runs_to_its_end_before_the_flow_goes_on() -> None:
    inner = sub("v", start("vs"), user("a"), user("b"), end("ve"), chain("vs", "a", "b", "ve"))
    run = CaseRun(
        document(
            start(),
            sub("w", start("ws"), inner, user("c"), end("we"), chain("ws", "v", "c", "we")),
            user("d"),
            end(),
            chain("s", "w", "d", "e"),
        )
    )
    for task in "abcd":
        assert run.open == [task]
        run.submit(task)
    assert run.status == "finished"
    assert run.instance.visits["v"] == run.instance.visits["w"] == 1


def test_a_sub_process_entered_again_starts_afresh() -> None:
    inner = sub(
        "w",
        start("ws"),
        user("a"),
        boundary("wb", "a", duration("PT1H")),
        end("wf"),
        end("we"),
        chain("ws", "a", "we"),
        chain("wb", "wf"),
    )
    run = CaseRun(
        document(
            start(),
            exclusive("m"),
            inner,
            exclusive("x", default="x_e"),
            end(),
            chain("s", "m", "w", "x", "e"),
            flow("x", "m", "again = true"),
        )
    )
    run.submit("a", again=True)
    assert (list(run.instance.tasks), run.timer("wb").id) == (["a#2"], "wb#2")
    assert run.submit("a", again=False).status == "finished"


def test_a_terminate_end_within_a_sub_process_ends_that_one_alone() -> None:
    inner = sub(
        "w",
        start("ws"),
        parallel("p"),
        user("a"),
        user("b"),
        end("w1", terminate=True),
        end("w2"),
        chain("ws", "p", "a", "w1"),
        chain("p", "b", "w2"),
    )
    run = CaseRun(document(start(), inner, user("c"), end(), chain("s", "w", "c", "e")))
    run.submit("a")
    assert list(run.instance.tasks) == ["c#1"]
    assert run.submit("c").status == "finished"


def test_a_call_runs_another_process_of_the_diagram() -> None:
    called = process(
        start("qs"),
        user("q1"),
        exclusive("qx", default="qx_qe"),
        user("q2"),
        end("qe"),
        chain("qs", "q1", "qx", "qe"),
        flow("qx", "q2", "d = 1"),
        chain("q2", "qe"),
        id="q",
    )
    data = document(
        start(),
        element("callActivity", "call", name="Gọi", calledElement="q"),
        user("c"),
        end(),
        chain("s", "call", "c", "e"),
        around=called,
    )
    run = CaseRun(data)
    assert (run.open, run.definition.process) == (["q1"], "p")
    run.submit("q1", d=1)
    run.submit("q2")
    assert run.open == ["c"]
    assert run.submit("c").status == "finished"


# -- event sub-processes -----------------------------------------------------------------------------------------------


def beside(terminate: bool) -> bytes:
    """A main flow of one task, and a task that a timer opens beside it."""
    return document(
        start(),
        user("t"),
        end("e", terminate=terminate),
        chain("s", "t", "e"),
        sub(
            "apology",
            element("startEvent", "late", duration("PT3H"), isInterrupting="false"),
            user("sorry"),
            end("f"),
            chain("late", "sorry", "f"),
            triggeredByEvent="true",
        ),
    )


def test_an_event_sub_process_runs_beside_the_main_flow_when_its_timer_fires() -> None:
    run = CaseRun(beside(terminate=True))
    assert (run.open, run.due("late")) == (["t"], "2022-09-26 11:00")
    run.later(hours=3).fire("late")
    assert (run.open, run.waiting) == (["t", "sorry"], [])
    run.submit("sorry")
    assert (run.open, run.status) == (["t"], "open")
    assert run.submit("t").status == "finished"


def test_a_terminate_end_takes_the_event_sub_process_away_before_and_after_its_timer() -> None:
    run = CaseRun(beside(terminate=True))
    advance = run.submit("t")
    assert (advance.status, advance.disarmed) == ("finished", ("late#1",))
    run = CaseRun(beside(terminate=True))
    run.later(hours=3).fire("late")
    advance = run.submit("t")
    assert (advance.status, run.open) == ("finished", [])


def test_by_the_first_rules_a_main_flow_that_merely_runs_out_waits_for_the_event_sub_process() -> None:
    run = CaseRun(beside(terminate=False), semantics=UNTYPED)
    assert run.submit("t").status == "open"
    run.later(hours=3).fire("late")
    assert run.submit("sorry").status == "finished"


# -- automatic work ----------------------------------------------------------------------------------------------------


def serving(**properties: str) -> bytes:
    topic = properties.pop("topic")
    return document(
        start(), user("t"), service("w", topic, **properties), user("u"), end(), chain("s", "t", "w", "u", "e")
    )


def test_inside_work_is_done_in_the_change_and_its_result_is_recorded() -> None:
    run = CaseRun(serving(topic="allot_number"))
    advance = run.submit("t")
    assert advance.performed == {"w#1": {"case_number": "1"}}
    assert (run.instance.values, run.open, advance.requests) == ({"case_number": "1"}, ["u"], ())


def test_outside_work_is_asked_for_and_the_flow_goes_on() -> None:
    run = CaseRun(serving(topic="notify_lane", lane="director"))
    advance = run.submit("t", d=1)
    [request] = advance.requests
    assert (request.id, request.topic, request.properties["lane"], request.values) == (
        "w#1",
        "notify_lane",
        "director",
        {"d": 1},
    )
    assert (run.open, advance.performed) == (["u"], {})


def test_outside_work_may_hold_the_flow_until_its_answer() -> None:
    run = CaseRun(serving(topic="notify_applicant", wait="true"))
    [request] = run.submit("t").requests
    assert (run.open, run.status) == ([], "open")
    run.do(AnswerRequest(request.id, {"sent": True}))
    assert (run.open, run.instance.values) == (["u"], {"sent": True})
    with pytest.raises(RequestGone):
        run.do(AnswerRequest(request.id, {}))


def test_an_answer_comes_too_late_once_the_flow_has_gone_another_way() -> None:
    run = CaseRun(
        document(
            start(),
            service("w", "notify_applicant", wait="true"),
            boundary("b", "w", duration("PT1H"), interrupting=True),
            user("n"),
            end(),
            chain("s", "w", "e"),
            chain("b", "n", "e"),
        )
    )
    run.later(hours=1).fire("b")
    with pytest.raises(RequestGone):
        run.do(AnswerRequest("w#1", {"sent": True}))
    run = CaseRun(
        document(
            start(),
            service("w", "notify_applicant", wait="true"),
            boundary("b", "w", duration("PT1H"), interrupting=True),
            user("n"),
            end(),
            chain("s", "w", "e"),
            chain("b", "n", "e"),
        )
    )
    run.do(AnswerRequest("w#1", {"sent": True}))
    assert (run.status, run.waiting) == ("finished", [])
