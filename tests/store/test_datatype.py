"""Moments and JSON come back from both databases exactly as they went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from runner.store.datatype import Deadline, Instant, Json
from runner.store.session import Database, Transaction

sample = Table(
    "kept_values",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Instant),
    Column("due", Deadline),
    Column("value", Json),
)
MOMENTS = st.datetimes(
    datetime.fromisoformat("1800-01-01"),
    datetime.fromisoformat("9990-01-01"),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]),
)


def stored(tx: Transaction, column: str, values: list[object]) -> list[object]:
    """`values`, put into a column and read in the order of that column."""
    sample.create(tx)
    tx.execute(insert(sample), [{column: value} for value in values])
    back = list(tx.scalars(select(sample.c[column]).order_by(sample.c[column], sample.c.id)))
    sample.drop(tx)
    return back


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.lists(MOMENTS, min_size=1))
def test_instants_come_back_exact_in_utc_and_sorted(database: Database, moments: list[datetime]) -> None:
    with database.change() as tx:
        back = stored(tx, "at", list(moments))
    assert back == sorted(moments) and all(isinstance(each, datetime) and each.tzinfo is UTC for each in back)


def test_no_instant_is_none(database: Database) -> None:
    with database.change() as tx:
        assert stored(tx, "at", [None]) == [None]


def test_a_deadline_without_limit_comes_after_every_other(database: Database) -> None:
    near, far = datetime(2026, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
    with database.change() as tx:
        assert stored(tx, "due", [None, far, None, near]) == [near, far, None, None]


@pytest.mark.parametrize("column", ["at", "due"])
def test_a_naive_moment_is_refused(database: Database, column: str) -> None:
    with pytest.raises(StatementError, match="naive"), database.change() as tx:
        stored(tx, column, [datetime(2026, 1, 1)])  # noqa: DTZ001


def test_json_keeps_decimals_exact_and_words_whole(database: Database) -> None:
    value = {"phí": Decimal("10.05"), "ghi chú": ["Đủ giấy tờ", None, True, 10_750_000]}
    with database.change() as tx:
        assert stored(tx, "value", [value]) == [value]
        assert stored(tx, "value", [None]) == [None]
