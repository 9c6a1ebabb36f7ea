"""What Hà Tĩnh's forms do not let through: a fee without proof, a dossier short of papers, a promise that is none."""

from __future__ import annotations

from typing import Any

import pytest

from runner.services.tasks import FormRefused
from tests.procedures.conftest import HandIn
from tests.procedures.dossier import Dossier
from tests.procedures.values import ANSWERS


def refusal(dossier: Dossier, element: str, **transactions: Any) -> list[tuple[str, str]]:
    """The fault of each field that keeps a task from being submitted."""
    with pytest.raises(FormRefused) as refused:
        dossier.do(element, **transactions)
    return [(fault.path, fault.message) for fault in refused.value.faults]


@pytest.mark.parametrize("code", ["01", "02", "03", "04", "05", "06"])
def test_a_fee_paid_at_the_counter_has_a_receipt(hand_in: HandIn, code: str) -> None:
    dossier = hand_in(f"ha-tinh/QT.BC.{code}", "2022-09-26 08:00")
    message = [("fee_receipt_number", "Hãy nhập “Số biên lai”.")]
    assert refusal(dossier, "Task_B1_receive", fee_paid=True, fee_receipt_number=" ") == message
    assert dossier.open == ["Task_B1_receive"]


@pytest.mark.parametrize("code", ["01", "02", "03", "04", "05", "06", "07"])
def test_a_complete_dossier_has_every_paper_that_the_decision_requires(hand_in: HandIn, code: str) -> None:
    dossier = hand_in(f"ha-tinh/QT.BC.{code}", "2022-09-26 08:00")
    first, *others = ANSWERS[f"tiep-nhan-qt-bc-{code}"]["dossier_items"]
    assert first in ("request", "notice")
    [(path, message)] = refusal(dossier, "Task_B1_receive", dossier_items=others, dossier_copies=[])
    assert path == "dossier_items"
    assert message.startswith(("Hồ sơ đầy đủ phải có: 1. ", "Hãy chọn “Giấy tờ đã nộp"))


def test_what_a_complete_dossier_lacks_is_named(ha_tinh: Dossier) -> None:
    papers = ["request", "registration", "business_plan", "contract_template", "price_list", "quality_standard"]
    [(path, message)] = refusal(ha_tinh, "Task_B1_receive", dossier_items=papers)
    assert path == "dossier_items"
    assert message.startswith("Hồ sơ đầy đủ phải có: 9. Quy định về mức giới hạn trách nhiệm bồi thường")
    ha_tinh.do("Task_B1_receive", dossier_items=papers, intake_decision="supplement")
    assert ha_tinh.open == ["Task_B1_guide"]


def test_only_the_chosen_case_of_a_dossier_asks_for_its_papers(hand_in: HandIn) -> None:
    dossier = hand_in("ha-tinh/QT.BC.05", "2022-09-26 08:00")
    branch = {"dossier_case": "branch", "fee_case": "branch_office", "dossier_items": [], "dossier_copies": []}
    [(path, message)] = refusal(dossier, "Task_B1_receive", **branch, dossier_items_branch=["licence_of_establishment"])
    assert path == "dossier_items_branch"
    assert message.startswith("Hồ sơ đầy đủ phải có: 1. Văn bản thông báo hoạt động bưu chính")
    dossier.do("Task_B1_receive", **branch)
    assert dossier.open == ["Task_B2_forward"] and dossier.proved()


def test_a_copy_is_of_a_paper_that_came(ha_tinh: Dossier) -> None:
    message = "“Trong đó, giấy tờ nộp bản sao” có mục chưa được đánh dấu ở “Giấy tờ đã nộp (mục 2.3)”: 12. "
    [(path, fault)] = refusal(ha_tinh, "Task_B1_receive", dossier_copies=["registration", "franchise"])
    assert path == "dossier_copies" and fault.startswith(message)


def test_a_slip_of_apology_promises_a_working_day_after_the_one_promised_before(ha_tinh: Dossier) -> None:
    """The receipt promises Wednesday, 12/10/2022."""
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward").at("2022-10-11 08:00")
    label, later = "“Hẹn lại ngày trả kết quả”", "phải sau ngày đang hẹn trả kết quả, 12/10/2022."
    refused = {
        "1999-01-01": f"{label} {later}",
        "2022-10-10": f"{label} {later}",
        "2022-10-11": f"{label} {later}",
        "2022-10-12": f"{label} {later}",
        "2022-10-15": f"{label}: 15/10/2022 là ngày nghỉ; hãy chọn một ngày làm việc.",
        "2023-01-23": f"{label}: 23/01/2023 là ngày nghỉ; hãy chọn một ngày làm việc.",  # Tết
        "2099-01-05": f"{label}: lịch làm việc chưa có năm 2099; hãy chọn ngày khác hoặc nhờ quản trị bổ sung lịch.",
    }
    for day, message in refused.items():
        assert refusal(ha_tinh, "Task_apology_draft", apology_new_date=day) == [("apology_new_date", message)], day
    ha_tinh.do("Task_apology_draft", apology_new_date="2022-10-13")
    for day in ("2022-10-12", "2022-10-15"):  # nor may the one who signs change it to such a day
        message = refused[day]
        assert refusal(ha_tinh, "Task_apology_sign", apology_new_date=day) == [("apology_new_date", message)], day
    ha_tinh.do("Task_apology_sign", apology_new_date="2022-10-14")
    assert "Task_apology_send" in ha_tinh.open and ha_tinh.proved()


def test_once_the_promised_day_is_past_the_new_one_is_not_past_too(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward").at("2022-10-18 08:00")
    passed = "“Hẹn lại ngày trả kết quả”: ngày này đã qua; hãy chọn từ ngày 18/10/2022 trở đi."
    for day in ("1999-01-01", "2022-10-17"):
        given = {"apology_new_date": day, "late_reason": "Chờ phối hợp"}
        assert refusal(ha_tinh, "Task_apology_draft", **given) == [("apology_new_date", passed)], day


def test_the_day_of_a_record_is_not_in_the_future(ha_tinh: Dossier) -> None:
    """By the day in Viet Nam: 17:30 UTC is half past midnight."""
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    ha_tinh.on("2022-09-28 09:00", "Task_B3_appraise").at("2022-09-29 00:30")
    [(path, message)] = refusal(ha_tinh, "Task_B3_draft_licence", draft_date="2022-09-30")
    assert path == "draft_date" and message.endswith("hãy nhập ngày từ 01/01/1900 đến hôm nay, viết như 29/09/2022.")
    ha_tinh.do("Task_B3_draft_licence", draft_date="2022-09-29")


def test_while_the_applicant_is_waited_for_the_new_day_is_after_the_one_that_is_left(ha_tinh: Dossier) -> None:
    """A dossier due on 12/10/2022 waits from 11/10 on with a day and a half left."""
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward").at("2022-10-11 07:40")
    lacking = {"appraisal_decision": "supplement", "inspection_needed": None, "late_reason": "Chờ phối hợp"}
    ha_tinh.do("Task_B3_appraise", **lacking)
    ha_tinh.do("Task_B3_guide", late_reason="Chờ phối hợp")
    ha_tinh.at("2022-10-20 07:40")
    message = "“Hẹn lại ngày trả kết quả” phải sau ngày đang hẹn trả kết quả, 21/10/2022."
    assert refusal(ha_tinh, "Task_apology_draft", apology_new_date="2022-10-21") == [("apology_new_date", message)]
    ha_tinh.do("Task_apology_draft", apology_new_date="2022-10-24")
    assert ha_tinh.proved()


def test_without_need_of_a_slip_neither_reason_nor_day_is_asked(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward").at("2022-10-11 08:00")
    blank = {"apology_reason": "", "apology_new_date": ""}
    assert refusal(ha_tinh, "Task_apology_draft", apology_needed=None, **blank) == [
        ("apology_needed", "Hãy chọn “Hồ sơ có kịp trả kết quả đúng hạn không?”.")
    ]
    assert [path for path, _ in refusal(ha_tinh, "Task_apology_draft", **blank)] == [*blank]
    ha_tinh.do("Task_apology_draft", apology_needed="in_time", **blank)
    assert not {"Task_apology_draft", "Task_apology_sign"} & set(ha_tinh.open) and ha_tinh.proved()


def test_a_case_that_is_overdue_no_longer_ends_in_time(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward").at("2022-10-12 17:01")
    late = {"late_reason": "Chờ phối hợp", "apology_new_date": "2022-10-17"}
    message = "“Hồ sơ có kịp trả kết quả đúng hạn không?”: không còn chọn được “Kịp hạn, không cần phiếu”, vì hồ sơ đã "
    assert refusal(ha_tinh, "Task_apology_draft", apology_needed="in_time", **late) == [
        ("apology_needed", f"{message}quá hạn từ 17:00 ngày 12/10/2022.")
    ]
    ha_tinh.do("Task_apology_draft", **late)
    assert "Task_apology_sign" in ha_tinh.open and ha_tinh.proved()
