"""Editing the calendar: a new revision each time, the old ones untouched, running deadlines unmoved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from runner.domain.person import Role
from runner.domain.working_day import Day
from runner.services.calendars import CalendarForbidden
from runner.services.text_rules import ReasonMissing
from tests.six_tasks import OFFICER, SixTasks, values
from tests.world import World, local, person

KEEPER = person(Role.ADMINISTRATOR, "bench")
MEETING = Day(date(2022, 9, 28), "off", "Nghỉ bão", "Công điện 01/CĐ-UBND")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[SixTasks]:
    world = SixTasks(database_url, tmp_path)
    yield world
    world.runner.close()


def begun(world: SixTasks) -> SixTasks:
    world.begin()
    return world


def test_an_edit_is_a_new_revision_with_its_author_and_reason(world: World) -> None:
    edited = world.runner.calendars.set_days("bench", [MEETING], "Công điện 01/CĐ-UBND", KEEPER, world.now)
    assert edited.revision == 2
    assert not edited.working(MEETING.date)
    assert [(row.revision, row.by, row.reason) for row in world.runner.calendars.revisions("bench")][1:] == [
        (2, KEEPER.id, "Công điện 01/CĐ-UBND")
    ]


def test_a_running_deadline_stays_and_the_next_step_counts_by_the_new_revision(world: World) -> None:
    begun(world)
    assert world.task("Task_B1").due == local("2022-09-28 08:00")
    world.runner.calendars.set_days("bench", [MEETING], "bão", KEEPER, world.now)
    assert world.task("Task_B1").due == local("2022-09-28 08:00")
    world.runner.tasks.submit(world.case, "Task_B1#1", values("B1"), OFFICER, world.now)
    assert world.task("Task_B2").due == local("2022-09-29 08:00")
    assert world.proved()


def test_an_old_case_replays_by_the_revisions_it_was_counted_by(world: World) -> None:
    begun(world)
    world.runner.calendars.set_days("bench", [MEETING], "bão", KEEPER, world.now)
    world.forget()
    world.later(hours=1)
    world.runner.tasks.claim(world.case, "Task_B1#1", person("specialist", "bench"), world.now)
    assert world.proved()


def test_only_an_administrator_of_the_province_may_edit_and_must_say_why(world: World) -> None:
    with pytest.raises(CalendarForbidden):
        world.runner.calendars.set_days("bench", [MEETING], "bão", person("director", "bench"), world.now)
    with pytest.raises(CalendarForbidden):
        world.runner.calendars.set_days("bench", [MEETING], "bão", person(Role.ADMINISTRATOR, "ha-tinh"), world.now)
    with pytest.raises(ReasonMissing):
        world.runner.calendars.set_days("bench", [MEETING], "  ", KEEPER, world.now)


def test_another_year_is_filled_from_the_holidays_and_keeps_what_was_edited(world: World) -> None:
    new_year = Day(date(2028, 1, 3), "off", "Nghỉ bù", "kế hoạch")
    world.runner.calendars.set_days("bench", [new_year], "kế hoạch", KEEPER, world.now)
    filled = world.runner.calendars.add_years("bench", [2028], "năm mới", KEEPER, world.now)
    assert not filled.working(date(2028, 1, 1))
    assert filled.reason(new_year.date) == new_year
