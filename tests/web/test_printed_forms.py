"""The receipt and the control slip as pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from runner.papers.code import qr
from runner.services.record_key import KeyFile
from runner.services.record_log import RecordLog
from tests.procedures.dossier import Dossier
from tests.web.conftest import Site
from tests.world import person

PAPERS = ("receipt", "control-slip")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier of Hà Tĩnh that was accepted on Monday 26/09 at 08:30 and is with the specialist."""
    dossier = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    dossier.runner.people.save(person("specialist", "ben-tre"))
    yield dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    dossier.runner.close()


def test_the_receipt_is_the_form_of_the_circular_filled_in(site: Site) -> None:
    page = unescape(site.browser("one_stop_clerk").get("/cases/1/receipt").text)
    for sentence in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "000.00.06.H27-220926-0001",
        "Hà Tĩnh, ngày 26 tháng 9 năm 2022",
        "Công ty TNHH Bưu chính Hồng Lĩnh",
        "12 ngày làm việc",
        "08 giờ 30 phút, ngày 26 tháng 9 năm 2022",
        "17 giờ 00 phút, ngày 12 tháng 10 năm 2022",
        "NGƯỜI NỘP HỒ SƠ",
        "10.750.000 đồng",
        "Bộ phận TN&TKQ của Sở Thông tin và Truyền thông",
    ):
        assert sentence in page, sentence


def test_the_control_slip_carries_the_newest_signed_head_out_of_the_house(site: Site, tmp_path: Path) -> None:
    runner = site.world.runner
    before = site.browser("one_stop_clerk").get("/cases/1/control-slip").text
    assert "Mốc đã ký" not in unescape(before)
    key = KeyFile(tmp_path / "record.key")
    key.make("so-khcn.hatinh.gov.vn/motcua")
    RecordLog(runner.database, key, None).finish(site.world.now)
    head = runner.record_log.newest()
    assert head
    page = site.browser("one_stop_clerk").get("/cases/1/control-slip").text
    assert f"{head.size} mục" in unescape(page)
    assert qr(head.note) in page


def test_the_control_slip_has_who_handed_over_to_whom(site: Site) -> None:
    page = unescape(site.browser("one_stop_clerk").get("/cases/1/control-slip").text)
    for sentence in (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        "1. Giao: Công chức TN&TKQ (bước B2)",
        "09 giờ 30 phút, ngày 26/09/2022",
        "2. Nhận: Chuyên viên được giao xử lý hồ sơ (bước B3)",
        "Người giao",
        "Người nhận",
        "thời gian: 0,5 ngày",
        "chưa ai nhận",
        "Đúng hạn",
        "đang giải quyết",
    ):
        assert sentence in page, sentence


def test_source_notes_stand_on_the_page_of_the_procedure_and_on_no_paper(site: Site) -> None:
    browser = site.browser("one_stop_clerk")
    notes = site.runner.procedures.in_force("ha-tinh/QT.BC.01", site.runner.clock.now()).procedure.discrepancies
    procedure = unescape(browser.get("/procedures/ha-tinh/QT.BC.01").text)
    assert notes and all(f'id="{note.id}"' in procedure and note.governs in procedure for note in notes)
    assert "Động đến: Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in re.sub(r"<[^>]+>|\s+(?=<)", "", procedure)
    for paper in PAPERS:
        page = unescape(browser.get(f"/cases/1/{paper}").text)
        assert not re.search(r"\bD\d\d\b", page)
        assert not [note.id for note in notes if note.governs in page]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_is_the_same_whatever_the_language_of_its_reader(site: Site, paper: str) -> None:
    browser = site.browser("one_stop_clerk")
    vietnamese = browser.get(f"/cases/1/{paper}").text
    browser.send("/language", language="en")
    assert "Sign out" in browser.get("/cases/1").text
    assert browser.get(f"/cases/1/{paper}").text == vietnamese


@pytest.mark.parametrize("paper", PAPERS)
def test_a_case_links_to_its_papers_once_it_has_a_number(site: Site, paper: str) -> None:
    browser = site.browser("one_stop_clerk")
    assert f'href="/cases/1/{paper}"' in browser.get("/cases/1").text
    site.world.start("ha-tinh/QT.BC.01")
    assert f"/{paper}" not in browser.get("/cases/2").text
    answer = browser.get(f"/cases/2/{paper}")
    assert answer.status_code == 404 and "chưa được cấp mã" in answer.text


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_are_for_those_who_may_see_the_case(site: Site, paper: str) -> None:
    assert site.browser().get(f"/cases/1/{paper}").status_code == 303
    assert site.browser(person("specialist", "ben-tre")).get(f"/cases/1/{paper}").status_code == 404
    assert site.browser("one_stop_clerk").get(f"/cases/9/{paper}").status_code == 404
