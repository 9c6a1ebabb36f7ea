"""The receipt and the control slip as PDF say what their pages say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.domain.person import SYSTEM
from runner.language import speaking
from runner.reports import control_slip, paper, receipt
from tests.papers.test_paper import text
from tests.procedures.dossier import Dossier


@pytest.fixture
def dossier(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier of Hà Tĩnh that was accepted on Monday 26/09 at 08:30 and is with the specialist."""
    made = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    yield made.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    made.runner.close()


def said(pdf: bytes) -> str:
    return " ".join(text(pdf).split())


def test_the_receipt_is_the_form_of_the_circular_filled_in(dossier: Dossier) -> None:
    printed = said(paper.receipt(receipt.describe(dossier.runner.audit, 1, SYSTEM)))
    for sentence in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Số: 000.00.06.H27-220926-0001",
        "Hà Tĩnh, ngày 26 tháng 9 năm 2022",
        "Tiếp nhận hồ sơ của: Công ty TNHH Bưu chính Hồng Lĩnh",
        "1. Thành phần hồ sơ nộp gồm:",
        "3. Thời gian giải quyết hồ sơ theo quy định là: 12 ngày làm việc",
        "4. Thời gian nhận hồ sơ: 08 giờ 30 phút, ngày 26 tháng 9 năm 2022",
        "5. Thời gian trả kết quả giải quyết hồ sơ: 17 giờ 00 phút, ngày 12 tháng 10 năm 2022",
        "7. Phí, lệ phí: 10.750.000 đồng",
        "NGƯỜI NỘP HỒ SƠ",
        "Lập thành hai liên",
    ):
        assert sentence in printed, sentence


def test_the_control_slip_has_who_handed_over_to_whom(dossier: Dossier) -> None:
    printed = said(paper.control_slip(control_slip.describe(dossier.runner.audit, 1, SYSTEM), dossier.now))
    for sentence in (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "1. Giao: Công chức TN&TKQ (bước B2)",
        "2. Nhận: Chuyên viên được giao xử lý hồ sơ (bước B3)",
        "09 giờ 30 phút, ngày 26/09/2022",
        "thời gian: 0,5 ngày",
        "chưa ai nhận",
        "Đúng hạn",
        "Kết quả chung: đang giải quyết",
    ):
        assert sentence in printed, sentence


def test_they_are_the_same_file_for_every_reader_and_however_often_they_are_made(dossier: Dossier) -> None:
    first = paper.receipt(receipt.describe(dossier.runner.audit, 1, SYSTEM))
    dossier.at("2022-10-03 10:00").forget()
    with speaking("en"):
        assert paper.receipt(receipt.describe(dossier.runner.audit, 1, SYSTEM)) == first
