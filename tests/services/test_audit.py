"""The record proves itself: replay names the first entry that does not fit, and rows are made anew from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text, update

from runner.domain import journal
from runner.domain.calendar import Calendar
from runner.domain.circumstances import Actor
from runner.domain.deployment import Revision
from runner.domain.entry import CloseIncident
from runner.domain.journal import Entry, seal
from runner.domain.person import SYSTEM
from runner.errors import Divergence
from runner.services.access import CaseUnknown
from runner.services.audit import Audit
from runner.services.case_transaction import CaseInTrouble, CaseTransactions, IncidentNoted
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import registry, table
from runner.store.statement import row_values
from tests.services.office import (
    CLERK,
    CODE,
    COUNT,
    KEEPER,
    LAST,
    LEAD,
    NEIGHBOUR,
    PROVINCE,
    SPECIALIST,
    WEIGH,
    WEIGHED,
    Office,
)
from tests.world import local

Tamper = Callable[[Connection, list[Entry]], None]


# -- history and rebuilding --------------------------------------------------------------------------------------------


def waiting(office: Office) -> None:
    office.wait()


def finished(office: Office) -> None:
    office.wait().deliver_message()
    office.runner.tick()
    office.submit(LAST, {}, CLERK)


def late_and_claimed(office: Office) -> None:
    office.claim(WEIGH)
    office.at("2022-09-28 08:00")


def assigned(office: Office) -> None:
    office.runner.tasks.assign(office.case, WEIGH, SPECIALIST.id, LEAD, office.now)


def with_incident(office: Office) -> None:
    with pytest.raises(IncidentNoted):
        office.submit(WEIGH, WEIGHED)


def mended(office: Office) -> None:
    with_incident(office)
    office.submit(COUNT, {"amount": "9"}, CLERK)
    office.runner.cases.retry(office.case, 2, KEEPER, office.now)


def resolved(office: Office) -> None:
    with_incident(office)
    office.later(hours=1)
    office.runner.cases.resolve(office.case, 2, "Bỏ qua", KEEPER, office.now)


def withdrawn(office: Office) -> None:
    office.runner.cases.cancel(office.case, "Rút hồ sơ", CLERK, office.now)


def broken_timer(office: Office) -> None:
    for moment in ("2022-09-29 08:00", "2022-09-29 08:01", "2022-09-29 08:03"):
        office.at(moment)


STATES = [waiting, finished, late_and_claimed, assigned, with_incident, mended, resolved, withdrawn, broken_timer]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_rows_made_again_from_the_journal_are_the_rows(office: Office, state: Callable[[Office], None]) -> None:
    state(office)
    before = office.tables
    assert any(before.values())
    with office.runner.database.change() as tx:
        cases.wipe(tx, office.case)
    assert not any(office.tables.values())
    office.runner.audit.rebuild(office.case)
    assert office.tables == before
    office.runner.audit.rebuild(office.case)
    assert office.tables == before
    assert office.proved()


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_fresh_load_is_the_live_case(office: Office, state: Callable[[Office], None]) -> None:
    state(office)
    entries = office.journal
    _, instance, steps = office.runner.audit.history(office.case, SYSTEM)
    assert instance.digest() == entries[-1].state
    assert [step.entry for step in steps] == entries
    assert instance.tasks == {task.id: task for task in office.tasks if task.closed is None}


def test_a_rebuilt_case_goes_on(office: Office) -> None:
    waiting(office)
    office.runner.audit.rebuild(office.case)
    office.forget().deliver_message()
    office.runner.tick()
    office.submit(LAST, {}, CLERK)
    assert (office.row.status, office.proved()) == ("finished", True)


def test_there_is_no_history_of_a_case_that_there_is_not(office: Office) -> None:
    audit = office.runner.audit
    for ask in (audit.replay, audit.history, audit.journal):
        with pytest.raises(CaseUnknown):
            ask(4711, SYSTEM)
    with pytest.raises(CaseUnknown):
        audit.rebuild(4711)


def test_a_case_of_another_province_has_no_history_for_a_stranger(office: Office) -> None:
    office.begin()
    audit = office.runner.audit
    for ask in (audit.replay, audit.history, audit.journal, office.runner.attachments.check):
        ask(office.case, SPECIALIST)
        with pytest.raises(CaseUnknown):
            ask(office.case, NEIGHBOUR)


def test_a_case_is_found_by_its_id_and_by_nothing_else(office: Office) -> None:
    assert office.runner.audit.find("1") == office.runner.audit.find("#1") == 1
    for reference in ("000.00.00.M00-220926-0001", "", "#x", "９"):
        with pytest.raises(CaseUnknown):
            office.runner.audit.find(reference)


# -- calendars ---------------------------------------------------------------------------------------------------------


def revise(office: Office, edit: Callable[[dict[str, Any]], None]) -> None:
    """A newer revision of the calendar, deployed as an administrator's edit is."""
    with office.runner.database.change() as tx:
        newest = registry.calendar_revision(tx, PROVINCE) or 0
        content = registry.calendar(tx, PROVINCE, newest) or {}
        edit(content)
        revision = Revision(PROVINCE, newest + 1, office.now, KEEPER.id, "Nghỉ bão")
        registry.revise(tx, revision, content | {"revision": newest + 1})


def storm(content: dict[str, Any]) -> None:
    content["days"].append({"date": "2022-09-27", "kind": "off", "name": "Nghỉ bão", "source": "Công điện"})


def test_each_entry_names_the_calendar_by_which_it_was_counted_and_replays_by_it(office: Office) -> None:
    due = office.task("Task_weigh").due
    assert due == local("2022-09-28 08:00")
    revise(office, storm)
    office.claim(WEIGH)
    _, _, steps = office.runner.audit.history(office.case, SYSTEM)
    assert [step.entry.calendar for step in steps] == [1, 2]
    assert office.task("Task_weigh").due == due
    assert office.proved()

    # The day off shows in what is counted from now on, and in nothing that was counted before.
    office.begin()
    assert office.task("Task_weigh").due == local("2022-09-29 08:00")
    assert office.proved()


def test_a_deadline_is_explained_by_its_own_revision(office: Office) -> None:
    revise(office, storm)
    _, _, [step] = office.runner.audit.history(office.case, SYSTEM)
    days = office.runner.audit.explain(PROVINCE, step.deadlines[WEIGH])
    assert sum(day.counted for day in days) == 2
    assert all(day.counted for day in days if day.date.day == 27)


# -- tampering ---------------------------------------------------------------------------------------------------------


@contextmanager
def tampering(office: Office) -> Iterator[Connection]:
    """A connection of an owner of the database, past the triggers."""
    engine = create_engine(office.runner.settings.database)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for trigger in ("journal_update", "journal_delete", "journal_replace"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
    engine.dispose()
    office.forget()


def write(connection: Connection, entry: Entry, seq: int | None = None) -> None:
    """Put `entry` in the place of the one numbered `seq` (its own number, unless named)."""
    place = (table.journal.c.case == entry.case) & (table.journal.c.seq == (seq or entry.seq))
    connection.execute(update(table.journal).where(place).values(row_values(entry)))


def sealed(entry: Entry, **transactions: Any) -> Entry:
    """`entry` with `transactions`, and hashes that fit them."""
    entry = replace(entry, **transactions)
    entry = replace(entry, payload_sha256=journal.digest(entry.payload or "", entry.salt))
    return replace(
        entry,
        hash=seal(
            entry.case, entry.seq, entry.at, entry.actor, entry.kind, entry.payload_sha256, entry.state, entry.previous
        ),
    )


def resealed(connection: Connection, entries: list[Entry], seq: int, **transactions: Any) -> None:
    """Change entry `seq` and make the chain fit again from there on, the case's row included."""
    changed = sealed(entries[seq - 1], **transactions)
    write(connection, changed)
    for entry in entries[seq:]:
        changed = sealed(entry, previous=changed.hash)
        write(connection, changed)
    connection.execute(update(table.case).where(table.case.c.id == changed.case).values(head=changed.hash))


def forged(payload: str | None, old: str, new: str) -> str:
    assert payload and old in payload
    return payload.replace(old, new)


def seal_all_after_another_version(connection: Connection, entries: list[Entry]) -> None:
    version = entries[0].body.version
    resealed(connection, entries, 1, payload=forged(entries[0].payload, version, version[::-1]))


def edit_payload(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[1], payload=forged(entries[1].payload, '"amount":3', '"amount":4')))


def edit_payload_and_its_digest(connection: Connection, entries: list[Entry]) -> None:
    payload = forged(entries[1].payload, '"amount":3', '"amount":4')
    write(connection, replace(entries[1], payload=payload, payload_sha256=journal.digest(payload, entries[1].salt)))


def edit_state(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[1], state=sha256(b"other").digest()))


def edit_actor(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[2], actor="somebody"))


def edit_moment(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[2], at=local("2022-09-26 07:59")))


def seal_one_entry_anew(connection: Connection, entries: list[Entry]) -> None:
    write(connection, sealed(entries[1], actor="somebody"))


def seal_all_after_an_edited_value(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 2, payload=forged(entries[1].payload, '"amount":3', '"amount":4'))


def seal_all_after_an_edited_state(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 3, state=sha256(b"other").digest())


def seal_all_after_an_edited_moment(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 1, at=local("2022-09-26 07:00"))


def seal_all_after_an_impossible_task(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 3, payload=forged(entries[2].payload, WEIGH, "Task_heavy#1"))


def seal_all_after_a_later_format(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 2, payload=forged(entries[1].payload, '"calendar":1', '"calendar":1,"format":9'))


def seal_all_after_an_unknown_kind(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 3, kind="judge")


def seal_all_after_a_start_that_is_none(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 1, payload="[]")


def seal_all_after_a_number_too_large_to_read(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 2, payload=forged(entries[1].payload, ":3", ":1e9999999999999999999"))


def seal_all_after_a_number_too_large_to_write(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 2, payload=forged(entries[1].payload, ":3", ":1e400"))


def seal_all_after_an_infinite_value(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 2, payload=forged(entries[1].payload, ":3", ":Infinity"))


def seal_all_after_half_a_character(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 2, payload=forged(entries[1].payload, ":3", r':"\ud800"'))


def seal_all_after_a_field_that_is_none(connection: Connection, entries: list[Entry]) -> None:
    resealed(connection, entries, 2, payload=forged(entries[1].payload, '"calendar":1', '"calendar":1,"extra":1'))


def delete(connection: Connection, entry: Entry) -> None:
    place = (table.journal.c.case == entry.case) & (table.journal.c.seq == entry.seq)
    connection.execute(table.journal.delete().where(place))


def delete_the_first(connection: Connection, entries: list[Entry]) -> None:
    delete(connection, entries[0])


def delete_in_the_middle(connection: Connection, entries: list[Entry]) -> None:
    delete(connection, entries[1])


def truncate(connection: Connection, entries: list[Entry]) -> None:
    delete(connection, entries[3])


def truncate_more(connection: Connection, entries: list[Entry]) -> None:
    delete(connection, entries[2])
    delete(connection, entries[3])


def swap(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[1], seq=99), seq=2)
    write(connection, replace(entries[2], seq=2), seq=3)
    write(connection, replace(entries[1], seq=3), seq=99)


def append(connection: Connection, entries: list[Entry]) -> None:
    last = entries[-1]
    closed = journal.canonical(CloseIncident(1, "…").to_payload() | {"who": {"name": "…", "lanes": []}})
    extra = sealed(last, seq=last.seq + 1, kind="resolve", payload=closed, previous=last.hash)
    connection.execute(table.journal.insert().values(row_values(extra)))


def erase(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[2], payload=None, salt=None))


TAMPERINGS: list[tuple[Tamper, int, str]] = [
    (edit_payload, 2, "payload"),
    (edit_payload_and_its_digest, 2, "hash"),
    (edit_state, 2, "hash"),
    (edit_actor, 3, "hash"),
    (edit_moment, 3, "hash"),
    (seal_one_entry_anew, 3, "previous"),
    (seal_all_after_an_edited_value, 2, "state"),
    (seal_all_after_an_edited_state, 3, "state"),
    (seal_all_after_an_edited_moment, 1, "state"),
    (seal_all_after_an_impossible_task, 3, "command: TaskClosed"),
    (seal_all_after_a_number_too_large_to_read, 2, "unreadable"),
    (seal_all_after_a_number_too_large_to_write, 2, "unreadable"),
    (seal_all_after_an_infinite_value, 2, "unreadable"),
    (seal_all_after_half_a_character, 2, "unreadable"),
    (seal_all_after_a_field_that_is_none, 2, "field: extra"),
    (seal_all_after_a_later_format, 2, "format: submit/9"),
    (seal_all_after_an_unknown_kind, 3, "format: judge/1"),
    (seal_all_after_a_start_that_is_none, 1, "unreadable"),
    (seal_all_after_another_version, 1, "version"),
    (delete_the_first, 1, "gap"),
    (delete_in_the_middle, 2, "gap"),
    (truncate, 4, "tail"),
    (truncate_more, 3, "tail"),
    (swap, 2, "previous"),
    (append, 5, "tail"),
    (erase, 3, "erased"),
]


def named(case: tuple[Any, ...]) -> Any:
    """A parameter set named by its tampering."""
    return pytest.param(*case, id=case[0].__name__)


@pytest.fixture
def tampered(office: Office, request: pytest.FixtureRequest) -> Office:
    """A case of four entries, and a forgery of its journal."""
    office.wait().deliver_message()
    entries = office.journal
    assert [entry.kind for entry in entries] == ["start", "submit", "submit", "message"] and office.proved()
    with tampering(office) as connection:
        request.param(connection, entries)
    return office


@pytest.mark.parametrize(
    ("tampered", "seq", "what"),
    [named(each) for each in TAMPERINGS],
    indirect=["tampered"],
)
def test_the_replay_names_the_first_entry_that_does_not_fit(tampered: Office, seq: int, what: str) -> None:
    office = tampered
    found = office.runner.audit.replay(office.case, SYSTEM)
    assert found is not None
    assert (found.facts["case"], found.facts["seq"]) == (office.case, seq)
    assert found.facts["what"] == what
    assert str(found).startswith(f"Mục nhật ký số {seq} của hồ sơ {office.case} không khớp")
    with pytest.raises(Divergence):
        office.runner.audit.history(office.case, SYSTEM)
    with suppress(Divergence):  # a fault of the case's row alone is mended by it
        office.runner.audit.rebuild(office.case)
    # The other cases are none the worse.
    assert office.runner.audit.replay(office.begin(), SYSTEM) is None


@pytest.mark.parametrize(
    "tampered",
    [named(each[:1]) for each in TAMPERINGS],
    indirect=True,
)
def test_touching_a_case_that_does_not_replay_is_an_incident_noted_once(tampered: Office) -> None:
    office = tampered
    office.runner.transactions.cache.clear()  # as in any process that has not got the case in memory
    for _ in range(2):
        with pytest.raises(CaseInTrouble, match=f"Hồ sơ {office.case} không khớp với nhật ký"):
            office.runner.cases.cancel(office.case, "Rút", CLERK, office.now)
    assert [kind for _, kind in office.incidents] == ["Divergence"]
    # The journal keeps a code, whatever the reader's language.
    [(_, incident)] = office.runner.audit.incidents()
    assert incident.facts["what"].isascii()
    assert office.row.status == "open"


@pytest.mark.parametrize("digest", ["[]", "{}", "7", r'"\u0000"'])
def test_a_file_that_a_forged_incident_names_by_something_else_than_a_digest_is_missing(
    office: Office, digest: str
) -> None:
    with_incident(office)
    entries = office.journal
    file = f'{{"name":"a","sha256":{digest},"size":1,"type":"b"}}'
    with tampering(office) as connection:
        resealed(
            connection, entries, 2, payload=forged(entries[1].payload, '"weighed_on":', f'"v":{file},"weighed_on":')
        )
    found = office.runner.attachments.check(office.case, SYSTEM)
    assert found is not None and found.facts == {"case": office.case, "seq": 2, "what": "file missing"}


@pytest.mark.parametrize("tampered", [named(TAMPERINGS[0][:1])], indirect=True)
def test_people_of_another_province_do_not_learn_that_a_case_does_not_replay(tampered: Office) -> None:
    tampered.runner.transactions.cache.clear()
    with pytest.raises(CaseUnknown):
        tampered.runner.cases.cancel(tampered.case, "Rút", NEIGHBOUR, tampered.now)


def test_a_case_whose_row_is_gone_is_found_by_its_journal(office: Office) -> None:
    with office.runner.database.change() as tx:
        cases.wipe(tx, office.case)
    found = office.runner.audit.replay(office.case, SYSTEM)
    assert found is not None and found.facts["what"] == "missing"
    office.runner.audit.rebuild(office.case)
    assert office.proved()


def test_a_journal_that_does_not_replay_leaves_the_rows_as_they_were(office: Office) -> None:
    office.wait()
    before = office.tables
    entries = office.journal
    with tampering(office) as connection:
        edit_payload(connection, entries)
    with pytest.raises(Divergence):
        office.runner.audit.rebuild(office.case)
    assert office.tables == before


def test_another_runner_without_anything_in_memory_proves_the_same(office: Office) -> None:
    finished(office)
    audit = Audit(CaseTransactions(office.runner.database, Versions()))
    assert [audit.replay(case, SYSTEM) for case in audit.cases()] == [None]


def test_the_journal_tells_who_acted_in_which_lane_by_which_version(office: Office) -> None:
    office.claim(WEIGH)
    first, last = office.journal
    assert first.body.version == office.row.version and office.row.procedure == CODE
    assert last.who == Actor(SPECIALIST.name, ("specialist",))
    with office.runner.database.read() as tx:
        calendar = Calendar.from_json(registry.calendar(tx, PROVINCE, last.calendar) or {})
    assert calendar.revision == 1
