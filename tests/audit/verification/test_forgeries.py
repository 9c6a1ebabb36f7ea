"""Thirteen forgeries by somebody with the database's password and our source code, each against a head kept elsewhere.

Whoever plays the insider here covers their tracks as well as they can: chains are sealed anew, read tables made to fit,
events written, and where it helps the whole log is computed again. Only the key and the heads outside are not theirs.
"""

from __future__ import annotations

import json
from hashlib import sha256

from sqlalchemy import text

from runner.app import Runner
from runner.config import Settings
from runner.domain.entry import Submit
from runner.domain.journal import canonical, digest
from runner.domain.person import SYSTEM, Person
from runner.domain.verification import Check
from tests.audit.verification.crime import Crime, found
from tests.audit.verification.stage import Snapshot
from tests.services.office import CLERK, CODE, COUNT, COUNTED, DIRECTOR, LEAD, PROVINCE, SPECIALIST, WEIGH


def test_1_a_chain_that_was_stamped_anew(crime: Crime) -> None:
    entry = crime.entries(2)[-1]
    crime.restamp(2, entry.seq, payload=(entry.payload or "").replace("Rút hồ sơ", "Thiếu giấy tờ"))
    assert found(crime.outside()) >= {"entry altered"}
    crime.relog()
    assert "head other" in found(crime.outside())
    # From inside, with the log computed again, nothing is left to see: that is what heads outside are for.
    assert not found(crime.inside())


def test_2_a_tail_that_was_cut_and_laundered_by_a_rebuild(crime: Crime) -> None:
    last = crime.entries(1)[-1]
    crime.insider.do(f'DELETE FROM journal WHERE "case" = 1 AND seq = {last.seq}')
    done = crime.stage.runner.verification.rebuilding.rebuild([1], crime.stage.now, reason="Dọn dẹp")
    assert (done.refused, done.rebuilt) == (1, 0)
    crime.stage.runner.audit.rebuild(1)  # the insider has our code, and goes around the command
    assert {"entry removed"} <= found(crime.inside())
    crime.relog()
    assert {"head other", "head ahead"} & found(crime.outside())


def test_3_a_whole_case_that_was_taken_away(crime: Crime) -> None:
    for table in ("journal", "task", "timer", "incident", "outbox", "attachment", "case_search", "case_officer"):
        crime.insider.do(f'DELETE FROM {table} WHERE "case" = 2')
    crime.insider.do('DELETE FROM "case" WHERE id = 2')
    assert {"entry removed", "number missing"} <= found(crime.inside())
    crime.relog()
    assert {"number missing"} <= found(crime.inside())
    assert {"head other", "head ahead"} & found(crime.outside())


def test_4_a_rollback_to_an_old_copy(crime: Crime) -> None:
    before = crime.kept
    crime.stage.start(CODE)
    crime.stage.signed()
    crime.kept = crime.stage.heads()
    assert crime.kept != before
    with crime.insider.editing() as tx:  # what came since is gone, without a trace inside
        case = crime.stage.case
        for table in ("journal", "task", "timer", "incident", "outbox", "case_search", "case_officer"):
            tx.execute(text(f'DELETE FROM {table} WHERE "case" = {case}'))
        tx.execute(text(f'DELETE FROM "case" WHERE id = {case}'))
        tx.execute(text("UPDATE case_number SET last = last - 1 WHERE day = (SELECT max(day) FROM case_number)"))
        first = tx.execute(text(f'SELECT min("index") FROM record_leaf WHERE "case" = {case}')).scalar_one()
        tx.execute(text(f'DELETE FROM record_leaf WHERE "index" >= {first}'))
        tx.execute(text(f"DELETE FROM record_head WHERE size > {first}"))
    assert "head ahead" in found(crime.outside())


def test_5_a_case_that_was_pointed_at_another_version(crime: Crime) -> None:
    entry = crime.entries(2)[0]
    payload = json.loads(entry.payload or "")
    other = "ab" * 32
    crime.restamp(2, 1, payload=canonical(payload | {"version": other}))
    crime.insider.do('UPDATE "case" SET version = :other WHERE id = 2', other=other)
    assert {"entry altered", "version"} <= found(crime.inside())
    crime.insider.do('UPDATE "case" SET version = :other WHERE id = 4', other=other)
    assert any(each.about == "case[4].version" for each in crime.inside().tally.findings)
    assert found(crime.outside())


def test_6_a_diagram_of_a_running_version_that_was_edited(crime: Crime) -> None:
    with crime.insider.editing() as tx:
        digest_of, data = next(
            (key, bytes(content))
            for key, content in tx.execute(text("SELECT sha256, content FROM blob")).all()
            if b"<process" in bytes(content)
        )
        drawn = data.replace(b"P2D", b"P9D")
        assert drawn != data
        tx.execute(text("UPDATE blob SET content = :drawn WHERE sha256 = :key"), {"drawn": drawn, "key": digest_of})
    assert {"blob altered", "version altered"} <= found(crime.inside())
    assert {"blob altered", "version altered"} <= found(crime.outside())


def test_7_a_table_of_fees_that_was_edited(crime: Crime) -> None:
    with crime.insider.editing() as tx:
        name, key = next(
            (name, bytes(key))
            for name, key in tx.execute(text("SELECT name, sha256 FROM version_file")).all()
            if name == f"bpmn/{CODE}.toml"
        )
        content = bytes(tx.execute(text("SELECT content FROM blob WHERE sha256 = :key"), {"key": key}).scalar_one())
        changed = content.replace(b"amount = ", b"amount = 1", 1) if b"amount = " in content else content + b"\n"
        other = {"key": sha256(changed).digest(), "content": changed}
        tx.execute(text("INSERT INTO blob (sha256, content) VALUES (:key, :content)"), other)
        statement = text("UPDATE version_file SET sha256 = :key WHERE name = :name")
        tx.execute(statement, {"key": other["key"], "name": name})
    # The blob is honest; the file of the version is not the one that was deployed.
    assert "blob altered" not in found(crime.inside())
    assert {"version altered", "column"} <= found(crime.outside())


def test_8_a_calendar_that_was_edited_and_its_event_with_it(crime: Crime) -> None:
    statement = "UPDATE calendar_revision SET content = replace(content, :old, :new) WHERE revision = 1"
    with crime.stage.runner.database.read() as tx:
        content = tx.execute(text("SELECT content FROM calendar_revision WHERE revision = 1")).scalar_one()
    day = next(each for each in json.loads(content)["days"])["date"]
    crime.insider.do(statement, old=day, new="2030-01-01")
    assert {"column"} <= found(crime.inside())
    with crime.stage.runner.database.read() as tx:
        edited = tx.execute(text("SELECT content FROM calendar_revision WHERE revision = 1")).scalar_one()
    told = crime.event("calendar", f"{PROVINCE}/1")
    crime.tell(told.id, facts={**told.facts, "content": digest(edited).hex()})
    assert {"event altered"} <= found(crime.inside())
    crime.relog()
    assert "head other" in found(crime.outside())


def test_8_a_revision_that_never_was(crime: Crime) -> None:
    entry = crime.entries(2)[-1]
    crime.restamp(2, entry.seq, payload=(entry.payload or "").replace('"organisation":1', '"organisation":9'))
    assert {"revision unknown", "entry altered"} <= found(crime.inside())


def test_8_an_event_that_is_written_otherwise(crime: Crime) -> None:
    crime.insider.do("UPDATE record_event SET facts = facts || ' ' WHERE id = 1")
    assert "event altered" in found(crime.inside())


def test_9_triggers_that_were_dropped_or_disabled(crime: Crime) -> None:
    if crime.insider.sqlite:
        with crime.insider.engine.begin() as tx:
            tx.exec_driver_sql("BEGIN")
            tx.exec_driver_sql("DROP TRIGGER journal_update")
            tx.exec_driver_sql("CREATE TRIGGER journal_update BEFORE UPDATE ON journal WHEN 0 BEGIN SELECT 1; END")
            tx.exec_driver_sql("DROP TRIGGER journal_delete")
            tx.exec_driver_sql("CREATE TRIGGER zz AFTER INSERT ON journal BEGIN SELECT 1; END")
        assert found(crime.inside()) == {"guard altered", "guard missing", "guard foreign"}
        return
    with crime.insider.engine.begin() as tx:
        tx.execute(text("ALTER TABLE journal DISABLE TRIGGER journal_change"))
    assert found(crime.inside()) == {"guard altered"}
    with crime.insider.engine.begin() as tx:
        tx.execute(text("ALTER TABLE journal ENABLE TRIGGER journal_change"))
    assert not found(crime.inside())


def test_10_a_superuser_who_edits_without_triggers(crime: Crime) -> None:
    """On PostgreSQL as a replica, on SQLite with the triggers put back: nothing guards, and nothing tells."""
    crime.insider.do("UPDATE \"case\" SET subject = 'Người khác', outcome = 'granted' WHERE id = 1")
    crime.insider.do('UPDATE journal SET at = at WHERE "case" = 1')
    report = crime.inside()
    assert {each.about for each in report.tally.findings} == {"case[1].subject", "case[1].outcome"}
    crime.insider.do('UPDATE record_leaf SET hash = :other WHERE "index" = 3', other=b"\x07" * 32)
    assert {"head other"} <= found(crime.outside())


def test_11_an_account_and_a_role_that_were_made_by_hand(crime: Crime) -> None:
    crime.insider.do(
        "INSERT INTO person (id, name, email, active) VALUES ('ma', 'Người Ma', '', :yes)",
        f"INSERT INTO membership (person, province, lane) VALUES ('ma', '{PROVINCE}', 'one_stop_clerk')",
        yes=True,
    )
    assert {each.about for each in crime.inside().tally.findings} == {
        "person[ma]",
        f"membership[ma, {PROVINCE}, one_stop_clerk]",
    }
    ghost = Person("ma", "Người Ma", frozenset({(PROVINCE, "one_stop_clerk")}))
    runner = crime.stage.runner
    case = runner.cases.start(CODE, ghost, crime.stage.now).case
    crime.insider.do("DELETE FROM membership WHERE person = 'ma'", "DELETE FROM person WHERE id = 'ma'")
    [finding] = [each for each in crime.inside().tally.findings if each.check == Check.ACTORS]
    assert (finding.what, finding.case, finding.about) == ("account unknown", case, "ma")


def test_12_a_signature_that_was_given_to_another_with_our_own_code(crime: Crime) -> None:
    """Our services are called with a person who is what they are not."""
    runner, now = crime.stage.runner, crime.stage.now
    boaster = Person(LEAD.id, LEAD.name, frozenset({*LEAD.groups, *SPECIALIST.groups}))
    crime.stage.start(CODE)
    case = crime.stage.case
    runner.tasks.claim(case, WEIGH, boaster, now)
    [finding] = [each for each in crime.inside().tally.findings if each.case == case]
    assert (finding.what, finding.seq, finding.about) == ("account otherwise", 2, LEAD.id)
    # Under the name of the director, with the lanes of another.
    impostor = Person(DIRECTOR.id, DIRECTOR.name, CLERK.groups)
    runner.tasks.submit(case, COUNT, COUNTED, impostor, now)
    assert {each.seq for each in crime.inside().tally.findings if each.case == case} == {2, 3}
    # The actor of an entry that is written over afterwards, sealed anew.
    entry = next(each for each in crime.entries(1) if isinstance(each.body, Submit))
    who = json.loads(entry.payload or "")
    payload = canonical(who | {"who": {"name": DIRECTOR.name, "lanes": ["director"]}})
    crime.restamp(1, entry.seq, actor=DIRECTOR.id, payload=payload)
    seen = {(each.what, each.seq) for each in crime.inside().tally.findings if each.case == 1}
    assert ("no right", entry.seq) in seen and ("entry altered", entry.seq) in seen
    assert found(crime.outside())


def test_13_an_old_backup_that_gives_a_number_twice(crime: Crime) -> None:
    """A number that was given after the copy is given to another citizen by the copy."""
    copy = Snapshot.of(crime.stage, crime.insider)
    crime.stage.start(CODE)
    given = crime.stage.row.number
    crime.stage.signed()
    kept = crime.stage.heads()
    copy.put_back(crime.insider)
    crime.stage.forget().start(CODE)
    assert crime.stage.row.number == given  # without a restore that tells, nothing inside knows
    assert not {"number twice", "number missing"} & found(crime.inside())
    crime.kept = kept
    crime.stage.runner.record_log.append()
    assert {"head other", "head ahead"} & found(crime.outside())


def test_the_verification_is_by_a_process_that_has_seen_nothing(crime: Crime) -> None:
    """A process that knows the true version in memory finds the edited one all the same, as a new process does."""
    assert crime.stage.runner.audit.replay(2, SYSTEM) is None
    crime.insider.do("UPDATE blob SET content = :none", none=b"")
    warm = crime.stage.report()
    cold = Runner(Settings(database=crime.url), crime.stage.clock)
    assert found(warm) == found(cold.verification.run(crime.stage.now)) >= {"blob altered"}
    assert crime.stage.runner.audit.replay(2, SYSTEM) is None  # the case is run by the version in memory
    cold.close()
