"""The inbox by what makes the case late shows and counts what it says, page by page; saved filters are one's own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.domain.task import Task
from runner.domain.worklist import Group, Item, group
from runner.services.saved_filters import MOST, FiltersFull, FilterUnnamed, SavedFilters
from runner.store import case as cases
from runner.store import urgency
from runner.store.saved_filter import SavedFilter
from runner.store.session import Database
from tests.store.factory import NOW, a_case, a_task, advance
from tests.world import person

GROUPS = [("ha-tinh", "specialist"), ("ha-tinh", "director"), ("ben-tre", "specialist")]
NEVER = datetime.max.replace(tzinfo=NOW.tzinfo)

TASKS = st.builds(
    lambda latest, **facts: a_task(latest=None if latest is None else NOW + timedelta(hours=latest), **facts),
    latest=st.none() | st.sampled_from([-30, -1, 0, 1, 5, 24, 100, 200, 900]),
    waits=st.sampled_from([False, False, True]),
    lane=st.sampled_from(["specialist", "director"]),
    owner=st.sampled_from([None, "lan", "minh"]),
    closed=st.sampled_from([None, None, NOW]),
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tasks=st.lists(st.tuples(st.sampled_from(["ha-tinh", "ben-tre"]), TASKS), max_size=15),
    groups=st.lists(st.sampled_from(GROUPS), unique=True),
    size=st.integers(1, 4),
)
def test_the_inbox_is_by_slack_what_waits_last_and_its_groups_are_counted(
    database: Database, tasks: list[tuple[str, Task]], groups: list[tuple[str, str]], size: int
) -> None:
    with database.change() as tx:
        for case in cases.ids(tx):
            cases.wipe(tx, case)
        mine = []
        for province, task in tasks:
            change = advance(a_case(cases.create(tx), province=province), tasks=(task,))
            cases.save(tx, change)
            if (province, task.lane) in groups and task.owner != "minh" and task.closed is None:
                mine.append((task.waits, task.latest or NEVER, change.case.id, task))
        mine.sort(key=lambda each: each[:3])
        found: list[Item] = []
        while page := urgency.inbox(tx, groups, "lan", size, found[-1].urgency if found else None):
            assert len(page) <= size
            found += page
        assert [item.case for item in found] == [case for _, _, case, _ in mine]
        for owned in (True, False):
            theirs = [task for *_, task in mine if (task.owner == "lan") == owned]
            expected = [sum(group(task.latest, task.waits, NOW) == each for task in theirs) for each in Group]
            assert list(urgency.counts(tx, groups, "lan", 100, NOW, owned).values()) == expected
            assert list(urgency.counts(tx, groups, "lan", 2, NOW, owned).values()) == [min(2, n) for n in expected]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(-1, Group.OVERDUE), (0, Group.TODAY), (15, Group.TODAY), (16, Group.WEEK), (159, Group.WEEK), (160, Group.LATER)],
)
def test_a_day_ends_at_midnight_and_a_week_with_sunday(hours: int, expected: Group) -> None:
    monday = datetime(2026, 3, 2, 1, 0, tzinfo=NOW.tzinfo)  # 08:00 in Viet Nam
    assert group(monday + timedelta(hours=hours), False, monday) == expected


def test_a_person_saves_filters_under_names_and_sees_no_one_elses(database: Database) -> None:
    filters, an, minh = SavedFilters(database), person("specialist"), person("director")
    for number in range(MOST):
        filters.save(an, f"Lọc {number}", "step=B3", NOW)
    with pytest.raises(FiltersFull):
        filters.save(an, "Một lọc nữa", "step=B4", NOW)
    assert filters.save(an, "  Lọc   7 ", "late=1", NOW) == SavedFilter("Lọc 7", "late=1")
    assert SavedFilter("Lọc 7", "late=1") in filters.of(an) and filters.of(minh) == []
    filters.remove(minh, "Lọc 7")
    assert len(filters.of(an)) == MOST
    filters.remove(an, "Lọc 7")
    assert len(filters.of(an)) == MOST - 1


@pytest.mark.parametrize(("name", "query"), [("  ", "a=1"), ("x" * 61, "a=1"), ("a\x00", "a=1"), ("a", "q" * 501)])
def test_a_filter_needs_a_name_that_can_be_kept(database: Database, name: str, query: str) -> None:
    with pytest.raises(FilterUnnamed):
        SavedFilters(database).save(person("specialist"), name, query, NOW)
