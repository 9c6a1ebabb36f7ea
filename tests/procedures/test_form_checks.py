"""What Hà Tĩnh's forms do not let through: a fee without proof, a dossier short of papers, a promise in the past."""

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


def test_no_slip_of_apology_promises_a_day_that_has_passed(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward").at("2022-10-12 08:00")
    message = "“Hẹn lại ngày trả kết quả”: ngày này đã qua; hãy chọn từ ngày 12/10/2022 trở đi."
    for passed in ("1999-01-01", "2022-10-11"):
        assert refusal(ha_tinh, "Task_apology_draft", apology_new_date=passed) == [("apology_new_date", message)]
    ha_tinh.do("Task_apology_draft", apology_new_date="2022-10-12")
    ha_tinh.at("2022-10-13 08:00")  # and was drafted for a day that has passed by when it is signed
    message = message.replace("12/10", "13/10")
    assert refusal(ha_tinh, "Task_apology_sign", apology_new_date="2022-10-12") == [("apology_new_date", message)]
    ha_tinh.do("Task_apology_sign", apology_new_date="2022-10-14")
    assert "Task_apology_send" in ha_tinh.open and ha_tinh.proved()
