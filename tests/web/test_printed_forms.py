"""The papers of a case, a click away: from its page, and from what is said when their entry was made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from runner.services.record_key import KeyFile
from runner.services.record_log import RecordLog
from tests.papers.test_paper import text
from tests.procedures.dossier import Dossier
from tests.procedures.values import ANSWERS
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


def test_each_paper_that_the_case_page_names_is_a_pdf(site: Site) -> None:
    browser = site.browser("one_stop_clerk")
    found = re.findall(r'href="(/cases/1/papers/[^"]+)">([^<]+)<', unescape(browser.get("/cases/1").text))
    assert found == [
        ("/cases/1/papers/receipt.pdf", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
        ("/cases/1/papers/control-slip.pdf", "Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    ]
    for path, title in found:
        answer = browser.get(path)
        assert answer.mimetype == "application/pdf" and answer.headers["Content-Disposition"].startswith("inline")
        assert title.upper() in " ".join(text(answer.data).split())


def test_what_issues_a_paper_offers_it_at_once(site: Site) -> None:
    world = site.world
    world.on("2022-09-27 09:00", "Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
    browser = site.browser("specialist")
    task = world.task("Task_B3_guide").id.replace("#", "%23")
    answer = browser.send(f"/cases/1/tasks/{task}", **ANSWERS["bo-sung-ho-so"])
    page = unescape(browser.get(answer.location).text)
    [(path, title)] = re.findall(r'In giấy tờ: <a href="([^"]+)">([^<]+)</a>', page)
    assert title == "Phiếu hướng dẫn hoàn thiện hồ sơ"
    assert title.upper() in " ".join(text(browser.get(path).data).split())
    assert path in browser.get("/cases/1").text


def test_the_control_slip_carries_a_signed_head_that_holds_the_case_out_of_the_house(
    site: Site, tmp_path: Path
) -> None:
    runner, browser = site.world.runner, site.browser("one_stop_clerk")
    assert "Mốc đã ký" not in text(browser.get("/cases/1/papers/control-slip.pdf").data)
    key = KeyFile(tmp_path / "record.key")
    key.make("so-khcn.hatinh.gov.vn/motcua")
    log = RecordLog(runner.database, key, None)
    log.finish(site.world.now)
    head = runner.record_log.newest()
    made = browser.get("/cases/1/papers/control-slip.pdf").data
    assert head and f"Mốc đã ký của sổ kiểm chứng: {head.size} mục" in " ".join(text(made).split())
    site.world.start("ha-tinh/QT.BC.01")
    log.finish(site.world.now)
    assert runner.record_log.newest() != head
    assert browser.get("/cases/1/papers/control-slip.pdf").data == made


def test_source_notes_stand_on_the_page_of_the_procedure_and_on_no_paper(site: Site) -> None:
    browser = site.browser("one_stop_clerk")
    notes = site.runner.procedures.in_force("ha-tinh/QT.BC.01", site.runner.clock.now()).procedure.discrepancies
    procedure = unescape(browser.get("/procedures/ha-tinh/QT.BC.01").text)
    assert notes and all(f'id="{note.id}"' in procedure and note.governs in procedure for note in notes)
    assert "Động đến: Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in re.sub(r"<[^>]+>|\s+(?=<)", "", procedure)
    for paper in PAPERS:
        printed = " ".join(text(browser.get(f"/cases/1/papers/{paper}.pdf").data).split())
        assert not re.search(r"\bD\d\d\b", printed)
        assert not [note.id for note in notes if note.governs in printed]


def test_there_is_no_paper_before_its_entry_and_none_by_another_name(site: Site) -> None:
    browser = site.browser("one_stop_clerk")
    site.world.start("ha-tinh/QT.BC.01")
    assert "/papers/" not in browser.get("/cases/2").text
    for path in ("/cases/2/papers/receipt.pdf", "/cases/1/papers/apology-3.pdf", "/cases/1/papers/register.pdf"):
        answer = browser.get(path)
        assert answer.status_code == 404 and "Hồ sơ chưa có giấy này" in answer.text
    for name in ("receipt-99", "nothing", "receipt-", "-1", "receipt-0000000000000000001", "..", "supplement-²"):
        assert browser.get(f"/cases/1/papers/{name}.pdf").status_code == 404


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_are_for_those_who_may_see_the_case_and_old_links_lead_to_them(site: Site, paper: str) -> None:
    for path in (f"papers/{paper}.pdf", paper):
        assert site.browser().get(f"/cases/1/{path}").status_code == 303
        assert site.browser(person("specialist", "ben-tre")).get(f"/cases/1/{path}").status_code == 404
        assert site.browser("one_stop_clerk").get(f"/cases/9/{path}").status_code == 404
    assert site.browser("one_stop_clerk").get(f"/cases/1/{paper}").location == f"/cases/1/papers/{paper}.pdf"
