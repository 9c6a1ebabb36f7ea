"""The small stores beside the journal: receipts, drafts, running numbers, settings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta

import pytest

from runner.errors import Conflict
from runner.store import case_number, draft, idempotency, setting
from runner.store.idempotency import StoredResult
from runner.store.session import Database
from tests.store.factory import NOW

DAY = date(2026, 3, 2)


def test_numbers_are_allotted_without_gap_or_double(database: Database) -> None:
    def allot(number: int) -> int:
        with suppress(ZeroDivisionError), database.change() as tx:
            allotted = case_number.allot(tx, "000.00.06.H27", DAY)
            return allotted // (0 if number % 5 == 0 else 1)
        return 0

    with ThreadPoolExecutor(4) as pool:
        allotted = sorted(number for number in pool.map(allot, range(50)) if number)
    assert allotted == list(range(1, 41))


def test_each_agency_and_day_counts_from_one(database: Database) -> None:
    with database.change() as tx:
        assert [case_number.allot(tx, "H27", DAY), case_number.allot(tx, "H27", DAY)] == [1, 2]
        assert case_number.allot(tx, "H07", DAY) == case_number.allot(tx, "H27", DAY + timedelta(days=1)) == 1


def test_a_receipt_is_kept_for_its_actor_and_key(database: Database) -> None:
    with database.change() as tx:
        idempotency.save(tx, "lan", "k1", b"1" * 32, {"case": 1}, NOW)
        idempotency.save(tx, "minh", "k1", b"2" * 32, None, NOW)
        assert idempotency.get(tx, "lan", "k1") == StoredResult(b"1" * 32, {"case": 1})
        assert idempotency.get(tx, "minh", "k1") == StoredResult(b"2" * 32, None)
        assert idempotency.get(tx, "lan", "k2") is None


def test_a_second_receipt_for_one_key_is_a_conflict(database: Database) -> None:
    with database.change() as tx:
        idempotency.save(tx, "lan", "k1", b"1" * 32, {"case": 1}, NOW)
    with pytest.raises(Conflict), database.change() as tx:
        idempotency.save(tx, "lan", "k1", b"2" * 32, {"case": 2}, NOW)


def test_old_receipts_are_forgotten(database: Database) -> None:
    with database.change() as tx:
        idempotency.save(tx, "lan", "old", b"1" * 32, 1, NOW - timedelta(hours=25))
        idempotency.save(tx, "lan", "new", b"1" * 32, 2, NOW)
        assert idempotency.forget(tx, NOW - timedelta(hours=24)) == 1
        assert idempotency.get(tx, "lan", "old") is None and idempotency.get(tx, "lan", "new")


def test_a_draft_is_its_persons_until_the_task_is_done(database: Database) -> None:
    with database.change() as tx:
        draft.save(tx, 1, "A#1", "lan", {"note": "một"}, NOW)
        draft.save(tx, 1, "A#1", "lan", {"note": "hai"}, NOW)
        draft.save(tx, 1, "A#1", "minh", {}, NOW)
        draft.save(tx, 1, "B#1", "lan", {"note": "khác"}, NOW)
        assert draft.get(tx, 1, "A#1", "lan") == {"note": "hai"} and draft.get(tx, 1, "A#1", "minh") == {}
        draft.discard(tx, 1, "A#1")
        assert draft.get(tx, 1, "A#1", "lan") is draft.get(tx, 1, "A#1", "minh") is None
        assert draft.get(tx, 1, "B#1", "lan") == {"note": "khác"}


def test_a_setting_has_the_value_given_last(database: Database) -> None:
    with database.change() as tx:
        setting.save(tx, "demo", "no")
        setting.save(tx, "demo", "yes")
        assert setting.get(tx, "demo") == "yes" and setting.get(tx, "other") is None
