"""Confirmation of a notified postal activity, Bến Tre (39): 10 working days from the moment of submission."""

from __future__ import annotations

import pytest

from runner.services.tasks import FormRefused
from tests.procedures.conftest import HandIn
from tests.procedures.dossier import Dossier
from tests.world import person

ACCEPTED = ["Start_submitted", "Task_1_receive", "Gateway_complete", "Service_allot_number", "Task_1_forward"]
SUBMITTED = ["Task_3_submit", "Gateway_lead"]
SIGNED = ["Task_4_approve", "Gateway_director"]
RETURNED = ["Task_5_record", "Task_6_notify", "Task_collect", "Gateway_result"]

AT_THE_COUNTER = {"result_place": None}
SUPPLEMENT = {"processing_decision": "supplement", "draft_result": None, "draft_summary": None}
REFUSAL = {"draft_result": "refused", "draft_ground": "Nội dung thông báo không thuộc hoạt động bưu chính"}
CORRECT = {"lead_opinion": "Viện dẫn đúng căn cứ", "director_opinion": "Viện dẫn đúng căn cứ"}


def in_process(dossier: Dossier) -> Dossier:
    """With the specialist on Monday at 10:00: step 2 is due on Monday, 3/10, at 10:00."""
    return dossier.on("2022-09-26 09:00", "Task_1_receive").on("2022-09-26 10:00", "Task_1_forward")


def at_notification(dossier: Dossier) -> Dossier:
    """Signed and recorded; step 6 begins on Wednesday, 5/10, at 10:00."""
    in_process(dossier).on("2022-09-30 10:00", "Task_2_process").on("2022-10-03 09:00", "Task_3_submit")
    return dossier.on("2022-10-04 08:00", "Task_4_approve").on("2022-10-05 07:30", "Task_5_record")


def test_a_confirmation_is_given_straight(ben_tre: Dossier) -> None:
    # The decision puts step 1 into the ten days: the clock runs from submission on.
    assert (ben_tre.row.clock, ben_tre.promised) == ("running", "2022-10-10 17:00")
    assert ben_tre.due == {"Task_1_receive": "2022-09-27 08:00"}
    ben_tre.on("2022-09-26 09:00", "Task_1_receive")
    assert ben_tre.row.number == "000.00.06.H07-220926-0001"
    assert ben_tre.due == {"Task_1_forward": "2022-09-27 08:00"}
    ben_tre.on("2022-09-26 10:00", "Task_1_forward")
    assert ben_tre.due == {"Task_2_process": "2022-10-03 10:00"}
    ben_tre.on("2022-09-30 15:00", "Task_2_process")
    assert ben_tre.due == {"Task_3_submit": "2022-10-03 15:00"}
    ben_tre.on("2022-10-03 09:00", "Task_3_submit")
    assert ben_tre.due == {"Task_4_approve": "2022-10-04 09:00"}
    ben_tre.on("2022-10-04 08:00", "Task_4_approve")
    assert ben_tre.due == {"Task_5_record": "2022-10-05 08:00"}
    ben_tre.on("2022-10-04 16:00", "Task_5_record")
    assert ben_tre.due == {"Task_6_notify": "2022-10-05 16:00"}
    ben_tre.on("2022-10-05 09:00", "Task_6_notify")
    assert (ben_tre.row.clock, ben_tre.due) == ("stopped", {"Task_collect": None})
    ben_tre.on("2022-10-06 09:00", "Task_collect")

    assert (ben_tre.row.status, ben_tre.row.outcome, ben_tre.late) == ("finished", "granted", [])
    assert ben_tre.route == [
        *ACCEPTED, "Task_2_process", "Gateway_supplement", *SUBMITTED, *SIGNED, *RETURNED, "End_granted",
    ]  # fmt: skip
    assert ben_tre.letters == set()
    assert ben_tre.proved()


def test_a_refusal_is_data_of_step_2_and_goes_the_same_way(ben_tre: Dossier) -> None:
    in_process(ben_tre).on("2022-09-29 10:00", "Task_2_process", **REFUSAL)
    ben_tre.on("2022-09-30 09:00", "Task_3_submit").on("2022-09-30 15:00", "Task_4_approve")
    ben_tre.on("2022-10-03 09:00", "Task_5_record").on("2022-10-03 15:00", "Task_6_notify")
    ben_tre.on("2022-10-04 09:00", "Task_collect")

    assert (ben_tre.row.status, ben_tre.row.outcome) == ("finished", "refused")
    assert ben_tre.route == [
        *ACCEPTED, "Task_2_process", "Gateway_supplement", *SUBMITTED, *SIGNED, *RETURNED, "End_refused",
    ]  # fmt: skip
    assert ben_tre.proved()


def test_a_supplement_at_the_counter_goes_round_step_1_with_the_clock_paused(ben_tre: Dossier) -> None:
    ben_tre.on("2022-09-26 10:00", "Task_1_receive", intake_decision="supplement", **AT_THE_COUNTER)
    assert ben_tre.due == {"Task_1_guide": "2022-09-27 08:00"}
    ben_tre.on("2022-09-26 11:30", "Task_1_guide")
    assert (ben_tre.row.clock, ben_tre.promised, ben_tre.due) == ("paused", None, {"Task_1_wait": None})
    ben_tre.at("2022-10-28 16:00")
    assert (ben_tre.late, ben_tre.row.number) == ([], None)

    # Paused for an afternoon and 24 working days, from 26/9 at 11:30 until 31/10 at 07:30.
    ben_tre.on("2022-10-31 07:30", "Task_1_wait")
    assert ben_tre.row.clock == "running"
    # Of the two half-days of step 1 seven eighths were used: a morning and an eighth of the afternoon are left.
    assert ben_tre.due == {"Task_1_receive": "2022-10-31 13:57"}
    # Without the pause the case was due on 10/10 at 17:00: 24 days and a half later now.
    assert ben_tre.promised == "2022-11-14 11:30"
    ben_tre.on("2022-10-31 09:00", "Task_1_receive")

    assert ben_tre.route == [
        "Start_submitted", "Task_1_receive", "Gateway_complete", "Gateway_incomplete", "Task_1_guide", "Task_1_wait",
        "Task_1_receive", "Gateway_complete", "Service_allot_number",
    ]  # fmt: skip
    assert ben_tre.proved()


@pytest.mark.parametrize(
    ("decision", "task", "end", "outcome"),
    [
        ("return", "Task_1_return", "End_returned", "returned"),
        ("refuse", "Task_1_refuse", "End_not_accepted", "refused"),
    ],
)
def test_an_incomplete_dossier_is_returned_or_refused_at_the_counter_within_step_1(
    ben_tre: Dossier, decision: str, task: str, end: str, outcome: str
) -> None:
    ben_tre.on("2022-09-26 10:00", "Task_1_receive", intake_decision=decision, **AT_THE_COUNTER)
    assert ben_tre.due == {task: "2022-09-27 08:00"}
    ben_tre.on("2022-09-26 11:00", task)

    assert (ben_tre.row.status, ben_tre.row.outcome, ben_tre.row.number) == ("finished", outcome, None)
    assert ben_tre.timers == {}
    assert ben_tre.route == [
        "Start_submitted", "Task_1_receive", "Gateway_complete", "Gateway_incomplete", task, end,
    ]  # fmt: skip
    assert ben_tre.proved()


def test_waiting_for_a_supplement_in_step_2_moves_every_deadline_by_exactly_the_working_time_waited(
    ben_tre: Dossier,
) -> None:
    in_process(ben_tre).on("2022-09-28 09:00", "Task_2_process", **SUPPLEMENT)
    assert ben_tre.due == {"Task_2_guide": "2022-10-03 10:00"}
    ben_tre.on("2022-09-29 10:00", "Task_2_guide")
    assert (ben_tre.row.clock, ben_tre.promised, ben_tre.due) == ("paused", None, {"Task_2_wait": None})
    assert ben_tre.timers == {"Start_before_due": None, "Start_due": None, "Timer_reminder": "2022-10-29 10:00"}

    # From Thursday 10:00 to Tuesday 10:00: three working days, over a weekend.
    ben_tre.on("2022-10-04 10:00", "Task_2_wait")
    assert (ben_tre.row.clock, ben_tre.promised) == ("running", "2022-10-13 17:00")
    # Three of the five days were used before.
    assert ben_tre.due == {"Task_2_reprocess": "2022-10-06 10:00"}
    assert ben_tre.timers == {
        "Start_before_due": "2022-10-12 17:00", "Start_due": "2022-10-13 17:00",
        "Timer_2_reprocess": "2022-10-06 10:00",
    }  # fmt: skip
    ben_tre.on("2022-10-05 09:00", "Task_2_reprocess")
    assert ben_tre.route == [
        *ACCEPTED, "Task_2_process", "Gateway_supplement", "Task_2_guide", "Task_2_wait", "Task_2_reprocess",
    ]  # fmt: skip
    assert ben_tre.proved()


def test_a_second_supplement_in_step_2_is_not_offered(ben_tre: Dossier) -> None:
    in_process(ben_tre).on("2022-09-28 09:00", "Task_2_process", **SUPPLEMENT)
    ben_tre.on("2022-09-29 10:00", "Task_2_guide").on("2022-10-04 10:00", "Task_2_wait")
    ben_tre.do("Task_2_reprocess", processing_decision="supplement")
    assert ben_tre.open == ["Task_3_submit"]


def test_the_lead_returns_a_draft_for_correction_in_the_time_that_step_2_has_left(ben_tre: Dossier) -> None:
    in_process(ben_tre).on("2022-09-28 10:00", "Task_2_process")
    ben_tre.on("2022-09-28 15:00", "Task_3_submit", lead_decision="return", **CORRECT)
    # Of five days two were used.
    assert ben_tre.due == {"Task_2_reprocess": "2022-10-03 15:00"}
    assert ben_tre.promised == "2022-10-10 17:00"
    ben_tre.on("2022-09-30 07:30", "Task_2_reprocess").on("2022-09-30 09:00", "Task_3_submit")

    assert ben_tre.route == [
        *ACCEPTED, "Task_2_process", "Gateway_supplement", *SUBMITTED, "Task_2_reprocess", *SUBMITTED,
    ]  # fmt: skip
    assert ben_tre.open == ["Task_4_approve"]
    assert ben_tre.proved()


def test_the_director_returns_a_draft_and_the_case_is_due_when_it_was(ben_tre: Dossier) -> None:
    in_process(ben_tre).on("2022-09-30 10:00", "Task_2_process").on("2022-10-03 09:00", "Task_3_submit")
    ben_tre.on("2022-10-03 16:00", "Task_4_approve", director_decision="return", **CORRECT)
    # One day of step 2's five is left.
    assert (ben_tre.due, ben_tre.promised) == ({"Task_2_reprocess": "2022-10-04 16:00"}, "2022-10-10 17:00")
    ben_tre.on("2022-10-04 10:00", "Task_2_reprocess", **REFUSAL)

    assert ben_tre.open == ["Task_3_submit"]
    assert ben_tre.route == [
        *ACCEPTED, "Task_2_process", "Gateway_supplement", *SUBMITTED, *SIGNED, "Task_2_reprocess",
    ]  # fmt: skip
    assert ben_tre.proved()


def test_a_late_step_stays_with_its_owner_is_told_to_the_lead_and_asks_for_a_reason(ben_tre: Dossier) -> None:
    in_process(ben_tre)
    specialist = person("specialist", "ben-tre")
    ben_tre.runner.tasks.claim(ben_tre.case, "Task_2_process#1", specialist, ben_tre.now)
    ben_tre.at("2022-10-03 09:59")
    assert (ben_tre.late, ben_tre.letters) == ([], set())

    ben_tre.at("2022-10-03 10:00")
    task = ben_tre.task("Task_2_process")
    assert (task.late, task.owner) == (True, specialist.id)
    assert [to for to, _ in ben_tre.letters] == ["division_lead@ben-tre.vn"]
    last = ben_tre.journal[-1]
    assert (last.kind, last.actor, last.facts["timer"]) == ("timer", "system", "Timer_2_process#1")

    with pytest.raises(FormRefused) as refused:
        ben_tre.do("Task_2_process")
    assert [fault.path for fault in refused.value.faults] == ["late_reason"]
    ben_tre.do("Task_2_process", late_reason="Chờ Bộ trả lời")
    assert ben_tre.journal[-1].facts["late_reason"] == "Chờ Bộ trả lời"
    assert (ben_tre.due, ben_tre.late) == ({"Task_3_submit": "2022-10-04 10:00"}, ["Task_2_process"])
    assert ben_tre.route == [
        *ACCEPTED, "Timer_2_process", "End_late_2_process", "Task_2_process", "Gateway_supplement",
    ]  # fmt: skip
    assert ben_tre.proved()


def test_an_apology_begins_one_working_day_before_the_deadline_beside_the_work(ben_tre: Dossier) -> None:
    at_notification(ben_tre)
    assert ben_tre.timers["Start_before_due"] == "2022-10-07 17:00"
    ben_tre.at("2022-10-07 16:59")
    assert ben_tre.open == ["Task_6_notify"]
    ben_tre.at("2022-10-07 17:00")
    lanes = {task.element: task.lane for task in ben_tre.tasks if task.closed is None}
    assert lanes == {"Task_6_notify": "one_stop_clerk", "Task_apology_draft": "specialist"}
    ben_tre.do("Task_apology_draft")
    ben_tre.do("Task_apology_sign")
    ben_tre.do("Task_apology_send")

    ben_tre.at("2022-10-10 17:00")
    assert "End_apology_in_time" in ben_tre.route
    assert "director@ben-tre.vn" not in {to for to, _ in ben_tre.letters}
    ben_tre.do("Task_6_notify", late_reason="Mất điện")
    ben_tre.do("Task_collect")
    assert (ben_tre.row.status, ben_tre.row.outcome) == ("finished", "granted")
    assert ben_tre.proved()


def test_an_apology_not_sent_by_the_deadline_is_told_to_the_director(ben_tre: Dossier) -> None:
    at_notification(ben_tre).at("2022-10-07 17:00").at("2022-10-10 16:59")
    assert "director@ben-tre.vn" not in {to for to, _ in ben_tre.letters}
    ben_tre.at("2022-10-10 17:00")
    assert "director@ben-tre.vn" in {to for to, _ in ben_tre.letters}
    assert "Service_apology_late" in ben_tre.route and "End_apology_in_time" not in ben_tre.route
    assert ben_tre.proved()


def test_a_result_that_waits_for_the_applicant_is_not_late(ben_tre: Dossier) -> None:
    at_notification(ben_tre).on("2022-10-05 09:00", "Task_6_notify")
    assert ben_tre.timers == {"Start_before_due": None, "Start_due": None}
    ben_tre.at("2023-06-30 15:00")
    assert (ben_tre.late, ben_tre.letters, ben_tre.open) == ([], set(), ["Task_collect"])
    ben_tre.do("Task_collect")
    assert (ben_tre.row.outcome, ben_tre.row.clock) == ("granted", "stopped")
    assert ben_tre.proved()


def test_a_dossier_handed_in_on_a_friday_afternoon_counts_over_the_weekend(hand_in: HandIn) -> None:
    dossier = hand_in("ben-tre/39", "2022-09-30 15:15")
    # The day of receipt does not count for the promise; for step 1 half of its afternoon does.
    assert (dossier.promised, dossier.due) == ("2022-10-14 17:00", {"Task_1_receive": "2022-10-03 15:15"})
    dossier.on("2022-10-03 09:00", "Task_1_receive").on("2022-10-03 09:30", "Task_1_forward")
    assert dossier.due == {"Task_2_process": "2022-10-10 09:30"}
    assert dossier.proved()


def test_no_day_of_tet_counts(hand_in: HandIn) -> None:
    # Friday 20 to Thursday 26 January 2023 are off; the 27th is a working day between the holiday and a weekend.
    dossier = hand_in("ben-tre/39", "2023-01-18 09:00")
    assert (dossier.promised, dossier.due) == ("2023-02-08 17:00", {"Task_1_receive": "2023-01-19 09:00"})
    dossier.on("2023-01-18 10:00", "Task_1_receive").on("2023-01-19 08:00", "Task_1_forward")
    assert dossier.due == {"Task_2_process": "2023-02-02 08:00"}
    # In the middle of Tết nothing is due and nothing late.
    dossier.at("2023-01-23 10:00")
    assert (dossier.late, dossier.letters) == ([], set())
    assert dossier.proved()
