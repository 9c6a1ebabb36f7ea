"""Many cases counted: working time, lateness, ways and holders, held against the engine's own clock."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from runner.audit.many import heat
from runner.audit.many.figures import NOBODY, Figures, Row, Spread, differing
from runner.audit.many.heat import Paint
from runner.audit.many.measure import measured
from runner.domain.case_filter import CaseFilter
from runner.domain.limit import Unit
from runner.domain.person import SYSTEM
from tests.audit.played import AUDITOR, CODE, OTHER, Played
from tests.running import empty
from tests.world import local, person

ALL = CaseFilter(CODE, basis="received")


@pytest.fixture
def played(database_url: str, tmp_path: Path) -> Iterator[Played]:
    world = Played(database_url, tmp_path)
    yield world
    world.runner.close()


def counted(world: Played, wanted: CaseFilter = ALL, **how: Any) -> Figures:
    counting = world.runner.many_cases.go_on(wanted, AUDITOR, world.now, 60, **how)
    assert counting.done == counting.total == counting.figures.cases
    return counting.figures


def row(figures: Figures, element: str) -> Row:
    return figures.elements[f"Task_{element}"]


def test_working_days_are_counted_from_opening_to_end_and_pauses_apart(played: Played) -> None:
    figures = counted(played)
    forward = row(figures, "B2_forward")
    assert list(forward.used.values) == [0.25, 2.25]  # from nine to eleven; and two days more
    assert list(forward.share.values) == [0.5, 4.5] and forward.limit and forward.limit.unit == Unit.WORKING_DAYS
    assert (forward.visits, forward.late, forward.late_cases) == (2, 1, {2})
    waiting = row(figures, "B3_wait")
    assert list(waiting.used.values) == [0.0] and waiting.paused == 2.0  # Thursday 14:00 to Monday 14:00
    assert (row(figures, "B3_reappraise").open, row(figures, "B3_reappraise").used.median) == (1, None)
    assert figures.unclear == []


def test_the_figures_are_those_of_the_engines_own_clock(played: Played) -> None:
    with played.runner.database.read() as tx:
        found = list(measured(tx, played.runner.versions, [1, 2], played.now))
    for each in found:
        spent: Counter[str] = Counter()
        for visit in each.visits:
            if visit.limit and visit.task.closed:
                spent[visit.task.step] += visit.used  # type: ignore[assignment]
        _, instance, _ = played.runner.audit.history(each.case.id, AUDITOR)
        assert spent == pytest.approx({step: float(days) for step, days in instance.legal.spent.items()})
        assert tuple(each.pauses) == (instance.legal.deadline.pauses if instance.legal.deadline else ())


def test_who_held_a_task_is_told_apart_from_who_did_it_untaken_and_from_nobody(played: Played) -> None:
    held = counted(played).holders
    clerk, specialist = person("one_stop_clerk").id, person("specialist").id
    taken = held[specialist, "Task_B3_appraise"]
    assert (list(taken.used.values), taken.visits, taken.untaken) == ([0.5], 2, 1)  # a morning; once without taking it
    assert list(held[NOBODY, "Task_B3_appraise"].used.values) == [2.5625, pytest.approx(1.13393, abs=1e-4)]
    assert held[clerk, "Task_B2_forward"].late == 0 and held[NOBODY, "Task_B2_forward"].late == 1


def test_who_holds_a_task_behind_its_moment_is_late_and_who_gave_it_back_before_is_not(played: Played) -> None:
    """The case that was supplemented: taken in time, given back, then held by another until long after."""
    first, second = person("specialist"), person("specialist").id + "2"
    played.case = 2
    task = played.task("Task_B3_reappraise")
    played.runner.tasks.claim(2, task.id, first, played.now)
    played.later(days=1)
    played.runner.tasks.release(2, task.id, person("division_lead"), played.now)
    other = type(first)(second, "Người khác", first.groups)
    played.runner.people.save(other)
    played.later(minutes=10)
    played.runner.tasks.claim(2, task.id, other, played.now)
    played.at("2022-10-31 09:00")
    held = counted(played, again=True).holders
    assert held[first.id, task.element].late == 0 and held[second, task.element].late == 1
    assert held[second, task.element].open == 1 and not held[first.id, task.element].open


def test_a_way_counts_each_visit_and_cases_that_go_on_count_for_none(played: Played) -> None:
    figures = counted(played)
    assert (figures.cases, figures.going_on, figures.late) == (3, 1, 0)
    refused, way = figures.variants
    assert refused.elements == ("Task_B1_receive", "Task_B1_refuse") and refused.used.median is None
    assert way.elements[:3] == ("Task_B1_receive", "Task_B2_forward", "Task_B3_appraise")
    assert list(way.cases) == [1] and way.used.median == pytest.approx(5.52679, abs=1e-4)
    assert figures.variant(way.key) == way and figures.variant("") is None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CaseFilter(CODE), {1, 2, 3}),
        (CaseFilter(CODE, since=local("2022-09-26 00:00")), {1, 3}),
        (CaseFilter(CODE, basis="received", since=local("2022-09-26 00:00")), {1, 2}),
        (CaseFilter(CODE, outcome="granted"), {1}),
        (CaseFilter(basis="received", late="task"), {2}),
        (CaseFilter(late="none"), {1, 3}),
        (CaseFilter(late="case"), set()),
        (CaseFilter(since=local("2022-09-28 00:00"), until=local("2022-09-29 00:00")), {3}),
        (CaseFilter(lanes=frozenset({"director"})), {1}),
        (CaseFilter("ha-tinh/QT.BC.02"), set()),
        (CaseFilter(version="0" * 64), set()),
    ],
)
def test_only_cases_that_are_meant_are_counted(played: Played, wanted: CaseFilter, expected: set[int]) -> None:
    figures = counted(played, wanted)
    assert figures.cases == len(expected)
    assert {case for way in figures.ways.values() for case in way.cases} <= expected
    if wanted.lanes:
        assert {each.lane for each in figures.elements.values()} == {"director"}


def test_an_auditor_of_another_agency_and_who_is_no_auditor_count_nothing(played: Played) -> None:
    many = played.runner.many_cases
    for who, total in ((AUDITOR, 3), (OTHER, 0), (person("director"), 0), (SYSTEM, 3)):
        assert len(many.procedures(who)) == (1 if total else 0), who
        assert many.go_on(CaseFilter(), who, played.now, 60).total == total


def test_counting_goes_on_piece_by_piece_and_says_of_which_moment_it_is(played: Played) -> None:
    many, began = played.runner.many_cases, played.now
    first = many.go_on(ALL, AUDITOR, played.now, 0)
    assert (first.done, first.total) == (0, 3)
    played.later(minutes=1)
    then = many.go_on(ALL, AUDITOR, played.now, 60)
    assert then is first and (then.done, then.at) == (3, began)
    assert many.go_on(ALL, AUDITOR, played.now, 60, again=True).at == played.now
    played.later(minutes=11)
    assert many.go_on(ALL, AUDITOR, played.now, 60).at == played.now


def test_a_case_that_does_not_replay_is_named_instead_of_its_pauses(played: Played) -> None:
    with played.runner.database.change() as tx:
        empty(tx, 2, 3)
    figures = counted(played)
    assert figures.unclear == [2]
    assert list(row(figures, "B3_wait").used.values) == [2.0]  # the pause could not be read, which the page says


def test_a_case_whose_date_has_not_moved_is_not_replayed(played: Played) -> None:
    """It had no pause, so its journal is asked only who held its tasks: what was erased of it is missed there alone."""
    before = row(counted(played), "B3_appraise").used.values
    with played.runner.database.change() as tx:
        empty(tx, 1, 2)
    figures = counted(played, again=True)
    assert figures.unclear == [] and row(figures, "B3_appraise").used.values == before


def test_a_table_of_tasks_that_was_tampered_with_shows_in_no_other_case(played: Played) -> None:
    """The figures are those of the read tables: what they say of one case changes nothing of the others."""
    before = counted(played)
    with played.runner.database.change() as tx:
        tx.execute(text('UPDATE task SET late = :no WHERE "case" = 2'), {"no": False})
    after = counted(played, again=True)
    assert row(after, "B1_receive").used.values == row(before, "B1_receive").used.values
    assert row(after, "B2_forward").late == 1  # its end lies behind its moment all the same


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_the_median_is_one_of_the_numbers_and_nine_of_ten_lie_below_the_ninetieth(values: list[float]) -> None:
    spread = Spread(array("d", values))
    assert spread.median in values and spread.p90 in values and spread.most == max(values)
    if len(values) % 2:
        assert spread.median == median(values)
    assert sum(value <= (spread.p90 or 0) for value in values) >= 0.9 * len(values)


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_what_a_way_has_more_and_less_makes_it_of_the_usual_one(way: list[str], usual: list[str]) -> None:
    changed = Counter(usual)
    for element, more in differing(way, usual):
        changed[element] += more
    assert +changed == Counter(way)


@pytest.mark.parametrize(
    ("days", "step", "tag"),
    [(0.0, 1, "0 ngày"), (0.04, 1, "dưới 0,1 ngày"), (0.5, 2, "0,5 ngày"), (1.24, 3, "1,2 ngày")],
)
def test_heat_has_four_steps_and_says_its_figure(days: float, step: int, tag: str) -> None:
    found = Row("a", used=Spread(array("d", [days])), visits=1)
    assert heat.step(Paint.TIME, found, 1) == step and heat.tag(Paint.TIME, found) == tag
    assert heat.step(Paint.LATE, found, 1) == 0 and heat.tag(Paint.LATE, found) == ""
    assert heat.step(Paint.VISITS, found, 1) == 3 and heat.tag(Paint.VISITS, found) == "1 lượt"


def test_the_period_of_a_filter_ends_before_its_last_moment(played: Played) -> None:
    ended = local("2022-10-03 16:00")
    assert counted(played, CaseFilter(since=ended, until=ended + timedelta(seconds=1))).cases == 1
    assert counted(played, CaseFilter(until=ended, since=ended - timedelta(hours=1))).cases == 0
