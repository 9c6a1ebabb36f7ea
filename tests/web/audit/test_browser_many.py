"""Many cases and event logs in a browser: figures without a script, a log that is followed until it is there."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from runner.domain.person import Role
from tests.audit.played import AUDITOR, CODE, Played
from tests.web.conftest import Site
from tests.web.test_browser_pages import AXE, SERIOUS, chromium, opened, pytestmark

__all__ = ["chromium", "pytestmark"]
HEAT = f"/audit/many?procedure={CODE}&basis=received&since=2022-09-01&rare=60"
LOOKS = ((1280, "light"), (390, "dark"))


@pytest.fixture
def office(_sqlite_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A site with three cases: its address, and the login session of an auditor."""
    world = Played(_sqlite_url, tmp_path)
    site = Site(world)
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    assert AUDITOR.groups == {("ha-tinh", Role.AUDITOR)}
    yield f"http://127.0.0.1:{server.server_port}", world.runner.accounts.enter(AUDITOR.id, world.now)
    server.shutdown()
    thread.join()
    server.server_close()
    world.runner.close()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_figures_are_read_without_a_script(chromium: Browser, office: tuple[str, str], width: int, scheme: Any) -> None:
    size = {"width": width, "height": 900}
    page, complaints = opened(chromium, office, java_script_enabled=False, color_scheme=scheme, viewport=size)
    page.goto(HEAT, wait_until="networkidle")
    assert page.locator('g.state-h3[data-element="Task_B3_appraise"]').is_visible()
    table = page.get_by_role("table", name="Cùng số liệu, dạng bảng (ngày làm việc)")
    assert table.get_by_text("B3. Xem xét thẩm định, xử lý hồ sơ").is_visible()
    page.get_by_role("link", name="Số lần trễ").click()
    assert page.locator("g.state-h4[data-element]").count() == 1
    page.get_by_role("link", name="Xem hồ sơ của cách đi thứ 1").click()
    assert page.get_by_role("heading", name="1 hồ sơ đi cách này").is_visible()
    page.get_by_role("link", name="Về nhiều hồ sơ").click()
    assert page.get_by_role("link", name="Số lần trễ").get_attribute("aria-current") == "true"
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_with_figures_are_accessible_and_fit(
    chromium: Browser, office: tuple[str, str], width: int, scheme: Any
) -> None:
    page, complaints = opened(chromium, office, color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in (
        HEAT,
        f"{HEAT}&paint=visits",
        f"/audit/many/cases?procedure={CODE}&basis=received&element=Task_B2_forward",
    ):
        page.goto(path, wait_until="networkidle")
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        page.evaluate(AXE.read_text())
        found = page.evaluate(SERIOUS)
        assert not [(each["id"], [node["html"] for node in each["nodes"]]) for each in found], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert complaints == []
    page.context.close()


def test_a_log_is_followed_until_it_can_be_fetched(chromium: Browser, office: tuple[str, str]) -> None:
    page, complaints = opened(chromium, office)
    page.goto("/audit/mining", wait_until="networkidle")
    page.get_by_label("OCEL 2.0 (SQLite)").check()
    page.get_by_label("từ ngày").fill("2022-09-01")
    page.get_by_label("Lý do xuất (ghi vào sổ)").fill("Rà soát quý III")
    page.get_by_role("button", name="Yêu cầu tệp").click()
    fetch = page.get_by_role("link", name="Tải về")
    expect(fetch).to_be_visible(timeout=20_000)  # the list asks by itself
    with page.expect_download() as download:
        fetch.click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"SQLite format 3") and page.get_by_text(sha256(content).hexdigest()).is_visible()
    page.get_by_role("button", name="Bỏ").click()
    expect(page.get_by_text("Chưa có tệp nào.")).to_be_visible()
    assert complaints == []
    page.context.close()
