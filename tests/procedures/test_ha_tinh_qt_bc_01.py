"""Cấp giấy phép bưu chính, Hà Tĩnh (QT.BC.01): 12 working days from receipt of a complete dossier."""

from __future__ import annotations

import pytest

from runner.services.tasks import FormRefused
from tests.procedures.conftest import HandIn
from tests.procedures.dossier import Dossier
from tests.world import person

ACCEPTED = [
    "Start_submitted", "Task_B1_receive", "Gateway_complete", "Service_allot_number", "Rule_fee",
    "Task_B2_forward",
]  # fmt: skip
ELIGIBLE = ["Task_B3_appraise", "Gateway_supplement", "Gateway_eligible", "Gateway_inspection_needed"]
SIGNED = ["Task_B4_initial", "Gateway_B4_lead", "Task_B5_approve", "Gateway_B5_director"]
ISSUED = ["Task_B6_issue", "Task_B6_update"]
RETURNED = ["Task_B7_return", "Gateway_result"]

INSPECTED = {
    "appraisal_decision": "eligible", "inspection_needed": "yes", "inspection_proposal": "Kiểm tra tại trụ sở",
}  # fmt: skip
SUPPLEMENT = {"appraisal_decision": "supplement", "inspection_needed": None}
NOT_ELIGIBLE = {"appraisal_decision": "not_eligible", "inspection_needed": None}
CORRECT = {"lead_opinion": "Nêu rõ phạm vi cung ứng dịch vụ", "director_opinion": "Nêu rõ phạm vi cung ứng dịch vụ"}


def at_appraisal(dossier: Dossier) -> Dossier:
    """Accepted on Monday at 08:30, with the specialist at 09:30: B3 is due on Tuesday, 4/10, at 09:30."""
    return dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")


def at_issue(dossier: Dossier) -> Dossier:
    """Signed by everybody on Thursday, 6/10, at 09:00."""
    at_appraisal(dossier).on("2022-09-29 15:00", "Task_B3_appraise").on("2022-09-30 10:00", "Task_B3_draft_licence")
    return dossier.on("2022-10-04 10:00", "Task_B4_initial").on("2022-10-06 09:00", "Task_B5_approve")


def test_a_licence_is_granted_straight(ha_tinh: Dossier) -> None:
    assert ha_tinh.due == {"Task_B1_receive": None}
    assert (ha_tinh.row.clock, ha_tinh.promised) == ("idle", None)

    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive")
    assert (ha_tinh.row.clock, ha_tinh.promised) == ("running", "2022-10-12 17:00")
    assert ha_tinh.row.number == "000.00.06.H27-220926-0001"
    # Half a working day from 08:30: three quarters of the morning, then a quarter of the afternoon.
    assert ha_tinh.due == {"Task_B2_forward": "2022-09-26 14:23"}

    ha_tinh.on("2022-09-26 09:30", "Task_B2_forward")
    assert ha_tinh.due == {"Task_B3_appraise": "2022-10-04 09:30"}
    ha_tinh.on("2022-09-29 15:00", "Task_B3_appraise")
    assert ha_tinh.due == {"Task_B3_draft_licence": "2022-10-04 09:30"}
    ha_tinh.on("2022-09-30 10:00", "Task_B3_draft_licence")
    assert ha_tinh.due == {"Task_B4_initial": "2022-10-05 10:00"}
    ha_tinh.on("2022-10-04 10:00", "Task_B4_initial")
    assert ha_tinh.due == {"Task_B5_approve": "2022-10-06 10:00"}
    ha_tinh.on("2022-10-06 07:30", "Task_B5_approve")
    assert ha_tinh.due == {"Task_B6_issue": "2022-10-06 11:30"}
    ha_tinh.on("2022-10-06 09:00", "Task_B6_issue")
    assert ha_tinh.due == {"Task_B6_update": "2022-10-06 11:30"}
    ha_tinh.on("2022-10-06 10:00", "Task_B6_update")
    assert (ha_tinh.row.clock, ha_tinh.due) == ("stopped", {"Task_B7_return": None})
    ha_tinh.on("2022-10-07 09:00", "Task_B7_return")

    assert (ha_tinh.row.status, ha_tinh.row.outcome, ha_tinh.late) == ("finished", "granted", [])
    assert ha_tinh.route == [
        *ACCEPTED, *ELIGIBLE, "Task_B3_draft_licence", *SIGNED, *ISSUED, *RETURNED, "End_granted",
    ]  # fmt: skip
    assert ha_tinh.letters == set()
    assert ha_tinh.proved()


def test_a_dossier_not_eligible_on_paper_is_refused_within_b3_and_skips_b4_to_b6(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh).on("2022-09-28 09:00", "Task_B3_appraise", **NOT_ELIGIBLE)
    for moment, element in (
        ("2022-09-28 15:00", "Task_B3_draft_notice"),
        ("2022-09-29 09:00", "Task_B3_initial"),
        ("2022-09-30 09:00", "Task_B3_sign"),
        ("2022-09-30 14:00", "Task_B3_stamp"),
    ):
        assert (ha_tinh.due, ha_tinh.row.clock) == ({element: "2022-10-04 09:30"}, "running")
        ha_tinh.on(moment, element)
    assert ha_tinh.row.clock == "stopped"
    ha_tinh.on("2022-10-03 09:00", "Task_B7_return")

    assert (ha_tinh.row.status, ha_tinh.row.outcome) == ("finished", "refused")
    assert ha_tinh.route == [
        *ACCEPTED, "Task_B3_appraise", "Gateway_supplement", "Gateway_eligible", "Task_B3_draft_notice",
        "Task_B3_initial", "Gateway_B3_lead", "Task_B3_sign", "Gateway_B3_director", "Task_B3_stamp", *RETURNED,
        "End_refused",
    ]  # fmt: skip
    assert ha_tinh.proved()


@pytest.mark.parametrize(
    ("result", "draft", "outcome"),
    [("passed", "Task_B3_draft_licence", "granted"), ("failed", "Task_B3_draft_refusal", "refused")],
)
def test_an_inspection_shares_the_time_of_b3_and_decides_the_draft_that_b4_to_b6_sign(
    ha_tinh: Dossier, result: str, draft: str, outcome: str
) -> None:
    at_appraisal(ha_tinh).on("2022-09-27 09:00", "Task_B3_appraise", **INSPECTED)
    assert ha_tinh.due == {"Task_B3_organise": "2022-10-04 09:30"}
    ha_tinh.on("2022-09-28 09:00", "Task_B3_organise")
    assert ha_tinh.due == {"Task_B3_inspect": "2022-10-04 09:30"}
    ha_tinh.on("2022-09-29 16:00", "Task_B3_inspect", inspection_result=result)
    assert ha_tinh.due == {draft: "2022-10-04 09:30"}
    ha_tinh.on("2022-10-03 09:00", draft)
    ha_tinh.on("2022-10-04 09:00", "Task_B4_initial").on("2022-10-05 09:00", "Task_B5_approve")
    ha_tinh.on("2022-10-05 10:00", "Task_B6_issue").on("2022-10-05 11:00", "Task_B6_update")
    ha_tinh.on("2022-10-06 09:00", "Task_B7_return")

    assert (ha_tinh.row.status, ha_tinh.row.outcome, ha_tinh.late) == ("finished", outcome, [])
    assert ha_tinh.route == [
        *ACCEPTED, *ELIGIBLE, "Task_B3_organise", "Task_B3_inspect", "Gateway_inspection_passed", draft, *SIGNED,
        *ISSUED, *RETURNED, f"End_{outcome}",
    ]  # fmt: skip
    assert ha_tinh.proved()


def test_a_supplement_at_the_counter_goes_round_b1_before_any_clock_starts(ha_tinh: Dossier) -> None:
    lacking = {"intake_decision": "supplement", "fee_case": None, "result_place": None}
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive", **lacking).on("2022-09-26 08:45", "Task_B1_guide")
    ha_tinh.at("2022-10-20 16:00")
    assert (ha_tinh.row.clock, ha_tinh.promised, ha_tinh.row.number) == ("idle", None, None)
    assert (ha_tinh.due, ha_tinh.late) == ({"Task_B1_wait": None}, [])

    ha_tinh.on("2022-10-21 09:00", "Task_B1_wait").on("2022-10-21 09:10", "Task_B1_receive")
    assert (ha_tinh.row.clock, ha_tinh.promised) == ("running", "2022-11-08 17:00")
    assert ha_tinh.row.number == "000.00.06.H27-221021-0001"
    assert ha_tinh.route == [
        "Start_submitted", "Task_B1_receive", "Gateway_complete", "Gateway_supplement_possible", "Task_B1_guide",
        "Task_B1_wait", "Task_B1_receive", "Gateway_complete", "Service_allot_number", "Rule_fee",
    ]  # fmt: skip
    assert ha_tinh.proved()


def test_a_dossier_that_cannot_be_completed_is_refused_at_the_counter(ha_tinh: Dossier) -> None:
    refused = {"intake_decision": "refuse", "fee_case": None, "result_place": None}
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive", **refused).on("2022-09-26 09:00", "Task_B1_refuse")

    assert (ha_tinh.row.status, ha_tinh.row.outcome, ha_tinh.row.clock) == ("finished", "refused", "idle")
    assert ha_tinh.row.number is None
    assert ha_tinh.route == [
        "Start_submitted", "Task_B1_receive", "Gateway_complete", "Gateway_supplement_possible", "Task_B1_refuse",
        "End_not_accepted",
    ]  # fmt: skip
    assert ha_tinh.proved()


def test_waiting_for_a_supplement_in_b3_moves_every_deadline_by_exactly_the_working_time_waited(
    ha_tinh: Dossier,
) -> None:
    at_appraisal(ha_tinh).on("2022-09-28 09:00", "Task_B3_appraise", **SUPPLEMENT)
    assert (ha_tinh.due, ha_tinh.promised) == ({"Task_B3_guide": "2022-10-04 09:30"}, "2022-10-12 17:00")
    ha_tinh.on("2022-09-29 10:00", "Task_B3_guide")
    assert (ha_tinh.row.clock, ha_tinh.promised, ha_tinh.due) == ("paused", None, {"Task_B3_wait": None})
    # What belongs to the legal clock is held; the reminder after thirty days is not.
    assert ha_tinh.timers == {"Start_before_due": None, "Start_due": None, "Timer_reminder": "2022-10-29 10:00"}

    # From Thursday 10:00 to Tuesday 10:00: three working days, over a weekend.
    ha_tinh.on("2022-10-04 10:00", "Task_B3_wait")
    assert (ha_tinh.row.clock, ha_tinh.promised) == ("running", "2022-10-17 17:00")
    assert ha_tinh.due == {"Task_B3_reappraise": "2022-10-07 09:30"}
    assert ha_tinh.timers == {
        "Start_before_due": "2022-10-14 17:00", "Start_due": "2022-10-17 17:00",
        "Timer_B3_reappraise": "2022-10-07 09:30",
    }  # fmt: skip

    ha_tinh.on("2022-10-05 10:00", "Task_B3_reappraise")
    assert ha_tinh.open == ["Task_B3_draft_licence"]
    assert ha_tinh.route == [
        *ACCEPTED, "Task_B3_appraise", "Gateway_supplement", "Task_B3_guide", "Task_B3_wait", "Task_B3_reappraise",
        "Gateway_eligible", "Gateway_inspection_needed",
    ]  # fmt: skip
    assert ha_tinh.proved()


def test_the_applicant_is_reminded_of_a_supplement_after_thirty_days(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh).on("2022-09-28 09:00", "Task_B3_appraise", **SUPPLEMENT)
    ha_tinh.on("2022-09-29 10:00", "Task_B3_guide").at("2022-10-29 09:59")
    assert (ha_tinh.letters, "Service_reminder" in ha_tinh.route) == (set(), False)
    ha_tinh.at("2022-10-29 10:00")
    assert ha_tinh.route[-3:] == ["Timer_reminder", "Service_reminder", "End_reminded"]
    number = "Hồ sơ 000.00.06.H27-220926-0001"
    assert ha_tinh.letters == {("lan@honglinh.vn", f"{number}: Nhắc bổ sung hồ sơ")}


def test_a_supplement_that_never_comes_makes_nothing_late(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh).on("2022-09-28 09:00", "Task_B3_appraise", **SUPPLEMENT)
    ha_tinh.on("2022-09-29 10:00", "Task_B3_guide").at("2022-10-29 10:00").at("2023-03-01 10:00")
    assert (ha_tinh.row.clock, ha_tinh.late, ha_tinh.open) == ("paused", [], ["Task_B3_wait"])
    ha_tinh.do("Task_B3_wait", supplement_outcome="not_supplemented", supplement_received=None)
    # Of the six days 3 and half an hour of a morning were used before the pause.
    assert ha_tinh.due == {"Task_B3_reappraise": "2023-03-06 09:30"}
    assert ha_tinh.proved()


def test_a_second_supplement_in_b3_is_not_offered(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh).on("2022-09-28 09:00", "Task_B3_appraise", **SUPPLEMENT)
    ha_tinh.on("2022-09-29 10:00", "Task_B3_guide").on("2022-10-04 10:00", "Task_B3_wait")
    with pytest.raises(FormRefused) as refused:
        ha_tinh.do("Task_B3_reappraise", **SUPPLEMENT)
    assert [fault.path for fault in refused.value.faults] == ["appraisal_decision"]


def test_the_lead_returns_a_draft_for_correction_in_the_time_that_b3_has_left(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh).on("2022-09-27 09:30", "Task_B3_appraise").on("2022-09-28 09:30", "Task_B3_draft_licence")
    ha_tinh.on("2022-09-29 09:30", "Task_B4_initial", lead_decision="return", **CORRECT)
    # Of six days two were used: four are left, a day after they would have run out without the return.
    assert ha_tinh.due == {"Task_B3_reappraise": "2022-10-05 09:30"}
    assert ha_tinh.promised == "2022-10-12 17:00"
    ha_tinh.on("2022-09-30 09:30", "Task_B3_reappraise").on("2022-09-30 14:00", "Task_B3_draft_licence")
    # Of the three days of B4 one was used in the first round.
    assert ha_tinh.due == {"Task_B4_initial": "2022-10-04 14:00"}
    ha_tinh.on("2022-10-03 09:30", "Task_B4_initial")

    assert ha_tinh.route == [
        *ACCEPTED, *ELIGIBLE, "Task_B3_draft_licence", "Task_B4_initial", "Gateway_B4_lead", "Task_B3_reappraise",
        "Gateway_eligible", "Gateway_inspection_needed", "Task_B3_draft_licence", "Task_B4_initial", "Gateway_B4_lead",
    ]  # fmt: skip
    assert ha_tinh.proved()


def test_the_director_returns_a_draft_and_the_case_is_due_when_it_was(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh).on("2022-09-30 09:30", "Task_B3_appraise").on("2022-10-03 09:30", "Task_B3_draft_licence")
    ha_tinh.on("2022-10-06 09:00", "Task_B4_initial")
    assert ha_tinh.due == {"Task_B5_approve": "2022-10-10 09:00"}
    ha_tinh.on("2022-10-07 09:00", "Task_B5_approve", director_decision="return", **CORRECT)
    # One day of B3's six is left.
    assert (ha_tinh.due, ha_tinh.promised) == ({"Task_B3_reappraise": "2022-10-10 09:00"}, "2022-10-12 17:00")
    ha_tinh.on("2022-10-10 08:00", "Task_B3_reappraise", **NOT_ELIGIBLE)
    assert ha_tinh.due == {"Task_B3_draft_notice": "2022-10-10 09:00"}

    assert ha_tinh.route == [
        *ACCEPTED, *ELIGIBLE, "Task_B3_draft_licence", *SIGNED, "Task_B3_reappraise", "Gateway_eligible",
    ]  # fmt: skip
    assert ha_tinh.proved()


@pytest.mark.parametrize("by", ["lead", "director"])
def test_a_refusal_returned_for_correction_stays_in_the_round_of_b3(ha_tinh: Dossier, by: str) -> None:
    at_appraisal(ha_tinh).on("2022-09-28 09:00", "Task_B3_appraise", **NOT_ELIGIBLE)
    ha_tinh.on("2022-09-28 15:00", "Task_B3_draft_notice")
    way = ["Task_B3_draft_notice", "Task_B3_initial", "Gateway_B3_lead"]
    if by == "lead":
        ha_tinh.on("2022-09-29 09:00", "Task_B3_initial", lead_decision="return", **CORRECT)
    else:
        way += ["Task_B3_sign", "Gateway_B3_director"]
        ha_tinh.on("2022-09-29 09:00", "Task_B3_initial")
        ha_tinh.on("2022-09-29 10:00", "Task_B3_sign", director_decision="return", **CORRECT)
    assert ha_tinh.due == {"Task_B3_reappraise": "2022-10-04 09:30"}
    assert ha_tinh.route[len(ACCEPTED) + 3 :] == way
    # Found eligible after all, it goes the way of the licence.
    ha_tinh.on("2022-09-30 10:00", "Task_B3_reappraise")
    assert ha_tinh.due == {"Task_B3_draft_licence": "2022-10-04 09:30"}
    assert ha_tinh.proved()


def test_a_failed_inspection_does_not_stick_to_a_dossier_found_eligible_without_one(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh).on("2022-09-27 09:00", "Task_B3_appraise", **INSPECTED)
    ha_tinh.on("2022-09-28 09:00", "Task_B3_organise")
    ha_tinh.on("2022-09-28 16:00", "Task_B3_inspect", inspection_result="failed")
    ha_tinh.on("2022-09-29 09:00", "Task_B3_draft_refusal")
    ha_tinh.on("2022-09-29 10:00", "Task_B4_initial", lead_decision="return", **CORRECT)
    ha_tinh.on("2022-09-29 14:00", "Task_B3_reappraise").on("2022-09-30 10:00", "Task_B3_draft_licence")
    ha_tinh.on("2022-10-03 09:00", "Task_B4_initial").on("2022-10-04 09:00", "Task_B5_approve")
    ha_tinh.on("2022-10-04 10:00", "Task_B6_issue").on("2022-10-04 11:00", "Task_B6_update")
    ha_tinh.on("2022-10-05 09:00", "Task_B7_return")
    assert ha_tinh.row.outcome == "granted"
    assert ha_tinh.proved()


def test_a_late_step_stays_with_its_owner_is_told_to_the_lead_and_asks_for_a_reason(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh)
    specialist = person("specialist")
    ha_tinh.runner.tasks.claim(ha_tinh.case, "Task_B3_appraise#1", specialist, ha_tinh.now)
    ha_tinh.at("2022-10-04 09:29")
    assert (ha_tinh.late, ha_tinh.letters) == ([], set())

    ha_tinh.at("2022-10-04 09:30")
    task = ha_tinh.task("Task_B3_appraise")
    assert (task.late, task.owner) == (True, specialist.id)
    [(to, subject)] = ha_tinh.letters
    assert (to, subject[:31]) == ("division_lead@ha-tinh.vn", "Hồ sơ 000.00.06.H27-220926-0001")
    assert "“B3. Xem xét thẩm định, xử lý hồ sơ” đã quá hạn" in subject
    last = ha_tinh.journal[-1]
    assert (last.kind, last.actor, last.facts["timer"]) == ("timer", "system", "Timer_B3_appraise#1")

    ha_tinh.at("2022-10-04 10:00")
    with pytest.raises(FormRefused) as refused:
        ha_tinh.do("Task_B3_appraise")
    assert [(fault.path, fault.message) for fault in refused.value.faults] == [
        ("late_reason", "Việc này đã quá hạn: hãy nêu lý do chậm trễ (tối đa 1000 ký tự).")
    ]
    ha_tinh.do("Task_B3_appraise", late_reason="  Chờ ý kiến của Công an tỉnh  ")
    assert ha_tinh.journal[-1].facts["late_reason"] == "Chờ ý kiến của Công an tỉnh"
    # The step has no time left: what comes after in it is due at once, and late too.
    assert ha_tinh.due == {"Task_B3_draft_licence": "2022-10-04 09:30"}
    ha_tinh.at("2022-10-04 10:01")
    assert ha_tinh.late == ["Task_B3_appraise", "Task_B3_draft_licence"]
    ha_tinh.do("Task_B3_draft_licence", late_reason="Chờ ý kiến của Công an tỉnh")
    assert ha_tinh.due == {"Task_B4_initial": "2022-10-07 10:01"}
    assert ha_tinh.promised == "2022-10-12 17:00"
    assert ha_tinh.route == [
        *ACCEPTED, "Timer_B3_appraise", "End_late_B3_appraise", *ELIGIBLE, "Timer_B3_draft_licence",
        "End_late_B3_draft_licence", "Task_B3_draft_licence",
    ]  # fmt: skip
    assert ha_tinh.proved()


def test_a_step_is_never_due_after_its_case(ha_tinh: Dossier) -> None:
    at_appraisal(ha_tinh).on("2022-09-29 15:00", "Task_B3_appraise").on("2022-09-30 10:00", "Task_B3_draft_licence")
    reason = {"late_reason": "Lãnh đạo phòng đi công tác"}
    ha_tinh.on("2022-10-12 10:00", "Task_B4_initial", **reason)
    assert "Task_B5_approve" in ha_tinh.open
    assert ha_tinh.due["Task_B5_approve"] == "2022-10-12 17:00"
    assert ha_tinh.proved()


def test_an_apology_begins_one_working_day_before_the_deadline_beside_the_work(ha_tinh: Dossier) -> None:
    at_issue(ha_tinh)
    assert ha_tinh.timers["Start_before_due"] == "2022-10-11 17:00"
    ha_tinh.at("2022-10-11 16:59")
    assert ha_tinh.open == ["Task_B6_issue"]
    ha_tinh.at("2022-10-11 17:00")
    assert sorted(ha_tinh.open) == ["Task_B6_issue", "Task_apology_draft"]
    assert ha_tinh.task("Task_apology_draft").lane == "specialist"
    ha_tinh.do("Task_apology_draft")
    assert ha_tinh.task("Task_apology_sign").lane == "director"
    ha_tinh.do("Task_apology_sign")
    assert ha_tinh.task("Task_apology_send").lane == "one_stop_clerk"
    ha_tinh.do("Task_apology_send")

    # Sent in time, it is nothing that the director would have to be told at the deadline.
    ha_tinh.at("2022-10-12 17:00")
    assert "End_apology_in_time" in ha_tinh.route
    assert {to for to, _ in ha_tinh.letters} == {"division_lead@ha-tinh.vn"}
    late = {"late_reason": "Máy in bằng hỏng"}
    ha_tinh.do("Task_B6_issue", **late)
    ha_tinh.do("Task_B6_update", **late)
    ha_tinh.do("Task_B7_return")
    assert (ha_tinh.row.status, ha_tinh.row.outcome) == ("finished", "granted")
    assert ha_tinh.proved()


def test_an_apology_not_sent_by_the_deadline_is_told_to_the_director(ha_tinh: Dossier) -> None:
    at_issue(ha_tinh).at("2022-10-11 17:00").at("2022-10-12 16:59")
    assert "Service_apology_late" not in ha_tinh.route
    ha_tinh.at("2022-10-12 17:00")
    number = "Hồ sơ 000.00.06.H27-220926-0001"
    assert ("director@ha-tinh.vn", f"{number}: Báo lãnh đạo Sở: phiếu ban hành muộn") in ha_tinh.letters
    assert ha_tinh.route[-5:-1] == ["Start_due", "Gateway_apology_sent", "Service_apology_late", "End_apology_late"]
    # The slip is still to be made, and ending the case takes the open slip with it.
    late = {"late_reason": "Máy in bằng hỏng"}
    ha_tinh.do("Task_B6_issue", **late)
    ha_tinh.do("Task_B6_update", **late)
    assert sorted(ha_tinh.open) == ["Task_B7_return", "Task_apology_draft"]
    ha_tinh.do("Task_B7_return")
    assert (ha_tinh.row.status, ha_tinh.open) == ("finished", [])
    assert ha_tinh.proved()


def test_a_result_that_waits_for_the_applicant_is_not_late(ha_tinh: Dossier) -> None:
    at_issue(ha_tinh).on("2022-10-06 10:30", "Task_B6_issue").on("2022-10-06 11:00", "Task_B6_update")
    assert ha_tinh.timers == {"Start_before_due": None, "Start_due": None}
    ha_tinh.at("2023-06-30 15:00")
    assert (ha_tinh.late, ha_tinh.letters, ha_tinh.open) == ([], set(), ["Task_B7_return"])
    ha_tinh.do("Task_B7_return")
    assert (ha_tinh.row.outcome, ha_tinh.row.clock) == ("granted", "stopped")
    assert ha_tinh.proved()


def test_a_result_is_not_handed_over_before_the_fee_is_paid(ha_tinh: Dossier) -> None:
    at_issue(ha_tinh).on("2022-10-06 10:30", "Task_B6_issue").on("2022-10-06 11:00", "Task_B6_update")
    with pytest.raises(FormRefused) as refused:
        ha_tinh.do("Task_B7_return", fee_settled=False)
    assert [fault.path for fault in refused.value.faults] == ["fee_settled"]
    _, instance, _ = ha_tinh.runner.audit.history(ha_tinh.case)
    assert (instance.values["fee_case"], instance.values["fee_amount"]) == ("first_issue", 10_750_000)


def test_a_dossier_accepted_on_a_saturday_counts_from_monday(hand_in: HandIn) -> None:
    dossier = hand_in("ha-tinh/QT.BC.01", "2022-10-01 09:00")
    dossier.on("2022-10-01 10:00", "Task_B1_receive")
    assert (dossier.promised, dossier.due) == ("2022-10-19 17:00", {"Task_B2_forward": "2022-10-03 11:30"})
    dossier.on("2022-10-03 09:00", "Task_B2_forward")
    assert dossier.due == {"Task_B3_appraise": "2022-10-11 09:00"}
    assert dossier.proved()


def test_no_day_of_tet_counts(hand_in: HandIn) -> None:
    # Friday 20 to Thursday 26 January 2023 are off; the 27th is a working day between the holiday and a weekend.
    dossier = hand_in("ha-tinh/QT.BC.01", "2023-01-17 08:00")
    dossier.on("2023-01-17 09:00", "Task_B1_receive")
    assert dossier.promised == "2023-02-09 17:00"
    dossier.on("2023-01-18 09:00", "Task_B2_forward", late_reason="Chuyển hồ sơ theo chuyến")
    assert dossier.due == {"Task_B3_appraise": "2023-02-02 09:00"}
    dossier.on("2023-01-19 16:00", "Task_B3_appraise", **SUPPLEMENT).on("2023-01-19 17:00", "Task_B3_guide")
    # The whole of Tết and a weekend pass while it waits, and not a minute of working time.
    dossier.on("2023-01-27 07:30", "Task_B3_wait")
    assert (dossier.promised, dossier.due) == ("2023-02-09 17:00", {"Task_B3_reappraise": "2023-02-02 09:00"})
    assert dossier.proved()
