"""A database of an older version with cases in it: brought to this version, its register says what a new one says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from runner import store
from runner.app import Runner
from runner.config import Settings
from runner.domain.case import Case
from runner.domain.journal import START, Entry, parsed
from runner.domain.person import SYSTEM
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.services.replay import replay
from runner.store import case as cases
from runner.store import setting
from runner.store.index import metadata
from runner.store.session import Database
from runner.store.table import case as case_table
from runner.store.table import journal
from tests.audit.verification.stage import Insider
from tests.procedures.dossier import Dossier

FIRST_WITH_REGISTER = "0004"


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path) -> Iterator[str]:
    """A database of the same kind as `database_url` without any table."""
    url = make_url(database_url)
    if url.drivername == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    old = url.set(database=f"{url.database}_old")
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {old.database}")
        yield old.render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {old.database} WITH (FORCE)")


def bring_to(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    with database.change() as tx:
        config.attributes["tx"] = tx
        command.upgrade(config, revision)


def unsalt(office: Dossier, old: Database) -> None:
    """Give the journals of `old` the hashes that they had before there were salts, and the cases their heads."""
    with office.runner.database.read() as source, old.change() as target:
        versions = office.runner.transactions.versions
        # The triggers that guard the journal are not what this is about.
        if target.dialect.name == "sqlite":
            target.execute(text("DROP TRIGGER journal_update"))
        else:
            target.execute(text("SET LOCAL session_replication_role = replica"))
        for id in cases.ids(source):
            made = [Entry.make(id, 0, office.now, "", "", {}, START, START)]

            def watch(entry: Entry, _: Advance | None, instance: Instance, made: list[Entry] = made) -> None:
                salt, instance.salt = instance.salt, b""
                payload = parsed(entry.payload or "")
                before = made[-1].hash if entry.seq > 1 else START
                who, kind, state = entry.actor, entry.kind, instance.digest()
                instance.salt = salt
                made.append(Entry.make(entry.case, entry.seq, entry.at, who, kind, payload, state, before))

            row = cases.get(source, id)
            assert row
            replay(source, versions, row, watch)
            for each in made[1:]:
                values = {name: getattr(each, name) for name in ("payload_sha256", "state", "previous", "hash")}
                this = (journal.c.case == id, journal.c.seq == each.seq)
                target.execute(journal.update().where(*this).values(**values))
            target.execute(case_table.update().where(case_table.c.id == id).values(head=made[-1].hash))


def copy(new: Database, old: Database) -> None:
    """The columns of `new` that the tables of `old` have."""
    with new.read() as source, old.change() as target:
        there = inspect(target)
        for table in metadata.sorted_tables:
            if there.has_table(table.name):
                kept = [table.c[each["name"]] for each in there.get_columns(table.name) if each["name"] in table.c]
                if rows := [row._asdict() for row in source.execute(table.select().with_only_columns(*kept))]:
                    target.execute(table.insert(), rows)


def register(runner: Runner) -> list[Case]:
    with runner.database.read() as tx:
        return [found for case in cases.ids(tx) if (found := cases.get(tx, case))]


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """One case that is over, one that is at its second step."""
    office = Dossier(database_url, tmp_path, "ben-tre/39", "2022-09-26 08:00")
    office.on("2022-09-26 09:00", "Task_1_receive").on("2022-09-26 10:00", "Task_1_forward")
    office.on("2022-09-30 10:00", "Task_2_process").on("2022-10-03 09:00", "Task_3_submit")
    office.on("2022-10-04 08:00", "Task_4_approve").on("2022-10-05 07:30", "Task_5_record")
    office.on("2022-10-05 09:00", "Task_6_notify").on("2022-10-06 09:00", "Task_collect")
    office.start("ben-tre/39")
    yield office.on("2022-10-06 10:00", "Task_1_receive")
    office.runner.close()


@pytest.mark.parametrize("revision", ["0002", "0003", FIRST_WITH_REGISTER])
def test_an_old_database_is_brought_to_this_version_without_anything_done_by_hand(
    office: Dossier, empty_url: str, tmp_path: Path, revision: str
) -> None:
    expected = register(office.runner)
    finished = expected[0]
    assert finished.legal_clock_stopped_at and finished.result_delivered_at
    assert finished.address and finished.delivery_method
    old = Database(empty_url)
    bring_to(old, revision)
    copy(office.runner.database, old)
    unsalt(office, old)
    if revision == FIRST_WITH_REGISTER:  # as its own migration left the rows of cases from before
        with old.change() as tx:
            tx.execute(text("UPDATE \"case\" SET stopped = NULL, handed = NULL, address = '', handover = ''"))
    old.close()

    runner = Runner(Settings(database=empty_url, mail=f"spool:{tmp_path / 'mail'}"), office.clock)
    runner.migrate()
    assert [replace(each, head=b"") for each in register(runner)] == [replace(each, head=b"") for each in expected]
    assert [runner.audit.replay(case.id, SYSTEM) for case in expected] == [None, None]
    with runner.database.read() as tx:
        assert setting.get(tx, "rebuild") is None
    runner.close()


def test_a_case_that_does_not_replay_stops_no_other(office: Dossier) -> None:
    expected, runner = register(office.runner), office.runner
    with runner.database.change() as tx:
        tx.execute(text("UPDATE \"case\" SET address = ''"))
        setting.save(tx, "rebuild", "yes")
    insider = Insider(runner.settings.database)
    insider.do('UPDATE journal SET payload = NULL WHERE "case" = 1 AND seq = 3')
    insider.close()
    runner.migrate()
    first, second = register(runner)
    assert first.address == "" and second == expected[1]
    assert runner.audit.replay(1, SYSTEM)


def test_rows_are_made_anew_only_where_a_migration_asked(office: Dossier) -> None:
    with office.runner.database.change() as tx:
        tx.execute(text("UPDATE \"case\" SET address = 'sửa tay' WHERE id = 1"))
    office.runner.migrate()
    assert register(office.runner)[0].address == "sửa tay"
