"""Trying a draft in a browser: clicked through with scripts and keys, and without either."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from runner.domain.person import Person, Role
from tests.web.conftest import Site
from tests.web.test_browser_pages import AXE, CHROMIUM, SERIOUS
from tests.world import ROOT, World

HA = Person("ha", "Lê Thu Hà", frozenset({("ha-tinh", Role.ANALYST)}))
CODE = "ha-tinh/QT.BC.01"
DIAGRAM = f"bpmn/{CODE}.bpmn"
TRY = "/studio/drafts/1/try"
MINE = "scenarios/qua-tet.toml"

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true", reason="needs Chromium at /usr/bin/chromium"
)


@pytest.fixture
def site(_sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site on which Hà has begun a draft of the procedure."""
    world = World(_sqlite_url, tmp_path, "2026-11-30 08:00").deploy(ROOT / DIAGRAM, provinces=("ha-tinh",))
    world.runner.people.save(HA)
    world.runner.procedure_drafts.begin(CODE, HA, world.now)
    yield Site(world)
    world.runner.close()


@pytest.fixture
def sit_down(site: Site) -> Iterator[Callable[..., Page]]:
    """Sits Hà down at a browser; at the end it has complained about nothing but refused forms."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    address, complaints = f"http://127.0.0.1:{server.server_port}", list[str]()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])

        def sit_down(**options: Any) -> Page:
            options = {"viewport": {"width": 1440, "height": 900}, "locale": "vi-VN", **options}
            context = chromium.new_context(base_url=address, **options)
            session = site.runner.accounts.enter(HA.id, site.world.now)
            context.add_cookies([{"name": "visit", "value": session, "url": address}])
            page = context.new_page()
            page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(TRY)
            return page

        yield sit_down
        chromium.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert [each for each in complaints if "status of 422" not in each] == []


def press(page: Page, name: str) -> None:
    """Press a button of the trial, and see what it comes to."""
    with page.expect_response(lambda answer: answer.url.endswith("/try") and answer.request.method == "POST"):
        page.get_by_role("button", name=name).last.click()
    settled(page)


def key(page: Page, keys: str) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/try") and answer.request.method == "POST"):
        page.keyboard.press(keys)
    settled(page)


def settled(page: Page) -> None:
    page.locator(".htmx-request").first.wait_for(state="detached")


def accessible(page: Page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run({exclude: ['.bpmn']})")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"] if each["impact"] in SERIOUS] == []


def complete(page: Page, name: str) -> None:
    """Fill in the open form with what is simplest, and send it by its key."""
    expect(page.get_by_role("heading", level=2, name=name).first).to_be_visible()
    press(page, "Điền giá trị thường dùng")
    key(page, "Control+Enter")


def test_a_draft_is_tried_and_its_scenario_shows_where_a_new_limit_leaves_the_path(
    site: Site, sit_down: Callable[..., Page]
) -> None:
    page = sit_down()
    page.get_by_label("Hồ sơ được nộp lúc").fill("2027-02-02T08:00")
    press(page, "Bắt đầu thử")
    complete(page, "B1. Tiếp nhận")
    complete(page, "B2. Chuyển hồ sơ")
    task = page.locator('[data-element="Task_B3_appraise"]')
    expect(task).to_have_class("userTask state-current")
    expect(task).to_be_in_viewport()  # the picture stands where the case does
    expect(page.locator('[data-element="Task_B2_forward"]')).to_have_class("userTask state-done")
    expect(page.locator(".days")).to_contain_text("04/02–10/02")
    accessible(page)
    page.locator(".canvas").click()
    key(page, ".")
    expect(page.locator(".clock > .num")).to_have_text("08:00 ngày 17/02/2027")
    expect(task).to_have_class("userTask state-late")
    key(page, "Backspace")
    expect(task).to_have_class("userTask state-current")
    page.reload()
    press(page, "Tiếp tục lần thử trước")
    expect(page.locator(".clock > .num")).to_have_text("08:00 ngày 02/02/2027")
    page.get_by_label("Tên kịch bản").fill("Qua Tết")
    press(page, "Ghi thành kịch bản")
    expect(page.locator("#results")).to_contain_text("1 đạt")
    drafts = site.runner.procedure_drafts
    files = drafts.files(1, HA)
    shorter = files[DIAGRAM].replace(b">P6D<", b">P5D<")
    drafts.save(1, {DIAGRAM: shorter}, HA, site.world.now, base=drafts.get(1, HA).save)
    page.goto(TRY)
    results = page.locator("#results")  # what is not known yet is played while one reads
    expect(results).to_contain_text("1 khác")
    expect(results).to_contain_text("kịch bản ghi 08:00 ngày 17/02/2027, nay là 08:00 ngày 16/02/2027")
    results.get_by_role("link", name="Xem Qua Tết").click()
    expect(page.get_by_text("Kịch bản “Qua Tết” khác đi từ bước 3.")).to_be_visible()
    expect(task).to_have_class("userTask state-changed")
    expect(task).to_be_in_viewport()
    accessible(page)
    page.get_by_role("button", name="Nhận 1 kết quả mới").click()
    expect(page.locator("#results")).to_contain_text("1 đạt")
    assert b"2027-02-16 08:00" in drafts.files(1, HA)[MINE]


def test_without_scripts_a_draft_is_tried_all_the_same(sit_down: Callable[..., Page]) -> None:
    page = sit_down(java_script_enabled=False)
    page.get_by_label("Hồ sơ được nộp lúc").fill("2026-03-06T15:00")
    page.get_by_role("button", name="Bắt đầu thử").click()
    page.get_by_role("button", name="Điền giá trị thường dùng").click()
    page.get_by_role("button", name="Ghi kết quả, đi tiếp").last.click()
    page.get_by_role("button", name="Tới mốc kế tiếp").click()
    expect(page.locator(".clock > .num")).to_have_text("09:13 ngày 09/03/2026")
    page.get_by_role("button", name="Ghi kết quả, đi tiếp").last.click()
    expect(page.get_by_role("alert")).to_contain_text("hãy nêu lý do chậm trễ")
    page.get_by_role("button", name="Lùi một bước").click()
    expect(page.locator(".clock > .num")).to_have_text("15:00 ngày 06/03/2026")
    page.get_by_label("Tên kịch bản").fill("Trước cuối tuần")
    page.get_by_role("button", name="Ghi thành kịch bản").click()
    expect(page.locator("#results")).to_have_count(0)
    page.get_by_role("link", name="Chạy các kịch bản của bản nháp").click()
    expect(page.locator("#results")).to_contain_text("1 đạt")
