"""Prepared statements do what SQLAlchemy's own execution does, in each database, with every type of column.

`test_session` shows that they report locks, full disks and lost connections.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from runner.domain.case import OutboxMessage
from runner.store import table
from runner.store.prepared import Prepared
from runner.store.session import Database
from runner.store.statement import row_values, upsert
from tests.store.factory import NOW, a_case, a_task

MESSAGE = row_values(
    OutboxMessage("7/a", "notify_lane", {"số": 1, "phần": ["½", None]}, None), case=7, seq=1, at=NOW, tries=0
)
ROWS = (
    (table.case, row_values(a_case(7, due=None, number=None))),
    (table.task, row_values(a_task(due=None), case=7, province="ha-tinh")),
    (table.task, row_values(a_task("Task_B4#1", late=True, owner="lan"), case=7, province="ha-tinh")),
    (table.outbox, {**MESSAGE, "next_at": NOW, "done_at": None, "result": None}),
    (table.setting, {"key": "a", "value": "1"}),
)
"""A row of each kind of column there is: moments, no limit, truths, bytes, JSON, nothing."""


@pytest.mark.parametrize(("of", "values"), ROWS, ids=lambda each: getattr(each, "name", ""))
def test_a_row_is_kept_and_found_as_sqlalchemy_would(database: Database, of: Any, values: dict[str, Any]) -> None:
    key = [column == bindparam(f"the_{column.name}") for column in of.primary_key]
    sought = {f"the_{column.name}": values[column.name] for column in of.primary_key}
    found: Select[Any] = select(*of.columns).where(*key)
    with database.change() as tx:
        Prepared(insert(of)).run(tx, values)
        theirs = [tuple(each) for each in tx.execute(found, sought)]
        assert Prepared(found).all(tx, sought) == theirs == [tuple(values.get(column.name) for column in of.columns)]
        Prepared(upsert(of)).run(tx, values, values)
        assert Prepared(found).first(tx, sought) == theirs[0]
        others = {name: f"{value}0" if isinstance(value, str) else value + 1 for name, value in sought.items()}
        assert Prepared(found).first(tx, others) is None


def test_what_the_database_refuses_is_told_as_sqlalchemy_tells_it(database: Database) -> None:
    saved = Prepared(insert(table.setting))
    with pytest.raises(IntegrityError), database.change() as tx:
        saved.run(tx, {"key": "a", "value": "1"}, {"key": "a", "value": "2"})
    with database.read() as tx:
        assert tx.execute(select(table.setting)).all() == []


def test_a_missing_value_is_a_defect_and_nothing_is_sent(database: Database) -> None:
    with database.change() as tx:
        with pytest.raises(KeyError):
            Prepared(insert(table.setting)).run(tx, {"key": "a"})
        assert tx.execute(select(table.setting)).all() == []


def test_a_snapshot_that_begins_with_a_prepared_statement_is_one(database: Database) -> None:
    value = Prepared(select(table.setting.c.value).where(table.setting.c.key == bindparam("sought")))
    with database.read() as tx:
        assert value.scalar(tx, {"sought": "a"}) is None
        with database.change() as other:
            Prepared(insert(table.setting)).run(other, {"key": "a", "value": "1"})
        assert value.scalar(tx, {"sought": "a"}) is None
    with database.read() as tx:
        assert value.scalar(tx, {"sought": "a"}) == "1"
