"""After an edit of the calendar: shown first, then one entry in each case; a promise moves earlier by a director."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from runner.domain.calendar_edit import Edit, day_cleared, days_set, swapped, year_added, year_provisional
from runner.domain.entry import Recount
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.working_day import Day
from runner.engine.errors import PromiseEarlier
from runner.errors import YearMissing
from runner.services.recounts import DecidesOwnEdit, NothingToDecide
from runner.services.text_rules import ReasonMissing
from runner.store import case as cases
from runner.store import recent
from tests.procedures.dossier import Dossier
from tests.six_tasks import OFFICER, SixTasks, values
from tests.world import local, person

KEEPER, DIRECTOR = person(Role.ADMINISTRATOR, "bench"), person("director", "bench")
STORM = days_set(Day(date(2022, 9, 28), "off", "Nghỉ bão", "Công điện"))
SATURDAY = days_set(Day(date(2022, 10, 1), "work", "Làm bù", "Thông báo"))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[SixTasks]:
    """Two cases of Monday morning: the first step is due on Wednesday, the case on 12/10."""
    world = SixTasks(database_url, tmp_path)
    world.begin()
    world.begin()
    yield world
    world.runner.close()


def revise(world: SixTasks, edit: Edit, by: Person = KEEPER) -> None:
    world.runner.calendars.revise("bench", edit, "Công điện 01", by, world.now)


def dues(world: SixTasks) -> list[object]:
    """All that is due in both cases: promise, tasks, timers."""
    found: list[object] = []
    with world.runner.database.read() as tx:
        for case in (1, 2):
            row = cases.get(tx, case)
            assert row
            tasks = [(task.id, task.due) for task in cases.tasks(tx, case)]
            found.append((row.due, tasks, [(each.id, each.due) for each in cases.timers(tx, case)]))
    return found


def recorded(world: SixTasks, case: int) -> list[tuple[str, int, Recount]]:
    with world.runner.database.read() as tx:
        entries = [each for each in cases.entries(tx, case) if each.kind == "recount"]
    return [(each.actor, each.calendar, body) for each in entries if isinstance(body := each.body, Recount)]


def agreed(world: SixTasks) -> list[bool]:
    with world.runner.database.read() as tx:
        return [act.approved for act in recent.acts(tx, [1, 2]) if act.kind == Recount.kind]


def test_a_preview_shows_old_and_new_and_changes_nothing(world: SixTasks) -> None:
    before = dues(world)
    first, second = world.runner.calendars.edited("bench", STORM, KEEPER)
    effects, unseen = world.runner.recounts.preview(first, second, world.now)
    assert unseen == 0 and [effect.case.id for effect in effects] == [1, 2]
    promise, step = effects[0].moved
    assert (promise.before, promise.after) == (local("2022-10-12 17:00"), local("2022-10-13 17:00"))
    assert step.task and (step.task.id, step.after) == ("Task_B1#1", local("2022-09-29 08:00"))
    assert not effects[0].earlier and not effects[0].printed
    some, unseen = world.runner.recounts.preview(first, second, world.now, 1)
    assert (len(some), unseen) == (1, 1)
    assert dues(world) == before and world.runner.calendars.get("bench").revision == 1


def test_each_case_is_counted_in_one_entry_that_names_revision_and_reason(world: SixTasks) -> None:
    revise(world, STORM)
    before = dues(world)
    world.later(minutes=1)
    assert dues(world) == before
    assert world.runner.recounts.unfinished("bench") == 2
    done = world.runner.recounts.run(world.now, KEEPER)
    assert (done.counted, done.waiting, world.runner.recounts.unfinished("bench")) == (2, 0, 0)
    for case in (1, 2):
        world.case = case
        assert world.row.due == local("2022-10-13 17:00")
        assert world.task("Task_B1").due == local("2022-09-29 08:00")
        assert recorded(world, case) == [(KEEPER.id, 2, Recount("Công điện 01"))]
        assert world.proved()
    world.at("2022-09-28 09:00")
    assert not world.task("Task_B1").late
    world.at("2022-09-29 08:00")
    assert world.task("Task_B1").late


def test_an_interrupted_run_goes_on_at_the_next_tick_and_counts_no_case_twice(world: SixTasks) -> None:
    revise(world, STORM)
    assert world.runner.recounts.run(world.now, KEEPER, limit=1).counted == 1
    world.forget().runner.tick()
    world.runner.tick()
    assert [actor for case in (1, 2) for actor, *_ in recorded(world, case)] == [KEEPER.id, SYSTEM.id]
    assert world.runner.recounts.run(world.now, KEEPER).counted == 0


def test_a_task_that_was_late_by_the_old_calendar_is_in_time_by_the_new_one(world: SixTasks) -> None:
    world.at("2022-09-28 09:00")
    assert world.task("Task_B1").late
    revise(world, STORM)
    world.runner.tick()
    assert not world.task("Task_B1").late
    world.runner.tasks.submit(world.case, "Task_B1#1", values("B1"), OFFICER, world.now)  # no reason is asked for
    assert world.proved()


def test_a_promise_moves_earlier_only_when_another_person_who_is_director_agrees(world: SixTasks) -> None:
    keeper = Person(DIRECTOR.id, DIRECTOR.name, DIRECTOR.groups | KEEPER.groups)
    revise(world, SATURDAY, keeper)
    before = dues(world)
    done = world.runner.recounts.run(world.now, keeper)
    assert (done.counted, done.waiting) == (0, 2) and dues(world) == before
    waiting = world.runner.recounts.waiting("bench")
    assert {(each.due_before, each.due_after) for _, each in waiting} == {
        (local("2022-10-12 17:00"), local("2022-10-11 17:00"))
    }
    decide = world.runner.recounts.decide
    other = Person("phó", "Phó giám đốc", DIRECTOR.groups)
    for foreign in (KEEPER, person("director", "ha-tinh")):
        with pytest.raises(NothingToDecide):
            decide("bench", True, "Đồng ý", foreign, world.now)
    with pytest.raises(DecidesOwnEdit):
        decide("bench", True, "Đồng ý", keeper, world.now)
    with pytest.raises(ReasonMissing):
        decide("bench", True, " ", other, world.now)
    assert dues(world) == before
    world.runner.people.save(other)
    decide("bench", True, "Đồng ý", other, world.now)
    world.runner.tick()
    assert world.row.due == local("2022-10-11 17:00")
    assert recorded(world, 2) == [(SYSTEM.id, 2, Recount("Công điện 01", approved_by="phó", name="Phó giám đốc"))]
    assert world.proved()
    decision = world.runner.calendars.decisions("bench")[2]
    assert (decision.approved, decision.by, decision.reason) == (True, "phó", "Đồng ý")
    assert agreed(world) == [True, True], "auditors are told of it as of an override"


def test_a_reason_that_reads_like_an_agreement_is_none(world: SixTasks) -> None:
    world.runner.calendars.revise("bench", STORM, 'bão, "approved_by":"phó"', KEEPER, world.now)
    world.runner.tick()
    assert agreed(world) == [False, False]


def test_another_persons_later_edit_does_not_let_an_editor_approve_the_own_one(world: SixTasks) -> None:
    keeper = Person(DIRECTOR.id, DIRECTOR.name, DIRECTOR.groups | KEEPER.groups)
    revise(world, SATURDAY, keeper)
    world.later(minutes=1)
    revise(world, days_set(Day(date(2022, 11, 24), "off", "Ngày Văn hóa Việt Nam", "Nghị quyết")))
    world.later(minutes=1)
    revise(world, year_provisional(2022), keeper)
    world.runner.recounts.run(world.now)
    assert len(world.runner.recounts.waiting("bench")) == 2
    with pytest.raises(DecidesOwnEdit):
        world.runner.recounts.decide("bench", True, "Đồng ý", keeper, world.now)
    other = Person(KEEPER.id, KEEPER.name, DIRECTOR.groups | KEEPER.groups)
    with pytest.raises(DecidesOwnEdit):
        world.runner.recounts.decide("bench", True, "Đồng ý", other, world.now)
    third = Person("phó", "Phó giám đốc", DIRECTOR.groups)
    assert world.runner.recounts.decide("bench", True, "Đồng ý", third, world.now).revision == 4


def test_promises_that_a_director_keeps_stay_as_the_applicants_have_them(world: SixTasks) -> None:
    revise(world, SATURDAY)
    before = dues(world)
    world.runner.recounts.run(world.now, KEEPER)
    world.runner.recounts.decide("bench", False, "Đã in giấy hẹn", DIRECTOR, world.now)
    world.later(hours=1).runner.tick()
    assert dues(world) == before and recorded(world, 1) == []
    with pytest.raises(NothingToDecide):
        world.runner.recounts.decide("bench", True, "Đổi ý", DIRECTOR, world.now)


def test_a_later_edit_takes_over_the_cases_that_wait(world: SixTasks) -> None:
    revise(world, SATURDAY)
    world.runner.recounts.run(world.now, KEEPER)
    revise(world, day_cleared(date(2022, 10, 1)))
    world.runner.tick()
    assert world.runner.recounts.waiting("bench") == []
    assert world.row.due == local("2022-10-12 17:00")
    assert [(number, body.approved_by) for _, number, body in recorded(world, 1)] == [(3, None)]


def test_the_engine_itself_refuses_an_earlier_promise_without_an_approval(world: SixTasks) -> None:
    revise(world, SATURDAY)
    with pytest.raises(PromiseEarlier), world.runner.transactions.case(1, KEEPER, world.now) as case:
        case.do(Recount("tự ý"))
    assert recorded(world, 1) == [] and world.proved()


def test_cases_that_no_changed_day_can_concern_are_left_alone(world: SixTasks) -> None:
    far, past = Day(date(2022, 11, 2), "off", "Nghỉ bão"), Day(date(2022, 9, 20), "off", "Nghỉ bão")
    for day in (far, past):
        revise(world, days_set(day))
        assert world.runner.recounts.unfinished("bench") == 0
    revise(world, swapped(date(2022, 10, 12), date(2022, 10, 15), "Thông báo"))
    assert world.runner.recounts.unfinished("bench") == 2


def test_a_case_that_ended_or_started_since_is_not_counted(world: SixTasks) -> None:
    revise(world, STORM)
    world.begin()
    world.runner.cases.cancel(1, "Rút", OFFICER, world.now)
    assert world.runner.recounts.run(world.now, KEEPER).counted == 1
    assert recorded(world, 1) == [] and recorded(world, 3) == []


def test_a_case_whose_day_of_receipt_becomes_a_day_off_is_received_on_the_next_one(world: SixTasks) -> None:
    revise(world, days_set(Day(date(2022, 9, 26), "off", "Nghỉ bão")))
    world.runner.tick()
    assert world.row.due == local("2022-10-13 17:00")
    world.runner.tasks.submit(world.case, "Task_B1#1", values("B1"), OFFICER, world.now)
    assert world.proved()


def test_what_hangs_on_a_promise_stays_with_it_while_a_director_is_asked(database_url: str, tmp_path: Path) -> None:
    dossier = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-29 08:00")
    dossier.on("2022-09-29 08:30", "Task_B1_receive").on("2022-09-29 09:30", "Task_B2_forward")
    due, before = dossier.row.due, dossier.timers
    assert due == local("2022-10-17 17:00") and before["Start_last_day"] == "2022-10-14 17:00"
    keeper = person(Role.ADMINISTRATOR)
    made_up = days_set(Day(date(2022, 10, 15), "work", "Làm bù", "Thông báo"))
    dossier.runner.calendars.revise("ha-tinh", made_up, "Thông báo", keeper, dossier.now)
    assert dossier.runner.recounts.run(dossier.now, keeper).waiting == 1
    dossier.runner.tasks.claim(1, dossier.task("Task_B3_appraise").id, person("specialist"), dossier.now)
    assert (dossier.row.due, dossier.timers) == (due, before)
    dossier.runner.recounts.decide("ha-tinh", True, "Đồng ý", person("director"), dossier.now)
    dossier.runner.tick()
    assert dossier.row.due == local("2022-10-15 17:00")
    assert dossier.timers["Start_last_day"] == "2022-10-14 17:00" and dossier.timers["Start_due"] == "2022-10-15 17:00"
    assert dossier.proved()
    dossier.runner.close()


def test_a_case_that_would_be_due_in_a_missing_year_waits_for_that_year(world: SixTasks) -> None:
    world.clock.set(local("2027-12-15 08:00"))
    world.begin()
    assert world.row.due == local("2027-12-31 17:00")
    closed = days_set(Day(date(2027, 12, 20), "off", "Nghỉ bão"))
    before, after = world.runner.calendars.edited("bench", closed, KEEPER)
    with pytest.raises(YearMissing, match="2028"):
        world.runner.recounts.preview(before, after, world.now)
    revise(world, closed)
    world.runner.tick()
    assert world.row.due == local("2027-12-31 17:00") and world.runner.recounts.unfinished("bench") > 0
    revise(world, year_added(2028, ()))
    world.runner.tick()
    assert world.row.due == local("2028-01-03 17:00") and world.runner.recounts.unfinished("bench") == 0
    assert recorded(world, world.case) == [(SYSTEM.id, 3, Recount("Công điện 01"))]
    assert world.proved()
