"""Drafts in a browser: two analysts work one after another without any script; with it the list counts by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from runner.authoring import archive
from runner.authoring.drafts import IDLE
from runner.domain.person import Person
from tests.authoring.conftest import HA, LONG
from tests.services.office import CODE
from tests.web.conftest import Site
from tests.web.test_browser_pages import CHROMIUM

FACTS = f"bpmn/{CODE}.toml"

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true", reason="needs Chromium at /usr/bin/chromium"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(studio: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, studio.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def opened(chromium: Browser, studio: Site, address: str, who: Person, **options: Any) -> Page:
    context = chromium.new_context(base_url=address, locale="vi-VN", **options)
    session = studio.runner.accounts.enter(who.id, studio.world.now)
    context.add_cookies([{"name": "visit", "value": session, "url": address}])
    return context.new_page()


def test_two_analysts_work_one_after_another_without_a_script(
    chromium: Browser, studio: Site, address: str, tmp_path: Path
) -> None:
    drafts = studio.runner.procedure_drafts
    ha = opened(chromium, studio, address, HA, java_script_enabled=False)
    ha.goto("/")
    ha.get_by_role("button", name=f"Sửa {CODE}").click()
    ha.get_by_role("link", name="Lịch sử").click()
    expect(ha.get_by_text("anh/chị đang sửa")).to_be_visible()
    before = drafts.files(1, HA)
    file = tmp_path / "moi.zip"
    file.write_bytes(archive.pack({**before, FACTS: b"x = 1"}))
    ha.get_by_label("Thay bằng các tệp của một tệp zip").set_input_files(file)
    ha.get_by_role("button", name="Nhập tệp zip").click()
    expect(ha.get_by_text("bản nháp nay ở lần lưu 2")).to_be_visible()
    ha.get_by_role("button", name="Khôi phục lần lưu 1").click()
    assert drafts.files(1, HA) == before
    with ha.expect_download() as taken:
        ha.get_by_role("link", name="Tải về (zip)").click()
    assert archive.unpack(taken.value.path().read_bytes()) == before

    studio.world.clock.advance(IDLE)
    long = opened(chromium, studio, address, LONG, java_script_enabled=False)
    long.goto("/studio")
    expect(long.get_by_text("Lê Thu Hà đang sửa")).to_be_visible()
    long.get_by_role("button", name=f"Tiếp quản {CODE}").click()
    long.get_by_role("link", name="Lịch sử").click()
    expect(long.get_by_text("từ Lê Thu Hà")).to_be_visible()
    ha = opened(chromium, studio, address, HA, java_script_enabled=False)
    ha.goto("/studio/drafts/1/history")
    expect(ha.get_by_text("Trần Đức Long đang sửa")).to_be_visible()
    expect(ha.get_by_role("button", name="Khôi phục")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_counts_findings_by_itself(chromium: Browser, studio: Site, address: str, scheme: Any) -> None:
    page = opened(chromium, studio, address, HA, color_scheme=scheme)
    page.goto("/studio")
    expect(page.get_by_text("2 cảnh báo")).to_be_visible()
    assert page.get_by_text("Chưa kiểm").count() == 0
    page.get_by_label("Tên hoặc mã thủ tục").fill("không có")
    page.get_by_role("button", name="Lọc").click()
    expect(page.get_by_text("Không có thủ tục nào như vậy.")).to_be_visible()
    assert page.get_by_label("Tên hoặc mã thủ tục").input_value() == "không có"
