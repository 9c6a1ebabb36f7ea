"""Whole cases: start, message, withdrawal, and the retry of incidents."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from runner.domain.deployment import ProcedureUnknown
from runner.domain.person import Person, Role
from runner.engine.errors import CaseClosed, NotWaiting
from runner.errors import Divergence
from runner.services.access import CaseUnknown
from runner.services.case_transaction import CaseNotBegun, IncidentNoted
from runner.services.cases import IncidentUnknown, MessageForOthers, NothingToRetry
from runner.services.once import KeyReused
from runner.services.text_rules import ReasonMissing, ReasonUnprintable
from tests.services.office import (
    CLERK,
    CODE,
    COUNT,
    COUNTED,
    DIRECTOR,
    KEEPER,
    LEAD,
    NEIGHBOUR,
    SPECIALIST,
    WEIGH,
    WEIGHED,
    Office,
    hasty_diagram,
    write,
)
from tests.world import person

NEXT_CLERK = person("one_stop_clerk", "ha-tinh")


def undecided(office: Office, key: str | None = None) -> str:
    """Weigh before the count, so that the gateway cannot decide; the sentence of the incident."""
    with pytest.raises(IncidentNoted) as error:
        office.submit(WEIGH, WEIGHED, key=key)
    return str(error.value)


# -- beginning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", [SPECIALIST, LEAD, KEEPER, NEXT_CLERK], ids=lambda p: p.id)
def test_for_all_but_the_lane_that_takes_dossiers_in_a_procedure_does_not_exist(
    office: Office, stranger: Person
) -> None:
    cases = office.runner.audit.cases()
    with pytest.raises(ProcedureUnknown) as error:
        office.runner.cases.start(CODE, stranger, office.now)
    with pytest.raises(ProcedureUnknown) as unknown:
        office.runner.cases.start("mau/khong-co", CLERK, office.now)
    assert str(error.value) == str(unknown.value).replace("mau/khong-co", CODE)
    assert office.runner.audit.cases() == cases


def test_beginning_twice_with_one_key_begins_one_case(office: Office) -> None:
    first = office.runner.cases.start(CODE, CLERK, office.now, {"amount": "7"}, key="k1")
    assert office.runner.cases.start(CODE, CLERK, office.now, {"amount": "7"}, key="k1") == first
    assert office.runner.audit.cases() == [1, 2]
    with pytest.raises(KeyReused):
        office.runner.cases.start(CODE, CLERK, office.now, {"amount": "8"}, key="k1")


def test_people_of_other_provinces_do_not_see_a_case(office: Office) -> None:
    case, tasks, incidents = office.runner.cases.get(office.case, LEAD)
    assert (case.id, len(tasks), incidents) == (office.case, 2, [])
    for stranger in (NEIGHBOUR, Person("nobody", "Nobody")):
        with pytest.raises(CaseUnknown):
            office.runner.cases.get(office.case, stranger)


def test_a_case_that_cannot_begin_says_why_and_leaves_nothing(office: Office) -> None:
    office.deploy(write(office.folder / "hasty", hasty_diagram()), provinces=())
    for _ in range(2):
        with pytest.raises(CaseNotBegun, match=r"Chưa lập được hồ sơ.*“Nặng\?”"):
            office.runner.cases.start(CODE, CLERK, office.now, key="k1")
    assert (office.runner.audit.cases(), office.incidents) == ([1], [])
    office.deploy(write(office.folder / "mended"), provinces=())
    assert office.runner.cases.start(CODE, CLERK, office.now, key="k1").opened == [COUNT, WEIGH]


# -- messages ----------------------------------------------------------------------------------------------------------


def test_a_message_moves_a_case_that_waits_for_it(office: Office) -> None:
    office.wait()
    first = office.deliver_message(key="k1")
    assert office.deliver_message(key="k1") == first
    assert office.kinds == ["start", "submit", "submit", "message"]
    assert office.route[-3:] == ["Merge", "Join", "Wait_here"]
    assert office.proved()


def test_a_message_that_no_case_waits_for_is_refused_and_changes_nothing(office: Office) -> None:
    before = office.tables
    with pytest.raises(NotWaiting):
        office.deliver_message()
    office.wait().deliver_message()
    with pytest.raises(NotWaiting):
        office.deliver_message()
    with pytest.raises(NotWaiting):
        office.runner.cases.message(office.case, "unheard_of", CLERK, office.now)
    assert (before["incidents"], office.tables["incidents"]) == ([], [])


def test_only_the_lane_that_waits_may_deliver_a_message(office: Office) -> None:
    office.wait()
    with pytest.raises(MessageForOthers, match="“supplement_received” do one_stop_clerk ghi nhận"):
        office.deliver_message(SPECIALIST)
    with pytest.raises(CaseUnknown):
        office.deliver_message(NEIGHBOUR)
    assert "message" not in office.kinds


# -- ending ------------------------------------------------------------------------------------------------------------


def test_a_withdrawn_case_ends_with_its_reason_and_nothing_of_it_stays_open(office: Office) -> None:
    office.claim(WEIGH)
    answer = office.runner.cases.cancel(office.case, "  Đơn vị rút hồ sơ ", CLERK, office.now)
    assert (answer.status, office.row.ended, office.open) == ("cancelled", office.now, [])
    assert {task.outcome for task in office.tasks} == {"cancelled"}
    assert office.tables["timers"] == []
    assert office.journal[-1].body.reason == "Đơn vị rút hồ sơ"
    with pytest.raises(CaseClosed):
        office.runner.cases.cancel(office.case, "Lần nữa", CLERK, office.now)
    assert office.proved()


@pytest.mark.parametrize("reason", ["", "   ", "\u200b", "x" * 1001])
def test_withdrawing_needs_a_reason(office: Office, reason: str) -> None:
    with pytest.raises(ReasonMissing):
        office.runner.cases.cancel(office.case, reason, CLERK, office.now)
    assert office.row.status == "open"


def test_a_reason_is_kept_composed_with_its_lines(office: Office) -> None:
    office.runner.cases.cancel(office.case, normalize("NFD", "Đơn vị rút\r\nhồ sơ"), CLERK, office.now)
    assert office.journal[-1].body.reason == "Đơn vị rút\nhồ sơ"
    assert office.proved()


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\u202e", "\ud800"], ids=ascii)
def test_a_reason_with_a_character_that_no_document_can_show_is_refused_as_such(office: Office, sign: str) -> None:
    with pytest.raises(ReasonUnprintable, match="ký tự không được phép"):
        office.runner.cases.cancel(office.case, f"Rút {sign}hồ sơ", CLERK, office.now)
    assert office.row.status == "open"


@pytest.mark.parametrize("stranger", [SPECIALIST, DIRECTOR, NEIGHBOUR], ids=lambda p: p.id)
def test_for_those_who_do_not_take_dossiers_in_there_is_no_case_to_withdraw(office: Office, stranger: Person) -> None:
    with pytest.raises(CaseUnknown):
        office.runner.cases.cancel(office.case, "Rút", stranger, office.now)
    assert office.row.status == "open"


# -- incidents ---------------------------------------------------------------------------------------------------------


def test_a_gateway_that_cannot_decide_is_an_incident_with_what_was_typed(office: Office) -> None:
    before = office.tables
    sentence = undecided(office)
    assert "Không chọn được nhánh đi ở “Nặng?”" in sentence and f"đã được ghi vào hồ sơ {office.case}" in sentence

    assert office.incidents == [(2, "GatewayUndecided")]
    [(_, incident)] = office.runner.audit.incidents()
    assert incident.facts["gateway"] == "Nặng?"
    assert incident.attempt == {
        "kind": "submit",
        "actor": SPECIALIST.id,
        "facts": {"task": WEIGH, "values": {"decision": "Đạt", "weighed_on": "2022-09-26"}},
    }
    # The case is where it was, and can go on elsewhere.
    assert (office.kinds, office.tables["tasks"], office.values) == (["start", "incident"], before["tasks"], {})
    assert office.proved()


def test_sending_again_what_an_incident_stopped_does_not_note_it_twice(office: Office) -> None:
    undecided(office, key="k1")
    undecided(office, key="k1")
    assert len(office.incidents) == 1


def test_an_incident_retried_after_its_cause_is_gone_is_closed_by_the_same_entry(office: Office) -> None:
    undecided(office)
    office.submit(COUNT, {"amount": "9"}, CLERK)
    office.later(minutes=5)
    office.runner.cases.retry(office.case, 2, KEEPER, office.now)

    assert (office.incidents, office.open) == ([], ["Task_heavy"])
    assert office.kinds == ["start", "incident", "submit", "submit"]
    last = office.journal[-1]
    assert (last.actor, last.body.on_behalf_of, last.body.incident) == (KEEPER.id, SPECIALIST.id, 2)
    assert office.values == {"amount": 9, "decision": "Đạt", "weighed_on": "2022-09-26"}
    assert office.proved()


def test_an_incident_retried_in_vain_stays_the_only_one(office: Office) -> None:
    undecided(office)
    with pytest.raises(IncidentNoted):
        office.runner.cases.retry(office.case, 2, KEEPER, office.now)
    assert office.incidents == [(2, "GatewayUndecided")]
    assert office.proved()


def test_an_incident_is_closed_with_a_reason_and_the_case_stays_where_it_was(office: Office) -> None:
    undecided(office)
    before = office.tables["tasks"]
    with pytest.raises(ReasonMissing):
        office.runner.cases.resolve(office.case, 2, " ", KEEPER, office.now)
    office.runner.cases.resolve(office.case, 2, "Đã hướng dẫn cán bộ đếm trước", KEEPER, office.now)
    assert (office.incidents, office.tables["tasks"]) == ([], before)
    assert office.kinds == ["start", "incident", "resolve"]
    with pytest.raises(IncidentUnknown):
        office.runner.cases.resolve(office.case, 2, "Lần nữa", KEEPER, office.now)
    office.submit(COUNT, COUNTED, CLERK)
    office.submit(WEIGH, WEIGHED)
    assert office.proved()


@pytest.mark.parametrize("stranger", [SPECIALIST, CLERK, LEAD], ids=lambda p: p.id)
def test_for_all_but_an_administrator_there_is_no_incident_to_mend(office: Office, stranger: Person) -> None:
    undecided(office)
    with pytest.raises(IncidentUnknown):
        office.runner.cases.retry(office.case, 2, stranger, office.now)
    with pytest.raises(IncidentUnknown):
        office.runner.cases.resolve(office.case, 2, "Xong", stranger, office.now)
    assert office.incidents == [(2, "GatewayUndecided")]


def test_for_an_administrator_of_another_province_there_is_not_even_the_case(office: Office) -> None:
    undecided(office)
    keeper = person(Role.ADMINISTRATOR, "ha-tinh")
    with pytest.raises(CaseUnknown):
        office.runner.cases.retry(office.case, 2, keeper, office.now)
    with pytest.raises(CaseUnknown):
        office.runner.cases.resolve(office.case, 2, "Xong", keeper, office.now)


def test_there_is_nothing_to_retry_where_nothing_was_tried(office: Office) -> None:
    divergence = Divergence(case=office.case, seq=1, what="state")
    office.runner.transactions.record_incident(office.case, divergence, None, KEEPER, office.now)
    with pytest.raises(NothingToRetry):
        office.runner.cases.retry(office.case, 2, KEEPER, office.now)
