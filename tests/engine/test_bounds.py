"""What no diagram can do: run for ever, grow without end, or end before its time."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from time import perf_counter

import pytest

from runner.domain.entry import Cancel, Submit
from runner.engine import instance as engine
from runner.engine.advance import Moment, Request
from runner.engine.errors import DepthExceeded, EngineFault, StepsExceeded, TimeExceeded
from tests.engine.case_run import CALENDAR, CaseRun, invariants
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
    service,
    start,
    sub,
    user,
)
from tests.lint.findings import lint


def throw(id: str) -> str:
    return element("intermediateThrowEvent", id)


def returning(*body: str, ways: str) -> bytes:
    """`body` between two gateways, again and again while its last form says so."""
    return document(
        start(),
        exclusive("m"),
        *body,
        exclusive("x", default="x_e"),
        end(),
        chain("s", "m"),
        ways,
        chain("x", "e"),
        flow("x", "m", "again = true"),
    )


LIMITED = user("t") + boundary("b", "t", duration("P1D")) + end("f") + chain("b", "f")
PLAIN = returning(user("t"), ways=chain("m", "t", "x"))
WITH_LIMIT = returning(LIMITED, ways=chain("m", "t", "x"))
FORKED = returning(
    parallel("p"), user("t"), user("u"), parallel("j"), ways=chain("m", "p", "t", "j", "x") + chain("p", "u", "j")
)
WITHIN = returning(sub("w", start("ws"), LIMITED, end("we"), chain("ws", "t", "we")), ways=chain("m", "w", "x"))


# -- steps and time ----------------------------------------------------------------------------------------------------

TURN = exclusive("a") + exclusive("b", default="b_a") + chain("s", "a") + chain("b", "a") + flow("b", "e", "false")
ENDLESS = {
    "through gateways": TURN + chain("a", "b"),
    "through automatic work": TURN + service("w", "notify_applicant") + chain("a", "w", "b"),
    "through a sub-process": TURN + sub("w", start("ws"), end("we"), chain("ws", "we")) + chain("a", "w", "b"),
    "doubling": TURN + parallel("p") + chain("a", "p", "b") + chain("p", "a"),
}


@pytest.mark.parametrize("loop", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_loop_that_waits_for_nothing_is_an_incident(loop: str) -> None:
    began = perf_counter()
    with pytest.raises(StepsExceeded, match="200"):
        CaseRun(document(start(), end(), loop))
    assert perf_counter() - began < 2


def test_a_change_may_take_many_automatic_steps_but_not_more_than_two_hundred() -> None:
    def automatic(number: int) -> bytes:
        ids = [f"v{each}" for each in range(number)]
        return document(start(), *map(throw, ids), end(), chain("s", *ids, "e"))

    assert CaseRun(automatic(190)).status == "finished"
    with pytest.raises(StepsExceeded):
        CaseRun(automatic(200))


def test_a_change_that_takes_too_long_is_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_SECONDS", 0.0)
    with pytest.raises(TimeExceeded):
        CaseRun(PLAIN)


def test_whatever_breaks_within_a_change_is_an_incident_and_the_record_still_loads() -> None:
    run = CaseRun(document(start(), user("t"), service("w"), end(), chain("s", "t", "w", "e")))

    def broken(request: Request) -> Mapping[str, object]:
        raise ZeroDivisionError(request.id)

    with pytest.raises(EngineFault, match="ZeroDivisionError: w#1"):
        run.instance.submit("t#1", {}, Moment(run.now, CALENDAR, broken))
    assert list(run.replayed().tasks) == ["t#1"]


# -- size --------------------------------------------------------------------------------------------------------------


def test_a_chain_of_three_hundred_nodes_runs_from_end_to_end() -> None:
    ids = [f"t{number}" for number in range(298)]
    data = document(start(), *map(user, ids), end(), chain("s", *ids, "e"))
    assert [finding for finding in lint(data) if finding.severity == "error"] == []
    run = CaseRun(data, proved=False)
    for id in ids:
        assert (run.open, run.status) == ([id], "open")
        run.submit(id)
    invariants(run)
    assert run.status == "finished"


def test_a_chain_of_limited_tasks_runs_from_end_to_end() -> None:
    ids = [f"t{number}" for number in range(99)]
    tasks = [
        user(id) + boundary(f"b{id}", id, duration("P1D")) + end(f"e{id}") + chain(f"b{id}", f"e{id}") for id in ids
    ]
    run = CaseRun(document(start(), *tasks, end(), chain("s", *ids, "e")), proved=False)
    for id in ids:
        assert (run.open, run.waiting) == ([id], [f"b{id}"])
        run.submit(id)
    assert run.status == "finished"


def test_seventy_parallel_blocks_in_a_row_do_not_double_the_tree() -> None:
    blocks, before = [], "s"
    for n in range(70):
        blocks += [parallel(f"p{n}"), user(f"a{n}"), user(f"b{n}"), parallel(f"j{n}")]
        blocks += [chain(before, f"p{n}", f"a{n}", f"j{n}"), chain(f"p{n}", f"b{n}", f"j{n}")]
        before = f"j{n}"
    data = document(start(), *blocks, end(), chain(before, "e"))
    assert [finding for finding in lint(data) if finding.severity == "error"] == []
    began = perf_counter()
    run = CaseRun(data, proved=False)
    for n in range(70):
        run.submit(f"b{n}")
        run.submit(f"a{n}")
    assert run.status == "finished"
    assert perf_counter() - began < 5


def test_many_tasks_side_by_side_are_all_open_and_joined_once() -> None:
    ids = [f"t{number}" for number in range(290)]
    ways = chain("s", "p") + "".join(chain("p", id, "j") for id in ids) + chain("j", "e")
    run = CaseRun(document(start(), parallel("p"), *map(user, ids), parallel("j"), end(), ways), proved=False)
    assert run.open == ids
    for id in reversed(ids):
        assert run.status == "open"
        run.submit(id)
    assert run.status == "finished"


# -- depth -------------------------------------------------------------------------------------------------------------


def rounds(run: CaseRun) -> int:
    """Do every open task again and again until the case refuses; how often that went well."""
    for number in count():
        try:
            for task in list(run.instance.tasks):
                run.do(Submit(task, {"again": True}))
        except DepthExceeded:
            return number
        assert run.instance.tasks and run.status == "open", "a case that goes on was reported finished"
    raise AssertionError("unreachable")


@pytest.mark.parametrize(
    ("data", "least"),
    [(PLAIN, 190), (WITH_LIMIT, 140), (FORKED, 110), (WITHIN, 60)],
    ids=["plain", "limited", "forked", "within"],
)
def test_a_case_that_returns_for_ever_meets_an_incident_and_is_never_reported_finished(
    data: bytes, least: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run = CaseRun(data, proved=False)
    number = rounds(run)
    assert number >= least

    began = perf_counter()
    loaded = run.replayed()
    took = perf_counter() - began
    with capsys.disabled():
        print(f" {number} rounds, loaded in {took:.2f} s", end="")
    assert loaded.status == "open"
    assert loaded.tasks


@pytest.mark.parametrize("data", [PLAIN, WITH_LIMIT, FORKED, WITHIN], ids=["plain", "limited", "forked", "within"])
def test_a_case_near_the_cap_still_ends_and_can_be_cancelled(data: bytes) -> None:
    number = rounds(CaseRun(data, proved=False))
    for ending in ("end", "cancel"):
        run = CaseRun(data, proved=False)
        for _ in range(number - 1):
            for task in list(run.instance.tasks):
                run.do(Submit(task, {"again": True}))
        if ending == "cancel":
            assert run.do(Cancel("withdrawn")).status == "cancelled"
        else:
            for task in list(run.instance.tasks):
                run.do(Submit(task, {"again": False}))
            assert run.status == "finished"
        invariants(run)
