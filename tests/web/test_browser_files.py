"""Every kind of component in a real browser, with scripts and without; and files chosen, sent, removed and saved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from runner.domain.person import SYSTEM
from runner.web import security
from tests.services.office import CLERK, CODE, COUNT, COUNTED, SPECIALIST
from tests.web.conftest import Site
from tests.web.every_component import JPEG, PDF, deploy
from tests.web.test_browser_work import serious
from tests.world import World

CHROMIUM = Path("/usr/bin/chromium")
TASK = "/cases/1/tasks/Task_weigh%231"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists() and os.environ.get("CI") != "true", reason="no Chromium here")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def database_url(_sqlite_url: str) -> str:
    """One database is enough here: what the pages do with either is tested without a browser."""
    return _sqlite_url


@pytest.fixture
def world(world: World, tmp_path: Path) -> World:
    deploy(world, tmp_path).start(CODE)
    world.runner.tasks.submit(world.case, COUNT, COUNTED, CLERK, world.now)
    return world


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    file = tmp_path / "Đơn đề nghị.pdf"
    file.write_bytes(PDF + b"x" * 400_000)
    return file


@pytest.fixture
def sit_down(site: Site, chromium: Browser) -> Iterator[Any]:
    """Opens the task for the specialist; at the end nothing may have been complained about."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.port}"
    pages: list[Page] = []
    complaints: list[str] = []

    def sit_down(**options: Any) -> Page:
        context = chromium.new_context(base_url=address, locale="vi-VN", **options)
        login_session = site.runner.accounts.enter(SPECIALIST.id, site.world.now)
        context.add_cookies([{"name": "visit", "value": login_session, "url": address}])
        page = context.new_page()
        page.on("console", lambda shown: complaints.append(shown.text) if shown.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        pages.append(page)
        page.goto(TASK)
        if (claim := page.get_by_role("button", name="Nhận việc")).count():
            claim.click()
            page.locator("#work").wait_for()
        return page

    yield sit_down
    for page in pages:
        page.context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert [each for each in complaints if "status of 4" not in each] == []


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).last.click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_with_every_kind_of_component_is_filled_in_and_shown(
    world: World, sit_down: Any, scan: Path, scripts: bool
) -> None:
    page: Page = sit_down(java_script_enabled=scripts)
    assert page.locator(".rich strong").inner_text() == "đủ" and page.locator("#work hr").count() == 1
    press(page, "Thêm dòng")
    page.get_by_label("Tên giấy tờ").fill("Giấy đăng ký")
    press(page, "Thêm dòng")
    page.get_by_label("Tên giấy tờ").last.fill("Bảng giá")
    press(page, "Lưu bản nháp")
    table = page.get_by_role("table", name="Bảng danh mục")
    assert table.locator("tbody td").all_inner_texts() == ["Giấy đăng ký", "Bảng giá"]

    page.get_by_label("Kết luận").fill("Đạt")
    page.get_by_label("Ý kiến").fill("Dòng một\nDòng hai")
    page.get_by_label("Số bộ").fill("2")
    page.get_by_label("Ngày cân").fill("2022-09-26")
    page.get_by_label("Giờ cân").fill("09:30")
    page.get_by_label("Nhận lúc").fill("2022-09-26T08:15")
    page.get_by_label("Đã kiểm tra").check()
    for each in ("Một", "Hai"):
        page.get_by_role("group", name="Giấy tờ").get_by_label(each, exact=True).check()
    reason = page.get_by_label("Lý do mức hai")
    assert reason.is_visible() is not scripts, "without scripts everything shows"
    page.get_by_role("radiogroup", name="Mức độ").get_by_label("Hai").check()
    reason.wait_for(state="visible")
    reason.fill("Nặng hơn")
    page.get_by_label("Nơi nhận").select_option("mot")
    page.get_by_label("Hồ sơ quét").set_input_files(scan)
    if scripts:
        page.get_by_role("link", name="Đơn đề nghị.pdf").wait_for()
    with page.expect_navigation():
        page.locator("#work .bar button").first.click()

    values = world.runner.audit.history(world.case, SYSTEM)[1].values
    [file] = values["scans"]["dossier"]
    assert (file["name"], file["size"], file["type"]) == (scan.name, scan.stat().st_size, "application/pdf")
    shown = {key: values[key] for key in ("opinion", "sets", "weighed_on", "weighed_at", "received_at", "checked")}
    assert shown == {
        "opinion": "Dòng một\nDòng hai",
        "sets": 2,
        "weighed_on": "2022-09-26",
        "weighed_at": "09:30",
        "received_at": "2022-09-26T08:15",
        "checked": True,
    }
    assert (values["items"], values["level"], values["level_reason"]) == (["mot", "hai"], "hai", "Nặng hơn")
    assert [row["title"] for row in values["papers"]] == ["Giấy đăng ký", "Bảng giá"] and values["place"] == "mot"

    page.goto("/cases/1")
    with page.expect_download() as download:
        page.get_by_role("link", name=scan.name).first.click()
    assert download.value.suggested_filename == scan.name
    assert Path(download.value.path()).read_bytes() == scan.read_bytes()


def test_a_file_is_sent_when_it_is_chosen_and_what_was_typed_stays(world: World, sit_down: Any, scan: Path) -> None:
    page: Page = sit_down()
    page.get_by_label("Kết luận").fill("Đạt một phần")
    page.get_by_label("Kết quả ký số").set_input_files(scan)
    page.get_by_role("link", name=scan.name).wait_for()
    assert page.get_by_label("Kết luận").input_value() == "Đạt một phần" and serious(page) == []
    photo = {"name": "ảnh.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    page.get_by_label("Hồ sơ quét").set_input_files([photo, {**photo, "name": "hai.jpg", "buffer": JPEG + b"2"}])  # type: ignore[list-item]
    page.get_by_role("link", name="hai.jpg").wait_for()
    page.reload()
    assert page.get_by_label("Kết luận").input_value() == "Đạt một phần"
    assert page.locator(".files li a").all_inner_texts() == ["ảnh.jpg", "hai.jpg", scan.name]
    press(page, "Gỡ ảnh.jpg")
    assert page.locator(".files li a").all_inner_texts() == ["hai.jpg", scan.name]


def test_a_refused_file_is_named_beside_its_field_and_costs_nothing(
    site: Site, world: World, sit_down: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page: Page = sit_down()
    field = page.locator(".files").first
    page.get_by_label("Kết luận").fill("Đạt")
    choose = page.get_by_label("Hồ sơ quét")
    choose.set_input_files({"name": "giả.pdf", "mimeType": "application/pdf", "buffer": b"<html>"})
    field.get_by_text("Nội dung của tệp “giả.pdf” không đúng với đuôi tên tệp").wait_for()
    choose.set_input_files({"name": "lớn.pdf", "mimeType": "application/pdf", "buffer": PDF + b"x" * 21 * 1024**2})
    field.get_by_text("Tệp lớn hơn 20 MB nên chưa được tải lên.").wait_for()
    monkeypatch.setattr(security, "UPLOADS", 0)  # as if this one were too much at once
    choose.set_input_files({"name": "vừa.pdf", "mimeType": "application/pdf", "buffer": PDF + b"x" * 2 * 1024**2})
    field.get_by_text("Chưa tải được tệp lên; hãy thử lại.").wait_for()
    assert page.get_by_label("Kết luận").input_value() == "Đạt"
    assert world.open == ["Task_weigh"]
