"""The lists show what waits, the most urgent first, page by page, none twice and none left out."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.domain.task import Task
from runner.domain.worklist import Item
from runner.store import case as cases
from runner.store import worklist
from runner.store.session import Database, Transaction
from tests.store.factory import NOW, a_case, a_task, advance, started

GROUPS = [("ha-tinh", "specialist"), ("ha-tinh", "director"), ("ben-tre", "specialist")]

TASKS = st.builds(
    lambda due, **facts: a_task(due=None if due is None else NOW + timedelta(hours=due), **facts),
    due=st.none() | st.integers(-2, 2),
    lane=st.sampled_from(["specialist", "director"]),
    owner=st.sampled_from([None, "lan", "minh"]),
    closed=st.sampled_from([None, None, NOW]),
)


def pages(tx: Transaction, groups: list[tuple[str, str]], size: int) -> list[Item]:
    """The whole inbox of lan, read in pages."""
    found: list[Item] = []
    while page := worklist.inbox(tx, groups, "lan", size, found[-1].place if found else None):
        assert len(page) <= size
        found += page
    return found


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tasks=st.lists(st.tuples(st.sampled_from(["ha-tinh", "ben-tre"]), TASKS), max_size=15),
    groups=st.lists(st.sampled_from(GROUPS), unique=True),
    size=st.integers(1, 4),
)
def test_the_inbox_is_what_a_person_may_do_by_urgency(
    database: Database, tasks: list[tuple[str, Task]], groups: list[tuple[str, str]], size: int
) -> None:
    with database.change() as tx:
        for case in cases.ids(tx):
            cases.wipe(tx, case)
        waiting = []
        for province, task in tasks:
            change = advance(a_case(cases.create(tx), province=province), tasks=(task,))
            cases.save(tx, change)
            if (province, task.lane) in groups and task.owner != "minh" and task.closed is None:
                waiting.append((task.due or datetime.max.replace(tzinfo=NOW.tzinfo), change.case.id))
        found = pages(tx, groups, size)
        assert [item.case for item in found] == [case for _, case in sorted(waiting)]
        assert worklist.count(tx, groups, "lan", 100) == len(waiting)
        assert worklist.count(tx, groups, "lan", 3) == min(3, len(waiting))


def test_an_item_tells_its_task_and_its_case(database: Database) -> None:
    with database.change() as tx:
        case = advance(a_case(1, number="000.00.06.H27-260302-0001"), tasks=(a_task(owner="lan", late=True),))
        cases.save(tx, case)
        [item] = worklist.inbox(tx, GROUPS, "lan", 10)
    task = a_task(owner="lan", late=True)
    assert item == Item(
        1,
        task.id,
        "ha-tinh",
        task.name,
        task.lane,
        task.step,
        task.opened,
        task.due,
        "lan",
        True,
        case.case.number,
        case.case.procedure,
        case.case.subject,
    )


def test_tasks_of_one_case_and_moment_come_by_id_and_pages_split_them(database: Database) -> None:
    with database.change() as tx:
        started(tx, tasks=tuple(a_task(f"Task_{letter}#1") for letter in "CADB"))
        assert [item.id[5] for item in pages(tx, GROUPS, 3)] == ["A", "B", "C", "D"]


def test_a_person_without_groups_has_an_empty_inbox(database: Database) -> None:
    with database.change() as tx:
        started(tx, tasks=(a_task(owner="lan"),))
        assert worklist.inbox(tx, [], "lan", 10) == [] and worklist.count(tx, [], "lan", 10) == 0
