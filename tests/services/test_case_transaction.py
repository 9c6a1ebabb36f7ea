"""A change of a case: one command, one transaction, one entry; the case in memory is always as its journal has it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

import pytest
from sqlalchemy import text

from runner.domain.deployment import ProcedureUnknown
from runner.domain.entry import Claim, Release, Submit
from runner.domain.person import Person
from runner.errors import IncidentRaised
from runner.services.case_transaction import CaseTransaction, IncidentNoted
from runner.services.tasks import FormRefused
from runner.store import case as cases
from tests.releases.kept import tampering
from tests.services.office import CLERK, CODE, COUNT, COUNTED, KEEPER, SPECIALIST, WEIGH, WEIGHED, Office


class Mishap(Exception):
    """What a block raises that no service expects."""


@contextmanager
def change(office: Office, raises: type[Exception], who: Person = SPECIALIST) -> Iterator[CaseTransaction]:
    """A change that has to raise."""
    with pytest.raises(raises), office.runner.transactions.case(office.case, who, office.now) as case:
        yield case


def unchanged(office: Office, before: dict[str, object]) -> None:
    """The case is as it was, in the tables and in memory: it goes on, and what is then written replays."""
    assert office.tables == before
    office.submit(COUNT, COUNTED, CLERK)
    assert office.kinds == ["start", "submit"]
    assert office.proved()


def test_a_second_command_in_one_change_raises_and_nothing_of_the_change_is_kept(office: Office) -> None:
    before = office.tables
    with change(office, RuntimeError) as case:
        case.do(Claim(WEIGH, SPECIALIST.id))
        case.do(Release(WEIGH))
    unchanged(office, before)


def test_a_change_without_a_command_writes_nothing_and_has_no_result(office: Office) -> None:
    before = office.tables
    with office.runner.transactions.case(office.case, SPECIALIST, office.now) as case:
        pass
    with pytest.raises(RuntimeError):
        _ = case.result
    unchanged(office, before)


def test_a_block_that_raises_after_its_command_leaves_nothing_of_it_in_the_tables_or_in_memory(office: Office) -> None:
    before = office.tables
    with change(office, Mishap) as case:
        case.do(Claim(WEIGH, SPECIALIST.id))
        assert case.instance.tasks[WEIGH].owner == SPECIALIST.id
        raise Mishap
    unchanged(office, before)


def test_a_check_that_refuses_a_change_leaves_the_case_in_memory(office: Office) -> None:
    before, cache = office.tables, office.runner.transactions.cache
    kept = cache.take(office.row)
    assert kept
    cache.put(office.row, kept)
    with pytest.raises(FormRefused):
        office.submit(COUNT, {}, CLERK)
    assert cache.take(office.row) is kept
    cache.put(office.row, kept)
    unchanged(office, before)


def test_a_request_to_begin_a_case_draws_a_number_the_first_time_only(office: Office) -> None:
    begin = partial(office.runner.cases.start, CODE, CLERK, office.now, key="k1")
    first = begin()
    assert [begin() for _ in range(3)] == [first] * 3
    assert (first.case, office.begin()) == (2, 3)


def test_a_repeated_request_is_answered_as_before_even_where_its_checks_now_refuse_it(office: Office) -> None:
    first = office.submit(COUNT, COUNTED, CLERK, key="k1")
    office.submit(WEIGH, WEIGHED)
    before = office.tables
    assert office.submit(COUNT, COUNTED, CLERK, key="k1") == first
    assert office.forget().submit(COUNT, COUNTED, CLERK, key="k1") == first
    assert office.tables == before

    begun = office.runner.cases.start(CODE, CLERK, office.now, key="k2")
    moved = Person(CLERK.id, CLERK.name, SPECIALIST.groups)
    assert office.runner.cases.start(CODE, moved, office.now, key="k2") == begun
    with pytest.raises(ProcedureUnknown):
        office.runner.cases.start(CODE, moved, office.now, key="k3")


def test_a_command_that_fails_in_two_threads_at_once_is_one_incident_with_that_command(office: Office) -> None:
    with ThreadPoolExecutor(2) as pool:
        failed = [pool.submit(office.submit, WEIGH, WEIGHED) for _ in range(2)]
    assert [type(each.exception()) for each in failed] == [IncidentNoted, IncidentNoted]
    assert office.kinds == ["start", "incident"]
    [(_, incident)] = office.runner.audit.incidents()
    assert incident.attempt and incident.attempt["facts"]["task"] == WEIGH
    office.submit(COUNT, COUNTED, CLERK)
    assert office.proved()


class Laneless(Person):
    """Somebody of whom an entry cannot be written."""

    def lanes(self, province: str) -> list[str]:
        raise ZeroDivisionError(province)


def test_what_breaks_between_a_command_and_its_entry_is_an_incident_with_that_command(office: Office) -> None:
    with change(office, IncidentNoted) as case:
        case.person = Laneless(SPECIALIST.id, SPECIALIST.name, SPECIALIST.groups)
        case.do(Claim(WEIGH, SPECIALIST.id))
    [(_, incident)] = office.runner.audit.incidents()
    assert incident.facts == {"reason": "ZeroDivisionError: mau"}
    assert incident.attempt and incident.attempt["kind"] == "claim"
    assert office.kinds == ["start", "incident"] and office.proved()
    office.runner.cases.retry(office.case, incident.id, KEEPER, office.now)
    assert (office.incidents, office.proved()) == ([], True)


def test_a_block_that_goes_on_after_its_command_has_failed_is_undone_and_the_case_loaded_anew(office: Office) -> None:
    before = office.tables
    with change(office, RuntimeError) as case, suppress(IncidentRaised):
        case.do(Submit(WEIGH, WEIGHED))  # the other branch has to be counted first
    unchanged(office, before)


def test_a_repeated_request_has_its_answer_after_the_person_has_lost_the_lane(office: Office) -> None:
    first = office.submit(COUNT, COUNTED, CLERK, key="k1")
    assert office.submit(COUNT, COUNTED, Person(CLERK.id, CLERK.name), key="k1") == first


def test_a_repeated_request_has_its_answer_while_somebody_else_has_the_case(office: Office) -> None:
    first = office.submit(COUNT, COUNTED, CLERK, key="k1")
    with office.runner.database.change() as tx, ThreadPoolExecutor(1) as other:
        cases.lock(tx, office.case)
        assert other.submit(office.submit, COUNT, COUNTED, CLERK, "k1").result(timeout=20) == first


def test_a_repeated_request_has_its_answer_though_the_case_no_longer_replays(office: Office) -> None:
    first = office.submit(COUNT, COUNTED, CLERK, key="k1")
    with tampering(office.runner.settings.database) as tx:
        tx.execute(text("UPDATE journal SET payload = payload || ' ' WHERE seq = 1"))
    office.forget()
    assert office.submit(COUNT, COUNTED, CLERK, key="k1") == first
    assert office.kinds == ["start", "submit"], "and no incident"
