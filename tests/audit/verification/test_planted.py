"""What somebody with the database's password plants, so that a verification or the signing ends: both go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from runner.audit.verification.rebuilding import REBUILD
from runner.domain.person import Person
from runner.domain.record import RecordKind
from runner.record.note import Note
from runner.store import record_event, setting
from tests.audit.verification.crime import Crime, found

LAN = Person("lan", "Trần Thị Lan", frozenset({("mau", "director")}), "lan@mau.vn")
PLANT = "INSERT INTO record_head (size, at, root, note) VALUES (:size, :at, :root, :note)"


def plant(crime: Crime, size: int, note: str = "x") -> None:
    at = 1_600_000_000_000_000 if crime.insider.sqlite else "2020-01-01T00:00:00Z"
    crime.insider.do(PLANT, size=size, at=at, root=b"\0" * 32, note=note)


@pytest.mark.parametrize("ahead", [1, 1_000_000_000])
def test_a_planted_head_does_not_stop_the_signing(crime: Crime, ahead: int) -> None:
    log, now = crime.stage.runner.record_log, crime.stage.now
    plant(crime, log.size() + ahead)
    before = log.newest()
    for hours in (1, 2):
        crime.stage.runner.people.save(LAN)
        log.work(now + timedelta(hours=hours))
        log.work(now + timedelta(hours=hours, minutes=9))
    after = log.newest()
    assert before and after and after.size == before.size + 2 and log.signer and log.signer.verifier.name in after.note
    assert log.file and [each.size for each in log.file.checkpoints()][-3:] == [before.size + n for n in range(3)]
    assert "head unreadable" in found(crime.outside())


def test_heads_that_are_planted_at_every_size_to_come_do_not_keep_the_true_ones_from_going_out(crime: Crime) -> None:
    log, now = crime.stage.runner.record_log, crime.stage.now
    for ahead in range(1, 4):
        plant(crime, log.size() + ahead)
    for hours in (1, 2, 3):
        crime.stage.runner.people.save(LAN)
        log.work(now + timedelta(hours=hours))
        log.work(now + timedelta(hours=hours, minutes=9))
        newest = log.newest()
        assert newest and newest.size == log.size() and log.signer
        assert Note.read(newest.note).signed_by(log.signer.verifier)
    assert log.file and [each.size for each in log.file.checkpoints()][-3:] == [log.size() - n for n in (2, 1, 0)]


def test_what_a_planted_order_of_an_upgrade_fills_is_told_and_no_more_is_filled(crime: Crime) -> None:
    """Somebody emptied tables for a while, and has the upgrade put everything back."""
    rebuilding, database = crime.stage.runner.verification.rebuilding, crime.stage.runner.database
    crime.insider.do("DELETE FROM task", "DELETE FROM case_officer")
    with database.change() as tx:
        setting.save(tx, REBUILD, "task,case_officer")
    done = rebuilding.catch_up(crime.stage.now)
    assert done and done.waiting and done.findings
    rebuilding.rebuild(None, crime.stage.now, reason="Đã xem")
    crime.insider.do("DELETE FROM case_officer")
    with database.change() as tx:
        setting.save(tx, REBUILD, "case_officer")
    filled = rebuilding.catch_up(crime.stage.now)
    with database.read() as tx:
        told = record_event.events(tx, kinds=[RecordKind.REBUILD])[-1]
    assert filled and filled.filled
    assert (told.subject, told.facts["filled"]) == ("case_officer", filled.filled)


def test_a_head_that_was_made_unreadable_does_not_stop_the_signing(crime: Crime) -> None:
    log, now = crime.stage.runner.record_log, crime.stage.now
    last = "WHERE size = (SELECT max(size) FROM record_head)"
    torn = "note = CAST(x'ff' AS TEXT), at = 'hôm qua'" if crime.insider.sqlite else "note = ''"
    crime.insider.do(f"UPDATE record_head SET {torn} {last}")
    crime.stage.runner.people.save(LAN)
    log.work(now + timedelta(hours=1))
    after = log.newest()
    assert after and after.size == log.size()
    assert found(crime.stage.report()) == {"head unreadable"}


def test_a_planted_head_makes_no_verification_believe_what_was_altered(crime: Crime) -> None:
    """Who believes what the last head covers means one that was signed, and the nodes are held to it."""
    stage = crime.stage
    (stage.keys / "heads.txt").write_text("", "utf-8")
    stage.runner.people.save(LAN)
    stage.runner.record_log.append()
    size = stage.runner.record_log.size()
    plant(crime, size)
    crime.insider.do('UPDATE record_leaf SET hash = :hash WHERE "index" = :last', hash=b"\1" * 32, last=size - 1)
    seen = stage.runner.verification.log(stage.now, since=stage.now)
    assert {"head unreadable", "event altered"} <= found(seen)
    crime.insider.do('UPDATE record_node SET hash = :hash WHERE "index" = 0', hash=b"\1" * 32)
    assert "head other" in found(stage.runner.verification.log(stage.now, since=stage.now))


@pytest.mark.parametrize("facts", [{}, {"size": [], "root": {}}])
def test_a_rollback_that_is_told_in_no_form_does_not_stop_a_verification(
    crime: Crime, facts: dict[str, object]
) -> None:
    with crime.stage.runner.database.change() as tx:
        record_event.append(tx, RecordKind.ROLLBACK, "lan", crime.stage.now, "", facts)
    crime.stage.signed()
    assert not found(crime.stage.report()) and not found(crime.outside())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_event SET actor = CAST(x'61ff' AS TEXT) WHERE id = 2",
        "UPDATE record_event SET at = 'hôm qua' WHERE id = 1",
        "UPDATE record_event SET at = 'hôm qua' WHERE kind = 'rollback'",
        "UPDATE record_event SET facts = 'x' WHERE id = 3",
        "UPDATE journal SET actor = CAST(x'61ff' AS TEXT) WHERE \"case\" = 1 AND seq = 1",
        "UPDATE \"case\" SET subject = CAST(x'61ff' AS TEXT) WHERE id = 1",
        "UPDATE task SET name = CAST(x'61ff' AS TEXT) WHERE \"case\" = 1",
        "UPDATE person SET name = CAST(x'61ff' AS TEXT)",
        "UPDATE record_head SET at = 'hôm qua', note = CAST(x'61ff' AS TEXT)",
        "UPDATE record_leaf SET seq = 'x' WHERE \"index\" = 2",
        "INSERT INTO record_leaf VALUES (100000000000, 5, 5, x'00')",
        "INSERT INTO record_pending VALUES (99999999, 'x', 'y')",
        "INSERT INTO record_node VALUES ('x', 'y', 'z')",
    ],
)
def test_a_row_of_bytes_that_are_no_text_is_a_finding(crime: Crime, statement: str) -> None:
    if not crime.insider.sqlite:
        pytest.skip("PostgreSQL keeps no such row")
    with crime.stage.runner.database.change() as tx:
        record_event.append(tx, RecordKind.ROLLBACK, "lan", crime.stage.now, "", {})
    crime.insider.do(statement)
    report = crime.stage.report()
    assert found(report) and report.tally.cases == crime.stage.runner.verification.count()


def test_a_trigger_whose_type_is_written_otherwise_is_seen(crime: Crime) -> None:
    """SQLite runs what its schema calls a Trigger; this one keeps reads of auditors out of the record."""
    if not crime.insider.sqlite:
        pytest.skip("a schema of SQLite")
    with crime.insider.engine.connect() as tx:
        tx.exec_driver_sql(
            "CREATE TRIGGER quiet BEFORE INSERT ON record_event WHEN new.kind = 'read' BEGIN SELECT RAISE(IGNORE); END"
        )
        tx.exec_driver_sql("PRAGMA writable_schema = ON")
        tx.exec_driver_sql("UPDATE sqlite_master SET type = 'Trigger' WHERE name = 'quiet'")
    crime.insider.close()
    crime.stage.runner.close()
    with crime.stage.runner.database.change() as tx:
        kept = record_event.append(tx, RecordKind.READ, "kiemtra", crime.stage.now, "1", {})
    with crime.stage.runner.database.read() as tx:
        assert record_event.event(tx, kept.id) is None, "SQLite runs it"
    assert found(crime.outside()) == {"guard foreign"}


def test_a_table_that_drops_rows_unheard_is_seen(crime: Crime) -> None:
    if not crime.insider.sqlite:
        pytest.skip("a clause of SQLite")
    crime.insider.do("ALTER TABLE desk_visit ADD COLUMN kept INTEGER NOT NULL ON CONFLICT IGNORE DEFAULT 1")
    assert found(crime.outside()) == {"guard foreign"}


@pytest.mark.parametrize(
    ("forge", "undo"),
    [
        ("ALTER TABLE record_event ENABLE ROW LEVEL SECURITY", "ALTER TABLE record_event DISABLE ROW LEVEL SECURITY"),
        (
            "CREATE POLICY hidden ON record_event USING (kind <> 'read')",
            "DROP POLICY hidden ON record_event",
        ),
        (
            "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
            " CREATE TRIGGER quiet BEFORE INSERT ON record_event FOR EACH ROW EXECUTE FUNCTION quiet();"
            " UPDATE pg_trigger SET tgisinternal = true WHERE tgname = 'quiet';"
            " UPDATE pg_proc SET pronamespace = 'information_schema'::regnamespace WHERE proname = 'quiet'",
            "UPDATE pg_proc SET pronamespace = current_schema()::regnamespace WHERE proname = 'quiet';"
            " UPDATE pg_trigger SET tgisinternal = false WHERE tgname = 'quiet';"
            " DROP TRIGGER quiet ON record_event; DROP FUNCTION quiet()",
        ),
    ],
)
def test_what_hides_or_drops_rows_on_postgresql_is_seen(crime: Crime, forge: str, undo: str) -> None:
    if crime.insider.sqlite:
        pytest.skip("a schema of PostgreSQL")
    with crime.insider.engine.begin() as tx:
        tx.execute(text(forge))
    try:
        assert found(crime.outside()) == {"guard foreign"}
    finally:
        with crime.insider.engine.begin() as tx:
            tx.execute(text(undo))
