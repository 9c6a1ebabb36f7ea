"""What a draft does to running cases: shown on the real journals, written to none of them; then migrated and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.authoring.drafts import DraftUnknown
from runner.domain.case import Case
from runner.domain.deployment import ProcedureUnknown
from runner.domain.impact import CaseImpact, Grade
from runner.domain.migration import OrderStatus
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.procedure_draft import ProcedureDraft
from runner.services.migrations import NothingToMigrate, NotInForce
from runner.store import case as cases
from tests import running
from tests.running import BLOCKED, CODE, HUY, LONG, PAUSED, UNAFFECTED, RunningCases
from tests.world import local, person

STRANGER = Person("stranger", "Người Tỉnh Khác", frozenset({("ben-tre", Role.ANALYST)}))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[RunningCases]:
    world = RunningCases(database_url, tmp_path)
    yield world
    world.runner.close()


def drafted(world: RunningCases) -> ProcedureDraft:
    """Huy's draft, in which B3 has two days."""
    drafts = world.runner.procedure_drafts
    draft = drafts.begin(CODE, HUY, world.now)
    drafts.save(draft.id, running.shortened(drafts.files(draft.id, HUY)), HUY, world.now, base=1)
    return drafts.get(draft.id, HUY)


def enforced(world: RunningCases, draft: ProcedureDraft) -> str:
    """The digest of the draft's version, which Long approved and which is in force."""
    made = world.runner.approvals.submit(draft.id, HUY, world.now)
    world.runner.approvals.approve(made.id, made.version or "", LONG, world.now, shown=True)
    return world.runner.procedures.in_force(CODE, world.now).digest


def looked_at(world: RunningCases, draft: ProcedureDraft) -> dict[int, CaseImpact]:
    world.runner.impacts.go_on(draft.id, HUY, world.now, 60)
    return {case.id: found for case, found in world.runner.impacts.cases(draft.id, HUY, world.now, list(Grade))}


def rows(world: RunningCases) -> dict[int, tuple[Case | None, object, object]]:
    with world.runner.database.read() as tx:
        return {id: (cases.get(tx, id), cases.tasks(tx, id), cases.timers(tx, id)) for id in range(1, 13)}


def journals(world: RunningCases) -> list[int]:
    with world.runner.database.read() as tx:
        return [len(cases.entries(tx, id)) for id in range(1, 13)]


def test_twelve_cases_are_graded_and_nothing_is_written_to_them(world: RunningCases) -> None:
    before, draft = (rows(world), journals(world)), drafted(world)
    found = looked_at(world, draft)
    grades = {case: each.graded(world.now) for case, each in found.items()}
    assert {case for case, grade in grades.items() if grade == Grade.UNAFFECTED} == set(UNAFFECTED)
    assert {case for case, grade in grades.items() if grade == Grade.BLOCKED} == set(BLOCKED)
    assert sum(grade == Grade.MIGRATABLE for grade in grades.values()) == 8
    figures = world.runner.impacts.figures(draft.id, HUY, world.now)
    assert (figures.total, figures.counted) == (12, 12)
    assert figures.grades == {Grade.UNAFFECTED: 2, Grade.BLOCKED: 2, Grade.MIGRATABLE: 8}
    [task] = found[3].tasks
    assert task.limit_before and task.limit_after
    assert (task.step, task.limit_before.days, task.limit_after.days) == ("B3", 2.5, 2)
    assert task.before == local("2026-03-04 14:14") and task.after == local("2026-03-04 08:20")
    assert (
        all(each.before == each.after for each in found[1].tasks)
        and found[2].tasks[0].before == found[2].tasks[0].after
    )
    incident, erased = (found[case].obstacle for case in BLOCKED)
    assert incident and erased
    assert (incident.template.partition(" {")[0], erased.facts["what"]) == ("Hồ sơ có sự cố số", "erased")
    assert (rows(world), journals(world)) == before


def test_a_draft_equal_to_the_version_in_force_concerns_no_case(world: RunningCases) -> None:
    draft = world.runner.procedure_drafts.begin(CODE, HUY, world.now)
    world.runner.impacts.go_on(draft.id, HUY, world.now, 60)
    assert world.runner.impacts.figures(draft.id, HUY, world.now).total == 0


def test_a_case_that_went_on_and_a_new_save_are_looked_at_anew(world: RunningCases) -> None:
    draft = drafted(world)
    looked_at(world, draft)
    world.case = 2
    world.do("Task_B2_forward")
    figures = world.runner.impacts.figures(draft.id, HUY, world.now)
    assert (figures.total, figures.counted) == (12, 11)
    world.runner.impacts.go_on(draft.id, HUY, world.now, 0)  # no time at all: nothing is looked at
    assert world.runner.impacts.figures(draft.id, HUY, world.now).counted == 11
    assert looked_at(world, draft)[2].tasks[0].step == "B3"
    drafts = world.runner.procedure_drafts
    diagram = f"bpmn/{CODE}.bpmn"
    data = drafts.files(draft.id, HUY)[diagram].replace("Thẩm định".encode(), b"x") + b"\n"
    drafts.save(draft.id, {diagram: data}, HUY, world.now, base=2)
    draft = drafts.get(draft.id, HUY)
    assert world.runner.impacts.figures(draft.id, HUY, world.now).counted == 0


def test_a_deadline_that_would_be_past_is_a_grade_of_its_own_while_it_is(world: RunningCases) -> None:
    draft = drafted(world)
    found = looked_at(world, draft)[3]
    assert found.graded(local("2026-03-04 08:20")) == Grade.MIGRATABLE
    assert found.graded(local("2026-03-04 08:21")) == Grade.OVERDUE
    assert found.graded(local("2026-03-04 14:15")) == Grade.MIGRATABLE  # it is overdue on its own version too
    world.at("2026-03-04 10:00")
    grades = world.runner.impacts.figures(draft.id, HUY, world.now).grades
    assert grades[Grade.OVERDUE] == 4


def test_eight_are_migrated_each_by_an_entry_and_all_replay_and_go_back(world: RunningCases) -> None:
    draft = drafted(world)
    found, before = looked_at(world, draft), rows(world)
    old, migrations = world.runner.procedures.in_force(CODE, world.now).digest, world.runner.migrations
    chosen = {case: each.seq for case, each in found.items() if each.grade == Grade.MIGRATABLE}
    new = enforced(world, draft)
    assert migrations.order(new, chosen, HUY, "Quyết định 12", world.now) == 8
    assert migrations.run(world.now, limit=3).done == 3
    to, _ = migrations.counts(new)
    assert (to.done, to.waiting) == (3, 5)
    world.forget().runner.tick()
    to, _ = migrations.counts(new)
    assert (to.done, to.waiting) == (8, 0)
    for case in range(1, 13):
        world.case = case
        moved = case in chosen
        assert world.row.version == (new if moved else old)
        assert (world.journal[-1].kind == "migrate") == moved
        if case != BLOCKED[1]:
            assert world.proved()
        if moved:
            body = world.journal[-1].body
            assert (world.journal[-1].actor, body.reason, body.approved_by, body.name) == (  # type: ignore[union-attr]
                HUY.id,
                "Quyết định 12",
                LONG.id,
                LONG.name,
            )
            planned = {task.id: task.after for task in found[case].tasks if not task.closes}
            assert {task.id: task.due for task in world.tasks if task.closed is None} == planned
    assert world.runner.impacts.figures(draft.id, HUY, world.now).total == 4
    world.case = PAUSED
    world.do("Task_B3_wait")

    assert migrations.order_back(new, set(chosen), HUY, "Nhầm", world.now) == 8
    world.runner.tick()
    _, back = migrations.counts(new)
    assert (back.done, back.refused) == (8, 0)
    after = rows(world)
    for case in set(chosen) - {PAUSED}:
        assert after[case][1:] == before[case][1:]
        world.case = case
        assert world.row.version == old and world.proved()
    with pytest.raises(NothingToMigrate):
        migrations.order_back(new, set(chosen), HUY, "Nhầm", world.now)


def test_a_case_that_went_on_meanwhile_is_told_and_the_others_are_not_held_up(world: RunningCases) -> None:
    draft = drafted(world)
    found, new = looked_at(world, draft), enforced(world, draft)
    migrations = world.runner.migrations
    world.case = 3
    world.do("Task_B3_appraise")
    migrations.order(new, {case: found[case].seq for case in (2, 3, 10)}, HUY, "Quyết định 12", world.now)
    run = migrations.run(world.now)
    assert (run.done, run.refused) == (1, 2)
    orders = {case.id: order for case, order in migrations.to(new)}
    assert [orders[case].status for case in (2, 3, 10)] == [
        OrderStatus.DONE,
        OrderStatus.REFUSED,
        OrderStatus.REFUSED,
    ]
    assert orders[3].fault and orders[3].fault["facts"] == {"at": "10:30 ngày 02/03/2026"}
    again = looked_at(world, draft)
    migrations.order(new, {3: again[3].seq}, HUY, "Quyết định 12", world.now)
    assert migrations.run(world.now).done == 1


def test_orders_are_stopped_and_given_only_by_analysts_for_the_version_in_force(world: RunningCases) -> None:
    draft = drafted(world)
    found = looked_at(world, draft)
    seen = {case: each.seq for case, each in found.items() if each.grade == Grade.MIGRATABLE}
    target = world.runner.impacts.figures(draft.id, HUY, world.now).digest
    with pytest.raises(ProcedureUnknown):  # it is a draft still
        world.runner.migrations.order(target, seen, HUY, "x", world.now)
    new, migrations = enforced(world, draft), world.runner.migrations
    for stranger in (STRANGER, person("director")):
        with pytest.raises(ProcedureUnknown):
            migrations.order(new, seen, stranger, "x", world.now)
        with pytest.raises(ProcedureUnknown):
            migrations.stop(new, stranger, world.now)
    with pytest.raises(DraftUnknown):
        world.runner.impacts.figures(draft.id, STRANGER, world.now)
    old = next(row.digest for row in world.runner.procedures.versions_of() if row.number == 1)
    with pytest.raises(NotInForce):
        migrations.order(old, seen, HUY, "x", world.now)
    migrations.order(new, seen, HUY, "x", world.now)
    migrations.run(world.now, limit=2)
    assert migrations.stop(new, LONG, world.now) == 6
    assert migrations.run(world.now).done == 0
    to, _ = migrations.counts(new)
    assert (to.done, to.stopped) == (2, 6)
    assert world.runner.audit.replay(2, SYSTEM) is None
