"""After a restore nothing is given again that the lost database may have given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from runner.domain.epoch import MARGIN, Epoch, first_after, numbers_after
from runner.domain.record import RecordKind
from runner.store import case, case_number, epoch, record_event
from runner.store.session import Database
from tests.store.factory import NOW, started

DAY = NOW.date()


def begun(database: Database, lost: int | None = 40) -> Epoch:
    """An epoch that begins on what the database has."""
    with database.change() as tx:
        last_case, last_event, number = epoch.last(tx)
        made = Epoch(
            number=number + 1,
            at=NOW,
            by="system",
            reason="The disk broke.",
            backup="ab" * 32,
            made=NOW - timedelta(hours=3),
            lost=lost,
            last_case=last_case,
            first_case=first_after(last_case, lost),
            last_event=last_event,
            first_event=first_after(last_event, lost),
            numbers=numbers_after(epoch.last_number(tx, DAY), lost),
            until=DAY,
        )
        epoch.begin(tx, made, MARGIN)
    return made


def test_ids_and_numbers_go_on_behind_what_may_have_been_given(database: Database) -> None:
    with database.change() as tx:
        for _ in range(3):
            started(tx)
        assert [case_number.allot(tx, "H27", DAY) for _ in range(2)] == [1, 2]
        record_event.append(tx, RecordKind.PASSWORD, "lan", NOW, "lan", {})
    made = begun(database)
    assert (made.last_case, made.first_case, made.first_event, made.numbers) == (3, 2000, 2000, 200)
    with database.change() as tx:
        assert [started(tx).id for _ in range(2)] == [2000, 2001]
        [told] = record_event.events(tx, kinds=[RecordKind.RESTORE])
        assert (told.id, told.subject, told.facts["first_case"], told.whole) == (2000, "1", 2000, True)
        assert record_event.append(tx, RecordKind.PASSWORD, "lan", NOW, "lan", {}).id == 2001
        assert [case_number.allot(tx, "H27", DAY) for _ in range(2)] == [201, 202]
        assert case_number.allot(tx, "H07", DAY) == 201, "an agency that the backup does not know"
        assert case_number.allot(tx, "H27", DAY + timedelta(days=1)) == 1
    with database.read() as tx:
        assert epoch.epochs(tx) == [made]


def test_a_second_restore_goes_on_behind_the_first(database: Database) -> None:
    first = begun(database)
    second = begun(database, lost=None)
    assert second.number == 2 and second.first_event > first.first_event
    with database.change() as tx:
        assert case.create(tx) == second.first_case > first.first_case
        assert case_number.allot(tx, "H27", DAY) == second.numbers + 1 > first.numbers


@pytest.mark.parametrize("statement", ["UPDATE epoch SET first_case = 1", "DELETE FROM epoch"])
def test_an_epoch_stays_as_it_is(database: Database, statement: str) -> None:
    begun(database)
    with pytest.raises(DBAPIError, match="append-only"), database.change() as tx:
        tx.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("lost", "first", "numbers"), [(0, 2000, 200), (1, 2000, 200), (5_000, 7_000, 2_700), (None, 101_000, 1_100)]
)
def test_more_is_left_out_where_more_was_lost_and_most_where_nobody_knows(
    lost: int | None, first: int, numbers: int
) -> None:
    assert (first_after(7, lost), numbers_after(7, lost)) == (first, numbers)
