"""What is unusual about cases is told of those that are so, the rarest first, and of no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.audit import unusual
from runner.audit.unusual import FEW, Sign, UnusualCase
from runner.domain.person import Person, Role
from runner.services.scope import audited
from runner.store.recent import Act, DoneTask
from tests.six_tasks import CODE, OFFICER, PROVINCE, STEPS, SixTasks, values
from tests.store.factory import NOW

AUDITOR = Person("kiemtra", "Trịnh Thị Loan", frozenset({(PROVINCE, Role.AUDITOR)}))
STRANGER = Person("ngoai", "Người Tỉnh Khác", frozenset({("ha-tinh", Role.AUDITOR)}))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[SixTasks]:
    world = SixTasks(database_url, tmp_path)
    world.runner.people.save(AUDITOR)
    yield world
    world.runner.close()


def found(world: SixTasks, only: Sign | None = None) -> dict[int, UnusualCase]:
    return {each.case.id: each for each in world.runner.unusual.find(AUDITOR, world.now, only).cases}


def signs(world: SixTasks, case: int) -> set[Sign]:
    each = found(world).get(case)
    return {reason.sign for reason in each.reasons} if each else set()


def start(world: SixTasks, steps: int = 0) -> int:
    case = world.runner.cases.start(CODE, OFFICER, world.now).case
    for step in STEPS[:steps]:
        done(world, case, step)
    return case


def done(world: SixTasks, case: int, step: str, by: Person = OFFICER) -> None:
    rows = world.runner.cases.get(case, OFFICER)[1]
    task = next(each for each in rows if each.element == f"Task_{step}" and not each.closed)
    world.runner.tasks.claim(case, task.id, by, world.now)
    world.runner.tasks.submit(case, task.id, values(step), by, world.now)


def test_a_case_on_which_work_goes_on_by_day_is_not_unusual(world: SixTasks) -> None:
    case = start(world, 2)
    assert Sign.AT_NIGHT not in signs(world, case)
    assert Sign.LATE not in signs(world, case)


def test_work_at_night_and_on_a_day_off_is_told_with_who_did_it_and_where_to_look(world: SixTasks) -> None:
    by_day = start(world, 1)
    night = start(world)
    world.at("2022-09-26 22:30")
    done(world, night, STEPS[0])
    world.at("2022-10-02 09:00")
    sunday = start(world)
    world.at("2022-10-02 10:00")
    done(world, sunday, STEPS[0])
    cases = found(world, Sign.AT_NIGHT)
    assert set(cases) == {night, sunday}
    [reason] = [each for each in cases[night].reasons if each.sign == Sign.AT_NIGHT]
    assert (reason.about, reason.count) == (OFFICER.id, 1)
    assert reason.seq > 1
    assert by_day not in cases


def test_a_case_whose_date_has_gone_by_is_late(world: SixTasks) -> None:
    case = start(world, 1)
    world.later(days=60)
    world.runner.tick()
    assert Sign.LATE in signs(world, case)


def tasks(*rows: tuple[str, str, str]) -> list[DoneTask]:
    """Tasks that were done: element, lane, owner."""
    return [DoneTask(1, element, element, lane, owner, NOW, NOW) for element, lane, owner in rows]


def test_one_person_on_both_sides_of_four_eyes_is_named(world: SixTasks) -> None:
    place = world.runner.organisations.get(PROVINCE)
    both = unusual._four_eyes(tasks(("Draft", "specialist", "lan"), ("Sign", "director", "lan")), place)
    assert [(each.sign, each.about) for each in both] == [(Sign.ONE_PERSON, "lan")]
    two = unusual._four_eyes(tasks(("Draft", "specialist", "lan"), ("Sign", "director", "minh")), place)
    assert list(two) == []


def test_a_task_that_was_done_again_more_than_twice_is_named_with_how_often() -> None:
    again = tasks(*[("Draft", "specialist", "lan")] * 4, ("Sign", "director", "minh"))
    assert [(each.about, each.count) for each in unusual._returns(again)] == [("Draft", 3)]
    assert list(unusual._returns(again[:3])) == []


@pytest.mark.parametrize(
    ("kind", "sign"), [("resolve", Sign.OVERRIDE), ("migrate", Sign.OVERRIDE), ("recount", Sign.MOVED)]
)
def test_interventions_and_moves_are_told_with_the_entry(world: SixTasks, kind: str, sign: Sign) -> None:
    calendar = world.runner.calendars.get(PROVINCE)
    acts = [Act(1, 1, world.now, "lan", "start"), Act(1, 7, world.now, "quantri", kind)]
    assert [(each.sign, each.about, each.seq) for each in unusual._acts(acts, calendar)] == [(sign, "quantri", 7)]


def test_a_promise_that_a_director_let_move_earlier_is_an_override_too(world: SixTasks) -> None:
    calendar = world.runner.calendars.get(PROVINCE)
    reasons = unusual._acts([Act(1, 7, world.now, "quantri", "recount", approved=True)], calendar)
    assert {each.sign for each in reasons} == {Sign.OVERRIDE, Sign.MOVED}


def test_a_way_that_few_of_many_cases_take_is_rare(world: SixTasks) -> None:
    usual = [start(world, len(STEPS)) for _ in range(FEW)]
    assert not found(world, Sign.RARE), "all went the same way"
    ended = world.runner.cases.get(usual[0], OFFICER)[0].status
    assert ended == "finished"


def test_an_auditor_of_another_province_is_told_nothing(world: SixTasks) -> None:
    start(world, 1)
    world.later(days=60)
    told = world.runner.unusual.find(STRANGER, world.now)
    assert (told.looked, told.cases) == (0, ())
    with world.runner.database.read() as tx:
        assert PROVINCE not in audited(tx, world.runner.versions, STRANGER)


def test_what_fewer_cases_have_comes_first(world: SixTasks) -> None:
    for _ in range(3):
        start(world, 1)
    world.at("2022-09-26 22:30")
    one = start(world, 1)
    world.later(days=60)
    world.runner.tick()
    told = world.runner.unusual.find(AUDITOR, world.now)
    assert told.counts[Sign.LATE] == 4
    assert told.cases[0].case.id == one
    assert told.cases[0].reasons[0].sign == Sign.AT_NIGHT
