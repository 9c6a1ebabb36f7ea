"""Transactions are kept whole or not at all; their errors have plain words and come in bounded time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from threading import Barrier, Event
from time import perf_counter

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from runner.store import session, setting
from runner.store.session import Busy, Database, Disconnected, StoreFull
from tests import haste

BRIEF = timedelta(milliseconds=200)


@pytest.fixture
def hasty(database_url: str) -> Iterator[Database]:
    """A database whose transactions soon lose patience."""
    database = Database(database_url, BRIEF)
    yield database
    database.close()


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


def test_a_snapshot_does_not_see_what_is_committed_after_it_began(database: Database) -> None:
    with database.read() as tx:
        assert setting.get(tx, "a") is None
        with database.change() as other:
            setting.save(other, "a", "1")
        assert setting.get(tx, "a") is None
    with database.read() as tx:
        assert setting.get(tx, "a") == "1"


def test_nothing_can_be_written_in_a_snapshot(database: Database) -> None:
    with pytest.raises((DBAPIError, StoreFull)), database.read() as tx:
        setting.save(tx, "a", "1")
    with database.change() as tx:
        setting.save(tx, "a", "2")
        assert setting.get(tx, "a") == "2"


def test_a_writer_kept_waiting_too_long_is_told_that_the_system_is_busy(hasty: Database) -> None:
    with hasty.change() as tx:
        setting.save(tx, "a", "1")
        began = perf_counter()
        with pytest.raises(Busy, match="Hệ thống đang bận"), hasty.change() as other:
            setting.save(other, "a", "2")
        assert perf_counter() - began < 5 * BRIEF.total_seconds()
    with hasty.change() as tx:
        assert setting.get(tx, "a") == "1"


def test_readers_do_not_wait_for_a_writer(hasty: Database) -> None:
    with hasty.change() as tx:
        setting.save(tx, "a", "1")
        with hasty.read() as other:
            assert setting.get(other, "a") is None


def test_writers_behind_one_that_holds_on_lose_nothing(database: Database) -> None:
    writers, each = 8, 5
    ready, holding = Barrier(writers + 1), Event()

    def hold() -> None:
        with database.change() as tx:
            setting.save(tx, "held", "1")
            holding.set()
            ready.wait()

    def write(writer: int) -> None:
        holding.wait()
        ready.wait()
        for number in range(each):
            with database.change() as tx:
                setting.save(tx, f"{writer}/{number}", "1")

    with ThreadPoolExecutor(writers + 1) as pool:
        for done in [pool.submit(hold), *(pool.submit(write, writer) for writer in range(writers))]:
            done.result()
    with database.read() as tx:
        assert tx.scalar(text("SELECT count(*) FROM setting")) == writers * each + 1


def test_more_threads_than_connections_wait_and_then_hear_that_the_system_is_busy(hasty: Database) -> None:
    with pytest.raises(Busy):
        _open_snapshots(hasty, 100)
    with hasty.read() as tx:
        assert setting.get(tx, "a") is None


def _open_snapshots(database: Database, depth: int) -> None:
    with database.read() as tx:
        setting.get(tx, "a")
        if depth:
            _open_snapshots(database, depth - 1)


def _save(database: Database, settings: dict[str, str]) -> None:
    with database.change() as tx:
        for key, value in settings.items():
            setting.save(tx, key, value)


@on_sqlite
def test_a_full_disk_is_told_leaves_no_half_state_and_is_over_when_there_is_room(database: Database) -> None:
    with database.change() as tx:
        pages = tx.scalar(text("PRAGMA page_count"))
        tx.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
    with pytest.raises(StoreFull, match="ổ đĩa đã đầy"):
        _save(database, {"small": "1", "large": "x" * 100_000})
    with database.change() as tx:
        assert setting.get(tx, "small") is None
        assert tx.scalar(text("PRAGMA integrity_check")) == "ok"
        tx.execute(text(f"PRAGMA max_page_count = {pages + 100}"))
    _save(database, {"large": "x" * 100_000})


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreFull), Database(f"sqlite:///{tmp_path}/missing/motcua.db").read() as tx:
        setting.get(tx, "a")


@on_sqlite
def test_a_checkpoint_moves_what_was_committed_into_the_file(database: Database, tmp_path: Path) -> None:
    with database.change() as tx:
        setting.save(tx, "a", "1")
    found = []
    for _ in range(2):
        copyfile(tmp_path / "motcua.db", tmp_path / "copy.db")
        copy = sqlite3.connect(tmp_path / "copy.db")
        found.append(copy.execute("SELECT value FROM setting").fetchall())
        copy.close()
        database.checkpoint()
    assert found == [[], [("1",)]]


@on_sqlite
def test_a_commit_reaches_the_disk_before_it_is_acknowledged(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "PRAGMAS", haste.PRAGMAS)
    with closing(Database(database_url)) as database, database.change() as tx:
        assert (tx.scalar(text("PRAGMA journal_mode")), tx.scalar(text("PRAGMA synchronous"))) == ("wal", 2)


def _save_while_cut_off(database: Database) -> None:
    with database.change() as tx:
        setting.save(tx, "a", "1")
        mine = tx.scalar(text("SELECT pg_backend_pid()"))
        with database.change() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        setting.save(tx, "b", "1")


@on_postgres
def test_a_connection_cut_in_the_middle_is_told_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(Disconnected, match="Mất kết nối"):
        _save_while_cut_off(database)
    with database.change() as tx:
        assert setting.get(tx, "a") is None
        setting.save(tx, "a", "2")


@on_postgres
def test_connections_cut_while_nobody_used_them_are_not_noticed(database: Database) -> None:
    with database.change() as tx, database.change() as other:
        assert setting.get(tx, "a") is setting.get(other, "a") is None
    with database.change() as tx:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        tx.execute(text(f"{others} AND pid <> pg_backend_pid()"))
    with database.change() as tx, database.change() as other:
        assert setting.get(tx, "a") is setting.get(other, "a") is None


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(Disconnected), Database("postgresql+psycopg://nobody@127.0.0.1:1/none").read() as tx:
        setting.get(tx, "a")
