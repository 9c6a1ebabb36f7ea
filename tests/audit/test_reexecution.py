"""A case run again on somebody's order: equal, or the first entry that diverges with both sides; dated and kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import Connection, delete

from runner.audit.course import Course
from runner.audit.sides import Row, Sides
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM
from runner.domain.record import RecordKind
from runner.services.access import CaseUnknown
from runner.store import record_event, table
from tests.audit.connected import everything
from tests.services.conftest import office
from tests.services.office import CLERK, COUNT, KEEPER, NEIGHBOUR, WEIGH, WEIGHED, Office
from tests.services.test_audit import Tamper, forged, resealed, tampering, write

__all__ = ["office"]


@pytest.fixture
def heavy(office: Office) -> Office:
    """A case that went the heavy way: what was counted is more than five."""
    office.submit(COUNT, {"amount": "9"}, CLERK)
    office.submit(WEIGH, WEIGHED)
    assert office.open == ["Task_heavy"]
    return office


def course(office: Office) -> Course:
    return office.runner.courses.read(office.case, SYSTEM, everything)


def sides(office: Office) -> Sides:
    found = course(office).sides
    assert found is not None
    return found


def count_less(connection: Connection, entries: list[Entry]) -> None:
    """Write that less was counted, and make all hashes and states fit but those that only running it again gives."""
    payload = forged(entries[1].payload, '"amount":9', '"amount":3')
    resealed(connection, entries, 2, payload=payload)


def test_a_whole_case_is_equal_to_its_last_entry_and_the_run_is_kept_as_an_event(heavy: Office) -> None:
    made = heavy.runner.reexecutions.run(heavy.case, KEEPER, heavy.now)
    assert (made.entries, made.equal, made.divergence) == (3, 3, None)
    assert (made.by, made.name, made.at, made.head) == (KEEPER.id, KEEPER.name, heavy.now, heavy.row.head.hex())
    with heavy.runner.database.read() as tx:
        [event] = record_event.events(tx, kinds=(RecordKind.REEXECUTION,))
    assert event.whole and (event.province, event.subject) == ("mau", str(heavy.case))
    assert heavy.runner.reexecutions.earlier(heavy.case, KEEPER) == [made]


def test_earlier_runs_stay_newest_first_also_those_that_found_something(heavy: Office) -> None:
    heavy.runner.reexecutions.run(heavy.case, KEEPER, heavy.now)
    with tampering(heavy) as connection:
        edit_payload_of_the_second(connection, heavy.journal)
    heavy.later(hours=1).runner.reexecutions.run(heavy.case, KEEPER, heavy.now)
    later, first = heavy.runner.reexecutions.earlier(heavy.case, KEEPER)
    assert (first.equal, first.divergence, later.equal) == (3, None, 1)
    assert later.divergence and later.divergence.facts == {"case": heavy.case, "seq": 2, "what": "payload"}


def edit_payload_of_the_second(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[1], payload=forged(entries[1].payload, '"amount":9', '"amount":3')))


def edit_state_of_the_second(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[1], state=b"\x00" * 32))


def cut_off_the_second(connection: Connection, entries: list[Entry]) -> None:
    write(connection, replace(entries[1], previous=b"\x01" * 32))


def test_where_the_content_was_forged_with_all_hashes_the_state_differs_and_both_sides_are_told(heavy: Office) -> None:
    with tampering(heavy) as connection:
        count_less(connection, heavy.journal)
    found = course(heavy)
    assert found.divergence and (found.divergence.facts["seq"], found.divergence.facts["what"]) == (2, "state")
    assert [line.replayed for line in found.lines] == [True, False, False] and found.lines[1].turning
    assert found.scenes[2].after.values["amount"] == 3, "the scene of that entry is the one that running it again gives"
    state = next(row for row in sides(heavy).rows if row.exact)
    assert state.recorded == heavy.journal[1].state.hex() != state.rebuilt


def test_where_the_record_went_another_way_both_ways_are_on_the_diagram(heavy: Office) -> None:
    with tampering(heavy) as connection:
        count_less(connection, heavy.journal)
    built = next(row.rebuilt for row in sides(heavy).rows if row.exact)
    with tampering(heavy) as connection:  # as the forger would go on: the state after that entry is made to fit as well
        resealed(connection, heavy.journal, 2, state=bytes.fromhex(built))
    found = sides(heavy)
    assert found.entry and found.entry.seq == 3
    assert (found.recorded, found.rebuilt) == (("Task_heavy",), ())
    assert found.flows == (
        "Flow_Task_weigh_Gateway_heavy",
        "Flow_Merge",
        "Flow_Merge_Join",
        "Flow_Join_Wait_here",
    )
    assert Row("Nhánh đã đi", "", "Nặng? Merge") in found.rows
    assert Row("Việc mở ra", "Việc Task_heavy", "không có") in found.rows


@pytest.mark.parametrize(
    ("tamper", "what", "about"),
    [
        (edit_payload_of_the_second, "payload", "Mã băm nội dung"),
        (edit_state_of_the_second, "hash", "Mã băm của mục"),
        (cut_off_the_second, "previous", "Mã băm mục trước"),
    ],
)
def test_what_does_not_fit_its_hashes_is_told_hash_against_hash(
    heavy: Office, tamper: Tamper, what: str, about: str
) -> None:
    with tampering(heavy) as connection:
        tamper(connection, heavy.journal)
    found = course(heavy)
    assert found.divergence and found.divergence.facts["what"] == what
    assert found.replayed == 1 and list(found.scenes) == [1]
    [row] = sides(heavy).rows
    assert row.what == about and row.recorded != row.rebuilt and re.fullmatch("[0-9a-f]{64}", row.rebuilt)
    assert sides(heavy).recorded == ("Task_count",)


def test_a_missing_entry_and_a_cut_tail_are_told_by_their_numbers(heavy: Office) -> None:
    with tampering(heavy) as connection:
        connection.execute(delete(table.journal).where(table.journal.c.case == heavy.case, table.journal.c.seq == 3))
    first = sides(heavy).rows[0]
    assert (first.what, first.recorded, first.rebuilt) == ("Số mục nhật ký", "3", "2")
    with tampering(heavy) as connection:
        connection.execute(delete(table.journal).where(table.journal.c.case == heavy.case, table.journal.c.seq == 1))
    [row] = sides(heavy).rows
    assert (row.recorded, row.rebuilt) == ("2", "từ 1, liền nhau")
    assert course(heavy).scenes == {} and [line.replayed for line in course(heavy).lines] == [False]


def test_nobody_runs_a_case_that_is_not_theirs(heavy: Office) -> None:
    for ask in (heavy.runner.reexecutions.run, lambda *given: heavy.runner.reexecutions.earlier(*given[:2])):
        with pytest.raises(CaseUnknown):
            ask(heavy.case, NEIGHBOUR, heavy.now)
