"""Fault 13: a new version of the diagram is deployed while cases stand at every step of the old one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from runner.domain.impact import Grade
from runner.domain.person import SYSTEM, Role
from tests import six_tasks
from tests.faults import invariant
from tests.faults.conftest import OpenOffice
from tests.faults.office import VALUES, another, begin, complete, figure, returning
from tests.six_tasks import CODE, OFFICER, PROVINCE, STEPS
from tests.world import World, person

CASES = figure(12, 100)
"""At each position, before the first step and after each but the last."""


def test_cases_at_every_step_finish_on_the_version_they_began_on(office: OpenOffice, tmp_path: Path) -> None:
    world = office()
    old = world.runner.procedures.in_force(CODE, world.runner.clock.now()).digest
    standing = {case: done for done in range(len(STEPS)) for case in begin(world, CASES)}
    for case, done in standing.items():
        complete(world, case, STEPS[:done])
    new = _deploy(world, tmp_path, returning())
    assert new != old

    for runner in (world.runner, another(world)):  # one has the cases in memory, the other replays them
        for case, done in standing.items():
            if (case % 2 == 0) == (runner is world.runner):
                for step in STEPS[done:]:
                    # On the new version, this answer to the last step would send the case back.
                    values = VALUES | {"decision": "return"}
                    runner.tasks.submit(case, f"Task_{step}#1", values, OFFICER, world.now)
        runner.close()
    for case in standing:
        row = invariant.rows(world.runner, case)["case"]
        assert (row.status, row.version) == ("finished", old), case

    [case] = begin(world, 1)
    complete(world, case, STEPS[:-1])
    world.runner.tasks.submit(case, "Task_B6#1", VALUES | {"decision": "return"}, OFFICER, world.now)
    row = invariant.rows(world.runner, case)["case"]
    assert (row.status, row.version) == ("open", new)
    invariant.check(world.runner)


def test_cases_at_every_step_are_migrated_as_the_preview_says_and_finish_on_the_new_version(
    office: OpenOffice, tmp_path: Path
) -> None:
    world = office()
    old = world.runner.procedures.in_force(CODE, world.now).digest
    analyst = person(Role.ANALYST, PROVINCE)
    world.runner.people.save(analyst)
    standing = {case: done for done in range(len(STEPS)) for case in begin(world, CASES)}
    for case, done in standing.items():
        complete(world, case, STEPS[:done])
    new = _deploy(world, tmp_path, returning().replace("P2D", "P1D"), days="1")
    target = world.runner.procedures.version(new)
    preview = {found.case: found for _, found in world.runner.impacts.of(target, world.now)}
    assert preview.keys() == standing.keys()
    assert {found.grade for found in preview.values()} == {Grade.MIGRATABLE}

    chosen = {case: found.seq for case, found in preview.items() if case % 2}
    assert world.runner.migrations.order(new, chosen, analyst, "Quyết định mới", world.now) == len(chosen)
    other = another(world)
    assert other.migrations.run(world.now, limit=len(chosen) // 2).done == len(chosen) // 2  # then this process ends
    other.close()
    assert world.runner.migrations.run(world.now).refused == 0
    for case, done in standing.items():
        rows = invariant.rows(world.runner, case)
        [due] = [task.due for task in rows["tasks"] if task.closed is None]
        [task] = preview[case].tasks
        assert (rows["case"].version, due) == ((new, task.after) if case % 2 else (old, task.before))
        for step in STEPS[done:]:
            values = VALUES | {"decision": "return" if step != STEPS[-1] else "ok"}
            world.runner.tasks.submit(case, f"Task_{step}#1", values, OFFICER, world.now)
        assert invariant.rows(world.runner, case)["case"].status == "finished"
    invariant.check(world.runner)


def test_timers_of_the_old_version_fire_after_the_new_one_is_deployed(office: OpenOffice, tmp_path: Path) -> None:
    world = office()
    cases = begin(world, CASES)
    _deploy(world, tmp_path, six_tasks.diagram().replace("P2D", "P5D"), days="5")
    cases += begin(world, CASES)
    world.clock.advance(min(_limit(world, case) for case in cases) - world.now)
    assert world.runner.tick().fired == CASES
    invariant.check(world.runner)


def test_an_old_version_deployed_again_is_in_force_again_and_running_cases_stay_on_theirs(
    office: OpenOffice, tmp_path: Path
) -> None:
    world = office()
    old = world.runner.procedures.in_force(CODE, world.runner.clock.now()).digest
    new = _deploy(world, tmp_path, returning())
    [case] = begin(world, 1)
    assert _deploy(world, tmp_path, six_tasks.diagram()) == old
    assert len(world.runner.procedures.versions_of()) == 2
    assert invariant.rows(world.runner, case)["case"].version == new
    [case] = begin(world, 1)
    assert invariant.rows(world.runner, case)["case"].version == old
    invariant.check(world.runner)


def _limit(world: World, case: int) -> datetime:
    due: datetime = invariant.rows(world.runner, case)["timers"][0].due
    return due


def _deploy(world: World, folder: Path, diagram: str, days: str = "2") -> str:
    """Put `diagram` into force, with the facts saying that a step has so many `days`; its version's digest."""
    root = folder / "content"
    (root / "bpmn/bench/six.bpmn").write_text(diagram)
    facts = root / "bpmn/bench/six.toml"
    facts.write_text(facts.read_text().replace('days = "2"', f'days = "{days}"'))
    world.runner.procedures.deploy(root / "bpmn/bench/six.bpmn", SYSTEM, world.now)
    return world.runner.procedures.in_force(CODE, world.runner.clock.now()).digest
