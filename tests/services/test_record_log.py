"""What happens becomes leaves of one log; heads of it are signed, and whoever has one finds out what was changed."""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from runner.domain.person import SYSTEM, Person
from runner.domain.record import RecordKind, entry_leaf, event_leaf
from runner.record import merkle
from runner.record.note import Checkpoint, KeyInvalid, Note, Signer, signed
from runner.services.head_file import TAIL, HeadFile
from runner.services.record_key import KeyExists, KeyFile, SigningCommand, SigningFailed
from runner.services.record_log import Nodes, NoSigner, NothingToAccept, NotInLog, RecordBehind, RecordLog
from runner.store import case as cases
from runner.store import record_event, record_log, setting
from runner.store.session import Database
from tests.services.office import Office
from tests.store.factory import NOW

LAN = Person("lan", "Trần Thị Lan", frozenset({("mau", "director")}), "lan@mau.vn")


@pytest.fixture
def log(office: Office, tmp_path: Path) -> RecordLog:
    """The log of the office, with a key and a file of heads."""
    key = KeyFile(tmp_path / "record.key")
    key.make("so-mau/motcua")
    return RecordLog(office.runner.database, key, HeadFile(tmp_path / "outside" / "heads.txt"))


def take_all(log: RecordLog) -> None:
    while log.append():
        pass


def test_every_entry_and_event_becomes_a_leaf_in_the_order_of_arrival(office: Office, log: RecordLog) -> None:
    take_all(log)
    with office.runner.database.read() as tx:
        events, entries = record_event.events(tx), cases.entries(tx, office.case)
        leaves = record_log.nodes(tx, 0, 0, log.size())
        assert {each.kind for each in events} >= {RecordKind.VERSION, RecordKind.ENFORCEMENT, RecordKind.CALENDAR}
        assert all(each.whole for each in events)
    told = [merkle.leaf_hash(event_leaf(each.id, each.hash)) for each in events]
    assert leaves == [*told, *(merkle.leaf_hash(entry_leaf(each.case, each.seq, each.hash)) for each in entries)]


def test_a_head_signs_the_root_over_all_leaves_and_shows_that_each_is_there(office: Office, log: RecordLog) -> None:
    take_all(log)
    head = log.sign(office.now)
    assert log.signer
    note = Note.read(head.note)
    assert note.signed_by(log.signer.verifier)
    checkpoint = Checkpoint.read(note.text)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("so-mau/motcua", log.size(), head.root)
    with office.runner.database.read() as tx:
        for each in cases.entries(tx, office.case):
            shown = log.inclusion(each.case, each.seq, head.size)
            leaf = merkle.leaf_hash(entry_leaf(each.case, each.seq, each.hash))
            assert merkle.root_by_inclusion(leaf, shown.index, shown.size, shown.path) == head.root
    assert log.file and log.file.notes() == [head.note]


def test_each_head_continues_the_one_before(office: Office, log: RecordLog) -> None:
    for _ in range(5):
        office.runner.people.save(LAN)
        take_all(log)
        log.sign(office.now)
    heads = log.heads()
    assert len(heads) == 5
    for old, new in pairwise(heads):
        assert merkle.continues(old.size, old.root, new.size, new.root, log.consistency(old.size, new.size))


def test_a_log_of_thousands_has_the_root_that_its_leaves_give(database: Database) -> None:
    log = RecordLog(database, None, None)
    with database.change() as tx:
        for number in range(1_300):
            record_event.append(tx, RecordKind.READ, "kiemtra", NOW, str(number), {})
    assert [log.append(), log.append(), log.append()] == [1_000, 300, 0]
    with database.read() as tx:
        grown = merkle.Frontier()
        for leaf in record_log.nodes(tx, 0, 0, 1_300):
            grown.add(leaf)
        assert len(record_log.nodes(tx, 8, 0, 10)) == 1_300 // 256
        assert merkle.root(Nodes(tx), 1_300) == grown.root()


def test_what_has_not_come_to_the_log_cannot_be_shown(office: Office, log: RecordLog) -> None:
    with pytest.raises(NotInLog):
        log.inclusion(office.case, 1, 1)
    take_all(log)
    with pytest.raises(NotInLog):
        log.inclusion(office.case, 1, 1)
    with pytest.raises(NotInLog):
        log.consistency(1, log.size() + 1)


def test_the_worker_signs_every_five_minutes_and_when_it_ends(office: Office, log: RecordLog) -> None:
    log.work(office.now)
    first = log.newest()
    office.runner.people.save(LAN)
    log.work(office.now + timedelta(minutes=4))
    assert first and log.newest() == first
    log.work(office.now + timedelta(minutes=5))
    second = log.newest()
    assert second and second.size == first.size + 1
    log.work(office.now + timedelta(days=1))
    assert log.newest() == second, "nothing has happened since"
    office.runner.people.save(LAN)
    log.finish(office.now + timedelta(days=1, minutes=1))
    third = log.newest()
    assert third and third.size == second.size + 1


def test_a_clock_that_went_back_does_not_stop_the_signing(office: Office, log: RecordLog) -> None:
    log.work(office.now + timedelta(days=300))
    office.runner.people.save(LAN)
    log.work(office.now)
    assert len(log.heads()) == 2


def test_a_process_without_a_key_makes_leaves_and_no_heads(office: Office) -> None:
    log = RecordLog(office.runner.database, None, None)
    log.work(office.now)
    assert log.size()
    assert log.newest() is None
    with pytest.raises(NoSigner):
        log.sign(office.now)


@pytest.mark.parametrize("table", ["record_event", "record_leaf", "record_node", "record_head"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_what_is_in_the_log_is_neither_changed_nor_deleted(
    office: Office, log: RecordLog, table: str, change: str
) -> None:
    with office.runner.database.change() as tx:
        for number in range(300):
            record_event.append(tx, RecordKind.READ, "kiemtra", NOW, str(number), {})
    log.work(office.now)
    column = {"record_event": "actor", "record_head": "note"}.get(table, "hash")
    with pytest.raises(Exception, match="append-only"), office.runner.database.change() as tx:
        tx.execute(text(change.format(table, column)))


def test_replacing_a_leaf_is_refused_on_sqlite(office: Office, log: RecordLog) -> None:
    log.work(office.now)
    with office.runner.database.read() as tx:
        if tx.dialect.name != "sqlite":
            pytest.skip("REPLACE is of SQLite")
    with pytest.raises(Exception, match="append-only"), office.runner.database.change() as tx:
        tx.execute(text('REPLACE INTO record_leaf SELECT "index", "case", seq, zeroblob(32) FROM record_leaf'))


def unguarded(office: Office, statement: str) -> None:
    """What an insider does who has the database's password."""
    with office.runner.database.change() as tx:
        if tx.dialect.name == "sqlite":
            for name in ("record_leaf_delete", "record_leaf_update"):
                tx.execute(text(f"DROP TRIGGER {name}"))
        else:
            tx.execute(text("SET LOCAL session_replication_role = replica"))
        tx.execute(text(statement))


def test_a_log_whose_end_was_cut_off_is_not_started_on_until_an_operator_confirms(
    office: Office, log: RecordLog
) -> None:
    log.work(office.now)
    head = log.newest()
    assert head
    unguarded(office, f'DELETE FROM record_leaf WHERE "index" = {head.size - 1}')
    with pytest.raises(RecordBehind):
        log.guard()
    with pytest.raises(RecordBehind):
        log.sign(office.now + timedelta(hours=1))
    log.accept("Khôi phục bản sao lưu hôm qua", SYSTEM, office.now)
    log.guard()
    with office.runner.database.read() as tx:
        [event] = record_event.events(tx, kinds=[RecordKind.ROLLBACK])
    assert event.facts["size"] == head.size
    with pytest.raises(NothingToAccept):
        log.accept("Lần nữa", SYSTEM, office.now)
    log.work(office.now + timedelta(hours=1))
    log.guard()


def test_a_changed_leaf_no_longer_has_the_root_of_a_known_head(office: Office, log: RecordLog) -> None:
    log.work(office.now)
    other = (
        "zeroblob(32)" if office.runner.database._writer.dialect.name == "sqlite" else "decode(repeat('00', 32), 'hex')"
    )
    unguarded(office, f'UPDATE record_leaf SET hash = {other} WHERE "index" = 0')
    with pytest.raises(RecordBehind):
        log.guard()


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "new" / "record.key")
    assert not key.exists()
    public = key.make("so-mau/motcua")
    assert key.path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "record.key.pub").read_text() == f"{public}\n"
    with pytest.raises(KeyExists):
        key.make("so-mau/motcua")
    with pytest.raises(KeyInvalid):
        KeyFile(tmp_path / "other.key").make("hai từ")


SIGN = """import sys
from runner.record.note import Signer
sys.stdout.write(Signer.read(sys.argv[1]).line(sys.stdin.read()))
"""


def test_a_command_signs_and_what_it_says_is_checked(office: Office, tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "record.key")
    public = key.make("so-mau/motcua")
    secret = key.path.read_text().strip()
    program = tmp_path / "sign.py"
    program.write_text(SIGN, encoding="utf-8")
    log = RecordLog(office.runner.database, SigningCommand(f"{sys.executable} {program} {secret}", public), None)
    log.work(office.now)
    head = log.newest()
    assert head and Note.read(head.note).signed_by(public)
    for command in ("/bin/false", "/bin/echo x", "/nowhere/sign", f"{sys.executable} -c 1/0"):
        with pytest.raises(SigningFailed):
            SigningCommand(command, public).line("a\n")


def test_accounts_and_tokens_are_told_with_what_they_may(office: Office) -> None:
    runner = office.runner
    runner.people.save(LAN)
    runner.accounts.set_password("lan", "mật khẩu rất dài", office.now)
    runner.accounts.create_token("lan", "máy quét", ["read"], office.now)
    runner.accounts.revoke_token("lan", "máy quét", office.now)
    runner.people.dismiss("lan")
    with runner.database.read() as tx:
        told = record_event.events(tx, subject="lan")
        password = tx.execute(text("SELECT password FROM account WHERE person = 'lan'")).scalar_one()
    assert [each.kind for each in told] == ["person", "password", "token", "token", "person"]
    assert told[0].facts["groups"] == [["mau", "director"]]
    assert password not in str(told), "the hash of a password is not in the log, only its digest"
    assert [each.facts["revoked"] is None for each in told[2:4]] == [True, False]
    assert told[4].facts["active"] is False


def test_a_log_that_begins_on_a_database_in_use_is_told_what_it_finds(office: Office) -> None:
    database = office.runner.database
    with database.change() as tx:
        before = record_event.events(tx)
        setting.save(tx, "record", "begin")
    office.runner.record_beginning.catch_up(office.now)
    office.runner.record_beginning.catch_up(office.now)
    with database.read() as tx:
        begin, *found = record_event.events(tx, after=before[-1].id)
    assert (begin.kind, begin.facts["found"]) == ("begin", len(found))
    told = {(each.kind, each.subject): each.facts for each in before}
    assert {(each.kind, each.subject): each.facts for each in found} == told


def test_a_head_that_a_power_failure_cut_hides_none_that_is_written_after_it(log: RecordLog, office: Office) -> None:
    take_all(log)
    assert log.file
    note = log.sign(office.now).note
    whole = log.file.path.read_bytes()
    for place in range(len(whole) - 1):
        log.file.path.write_bytes(whole[:place])
        log.file.append(note)
        assert (newest := log.file.newest()) and newest.size == log.size()
        assert log.file.notes()[-1] == note


def test_the_newest_head_of_a_file_of_years_is_found_at_its_end_and_behind_junk(tmp_path: Path) -> None:
    heads = HeadFile(tmp_path / "heads.txt")
    signer = Signer.new("log")
    for size in (5, 6):
        said = str(Checkpoint("log", size, bytes(32)))
        heads.append(signed(said, [signer.line(said)]))
    heads.path.write_bytes(b"x\n" * TAIL + heads.path.read_bytes())
    assert (newest := heads.newest()) and newest.size == 6
    heads.path.write_bytes(heads.path.read_bytes() + b"x\n" * TAIL)
    assert (newest := heads.newest()) and newest.size == 6
