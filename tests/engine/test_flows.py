"""Which sequence flows the tokens took in each change: told by the engine, never guessed from where they arrived."""

from __future__ import annotations

from runner.domain.entry import Start
from runner.engine.advance import Moment
from runner.engine.instance import Instance
from runner.engine.migration import Recorded, migrate
from tests.engine.case_run import CALENDAR, MONDAY, VERSION, CaseRun, perform
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


def test_of_two_flows_to_the_same_task_the_one_whose_condition_held_was_taken() -> None:
    second = flow("x", "a", "d = 2").replace('id="x_a"', 'id="x_a2"')
    ways = chain("s", "t", "x") + flow("x", "a", "d = 1") + second + flow("x", "b") + chain("a", "e") + chain("b", "e")
    nodes = start(), user("t"), exclusive("x", default="x_b"), user("a"), user("b"), end()
    for decision, taken in ((1, "x_a"), (2, "x_a2"), (3, "x_b")):
        run = CaseRun(document(*nodes, ways))
        assert run.last.flows == ("s_t",)
        assert run.submit("t", d=decision).flows == ("t_x", taken)


def test_two_flows_between_the_same_gateways_are_both_taken() -> None:
    twice = flow("p", "j").replace('id="p_j"', 'id="p_j2"')
    run = CaseRun(
        document(start(), parallel("p"), parallel("j"), user("c"), end(), chain("s", "p", "j", "c", "e"), twice)
    )
    assert run.last.flows == ("s_p", "p_j", "p_j2", "j_c")


def test_flows_of_a_split_to_several_targets_are_told_apart_whatever_their_order_in_the_file() -> None:
    ways = flow("p", "j") + chain("p", "b", "j") + flow("p", "j").replace('id="p_j"', 'id="p_j2"') + chain("j", "e")
    run = CaseRun(document(start(), parallel("p"), user("b"), parallel("j"), end(), chain("s", "p"), ways))
    assert sorted(run.last.flows) == ["p_b", "p_j", "p_j2", "s_p"]


def test_a_token_that_waits_at_a_join_came_by_its_own_flow_and_the_last_one_leads_on() -> None:
    nodes = start(), parallel("p"), user("a"), user("b"), parallel("j"), end()
    run = CaseRun(document(*nodes, chain("s", "p", "a", "j", "e"), chain("p", "b", "j")))
    assert run.last.flows == ("s_p", "p_a", "p_b")
    assert run.submit("b").flows == ("b_j",)
    assert run.submit("a").flows == ("a_j", "j_e")


def test_each_round_of_a_loop_takes_its_flows_anew() -> None:
    again = exclusive("x", default="x_e") + chain("s", "t", "x", "e") + flow("x", "t", "again = true")
    run = CaseRun(document(start(), user("t"), end(), again))
    assert run.submit("t", again=True).flows == ("t_x", "x_t")
    assert run.submit("t", again=False).flows == ("t_x", "x_e")
    assert run.instance.flows == {"s_t": 1, "t_x": 2, "x_t": 1, "x_e": 1}


def test_an_event_on_a_boundary_is_left_by_its_own_flow_and_reached_by_none() -> None:
    cut = boundary("cut", "t", duration("P2D"), interrupting=True) + user("instead") + end("g")
    run = CaseRun(document(start(), user("t"), cut, end(), chain("s", "t", "e"), chain("cut", "instead", "g")))
    assert run.at("2022-09-28 08:00").fire("cut").flows == ("cut_instead",)


def test_within_sub_processes_event_sub_processes_and_called_processes_flows_are_their_own() -> None:
    inside = sub("w", start("ws"), user("a"), end("we"), chain("ws", "a", "we"))
    called = process(start("qs"), user("q"), end("qe"), chain("qs", "q", "qe"), id="called")
    call = element("callActivity", "c", calledElement="called")
    late = element("startEvent", "late", duration("PT3H"), isInterrupting="false")
    beside = sub("apology", late, user("sorry"), end("f"), chain("late", "sorry", "f"), triggeredByEvent="true")
    run = CaseRun(
        document(start(), inside, call, end(terminate=True), beside, chain("s", "w", "c", "e"), around=called)
    )
    assert run.last.flows == ("s_w", "ws_a")
    assert run.later(hours=3).fire("late").flows == ("late_sorry",)
    assert run.submit("a").flows == ("a_we", "w_c", "qs_q")
    assert run.submit("q").flows == ("q_qe", "c_e")


def test_a_migrated_case_has_taken_the_flows_of_its_new_diagram_and_none_in_the_migration_itself() -> None:
    plain = CaseRun(document(start(), user("t"), end(), chain("s", "t", "e")))
    other = CaseRun(document(start(), exclusive("m"), user("t"), end(), chain("s", "m", "t", "e")))
    before = Instance(plain.definition, plain.limit)
    moment = Moment(MONDAY, CALENDAR, perform)
    begun = Start(VERSION, {}, plain.semantics)
    before.apply(begun, moment)
    record = [Recorded(1, begun, moment)]
    after, advance = migrate(before, other.definition, other.limit, 2, record, frozenset(), 2, MONDAY)
    assert (dict(after.flows), advance.flows) == ({"s_m": 1, "m_t": 1}, ())
