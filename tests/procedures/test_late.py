"""What a late step, a reminder and a late slip of apology say to whom, which the scenarios only count."""

from __future__ import annotations

import pytest

from runner.domain.entry import FireTimer
from runner.services.tasks import FormRefused
from tests.procedures.dossier import Dossier
from tests.world import person

NUMBER = "Hồ sơ 000.00.06.H27-220926-0001"
BEFORE_DUE = ("Start_before_due", "Start_last_day", "Start_due")
"""The timers of the apology."""


@pytest.fixture
def appraisal(ha_tinh: Dossier) -> Dossier:
    """With the specialist on Monday at 09:30: B3 is due on Tuesday, 4/10, at 09:30."""
    return ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")


def test_a_late_step_stays_with_its_owner_is_reported_to_the_lead_and_asks_for_a_reason(appraisal: Dossier) -> None:
    specialist = person("specialist")
    appraisal.runner.tasks.claim(appraisal.case, "Task_B3_appraise#1", specialist, appraisal.now)
    appraisal.at("2022-10-04 09:30")
    task = appraisal.task("Task_B3_appraise")
    assert (task.late, task.owner) == (True, specialist.id)
    [(to, subject)] = appraisal.emails
    assert (to, subject[:31]) == ("division_lead@ha-tinh.vn", NUMBER)
    assert "“B3. Xem xét thẩm định, xử lý hồ sơ” đã quá hạn" in subject
    last = appraisal.journal[-1]
    assert (last.actor, last.body) == ("system", FireTimer("Timer_B3_appraise#1"))

    with pytest.raises(FormRefused) as refused:
        appraisal.do("Task_B3_appraise")
    assert [(fault.path, fault.message) for fault in refused.value.faults] == [
        ("late_reason", "Việc này đã quá hạn: hãy nêu lý do chậm trễ (tối đa 1000 ký tự).")
    ]
    appraisal.do("Task_B3_appraise", late_reason="  Chờ ý kiến của Công an tỉnh  ")
    assert appraisal.journal[-1].body.late_reason == "Chờ ý kiến của Công an tỉnh"


def test_while_an_applicant_is_waited_for_only_the_reminder_runs(appraisal: Dossier) -> None:
    appraisal.on("2022-09-28 09:00", "Task_B3_appraise", appraisal_decision="supplement")
    appraisal.on("2022-09-29 10:00", "Task_B3_guide")
    assert appraisal.timers == {**dict.fromkeys(BEFORE_DUE), "Timer_reminder": "2022-10-29 10:00"}
    appraisal.at("2022-10-29 10:00")
    assert appraisal.emails == {("lan@honglinh.vn", f"{NUMBER}: Nhắc bổ sung hồ sơ")}
    appraisal.on("2022-10-31 10:00", "Task_B3_wait")
    assert set(appraisal.timers) == {*BEFORE_DUE, "Timer_B3_reappraise"}
    assert None not in appraisal.timers.values()


def test_an_apology_that_nobody_has_answered_for_is_late_when_its_last_day_ends(appraisal: Dossier) -> None:
    """The case is due on 12/10/2022: the slip is asked for from the close of 10/10 on."""
    appraisal.at("2022-10-11 16:59")
    assert {to for to, _ in appraisal.emails} == {"division_lead@ha-tinh.vn"}
    assert not appraisal.task("Task_apology_draft").late
    appraisal.at("2022-10-11 17:00")
    assert ("director@ha-tinh.vn", f"{NUMBER}: Báo lãnh đạo Sở: phiếu ban hành muộn") in appraisal.emails
    assert appraisal.task("Task_apology_draft").late
    sent = appraisal.emails
    appraisal.at("2022-10-12 17:00")
    assert not appraisal.emails - sent  # once is enough


def test_a_slip_sent_on_its_last_day_is_in_time_and_one_signed_but_not_sent_is_not(appraisal: Dossier) -> None:
    appraisal.at("2022-10-11 08:00")
    appraisal.do("Task_apology_draft", apology_new_date="2022-10-13")
    appraisal.do("Task_apology_sign", apology_new_date="2022-10-13")
    appraisal.at("2022-10-11 17:00")
    assert appraisal.task("Task_apology_send").late
    assert "director@ha-tinh.vn" in {to for to, _ in appraisal.emails}


def test_who_said_that_a_case_ends_in_time_is_named_when_it_is_due_and_has_not(appraisal: Dossier) -> None:
    appraisal.at("2022-10-11 15:30").do("Task_apology_draft", apology_needed="in_time")
    appraisal.at("2022-10-12 16:59")
    assert not [subject for _, subject in appraisal.emails if "phiếu" in subject or "kịp hạn" in subject]
    appraisal.at("2022-10-12 17:00")
    told = "Báo lãnh đạo phòng: đã trả lời kịp hạn nhưng chưa xong"
    named = f"{NUMBER}: {told} (người trả lời: {person('specialist').name}, 15:30 ngày 11/10/2022)"
    assert [(to, subject) for to, subject in appraisal.emails if told in subject] == [
        ("division_lead@ha-tinh.vn", named)
    ]
    assert "director@ha-tinh.vn" not in {to for to, _ in appraisal.emails}
