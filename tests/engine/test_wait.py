"""An open case says what it waits for; a change after which nothing would ever move it on is an incident."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runner.domain.entry import Cancel, Command, Start, Submit
from runner.domain.semantics import CURRENT, UNTYPED
from runner.engine.advance import Moment
from runner.engine.errors import EngineFault, FlowLost, Stalled
from runner.engine.instance import Instance
from runner.engine.wait import Wait, WaitKind
from runner.services.bundle import Bundle
from runner.services.version import compiled
from tests.engine.case_run import CALENDAR, CaseRun, perform
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
    start,
    sub,
    user,
)
from tests.journals import golden


def divided(*more: str, last: str = "") -> bytes:
    """A choice after `q` whose two ways both lead into the parallel join `pj`, and so never come there together."""
    return document(
        start(),
        user("q"),
        exclusive("x", default="x_b"),
        user("a"),
        user("b"),
        element("parallelGateway", "pj", name="Đủ hai bản"),
        user("t"),
        end("e", terminate=bool(more)),
        chain("s", "q", "x", "b", "pj", "t", "e"),
        flow("x", "a", 'way = "a"'),
        chain("a", "pj"),
        *more,
        around=MESSAGE,
    )


BESIDE = sub(
    "aside",
    element("startEvent", "soon", duration("PT1H"), isInterrupting="false"),
    user("sorry"),
    end("said"),
    chain("soon", "sorry", "said"),
    triggeredByEvent="true",
)
LIMIT = boundary("l", "t", duration("P1D")) + end("f") + chain("l", "f")
REMINDED = boundary("r", "t", duration("PT2H")) + user("n") + end("f") + chain("r", "n", "f")


def said(run: CaseRun) -> list[tuple[str, str]]:
    """The kind and element of what a case waits for."""
    return [(each.kind, each.element) for each in run.instance.waits]


# -- stuck -------------------------------------------------------------------------------------------------------------


def test_a_change_after_which_only_a_join_waits_is_an_incident_that_names_the_join() -> None:
    run = CaseRun(divided())
    run.submit("q", way="a")
    with pytest.raises(Stalled, match="“Đủ hai bản”"):
        run.submit("a")
    assert run.replayed().tasks.keys() == {"a#1"}, "the case is left as it was"


def test_by_the_first_rules_such_a_case_stands_still_and_says_where() -> None:
    run = CaseRun(divided(), semantics=UNTYPED, proved=False)
    run.submit("q", way="a")
    assert run.submit("a").status == "open"
    [wait] = run.instance.waits
    assert (wait.kind, wait.element, wait.missing) == (WaitKind.JOIN, "pj", ("b",))


def test_what_runs_beside_the_main_flow_does_not_unstick_it() -> None:
    run = CaseRun(divided(BESIDE))
    run.submit("q", way="a")
    run.later(hours=1).fire("soon")
    assert run.open == ["a", "sorry"]
    with pytest.raises(Stalled):
        run.submit("a")


def test_a_main_flow_that_runs_out_beside_an_event_sub_process_is_an_incident() -> None:
    run = CaseRun(document(start(), user("t"), end(), chain("s", "t", "e"), BESIDE))
    with pytest.raises(FlowLost):
        run.submit("t")


def test_the_last_reminder_to_be_done_is_an_incident_where_the_rest_waits_at_a_join() -> None:
    data = document(
        start(),
        parallel("p"),
        user("t"),
        REMINDED,
        exclusive("x", default="x_u"),
        user("u"),
        parallel("j"),
        end(),
        end("g"),
        chain("s", "p", "t", "j", "e"),
        chain("p", "x", "u", "j"),
        flow("x", "g", "skip = true"),
    )
    run = CaseRun(data, {"skip": True})
    run.later(hours=2).fire("r")
    run.submit("t")
    assert (run.open, said(run)) == (["n"], [("task", "n"), ("join", "j")])
    with pytest.raises(Stalled):
        run.submit("n")


@pytest.mark.parametrize("interrupting", [True, False])
def test_only_an_event_that_interrupts_frees_what_is_stuck_within_an_activity(interrupting: bool) -> None:
    stuck = exclusive("x", default="x_u") + user("u") + parallel("j") + end("we")
    ways = chain("ws", "x", "u", "j", "we") + flow("x", "j", "straight = true")
    data = document(
        start(),
        user("q"),
        sub("w", start("ws"), stuck, ways),
        boundary("b", "w", duration("PT4H"), interrupting),
        end(),
        end("f"),
        chain("s", "q", "w", "e"),
        chain("b", "f"),
    )
    run = CaseRun(data)
    if not interrupting:
        with pytest.raises(Stalled):
            run.submit("q", straight=True)
        return
    run.submit("q", straight=True)
    assert said(run) == [("timer", "b"), ("join", "j")]
    assert run.later(hours=4).fire("b").status == "finished"


def test_a_moment_that_nothing_will_bring_about_is_an_incident() -> None:
    wait = catch("c", duration("=case_due", "timeDate"))
    run = CaseRun(document(element("startEvent", "s"), user("q"), wait, end(), chain("s", "q", "c", "e")))
    with pytest.raises(Stalled, match="“c”"):
        run.submit("q")


def test_what_breaks_after_the_tokens_have_moved_is_an_incident_and_the_record_still_loads() -> None:
    run = CaseRun(document(start(), user("q"), user("t"), LIMIT, end(), chain("s", "q", "t", "e")))
    no_calendar: Any = None
    with pytest.raises(EngineFault, match="AttributeError"):
        run.instance.apply(Submit("q#1", {}), Moment(run.now, no_calendar, perform))
    assert run.replayed().tasks.keys() == {"q#1"}


# -- what is waited for ------------------------------------------------------------------------------------------------


def test_a_case_says_everything_that_it_waits_for() -> None:
    run = CaseRun(
        document(
            start(),
            parallel("p"),
            user("a", step="B1"),
            boundary("limit", "a", duration("P1D")),
            boundary("told", "a", message(), interrupting=True),
            element("eventBasedGateway", "g"),
            catch("came", message()),
            catch("late", duration("PT2H")),
            service("w", "notify_applicant", wait="true"),
            user("z"),
            parallel("j"),
            *map(end, ("e", "f", "h")),
            chain("s", "p", "a", "j", "e"),
            chain("p", "g", "came", "j"),
            chain("g", "late", "h"),
            chain("p", "w", "j"),
            chain("p", "z", "j"),
            chain("limit", "f"),
            flow("told", "f"),
            around=MESSAGE,
        )
    )
    run.submit("z")
    due = run.timer("late").due
    assert list(run.instance.waits) == [
        Wait(WaitKind.TASK, "a", "a#1", "specialist", run.task("a").due),
        Wait(WaitKind.MESSAGE, "came", "supplement_received"),
        Wait(WaitKind.TIMER, "late", "late#1", due=due),
        Wait(WaitKind.MESSAGE, "told", "supplement_received", "specialist", host="a"),
        Wait(WaitKind.REQUEST, "w", "w#1"),
        Wait(WaitKind.JOIN, "j", missing=("a", "came", "w"), alone=False),
    ]
    run.do(Cancel("withdrawn"))
    assert said(run) == []


def test_what_waits_in_an_event_sub_process_is_said_too() -> None:
    run = CaseRun(document(start(), user("t"), end("e", terminate=True), chain("s", "t", "e"), BESIDE))
    assert said(run) == [("task", "t"), ("timer", "soon")]
    run.later(hours=1).fire("soon")
    assert said(run) == [("task", "t"), ("task", "sorry")]
    run.do(Submit("t#1", {}))
    assert said(run) == []


# -- the journals of the first rules -----------------------------------------------------------------------------------


def taken_up(name: str, semantics: int, entries: int) -> list[str]:
    """The elements of the tasks open after so many entries of a golden journal, under the rules `semantics`."""
    kept = golden.read(name)
    version = compiled(Bundle.stored(kept.procedure, kept.files))
    instance = Instance(version.definition, version.limit)
    for entry in kept.entries[:entries]:
        command = entry.body
        assert isinstance(command, Command)
        if isinstance(command, Start):
            command = replace(command, semantics=semantics)
        instance.apply(command, Moment(entry.at, CALENDAR, perform))
    return [task.element for task in instance.tasks.values()]


def test_what_the_first_rules_did_with_messages_is_done_otherwise_now() -> None:
    journal = "messages_of_the_first_rules"
    assert taken_up(journal, UNTYPED, 3) == ["Task_one", "Task_one"]
    assert taken_up(journal, CURRENT, 3) == ["Task_one"]


def test_a_case_that_the_first_rules_left_stuck_is_an_incident_now() -> None:
    journal = "stalled_of_the_first_rules"
    assert taken_up(journal, UNTYPED, 3) == []
    with pytest.raises(Stalled, match="“Đủ hai cách”"):
        taken_up(journal, CURRENT, 3)
