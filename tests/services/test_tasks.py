"""Tasks: who may see and touch them, what reaches the case, and that sending twice is doing once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from runner.domain.case import ChangeResult
from runner.domain.entry import Submit
from runner.domain.form import Form
from runner.domain.person import Person
from runner.engine.errors import TaskClosed, TaskTaken
from runner.errors import MotcuaError, NotFound
from runner.services.once import KeyReused
from runner.services.tasks import FormRefused, NotAssignable, NotInDivision, NotLead, TaskUnknown
from tests.services.office import (
    CLERK,
    COLLEAGUE,
    COUNT,
    COUNTED,
    KEEPER,
    LEAD,
    NEIGHBOUR,
    PROVINCE,
    SPECIALIST,
    WEIGH,
    WEIGHED,
    Office,
)


def refused(office: Office, task: str, values: dict[str, Any], who: Person = SPECIALIST) -> dict[str, str]:
    """What is wrong with each field of an answer."""
    with pytest.raises(FormRefused) as error:
        office.submit(task, values, who)
    return {fault.path: fault.message for fault in error.value.faults}


# -- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", [CLERK, KEEPER, NEIGHBOUR, Person("nobody", "Nobody")], ids=lambda p: p.id)
def test_for_all_but_the_members_of_its_lane_a_task_does_not_exist(office: Office, stranger: Person) -> None:
    before, tasks = office.tables, office.runner.tasks
    for touch in (
        lambda: tasks.claim(office.case, WEIGH, stranger, office.now),
        lambda: tasks.release(office.case, WEIGH, stranger, office.now),
        lambda: tasks.assign(office.case, WEIGH, SPECIALIST.id, stranger, office.now),
        lambda: tasks.submit(office.case, WEIGH, WEIGHED, stranger, office.now),
        lambda: tasks.save_draft(office.case, WEIGH, WEIGHED, stranger, office.now),
    ):
        with pytest.raises(NotFound) as error:
            touch()
        # The same answer as for a missing task: it does not reveal that the task exists.
        assert str(error.value) == str(TaskUnknown(task=WEIGH, case=office.case))
    assert WEIGH not in [item.id for item in office.runner.worklist.inbox(stranger)]
    assert office.tables == before


def test_a_task_that_is_not_there_is_not_found(office: Office) -> None:
    for task in ("Task_weigh#2", "Task_unknown#1", "Start_here#1", "", "#"):
        with pytest.raises(NotFound):
            office.submit(task, WEIGHED)
    with pytest.raises(NotFound):
        office.runner.tasks.submit(4711, WEIGH, WEIGHED, SPECIALIST, office.now)


def test_a_claimed_task_is_its_owners_until_it_is_put_back(office: Office) -> None:
    office.claim(WEIGH)
    assert office.task("Task_weigh").owner == SPECIALIST.id
    for touch in (
        lambda: office.claim(WEIGH, COLLEAGUE),
        lambda: office.submit(WEIGH, WEIGHED, COLLEAGUE),
        lambda: office.runner.tasks.release(office.case, WEIGH, COLLEAGUE, office.now),
    ):
        with pytest.raises(TaskTaken, match=SPECIALIST.id):
            touch()
    assert [item.id for item in office.runner.worklist.inbox(COLLEAGUE)] == []

    office.runner.tasks.release(office.case, WEIGH, SPECIALIST, office.now)
    office.claim(WEIGH, COLLEAGUE)
    assert office.task("Task_weigh").owner == COLLEAGUE.id
    assert office.kinds == ["start", "claim", "release", "claim"]
    assert office.proved()


def test_claiming_again_what_is_ones_own_changes_no_owner(office: Office) -> None:
    office.claim(WEIGH)
    office.claim(WEIGH)
    assert office.task("Task_weigh").owner == SPECIALIST.id


def test_a_lead_releases_the_task_of_an_absent_owner(office: Office) -> None:
    lead = Person("lead", "Trưởng phòng", SPECIALIST.groups | LEAD.groups)
    office.claim(WEIGH)
    office.runner.tasks.release(office.case, WEIGH, lead, office.now)
    assert office.task("Task_weigh").owner is None


def test_a_lead_assigns_an_owned_task_to_another_specialist_and_the_deadline_stays(office: Office) -> None:
    office.runner.people.save(COLLEAGUE)
    due = office.task("Task_weigh").due
    office.claim(WEIGH)
    office.later(hours=1)
    office.runner.tasks.assign(office.case, WEIGH, COLLEAGUE.id, LEAD, office.now)
    assert (office.task("Task_weigh").owner, office.task("Task_weigh").due) == (COLLEAGUE.id, due)
    with pytest.raises(TaskTaken):
        office.submit(WEIGH, WEIGHED)
    claimed = office.runner.tasks.open(office.case, WEIGH, COLLEAGUE).claimed
    assert claimed and (claimed.by, claimed.at) == (COLLEAGUE.name, office.now)
    assert office.forget().proved()
    office.submit(COUNT, COUNTED, CLERK)
    office.submit(WEIGH, WEIGHED, COLLEAGUE)
    assert office.kinds == ["start", "claim", "assign", "submit", "submit"]
    assert office.journal[2].actor == LEAD.id
    assert office.proved()


def test_a_task_is_assigned_to_specialists_of_the_division_only(office: Office) -> None:
    before, tasks = office.tables, office.runner.tasks
    for member in (CLERK.id, LEAD.id, NEIGHBOUR.id, "nobody", ""):
        with pytest.raises(NotInDivision):
            tasks.assign(office.case, WEIGH, member, LEAD, office.now)
    with pytest.raises(NotAssignable):
        tasks.assign(office.case, COUNT, SPECIALIST.id, LEAD, office.now)
    with pytest.raises(NotLead):
        tasks.assign(office.case, WEIGH, SPECIALIST.id, SPECIALIST, office.now)
    assert office.tables == before
    office.submit(COUNT, COUNTED, CLERK)
    office.submit(WEIGH, WEIGHED)
    with pytest.raises(TaskClosed):
        tasks.assign(office.case, WEIGH, SPECIALIST.id, LEAD, office.now)


def test_assigning_twice_with_one_key_is_done_once(office: Office) -> None:
    first, again = (
        office.runner.tasks.assign(office.case, WEIGH, SPECIALIST.id, LEAD, office.now, "giao-1") for _ in range(2)
    )
    assert first == again and office.kinds == ["start", "assign"]


def test_a_lead_sees_who_has_what_even_of_those_who_have_left(office: Office) -> None:
    office.runner.people.save(COLLEAGUE)
    office.claim(WEIGH, COLLEAGUE)
    office.begin()
    office.runner.people.dismiss(COLLEAGUE.id)
    seen = office.runner.board.work(LEAD).items
    assert [(item.case, item.id, item.owner) for item in seen] == [(1, WEIGH, COLLEAGUE.id), (2, WEIGH, None)]
    assert [item.case for item in office.runner.worklist.division(LEAD, 1, seen[0].place)] == [2]
    for other in (SPECIALIST, CLERK, NEIGHBOUR):
        assert office.runner.board.work(other).items == []
    assert [each.id for each in office.runner.tasks.members(PROVINCE, "specialist")] == [SPECIALIST.id]


# -- once --------------------------------------------------------------------------------------------------------------


def test_sending_twice_with_one_key_is_done_once_and_answered_the_same(office: Office) -> None:
    office.submit(COUNT, COUNTED, CLERK)
    first = office.submit(WEIGH, WEIGHED, key="k1")
    assert office.submit(WEIGH, WEIGHED, key="k1") == first
    office.forget().later(hours=1)
    assert office.submit(WEIGH, WEIGHED, key="k1") == first
    assert office.kinds == ["start", "submit", "submit"]


def test_the_same_key_for_another_request_is_refused(office: Office) -> None:
    office.submit(COUNT, COUNTED, CLERK, key="k1")
    with pytest.raises(KeyReused):
        office.submit(COUNT, {"amount": "4"}, CLERK, key="k1")
    # Another person's request with the same key is another request.
    office.submit(WEIGH, WEIGHED, key="k1")
    assert office.values["amount"] == 3


def test_a_request_that_was_refused_may_be_sent_again_under_its_key(office: Office) -> None:
    with pytest.raises(FormRefused):
        office.submit(COUNT, {"amount": "0"}, CLERK, key="k1")
    office.submit(COUNT, COUNTED, CLERK, key="k1")
    assert office.values["amount"] == 3


def test_what_only_the_form_makes_readable_is_known_again_by_what_was_sent(office: Office) -> None:
    def read(form: Form | None) -> dict[str, str]:
        assert form and list(form.fields) == ["amount"]
        return {"amount": sent["fields"][0]}

    def submit(sent: Mapping[str, Any]) -> ChangeResult:
        return office.runner.tasks.submit(office.case, COUNT, sent, CLERK, office.now, "k1", read)

    sent = {"fields": ["3"]}
    first = submit(sent)
    assert office.values["amount"] == 3 and office.kinds == ["start", "submit"]
    assert submit(sent) == first and first.version == office.runner.procedures.current(office.now)[0].digest
    with pytest.raises(KeyReused):
        submit({"fields": ["3", "4"]})


def test_a_task_that_a_colleague_completed_is_closed(office: Office) -> None:
    office.submit(COUNT, COUNTED, CLERK)
    office.submit(WEIGH, WEIGHED, COLLEAGUE)
    before = office.tables
    for touch in (lambda: office.submit(WEIGH, WEIGHED), lambda: office.claim(WEIGH)):
        with pytest.raises(TaskClosed, match="Việc Task_weigh"):
            touch()
    assert office.tables == before


# -- what reaches the case ---------------------------------------------------------------------------------------------


def test_only_declared_fields_reach_the_case(office: Office) -> None:
    smuggled = {"typename": "x", "__builtins__": {}, "case_number": "1", "decision": "Đạt", "_x": 1, "late_reason": "y"}
    office.submit(COUNT, COUNTED | smuggled, CLERK)
    assert office.values == {"amount": 3}
    last = office.journal[-1]
    assert last.body == Submit(COUNT, {"amount": 3})


@pytest.mark.parametrize(
    ("task", "values", "faults"),
    [
        (WEIGH, {}, {"decision": "Hãy nhập “Kết luận”.", "weighed_on": "Hãy nhập “Ngày cân”."}),
        (WEIGH, {**WEIGHED, "decision": "x" * 21}, {"decision": "“Kết luận”: tối đa 20 ký tự."}),
        (
            WEIGH,
            {**WEIGHED, "weighed_on": "31/02/2022"},
            {"weighed_on": "“Ngày cân” phải là một ngày có thật, viết như 26/09/2022."},
        ),
        (COUNT, {"amount": "0"}, {"amount": "“Số lượng” không được nhỏ hơn 1."}),
        (COUNT, {"amount": "ba"}, {"amount": "“Số lượng” phải là một số, viết như 1.250.000 hoặc 0,5."}),
    ],
)
def test_each_field_has_its_faults_in_vietnamese(
    office: Office, task: str, values: dict[str, Any], faults: dict[str, str]
) -> None:
    before = office.tables
    assert refused(office, task, values, SPECIALIST if task == WEIGH else CLERK) == faults
    assert office.tables == before


def test_an_overdue_task_asks_for_a_reason_and_keeps_it(office: Office) -> None:
    office.submit(COUNT, COUNTED, CLERK)
    office.later(days=2, minutes=1)
    asks = {"late_reason": "Việc này đã quá hạn: hãy nêu lý do chậm trễ (tối đa 1000 ký tự)."}
    # Overdue is overdue, whether or not the worker has marked it yet.
    assert refused(office, WEIGH, WEIGHED) == asks
    office.runner.tick()
    assert refused(office, WEIGH, WEIGHED | {"late_reason": "   "}) == asks
    assert refused(office, WEIGH, WEIGHED | {"late_reason": 7}) == asks
    [fault] = refused(office, WEIGH, WEIGHED | {"late_reason": "chờ \x1b[2J"}).values()
    assert "ký tự không được phép" in fault
    assert refused(office, WEIGH, WEIGHED | {"late_reason": "x" * 1001}) == asks
    assert set(refused(office, WEIGH, {})) == {"decision", "weighed_on", "late_reason"}
    office.submit(WEIGH, WEIGHED | {"late_reason": "Cân hỏng"})
    assert "late_reason" not in office.values
    assert office.proved()


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_a_draft_is_its_writers_own_and_no_part_of_the_record(office: Office) -> None:
    half = {"decision": "Đạ", "weighed_on": "sai"}
    office.runner.tasks.save_draft(office.case, WEIGH, half, SPECIALIST, office.now)
    assert office.runner.tasks.draft(office.case, WEIGH, SPECIALIST) == half
    assert office.runner.tasks.draft(office.case, WEIGH, COLLEAGUE) == {}
    office.runner.tasks.save_draft(office.case, WEIGH, WEIGHED, SPECIALIST, office.now)
    assert office.runner.tasks.draft(office.case, WEIGH, SPECIALIST) == WEIGHED
    assert office.kinds == ["start", "claim"], "who drafts has claimed; the draft itself is in no entry"


def test_a_draft_is_gone_once_its_task_is_done(office: Office) -> None:
    office.runner.tasks.save_draft(office.case, COUNT, {"amount": "9"}, CLERK, office.now)
    office.submit(COUNT, COUNTED, CLERK)
    assert office.runner.tasks.draft(office.case, COUNT, CLERK) == {}
    with pytest.raises(MotcuaError):
        office.runner.tasks.save_draft(office.case, COUNT, {"amount": "9"}, CLERK, office.now)


def test_what_a_case_is_begun_with_is_the_draft_of_its_first_tasks_and_not_yet_checked(office: Office) -> None:
    answer = office.start("mau/hai-nhanh", amount="7")
    assert office.runner.tasks.draft(office.case, COUNT, CLERK) == {"amount": "7"}
    assert office.values == {}
    assert sorted(answer.opened) == [COUNT, WEIGH]
