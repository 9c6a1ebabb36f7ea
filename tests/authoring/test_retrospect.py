"""Last year on the draft: closed cases run again in memory, in three grades that are never added up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from runner.authoring.retrospect import Retrospects
from runner.domain.person import SYSTEM
from runner.domain.retrospect import Fidelity, summaries
from runner.services.bundle import Bundle
from runner.services.version import Version, compiled
from runner.store import registry
from runner.store.table import metadata
from tests.engine.test_migration import slowly
from tests.faults.office import figure
from tests.running import CODE as QT
from tests.running import RunningCases, shortened
from tests.six_tasks import CODE, OFFICER, PROVINCE, STEPS, SixTasks, limited, values

FIRST, LAST = date(2022, 1, 1), date(2023, 12, 31)
ALL = (FIRST, LAST)
CASES = figure(30, 2_000)
"""Generated cases that are counted slowly, too."""


@pytest.fixture
def world(_sqlite_url: str, tmp_path: Path) -> Iterator[SixTasks]:
    world = SixTasks(_sqlite_url, tmp_path)
    yield world
    world.runner.close()


def finish(world: SixTasks, hours: list[float]) -> list[datetime]:
    """A case whose steps are done so many hours apart; when it was begun and each step was done."""
    world.begin()
    moments = [world.now]
    for step, wait in zip(STEPS, hours, strict=True):
        world.later(hours=wait).runner.tick()
        late = {"late_reason": "x"} if world.task(f"Task_{step}").overdue(world.now) else {}
        world.runner.tasks.submit(world.case, f"Task_{step}#1", values(step) | late, OFFICER, world.now)
        moments.append(world.now)
    return moments


def redrawn(world: SixTasks, *changes: tuple[str, str], **days: str) -> Version:
    """The version in force with other limits, and with these texts replaced in its diagram; it is stored nowhere."""
    with world.runner.database.read() as tx:
        files = registry.files(tx, world.runner.procedures.in_force(CODE, world.now).digest)
    name = f"bpmn/{CODE}.bpmn"
    drawn = limited(files[name].decode(), days)
    for old, new in changes:
        assert old in drawn
        drawn = drawn.replace(old, new)
    return compiled(Bundle.stored(CODE, {**files, name: drawn.encode()}))


def retrospects(world: SixTasks) -> Retrospects:
    return world.runner.retrospects


def rows(world: SixTasks) -> dict[str, int]:
    with world.runner.database.read() as tx:
        return {name: tx.scalar(select(func.count()).select_from(table)) for name, table in metadata.tables.items()}


def test_the_version_in_force_changes_nothing_and_nothing_is_written(world: SixTasks) -> None:
    random = Random(7)
    for _ in range(12):
        finish(world, [random.uniform(1, 70) for _ in STEPS])
    before = rows(world)
    found = list(retrospects(world).of(redrawn(world), *ALL))
    assert {each.fidelity for each in found} == {Fidelity.EXACT} and len(found) == 12
    assert not [each for case in found for each in case.passes if each.before != each.after]
    assert [case.before for case in found] == [case.after for case in found]
    assert any(each.before for case in found for each in case.passes)
    assert rows(world) == before


def test_a_shorter_limit_makes_late_what_a_slow_count_finds_late(world: SixTasks) -> None:
    random, late = Random(11), {"before": set[int](), "after": set[int]()}
    begun, calendar = world.now, world.runner.procedures.calendar(PROVINCE)
    for _ in range(CASES):
        world.clock.set(begun + timedelta(hours=random.randrange(24 * 300)))
        moments = finish(world, [random.uniform(1, 60) for _ in STEPS])
        opened, done = moments[2], moments[3]
        for name, halves in (("before", 4), ("after", 2)):
            if done > slowly(halves, [[opened]], calendar):
                late[name].add(world.case)
    exact = summaries(retrospects(world).of(redrawn(world, B3="1"), *ALL))[Fidelity.EXACT]
    step = exact.steps["B3"]
    assert (exact.cases, step.done) == (CASES, CASES)
    assert (step.before, step.after) == (late["before"], late["after"]) and late["before"] < late["after"]
    others = [row for name, row in exact.steps.items() if name != "B3"]
    assert all(row.before == row.after for row in others)


def test_a_step_that_is_left_out_moves_those_behind_it_with_the_time_they_took(world: SixTasks) -> None:
    finish(world, [2, 2, 30, 20, 2, 2])
    left_out = (
        ('sourceRef="Task_B2" targetRef="Task_B3"', 'sourceRef="Task_B2" targetRef="Task_B4"'),
        ('<bpmn:sequenceFlow id="Flow_3" sourceRef="Task_B3" targetRef="Task_B4"/>', ""),
    )
    [found] = retrospects(world).of(redrawn(world, *left_out), *ALL)
    assert found.fidelity == Fidelity.RETIMED
    passes = {each.step: each for each in found.passes}
    assert (passes["B3"].before, passes["B3"].after) == (False, None)
    assert (passes["B4"].before, passes["B4"].after) == (False, False)
    [tighter] = retrospects(world).of(redrawn(world, *left_out, B4="0.5"), *ALL)
    assert {each.step: each.after for each in tighter.passes}["B4"] is True


def test_an_answer_that_nobody_gave_stops_the_case_and_is_named(world: SixTasks) -> None:
    finish(world, [2] * 6)
    world.begin()
    world.runner.cases.cancel(world.case, "Rút", OFFICER, world.now)
    renamed = (("Task_B3", "Task_B3_again"),)
    found = list(retrospects(world).of(redrawn(world, *renamed), *ALL))
    assert [each.fidelity for each in found] == [Fidelity.STOPPED, Fidelity.EXACT]
    assert found[0].obstacle and found[0].obstacle.element == "Task_B3_again"
    assert found[0].obstacle.facts["name"] == "Việc B3"
    assert world.runner.audit.replay(1, SYSTEM) is None


def test_only_cases_that_ended_in_the_period_count(world: SixTasks) -> None:
    finish(world, [2] * 6)
    ended = world.now
    world.later(days=3)
    finish(world, [2] * 6)
    day = ended.date()
    assert [each.case for each in retrospects(world).of(redrawn(world), day, day)] == [1]
    assert len(list(retrospects(world).of(redrawn(world), day, day + timedelta(days=5)))) == 2


@pytest.fixture
def running(_sqlite_url: str, tmp_path: Path) -> Iterator[RunningCases]:
    world = RunningCases(_sqlite_url, tmp_path)
    yield world
    world.runner.close()


def test_an_apology_that_another_promise_asks_for_does_not_stop_the_main_flow(running: RunningCases) -> None:
    world = running
    for case, element in ((8, "Task_B6_update"), (8, "Task_B7_return"), (9, "Task_B7_return")):
        world.case = case
        world.at("2026-03-06 08:00" if case == 9 else "2026-03-05 16:00").do(element, late_reason="Chờ ý kiến")
    with world.runner.database.read() as tx:
        files = registry.files(tx, world.runner.procedures.in_force(QT, world.now).digest)
    shorter = compiled(Bundle.stored(QT, {**files, **shortened(files)}))
    year = date(2026, 1, 1), date(2026, 12, 31)
    found = list(world.runner.retrospects.of(shorter, *year))
    assert [(each.case, each.fidelity) for each in found] == [(8, Fidelity.EXACT), (9, Fidelity.EXACT)]
    same = compiled(Bundle.stored(QT, files))
    assert [(each.before, each.after) for each in world.runner.retrospects.of(same, *year)] == [(False, False)] * 2
