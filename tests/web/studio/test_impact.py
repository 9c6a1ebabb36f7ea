"""What a draft does to running cases, in the browser: looked at, migrated, stopped, migrated back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.domain.procedure_draft import ProcedureDraft
from tests import running
from tests.running import BLOCKED, CODE, HUY, LONG, UNAFFECTED, RunningCases
from tests.web.conftest import Site
from tests.world import person

PAGE = "/studio/drafts/1/impact"


@pytest.fixture
def world(_sqlite_url: str, tmp_path: Path) -> Iterator[RunningCases]:
    world = RunningCases(_sqlite_url, tmp_path)
    yield world
    world.runner.close()


@pytest.fixture
def draft(world: RunningCases) -> ProcedureDraft:
    drafts = world.runner.procedure_drafts
    made = drafts.begin(CODE, HUY, world.now)
    drafts.save(made.id, running.shortened(drafts.files(made.id, HUY)), HUY, world.now, base=1)
    return drafts.get(made.id, HUY)


def test_an_analyst_sees_what_a_draft_does_before_anybody_approves_it(
    world: RunningCases, draft: ProcedureDraft
) -> None:
    browser = Site(world).browser(HUY)
    first = browser.get(PAGE).text
    assert "0 trong 12 hồ sơ đã xem" in first and 'hx-trigger="load, submit"' in first
    assert 'hx-trigger="load, submit"' not in browser.get(f"{PAGE}?paused=1").text
    assert browser.send(f"{PAGE}/look").location == PAGE
    page = browser.get(PAGE).text
    assert "đã xem" not in page and "B3: 2,5 → 2 ngày làm việc" in page
    assert ">14:14 04/03<" in page and ">08:20 04/03<" in page
    assert "đã được phê duyệt và có hiệu lực" in page and "Chuyển các hồ sơ đã chọn" not in page
    assert "Bản nháp hồ sơ #1" in page  # whose applicant nobody but its creator sees
    blocked = browser.get(f"{PAGE}?grade=blocked").text
    assert "Hồ sơ có sự cố số" in blocked and "nội dung đã bị xóa" in blocked
    unaffected = browser.get(f"{PAGE}?grade=unaffected").text
    assert all(f"/cases/{case}" in unaffected for case in UNAFFECTED)
    assert browser.send(f"{PAGE}/migrate", case="2:3", reason="x").status_code == 404


def test_each_case_has_a_page_with_its_place_on_the_diagram(world: RunningCases, draft: ProcedureDraft) -> None:
    drafts = world.runner.procedure_drafts
    diagram = f"bpmn/{CODE}.bpmn"
    drawn = drafts.files(draft.id, HUY)[diagram].replace(b'"Task_B2_forward"', b'"Task_B2_pass_on"')
    drawn = drawn.replace(b">Task_B2_forward<", b">Task_B2_pass_on<")
    drafts.save(draft.id, {diagram: drawn}, HUY, world.now, base=2)
    browser = Site(world).browser(HUY)
    page = browser.get(f"{PAGE}/cases/3").text
    assert "Mục nhật ký số 3 ghi việc “B2." in page and "mà phiên bản này không có" in page
    picture = browser.get(f"{PAGE}/cases/3/diagram.svg")
    assert picture.status_code == 200 and 'state-blocked" data-element="Task_B2_forward"' in picture.text
    moved = browser.get(f"{PAGE}/cases/2/diagram.svg").text
    assert 'state-current" data-element="Task_B2_pass_on"' in moved
    assert browser.get(f"{PAGE}/cases/{BLOCKED[1]}").status_code == 200
    assert browser.get(f"{PAGE}/cases/{BLOCKED[1]}/diagram.svg").status_code == 200
    assert browser.get(f"{PAGE}/cases/1").status_code == 404  # a draft dossier is its creator's


def test_cases_are_migrated_in_bulk_and_back(world: RunningCases, draft: ProcedureDraft) -> None:
    made = world.runner.approvals.submit(draft.id, HUY, world.now)
    world.runner.approvals.approve(made.id, made.version or "", LONG, world.now, shown=True)
    browser = Site(world).browser(HUY)
    browser.send(f"{PAGE}/look")
    page = browser.get(PAGE).text
    assert page.count(" checked") == 8 and "Theo 1295/QĐ-UBND" in page
    no_reason = browser.send(f"{PAGE}/migrate", case="2:2", reason=" ")
    assert no_reason.status_code == 422 and 'id="fault-reason"' in no_reason.text
    assert no_reason.text.count(" checked") == 1
    seen = [f"{case}:{seq}" for case, seq in ((2, 2), (3, 3), (4, 1))]  # somebody has worked on the fourth since
    assert browser.send(f"{PAGE}/migrate", case=seen, reason="Quyết định 12").location == PAGE
    page = browser.get(PAGE).text
    assert page.count("Đã chuyển") == 2 and "Hồ sơ vừa có thao tác khác lúc 08:20 ngày 02/03/2026" in page
    browser.send(f"{PAGE}/migrate", all=1, reason="Quyết định 12")
    page = browser.get(PAGE).text
    assert "8 đã chuyển · 0 không chuyển · 0 còn chờ" in page
    no_reason = browser.send(f"{PAGE}/migrate-back", case="2:3", back_reason=" ")
    assert no_reason.status_code == 422 and no_reason.text.count(" checked") == 1
    assert browser.send(f"{PAGE}/migrate-back", case="2:3", back_reason="Nhầm").location == PAGE
    world.case = 2
    assert [entry.kind for entry in world.journal][-2:] == ["migrate", "migrate"] and world.proved()
    line = browser.get("/cases/2").text
    assert "Chuyển sang phiên bản 1 của thủ tục: Nhầm" in line


def test_closed_cases_of_a_period_are_run_again_and_nothing_is_written(
    world: RunningCases, draft: ProcedureDraft
) -> None:
    for element in ("Task_B6_update", "Task_B7_return"):
        world.case = 8
        world.at("2026-03-04 16:00").do(element, late_reason="Chờ ý kiến")
    browser = Site(world).browser(HUY)
    page = browser.get(f"{PAGE}/past").text
    assert "1 trong 1 hồ sơ đã chạy lại" in page and "Đúng thời điểm đã ghi: 1 hồ sơ" in page
    assert "B3. Xem xét thẩm định, xử lý hồ sơ<" in page and "Không phải dự báo" in page
    assert 'aria-current="page">Tác động' in page.replace("\n", "")
    assert "Dừng giữa đường: 0 hồ sơ" in page and "/cases/8" in page
    earlier = browser.get(f"{PAGE}/past?since=2025-01-01&until=2025-12-31").text
    assert "0 trong 0 hồ sơ" in earlier
    for period in ("since=2025-02-31", "until=9999-12-31", "since=2025-12-31&until=2025-01-01", "since=0001-01-01"):
        assert browser.get(f"{PAGE}/past?{period}").status_code == 422


def test_a_draft_that_cannot_run_says_so_and_foreign_analysts_find_nothing(
    world: RunningCases, draft: ProcedureDraft
) -> None:
    drafts = world.runner.procedure_drafts
    drafts.save(draft.id, {f"bpmn/{CODE}.bpmn": b"<x/>"}, HUY, world.now, base=2)
    site = Site(world)
    assert "bản nháp chưa chạy được" in site.browser(HUY).get(PAGE).text
    assert "bản nháp chưa chạy được" in site.browser(HUY).get(f"{PAGE}/past").text
    assert site.browser(person("specialist")).get(PAGE).status_code == 404
