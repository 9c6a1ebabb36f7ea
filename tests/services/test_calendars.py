"""Editing the calendar: a new revision each time, the old ones untouched, running deadlines unmoved until counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from runner.domain.calendar import Calendar
from runner.domain.calendar_edit import (
    NothingChanged,
    YearKnown,
    day_cleared,
    days_set,
    differences,
    year_added,
    year_confirmed,
)
from runner.domain.person import Person, Role
from runner.domain.working_day import Day
from runner.services import holiday
from runner.services.calendars import CalendarForbidden, CalendarMoved
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


def revised(world: World, *days: Day, reason: str = "Công điện 01/CĐ-UBND", by: Person = KEEPER) -> Calendar:
    return world.runner.calendars.revise("bench", days_set(*days), reason, by, world.now)


def test_an_edit_is_a_new_revision_with_its_author_and_reason(world: World) -> None:
    edited = revised(world, MEETING)
    assert edited.revision == 2
    assert not edited.working(MEETING.date)
    assert [(row.revision, row.by, row.reason) for row in world.runner.calendars.revisions("bench")][1:] == [
        (2, KEEPER.id, "Công điện 01/CĐ-UBND")
    ]
    assert [each.text for each in differences(world.runner.calendars.revision("bench", 1), edited)] == [
        "28/09/2022: nghỉ (Nghỉ bão)"
    ]


def test_a_running_deadline_stays_and_the_next_step_counts_by_the_new_revision(world: World) -> None:
    begun(world)
    assert world.task("Task_B1").due == local("2022-09-28 08:00")
    revised(world, MEETING)
    assert world.task("Task_B1").due == local("2022-09-28 08:00")
    world.runner.tasks.submit(world.case, "Task_B1#1", values("B1"), OFFICER, world.now)
    assert world.task("Task_B2").due == local("2022-09-29 08:00")
    assert world.proved()


def test_an_old_case_replays_by_the_revisions_it_was_counted_by(world: World) -> None:
    begun(world)
    revised(world, MEETING)
    world.forget()
    world.later(hours=1)
    world.runner.tasks.claim(world.case, "Task_B1#1", person("specialist", "bench"), world.now)
    assert world.proved()


def test_only_an_administrator_of_the_province_may_edit_and_must_say_why(world: World) -> None:
    for foreign in (person("director", "bench"), person(Role.ADMINISTRATOR, "ha-tinh")):
        with pytest.raises(CalendarForbidden):
            revised(world, MEETING, by=foreign)
        with pytest.raises(CalendarForbidden):
            world.runner.calendars.edited("bench", days_set(MEETING), foreign)
    with pytest.raises(ReasonMissing):
        revised(world, MEETING, reason="  ")


def test_an_edit_of_what_was_not_previewed_or_that_changes_nothing_is_refused(world: World) -> None:
    revised(world, MEETING)
    with pytest.raises(NothingChanged):
        revised(world, MEETING)
    with pytest.raises(CalendarMoved, match="bản 2"):
        world.runner.calendars.revise("bench", day_cleared(MEETING.date), "hết bão", KEEPER, world.now, base=1)
    cleared = world.runner.calendars.revise("bench", day_cleared(MEETING.date), "hết bão", KEEPER, world.now, base=2)
    assert cleared.working(MEETING.date)


def test_another_year_is_a_guess_until_it_is_confirmed_and_keeps_what_was_edited(world: World) -> None:
    new_year = Day(date(2028, 1, 3), "off", "Nghỉ bù", "kế hoạch")
    revised(world, new_year)
    edit = year_added(2028, holiday.days([2028]))
    filled = world.runner.calendars.revise("bench", edit, "năm mới", KEEPER, world.now)
    assert not filled.working(date(2028, 1, 1))
    assert filled.reason(new_year.date) == new_year
    assert filled.provisional == {2028}
    with pytest.raises(YearKnown):
        world.runner.calendars.revise("bench", edit, "năm mới", KEEPER, world.now)
    confirmed = world.runner.calendars.revise("bench", year_confirmed(2028), "Thông báo", KEEPER, world.now)
    assert confirmed.provisional == set() and confirmed.days == filled.days


def test_a_year_that_is_missing_in_sixty_days_is_told_to_its_administrators(world: World) -> None:
    missing = world.runner.calendars.year_missing
    assert world.runner.calendars.running_out(world.now) == {"bench": date(2027, 12, 31)}
    assert missing(local("2027-11-01 23:59"), {"bench"}) == {}
    assert missing(local("2027-11-02 00:00"), {"bench"}) == {"bench": 2028}
    assert missing(local("2027-11-02 00:00"), {"ha-tinh"}) == {}
    assert missing(local("2029-01-01 00:00"), {"bench"}) == {"bench": 2029}
