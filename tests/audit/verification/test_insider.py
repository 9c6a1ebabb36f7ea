"""What an insider who knows how the record is checked would try next: each is seen, or told for what it is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from runner.audit.verification import words
from runner.domain.journal import digest
from runner.domain.record import RecordKind
from runner.domain.verification import Check, Word
from runner.store import record_event, setting
from tests.audit.verification.crime import Crime, found
from tests.services.office import CLERK, CODE, COUNT, COUNTED, DIRECTOR, KEEPER, LEAD, PROVINCE


def tell(crime: Crime, kind: str, subject: str, facts: dict[str, Any], actor: str = "lan") -> None:
    """An event by our own code, in the log and under a head, as if it had happened now."""
    with crime.stage.runner.database.change() as tx:
        record_event.append(tx, kind, actor, crime.stage.now, subject, facts, PROVINCE)
    crime.stage.signed()


def test_an_entry_or_event_that_is_dated_before_a_head_which_does_not_have_it(crime: Crime) -> None:
    """What is late is done now, by our own code, as of the day on which it was due."""
    stage, began = crime.stage, crime.stage.now
    stage.start(CODE)
    late = stage.case
    stage.later(days=3).start(CODE)
    stage.signed()
    crime.kept = stage.heads()
    assert not found(stage.report())
    stage.runner.tasks.submit(late, COUNT, COUNTED, CLERK, began)
    with stage.runner.database.change() as tx:
        record_event.append(tx, RecordKind.READ, "lan", began, "1", {"page": "journal"})
    stage.runner.record_log.append()
    for report in (crime.outside(), stage.report()):
        seen = [(each.what, each.case, each.seq) for each in report.tally.findings]
        assert seen == [("backdated", late, 2), ("event backdated", None, None)]


def test_a_revision_that_is_told_again_as_it_was_edited(crime: Crime) -> None:
    content = '{"days":[],"province":"mau","revision":1}'
    crime.insider.do("UPDATE calendar_revision SET content = :content WHERE revision = 1", content=content)
    told = crime.event("calendar", f"{PROVINCE}/1")
    tell(crime, RecordKind.CALENDAR, told.subject, {**told.facts, "content": digest(content).hex()})
    assert {"told twice", "column"} <= found(crime.outside())


def test_a_log_that_is_made_to_begin_again_over_what_was_edited(crime: Crime) -> None:
    runner = crime.stage.runner
    crime.insider.do("UPDATE person SET name = 'Người Khác' WHERE id = :id", id=LEAD.id)
    with runner.database.change() as tx:
        setting.save(tx, "record", "begin")
        last = record_event.events(tx)[-1].id
    with runner.database.read() as tx:
        had = bool(record_event.events(tx, kinds=[RecordKind.BEGIN], most=1))
    runner.record_beginning.catch_up(crime.stage.now)
    crime.stage.signed()
    with runner.database.read() as tx:
        assert had == (not record_event.events(tx, after=last, kinds=[RecordKind.BEGIN]))
    assert {"told twice", "column"} & found(crime.outside())
    # Who acted before a second beginning is still held to the accounts as they were.
    tell(crime, RecordKind.BEGIN, "", {"found": 0})
    assert "told twice" in found(crime.outside())


def test_a_report_whose_findings_are_taken_out_and_that_is_told_again(crime: Crime) -> None:
    stage = crime.stage
    crime.insider.do("UPDATE \"case\" SET subject = 'Người khác' WHERE id = 1")
    kept = stage.runner.verification.sample(stage.now, KEEPER, seed=1)
    crime.insider.do("UPDATE \"case\" SET subject = '' WHERE id = 1")
    told = crime.event("verification", str(kept.id))
    clean = digest("{}").hex()
    crime.insider.do("UPDATE verification SET tally = '{}' WHERE id = :id", id=kept.id)
    tell(crime, RecordKind.VERIFICATION, told.subject, {**told.facts, "tally": clean, "found": 0})
    assert "told twice" in found(crime.outside())


def test_a_decision_that_is_given_to_another_and_told_again(crime: Crime) -> None:
    told = crime.event("approval")
    assert told.facts["decided_by"] == DIRECTOR.id
    crime.insider.do("UPDATE submission SET decided_by = 'lan' WHERE id = :id", id=int(told.subject))
    tell(crime, RecordKind.APPROVAL, told.subject, {**told.facts, "decided_by": "lan"})
    assert {"told twice", "column"} <= found(crime.outside())


def test_a_revoked_token_that_lives_again(crime: Crime) -> None:
    with crime.stage.runner.database.read() as tx:
        told = next(each for each in record_event.events(tx, kinds=[RecordKind.TOKEN]) if each.facts["revoked"])
    crime.insider.do("UPDATE token SET revoked = NULL WHERE name = :name", name=told.facts["name"])
    tell(crime, RecordKind.TOKEN, told.subject, {**told.facts, "revoked": None})
    assert {"told twice", "column"} <= found(crime.outside())


def test_a_cut_that_is_confirmed_in_the_name_of_the_operator(crime: Crime) -> None:
    """Who confirms a rollback by hand silences the file of heads; the word says so, and heads elsewhere go on."""
    stage = crime.stage
    assert stage.report().word(Check.HEADS) == Word.MATCHES
    last = stage.runner.record_log.newest()
    assert last is not None
    with crime.insider.editing() as tx:  # the last event never was, and what came behind it comes now
        gone = tx.execute(text("SELECT max(id) FROM record_event")).scalar_one()
        statement = text('SELECT "index" FROM record_leaf WHERE "case" = 0 AND seq = :gone')
        first = tx.execute(statement, {"gone": gone}).scalar_one()
        again = f'INSERT INTO record_pending ("case", seq) SELECT "case", seq FROM record_leaf WHERE "index" > {first}'
        for each in (
            again,
            f'DELETE FROM record_leaf WHERE "index" >= {first}',
            f"DELETE FROM record_event WHERE id = {gone}",
            "DELETE FROM record_head",
        ):
            tx.execute(text(each))
    with stage.runner.database.change() as tx:
        facts = {"size": last.size, "root": last.root.hex(), "leaves": last.size - 1, "reason": "Khôi phục"}
        record_event.append(tx, RecordKind.ROLLBACK, "lan", stage.now, "so-mau/motcua", facts)
    stage.runner.record_log.append()
    report = stage.report()
    assert (report.word(Check.HEADS), report.tally.missing) == (Word.UNCHECKABLE, {Check.HEADS: "given up"})
    assert any("người vận hành đã xác nhận" in line for line in words.standing(report))
    assert {"head other", "head ahead"} & found(crime.outside())


def test_an_event_that_is_taken_away_before_it_is_a_leaf(crime: Crime) -> None:
    runner = crime.stage.runner
    with runner.database.change() as tx:
        gone = record_event.append(tx, RecordKind.EXPORT, "lan", crime.stage.now, "1", {"what": "case"})
        record_event.append(tx, RecordKind.READ, "kiemtra", crime.stage.now, "1", {"page": "journal"})
    crime.insider.do(
        "DELETE FROM record_event WHERE id = :id",
        'DELETE FROM record_pending WHERE "case" = 0 AND seq = :id',
        id=gone.id,
    )
    seen = {(each.what, each.about) for each in crime.inside().tally.findings}
    # On PostgreSQL a change that was undone leaves the same gap.
    assert seen == ({("event removed", f"event {gone.id}")} if crime.insider.sqlite else set())


def test_a_counter_that_is_set_so_high_that_nobody_could_look_at_each_number(crime: Crime) -> None:
    crime.insider.do("UPDATE case_number SET last = 2000000000")
    report = crime.outside()
    assert found(report) == {"number missing"} and report.tally.failed[Check.NUMBERS] % 100 == 0


def test_a_guard_that_hides_behind_another_of_its_name(crime: Crime) -> None:
    if crime.insider.sqlite:
        pytest.skip("SQLite has one trigger of a name")
    with crime.insider.engine.begin() as tx:
        query = "SELECT pg_get_functiondef(oid), prosrc FROM pg_proc WHERE proname = 'erase_payload'"
        [(define, body)] = tx.exec_driver_sql(query).all()
        tx.exec_driver_sql(define.replace(body, "BEGIN UPDATE journal SET payload = NULL; END"))
        tx.exec_driver_sql(define.replace("of_entry integer", "of_entry text"))
        assert tx.exec_driver_sql(query).all()[1][1] == body  # where one text hides the other, it is that of the second
    seen = found(crime.outside())
    with crime.insider.engine.begin() as tx:
        tx.exec_driver_sql("DROP FUNCTION erase_payload(bigint, text)")
        tx.exec_driver_sql(define)
    assert seen == {"guard altered"} and not found(crime.outside())


def test_an_audit_file_whose_notes_are_written_over(crime: Crime) -> None:
    with crime.stage.runner.database.read() as tx:
        made = tx.execute(text("SELECT id FROM sample")).scalar_one()
    for statement, about in (
        ("UPDATE sample_remark SET text = 'Không có gì' WHERE number = 1", f"sample_remark[{made}, 1].text"),
        ("UPDATE sample_remark SET \"by\" = 'lan' WHERE look = 'signed'", f"sample_remark[{made}, 3].by"),
        ("UPDATE sample SET seed = 8", f"sample[{made}].seed"),
        ("UPDATE sample SET versions = '[]'", f"sample[{made}].versions"),
    ):
        crime.insider.do(statement)
        assert about in {each.about for each in crime.outside().tally.findings}
