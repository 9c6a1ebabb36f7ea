"""What a late step, a reminder and a late slip of apology say to whom, which the scenarios only count."""

from __future__ import annotations

import pytest

from runner.domain.entry import FireTimer
from runner.services.tasks import FormRefused
from tests.procedures.dossier import Dossier
from tests.world import person

NUMBER = "Hồ sơ 000.00.06.H27-220926-0001"


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
    assert appraisal.timers == {"Start_before_due": None, "Start_due": None, "Timer_reminder": "2022-10-29 10:00"}
    appraisal.at("2022-10-29 10:00")
    assert appraisal.emails == {("lan@honglinh.vn", f"{NUMBER}: Nhắc bổ sung hồ sơ")}
    appraisal.on("2022-10-31 10:00", "Task_B3_wait")
    assert set(appraisal.timers) == {"Start_before_due", "Start_due", "Timer_B3_reappraise"}
    assert None not in appraisal.timers.values()


def test_an_apology_not_sent_by_the_deadline_is_reported_to_the_director(appraisal: Dossier) -> None:
    appraisal.at("2022-10-12 16:59")
    assert {to for to, _ in appraisal.emails} == {"division_lead@ha-tinh.vn"}
    appraisal.at("2022-10-12 17:00")
    assert ("director@ha-tinh.vn", f"{NUMBER}: Báo lãnh đạo Sở: phiếu ban hành muộn") in appraisal.emails
