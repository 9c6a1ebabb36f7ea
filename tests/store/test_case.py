"""What is stored of a case comes back as it was, and two writers never both win."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from runner.domain.case import Case, Incident, OutboxMessage
from runner.domain.circumstances import Actor, Circumstances
from runner.domain.entry import Erase, Submit, write
from runner.domain.journal import START, Entry, chain_fault
from runner.domain.task import Timer
from runner.errors import Conflict
from runner.store import case as cases
from runner.store import erasure as erasures
from runner.store import outbox
from runner.store.session import Database, Transaction
from tests.store.factory import NOW, a_case, a_task, advance, next_entry, started


def test_what_is_saved_comes_back_as_it_was(database: Database) -> None:
    tasks = (a_task("B#1", opened=NOW + timedelta(microseconds=1), due=None), a_task("A#1", owner="lan", late=True))
    timers = (Timer("T#1", "T", NOW), Timer("T#2", "T", None))
    incident = Incident(1, NOW, "TimerBroken", "Mốc {timer}", {"timer": "T#1", "x": Decimal("1.10")}, {"kind": "timer"})
    with database.change() as tx:
        change = advance(
            a_case(cases.create(tx), number="000.00.06.H27-260302-0001", due=NOW, clock="running"),
            payload={"values": {"ghi chú": "Đủ giấy tờ", "fee": Decimal("0.5")}},
            tasks=tasks,
            armed=timers,
            incidents=(incident,),
        )
        cases.save(tx, change)
    case = change.case
    with database.read() as tx:
        assert cases.get(tx, case.id) == cases.find(tx, "000.00.06.H27-260302-0001") == case
        assert cases.entries(tx, case.id) == [change.entry]
        assert cases.tasks(tx, case.id) == [tasks[1], tasks[0]]
        assert cases.task(tx, case.id, "B#1") == tasks[0]
        assert cases.timers(tx, case.id) == list(timers)
        assert cases.incidents(tx, case.id) == [incident]
        assert cases.open_incidents(tx) == cases.open_incidents(tx, ["ha-tinh"]) == [(case, incident)]
        assert cases.open_incidents(tx, ["ben-tre"]) == []
        assert cases.ids(tx) == [case.id]


def test_there_is_nothing_where_nothing_was_saved(database: Database) -> None:
    with database.change() as tx:
        assert cases.get(tx, 1) is cases.lock(tx, 1) is cases.find(tx, "1") is cases.task(tx, 1, "A#1") is None
        assert cases.entries(tx, 1) == cases.tasks(tx, 1) == cases.timers(tx, 1) == cases.incidents(tx, 1) == []


def test_a_change_writes_rows_anew_and_takes_timers_away(database: Database) -> None:
    with database.change() as tx:
        case = started(tx, tasks=(a_task("A#1"),), armed=(Timer("T#1", "T", NOW), Timer("T#2", "T", NOW)))
        closed, opened = a_task("A#1", closed=NOW, outcome="eligible"), a_task("B#1")
        change = advance(case, tasks=(closed, opened), armed=(Timer("T#2", "T", None),), disarmed=("T#1",))
        cases.save(tx, change)
        assert cases.get(tx, case.id) == change.case
        assert cases.tasks(tx, case.id) == [closed, opened]
        assert cases.timers(tx, case.id) == [Timer("T#2", "T", None)]


def test_entries_can_be_read_from_a_number_on(database: Database) -> None:
    with database.change() as tx:
        case = started(tx)
        change = advance(case)
        cases.save(tx, change)
        assert cases.entries(tx, case.id, after=1) == [change.entry]


def test_an_entry_can_be_appended_once(database: Database) -> None:
    with database.change() as tx:
        case = started(tx)
    for _ in range(2):
        with pytest.raises(Conflict), database.change() as tx:
            cases.append(tx, next_entry(replace(case, seq=0, head=START)))


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError), database.change() as tx:
        started(tx, tasks=(a_task(),), armed=(Timer("T#1", "T", NOW),))
        raise ZeroDivisionError
    with database.read() as tx:
        assert cases.ids(tx) == []
        assert [tx.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in ("case", "task", "timer")] == [0, 0, 0]


def test_of_two_who_change_a_case_at_once_one_wins(database: Database) -> None:
    with database.change() as tx:
        case = started(tx)
    barrier = Barrier(2)

    def submit(actor: str) -> str:
        try:
            with database.read() as tx:
                seen = cases.get(tx, case.id)
            assert seen
            barrier.wait()
            with database.change() as tx:
                cases.append(tx, next_entry(seen, actor=actor))
        except Conflict:
            return ""
        return actor

    with ThreadPoolExecutor(2) as pool:
        [winner] = [name for name in pool.map(submit, ["lan", "minh"]) if name]
    with database.read() as tx:
        entries = cases.entries(tx, case.id)
    assert [entry.actor for entry in entries] == ["lan", winner] and chain_fault(entries) is None


def test_writers_that_lock_the_case_first_all_win_one_after_the_other(database: Database) -> None:
    with database.change() as tx:
        case = started(tx)

    def submit(_: int) -> None:
        with database.change() as tx:
            locked = cases.lock(tx, case.id)
            assert locked
            cases.save(tx, advance(locked))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(submit, range(20)))
    with database.read() as tx:
        entries = cases.entries(tx, case.id)
    assert len(entries) == 21 and chain_fault(entries) is None


def test_a_case_that_somebody_holds_can_be_passed_over(database: Database) -> None:
    with database.change() as tx:
        case = started(tx)
    with database.change() as tx:
        assert cases.lock(tx, case.id, skip_locked=True) == case
        if tx.dialect.name == "postgresql":
            with database.change() as other:
                assert cases.lock(other, case.id, skip_locked=True) is None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM journal",
        "UPDATE journal SET actor = 'nobody'",
        "UPDATE journal SET payload = '{}'",
        "UPDATE journal SET payload = NULL, seq = 7",
        "UPDATE journal SET hash = previous, payload = NULL",
        'INSERT INTO journal SELECT "case", seq, at, actor, kind, NULL, state, state, state, state, salt FROM journal',
    ],
)
def test_the_journal_refuses_to_be_changed(database: Database, statement: str) -> None:
    with database.change() as tx:
        case = started(tx)
    with pytest.raises(IntegrityError), database.change() as tx:
        tx.execute(text(statement))
    with database.read() as tx:
        assert chain_fault(cases.entries(tx, case.id)) is None


def test_the_journal_refuses_to_be_replaced_or_emptied_at_a_stroke(database: Database) -> None:
    with database.change() as tx:
        started(tx)
        statement = {
            "sqlite": "INSERT OR REPLACE INTO journal SELECT * FROM journal",
            "postgresql": "TRUNCATE journal",
        }[tx.dialect.name]
    with pytest.raises(IntegrityError), database.change() as tx:
        tx.execute(text(statement))


def test_an_erased_payload_leaves_the_chain_whole_and_says_what_its_erasure_kept(database: Database) -> None:
    with database.change() as tx:
        case = erasable(tx)
        erasures.erase(tx, case.id, 5, [2])
        entries = cases.entries(tx, case.id)
    assert [entry.payload is None for entry in entries] == [False, True, False, False, False]
    assert entries[1].salt is None and chain_fault(entries) is None
    assert entries[1].body == Submit("Task#1", {"applicant_name": "[đã xóa]"})
    with database.read() as tx:
        assert erasures.named(tx, case.id) == {2: 5}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET payload = NULL, salt = NULL WHERE seq = 2",
        "UPDATE journal SET salt = NULL WHERE seq = 2",
        'INSERT INTO erasure ("case", seq, entry) VALUES (1, 3, 5)',
        'INSERT INTO erasure ("case", seq, entry) VALUES (1, 2, 4)',
        'INSERT INTO erasure ("case", seq, entry) VALUES (1, 5, 5)',
    ],
)
def test_no_payload_goes_that_no_erasure_of_the_journal_names(database: Database, statement: str) -> None:
    with database.change() as tx:
        case = erasable(tx)
    with pytest.raises(IntegrityError), database.change() as tx:
        tx.execute(text(statement))
    with database.read() as tx:
        assert all(entry.payload for entry in cases.entries(tx, case.id))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM erasure",
        "UPDATE erasure SET entry = 4",
        "UPDATE journal SET payload = '{}' WHERE seq = 2",
        "UPDATE journal SET salt = hash WHERE seq = 2",
    ],
)
def test_what_was_erased_stays_so_and_stays_named(database: Database, statement: str) -> None:
    with database.change() as tx:
        case = erasable(tx)
        erasures.erase(tx, case.id, 5, [2])
    with pytest.raises(IntegrityError), database.change() as tx:
        tx.execute(text(statement))
    with database.change() as tx:
        replaced = {
            "sqlite": "INSERT OR REPLACE INTO erasure SELECT * FROM erasure",
            "postgresql": "TRUNCATE erasure",
        }[tx.dialect.name]
        with pytest.raises(IntegrityError):
            tx.execute(text(replaced))
        tx.rollback()


def erasable(tx: Transaction) -> Case:
    """A case of four entries and an erasure that names the second."""
    case = started(tx)
    for _ in range(3):
        change = advance(case, payload={"applicant_name": "Nguyễn Thị Lan"})
        cases.save(tx, change)
        case = change.case
    kept = {"2": write(Submit("Task#1", {"applicant_name": "[đã xóa]"}), Circumstances(Actor("Lan", ()), 1))}
    body = Erase("Điều 1", "an", "An", ("applicant_name",), kept)
    payload = write(body, Circumstances(Actor("Bình", ())))
    made = Entry.make(case.id, 5, case.started, "binh", body.kind, payload, START, case.head)
    cases.append(tx, made)
    return replace(case, seq=5, head=made.hash)


def test_a_case_wiped_and_shown_again_is_as_it_was(database: Database) -> None:
    with database.change() as tx:
        other = started(tx, tasks=(a_task(),), armed=(Timer("T#1", "T", NOW),))
        incident = Incident(1, NOW, "TimerBroken", "", {})
        case = a_case(cases.create(tx))
        change = advance(case, tasks=(a_task(),), armed=(Timer("T#1", "T", NOW),), incidents=(incident,))
        cases.save(tx, change)
        cases.wipe(tx, case.id)
        assert cases.get(tx, case.id) is None and cases.tasks(tx, case.id) == cases.timers(tx, case.id) == []
        assert cases.tasks(tx, other.id) == [a_task()]
        cases.show(tx, change)
        assert cases.get(tx, case.id) == change.case and cases.tasks(tx, case.id) == [a_task()]
        assert cases.timers(tx, case.id) == [Timer("T#1", "T", NOW)] and cases.incidents(tx, case.id) == [incident]


def test_case_numbers_are_never_given_twice(database: Database) -> None:
    def start(_: int) -> int:
        with database.change() as tx:
            return started(tx).id

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(start, range(20)))
    assert len(set(ids)) == 20


def test_two_cases_cannot_bear_one_number(database: Database) -> None:
    first, second = (advance(a_case(id, number="000.00.06.H27-260302-0001")) for id in (1, 2))
    with database.change() as tx:
        cases.save(tx, first)
    with pytest.raises(IntegrityError), database.change() as tx:
        cases.save(tx, second)


def test_a_message_queued_twice_is_there_once(database: Database) -> None:
    message = OutboxMessage("1/notify", "notify_applicant", {"email": "lan@example.vn"})
    with database.change() as tx:
        case = started(tx, messages=(message,))
        cases.save(tx, advance(case, messages=(message,)))
        [queued] = outbox.claim(tx, NOW, NOW + timedelta(minutes=1), 10)
    assert (queued.key, queued.seq, queued.values) == (message.key, 1, message.values)
