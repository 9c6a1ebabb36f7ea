"""The rules about where a case goes: gateways, conditions, loops, calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.diagrams import (
    HEAD,
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
from tests.lint.findings import findings, fixed_content, flagged

ERROR, WARNING = "error", "warning"


def fork(*conditions: str | None, default: str = "") -> bytes:
    """A gateway `g` with a flow to an end ``e0``, ``e1`` … for each condition."""
    gateway = exclusive("g", **({"default": default} if default else {}))
    ends = [end(f"e{n}") + flow("g", f"e{n}", condition) for n, condition in enumerate(conditions)]
    return document(start(), gateway, *ends, chain("s", "g"))


# -- exclusive --------------------------------------------------------------------------------------------------------


def test_every_branch_but_the_default_has_a_condition() -> None:
    assert flagged(fork("a = 1", None, default="g_e1"), "exclusive") == []
    assert (ERROR, "g_e1") in flagged(fork("a = 1", None), "exclusive")
    assert flagged(fork("a = 1", "a = 2", default="g_e1"), "exclusive") == [(ERROR, "g_e1")]


@pytest.mark.parametrize(
    "conditions",
    [
        ('d = "yes"', 'd = "no"'),
        ('= d = "a"', 'd = "b"', 'd = "c"'),
        ("ok = true", "ok = false"),
        ("a > 1", "not(a > 1)"),
        ("not(a)", "a"),
    ],
)
def test_without_a_default_the_conditions_must_look_exhaustive(conditions: tuple[str, ...]) -> None:
    assert flagged(fork(*conditions), "exclusive") == []


@pytest.mark.parametrize(
    "conditions", [("a > 1", "a < 1"), ('a = "x"', 'b = "y"'), ('a = "x"', 'a = "x"'), ('a = "x"', "not(a)")]
)
def test_a_gateway_that_may_find_no_way_needs_a_default(conditions: tuple[str, ...]) -> None:
    assert flagged(fork(*conditions), "exclusive") == [(ERROR, "g")]


def test_the_default_is_one_of_the_gateways_own_flows() -> None:
    assert flagged(fork("a = 1", "a = 2", default="s_g"), "exclusive") == [(ERROR, "g")]


# -- conditions -------------------------------------------------------------------------------------------------------


def test_a_condition_that_cannot_be_read_names_its_column() -> None:
    [finding] = findings(fork("a ==", None, default="g_e1"), "conditions")
    assert (finding.severity, finding.element) == (ERROR, "g_e0")
    assert "Cột" in finding.message and "a ==" in finding.message


def test_an_empty_condition_is_refused() -> None:
    assert flagged(fork("", None, default="g_e1"), "conditions") == [(ERROR, "g_e0")]


@pytest.mark.parametrize("name", ["_hidden", "a.__class__", "__builtins__", "a._b"])
def test_names_that_no_field_can_have_are_refused(name: str) -> None:
    assert flagged(fork(f"{name} = 1", None, default="g_e1"), "conditions") == [(ERROR, "g_e0")]


def test_a_condition_anywhere_else_is_refused() -> None:
    data = document(start(), user("t"), end(), chain("s", "t"), flow("t", "e", "a = 1"))
    assert flagged(data, "conditions") == [(ERROR, "t_e")]
    single = document(start(), exclusive("g"), end(), chain("s", "g"), flow("g", "e", "a = 1"))
    assert flagged(single, "conditions") == [(ERROR, "g_e")]


def test_the_calendars_functions_are_for_timers() -> None:
    assert flagged(fork("session_close(a) = a", None, default="g_e1"), "conditions") == [(ERROR, "g_e0")]


# -- parallel ---------------------------------------------------------------------------------------------------------


def test_a_split_that_comes_together_in_a_join_is_sound() -> None:
    data = document(
        start(),
        parallel("f"),
        user("a"),
        user("b"),
        parallel("j"),
        end(),
        chain("s", "f", "a", "j", "e"),
        chain("f", "b", "j"),
    )
    assert flagged(data, "parallel") == []


def test_a_loop_back_before_a_split_is_sound() -> None:
    data = document(
        start(),
        parallel("f"),
        user("a"),
        user("b"),
        exclusive("g", default="g_j"),
        parallel("j"),
        end(),
        chain("s", "f", "a", "g", "j", "e"),
        chain("f", "b", "j"),
        flow("g", "a", "again"),
    )
    assert flagged(data, "parallel") == []


def test_branches_that_meet_without_a_join_run_what_follows_twice() -> None:
    data = document(
        start(),
        parallel("f"),
        user("a"),
        user("b"),
        user("c"),
        end(),
        chain("s", "f", "a", "c", "e"),
        chain("f", "b", "c"),
    )
    assert flagged(data, "parallel") == [(WARNING, "c")]


def test_a_join_without_a_split_waits_for_ever() -> None:
    data = document(
        start(),
        exclusive("g", default="g_b"),
        user("a"),
        user("b"),
        parallel("j"),
        end(),
        chain("s", "g", "b", "j", "e"),
        flow("g", "a", "x"),
        chain("a", "j"),
    )
    [finding] = findings(data, "parallel")
    assert (finding.severity, finding.element) == (ERROR, "j")
    assert "“Việc b” và “Việc a” không thể cùng tới" in finding.message


def test_a_join_that_waits_for_both_branches_of_a_choice_waits_for_ever() -> None:
    data = document(
        start(),
        parallel("f"),
        exclusive("g", default="g_a"),
        user("a"),
        user("b"),
        user("c"),
        parallel("j"),
        end(),
        chain("s", "f", "g", "a", "j", "e"),
        chain("f", "c", "j"),
        flow("g", "b", "x"),
        chain("b", "j"),
    )
    assert flagged(data, "parallel") == [(ERROR, "j")]


def test_behind_a_join_that_waits_for_ever_nothing_more_is_said() -> None:
    data = document(
        start(),
        exclusive("g", default="g_b"),
        *map(user, "abcd"),
        *map(parallel, ("j", "f", "k")),
        end(),
        chain("s", "g", "b", "j", "f", "c", "k", "e"),
        flow("g", "a", "x"),
        chain("a", "j"),
        chain("f", "d", "k"),
    )
    assert flagged(data, "parallel") == [(ERROR, "j")]


def test_branches_of_a_choice_that_is_passed_twice_may_both_come() -> None:
    data = document(
        start(),
        parallel("f"),
        user("u"),
        user("v"),
        exclusive("m"),
        exclusive("g", default="g_a"),
        user("a"),
        user("b"),
        parallel("j"),
        end(),
        chain("s", "f", "u", "m", "g", "a", "j", "e"),
        chain("f", "v", "m"),
        flow("g", "b", "x"),
        chain("b", "j"),
    )
    assert (WARNING, "j") in flagged(data, "parallel")
    assert (ERROR, "j") not in flagged(data, "parallel")


def test_a_reminder_beside_its_task_may_complete_a_join() -> None:
    def reminded(interrupting: bool) -> bytes:
        return document(
            start(),
            user("t"),
            boundary("b", "t", message(), interrupting),
            parallel("j"),
            end(),
            chain("s", "t", "j", "e"),
            chain("b", "j"),
            around=MESSAGE,
        )

    assert flagged(reminded(interrupting=False), "parallel") == []
    assert flagged(reminded(interrupting=True), "parallel") == [(ERROR, "j")]


# -- outcomes ---------------------------------------------------------------------------------------------------------


def ended(first: dict[str, bool], second: dict[str, bool], *between: str) -> list[tuple[str, str | None]]:
    """Two branches side by side, each to an end with an outcome; whether the ends are terminate end events."""
    [(one, final), (other, last)] = [*first.items(), *second.items()]
    data = document(
        start(),
        parallel("f"),
        user("a"),
        user("b"),
        end("e1", final, outcome=one),
        end("e2", last, outcome=other),
        *between or (chain("a", "e1"), chain("b", "e2")),
        chain("s", "f", "a"),
        chain("f", "b"),
    )
    return flagged(data, "outcomes")


def test_branches_that_run_side_by_side_come_to_one_outcome() -> None:
    assert ended({"granted": False}, {"refused": False}) == [(ERROR, "e2")]
    assert ended({"granted": True}, {"refused": False}) == [(ERROR, "e2")]
    assert ended({"granted": True}, {"refused": True}) == [], "the first takes the other away"
    assert ended({"granted": False}, {"granted": False}) == []


def test_branches_that_join_before_the_choice_of_an_outcome_are_sound() -> None:
    joined = parallel("j"), exclusive("g", default="g_e2"), chain("a", "j", "g", "e2"), flow("g", "e1", "x")
    assert ended({"granted": False}, {"refused": False}, *joined, chain("b", "j")) == []
    early = exclusive("h", default="h_j"), chain("b", "h", "j"), flow("h", "e1", "y")
    assert ended({"granted": False}, {"refused": False}, *joined, *early) == []
    within = parallel("k"), user("c"), parallel("l"), chain("a", "k", "l", "e1"), chain("k", "c", "l"), chain("b", "e2")
    assert ended({"granted": False}, {"refused": False}, *within) == [(ERROR, "e2")]


def test_a_reminder_beside_a_task_does_not_end_the_case_otherwise_than_the_task() -> None:
    def reminded(interrupting: bool) -> list[tuple[str, str | None]]:
        event = boundary("r", "t", duration("P1D"), interrupting) + end("late", outcome="refused") + chain("r", "late")
        return flagged(document(start(), user("t"), end(outcome="granted"), chain("s", "t", "e"), event), "outcomes")

    assert reminded(interrupting=False) == [(ERROR, "late")]
    assert reminded(interrupting=True) == []


# -- event-based gateway ----------------------------------------------------------------------------------------------


def test_an_event_based_gateway_leads_to_events_that_wait() -> None:
    def behind(node: str, id: str) -> list[tuple[str, str | None]]:
        data = document(
            start(),
            element("eventBasedGateway", "w"),
            catch("m", message()),
            end(),
            chain("s", "w", "m", "e"),
            node,
            chain("w", id, "e"),
            around=MESSAGE,
        )
        return flagged(data, "event-gateway")

    assert behind(catch("x", duration("P9D")), "x") == []
    assert behind(user("x"), "x") == [(ERROR, "x")]


def test_an_event_based_gateway_has_a_choice_of_events_of_its_own() -> None:
    alone = document(
        start(), element("eventBasedGateway", "w"), catch("m", message()), end(), chain("s", "w", "m", "e")
    )
    assert flagged(alone, "event-gateway") == [(ERROR, "w")]
    shared = document(
        start(),
        user("t"),
        element("eventBasedGateway", "w"),
        catch("m", message()),
        catch("x", duration("P1D")),
        end(),
        chain("s", "t", "w", "m", "e"),
        chain("w", "x", "e"),
        flow("t", "m"),
    )
    assert flagged(shared, "event-gateway") == [(ERROR, "m")]


def test_the_events_behind_a_gateway_wait_for_different_messages() -> None:
    def waiting(ref: str) -> bytes:
        return document(
            start(),
            element("eventBasedGateway", "w"),
            catch("m", message()),
            catch("n", message(ref)),
            end(),
            chain("s", "w", "m", "e"),
            chain("w", "n", "e"),
            around=MESSAGE + element("message", "Message_2", name="withdrawn"),
        )

    assert flagged(waiting("Message_1"), "event-gateway") == [(ERROR, "n")]
    assert flagged(waiting("Message_2"), "event-gateway") == []


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (True, False, [(ERROR, "b")]),
        (False, True, [(ERROR, "c")]),
        (True, True, [(ERROR, "b"), (ERROR, "c")]),
        (False, False, []),
    ],
)
def test_a_message_does_not_both_end_a_task_and_go_beside_it(
    first: bool, second: bool, found: list[tuple[str, str]]
) -> None:
    data = simple(
        boundary("b", "t", message(), first),
        boundary("c", "t", message(), second),
        end("f"),
        end("g"),
        chain("b", "f") + chain("c", "g"),
        around=MESSAGE,
    )
    assert flagged(data, "boundary") == found


# -- event sub-process ------------------------------------------------------------------------------------------------

APOLOGY = sub(
    "soon",
    element("startEvent", "due", duration("PT1H"), isInterrupting="false"),
    service("tell"),
    end("told"),
    chain("due", "tell", "told"),
    triggeredByEvent="true",
)


def test_beside_an_event_sub_process_the_main_flow_ends_for_good() -> None:
    assert flagged(simple(APOLOGY), "event-subprocess") == [(ERROR, "e")]
    final = document(start(), user("t"), end("e", terminate=True), chain("s", "t", "e"), APOLOGY)
    assert flagged(final, "event-subprocess") == []
    assert flagged(simple(), "event-subprocess") == []


def test_an_event_sub_process_says_that_it_does_not_interrupt() -> None:
    silent = simple(APOLOGY.replace(' isInterrupting="false"', ""))
    assert (ERROR, "due") in flagged(silent, "event-subprocess")


def test_the_end_of_a_reminder_need_not_and_must_not_end_everything() -> None:
    def reminded(terminate: bool) -> bytes:
        return document(
            start(),
            user("t"),
            end("e", terminate=True),
            chain("s", "t", "e"),
            APOLOGY,
            boundary("b", "t", duration("P5D")),
            end("late", terminate=terminate),
            chain("b", "late"),
        )

    assert flagged(reminded(False), "event-subprocess") == []
    assert flagged(reminded(True), "event-subprocess") == [(WARNING, "late")]


def test_an_event_sub_process_hangs_on_no_flow() -> None:
    assert (ERROR, "soon") in flagged(simple(APOLOGY, flow("t", "soon")), "connections")
    assert (ERROR, "soon") not in flagged(simple(APOLOGY), "connections")


# -- loops ------------------------------------------------------------------------------------------------------------


def looped(*between: str, ids: tuple[str, ...], around: str = "") -> bytes:
    """A way back from gateway `g` to gateway `j` through `ids`."""
    return document(
        start(),
        exclusive("j"),
        exclusive("g", default="g_e"),
        end(),
        *between,
        chain("s", "j", "g", "e"),
        flow("g", ids[0], "again"),
        chain(*ids, "j"),
        around=around,
    )


@pytest.mark.parametrize(
    ("node", "waits"),
    [
        (user("x"), True),
        (catch("x", duration("PT1H")), True),
        (service("x"), False),
        (element("intermediateThrowEvent", "x"), False),
        (parallel("x"), False),
        (sub("x", start("xs"), user("xt"), end("xe"), chain("xs", "xt", "xe")), True),
        (sub("x", start("xs"), service("xt"), end("xe"), chain("xs", "xt", "xe")), False),
        (element("callActivity", "x", calledElement="elsewhere"), True),
    ],
)
def test_a_way_back_must_lead_through_something_that_waits(node: str, waits: bool) -> None:
    found = findings(looped(node, ids=("x",)), "loops")
    assert bool(found) is not waits
    if found:
        assert found[0].element == "j" and found[0].severity == ERROR


def test_a_called_process_without_a_wait_does_not_break_a_loop() -> None:
    call = element("callActivity", "x", calledElement="q")
    for inner, endless in ((service("qt"), True), (user("qt"), False)):
        other = process(start("qs"), inner, end("qe"), chain("qs", "qt", "qe"), id="q")
        assert bool(flagged(looped(call, ids=("x",), around=other), "loops")) is endless


def test_only_the_nodes_of_the_loop_are_named() -> None:
    data = document(
        start(),
        service("before"),
        exclusive("j"),
        service("x"),
        exclusive("g", default="g_after"),
        service("after"),
        end(),
        chain("s", "before", "j", "x", "g"),
        flow("g", "j", "again"),
        chain("g", "after", "e"),
    )
    [finding] = findings(data, "loops")
    assert finding.facts["names"] == "“Câu hỏi j?”, “Việc x”, “Câu hỏi g?”"


# -- calls ------------------------------------------------------------------------------------------------------------


def calling(id: str, called: str) -> str:
    return element("callActivity", id, name="Gọi", calledElement=called)


def file(inner: str) -> bytes:
    return f"{HEAD}{inner}</definitions>".encode()


def test_a_called_process_must_be_known() -> None:
    assert flagged(simple(task=calling("t", "q")), "calls", fixed_content()) == [(ERROR, "t")]
    assert flagged(simple(task=calling("t", "q")), "calls", fixed_content(called=(file(process(id="q")),))) == []
    passive = fixed_content(called=(file(process(id="q", executable="false")),))
    assert flagged(simple(task=calling("t", "q")), "calls", passive) == [(ERROR, "t")]
    assert flagged(simple(task=calling("t", "q")), "calls") == []
    assert flagged(simple(task=element("callActivity", "t")), "calls") == [(ERROR, "t")]


def test_a_called_process_is_named_plainly() -> None:
    assert flagged(simple(task=calling("t", "../../etc/passwd")), "calls") == [(ERROR, "t")]


def test_a_process_that_calls_itself_by_a_detour_is_refused() -> None:
    assert flagged(simple(task=calling("t", "p")), "calls") == [(ERROR, "t")]
    detour = process(
        start("qs"),
        sub("qx", start("xs"), calling("back", "p"), end("xe"), chain("xs", "back", "xe")),
        end("qe"),
        chain("qs", "qx", "qe"),
        id="q",
    )
    assert flagged(simple(task=calling("t", "q"), around=detour), "calls") == [(ERROR, "t"), (ERROR, "back")]
    assert flagged(simple(task=calling("t", "q")), "calls", fixed_content(called=(file(detour),))) == [(ERROR, "t")]


def test_a_process_that_is_there_to_be_called_and_is_not_gets_a_warning() -> None:
    assert flagged(simple(), "calls", replace(fixed_content(), uncalled=True)) == [(WARNING, "p")]
