"""What a draft does to running cases, in a browser: the page goes on by itself, migrates in bulk, and stays quiet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from tests import running
from tests.running import CODE, HUY, LONG, RunningCases
from tests.web.conftest import Site
from tests.web.test_browser_pages import AXE, SERIOUS, chromium, opened, pytestmark

__all__ = ["chromium", "pytestmark"]


@pytest.fixture
def served(_sqlite_url: str, tmp_path: Path) -> Iterator[tuple[RunningCases, tuple[str, str]]]:
    """The office, with a draft that makes a step shorter; its address, and an analyst's login session."""
    world = RunningCases(_sqlite_url, tmp_path)
    drafts = world.runner.procedure_drafts
    made = drafts.begin(CODE, HUY, world.now)
    drafts.save(made.id, running.shortened(drafts.files(made.id, HUY)), HUY, world.now, base=1)
    server = make_server("127.0.0.1", 0, Site(world).app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield world, (f"http://127.0.0.1:{server.server_port}", world.runner.accounts.enter(HUY.id, world.now))
    server.shutdown()
    thread.join()
    server.server_close()
    world.runner.close()


def test_the_page_looks_at_the_cases_by_itself_and_migrates_those_that_stay_ticked(
    chromium: Browser, served: tuple[RunningCases, tuple[str, str]]
) -> None:
    world, address = served
    page, complaints = opened(chromium, address, viewport={"width": 1280, "height": 900})

    def accessible() -> None:
        page.evaluate(AXE.read_text())
        found = page.evaluate(SERIOUS)
        assert not [(each["id"], [node["html"] for node in each["nodes"]]) for each in found], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    page.goto("/studio/drafts/1/impact")
    expect(page.get_by_text("B3: 2,5 → 2 ngày làm việc")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    accessible()
    page.get_by_role("link", name="Không chuyển được (2)").click()
    expect(page.get_by_role("row").filter(has_text="sự cố")).to_have_count(1)
    page.get_by_role("row").filter(has_text="sự cố").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Chỗ hồ sơ không đi tiếp được")).to_be_visible()
    accessible()

    page.goto("/studio/drafts/1/impact/past")
    expect(page.get_by_role("heading", name="Xếp lại thời gian: 0 hồ sơ")).to_be_visible()
    accessible()

    made = world.runner.approvals.submit(1, HUY, world.now)
    world.runner.approvals.approve(made.id, made.version or "", LONG, world.now, shown=True)
    page.goto("/studio/drafts/1/impact")
    accessible()
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Chuyển các hồ sơ đã chọn").click()
    expect(page.get_by_text("7 đã chuyển · 0 không chuyển · 0 còn chờ")).to_be_visible()
    accessible()
    page.set_viewport_size({"width": 360, "height": 800})
    accessible()
    page.get_by_label("về phiên bản 1").first.check()
    page.get_by_label("Lý do chuyển về").fill("Chuyển nhầm")
    page.get_by_role("button", name="Chuyển về phiên bản cũ").click()
    expect(page.get_by_text("8 đã chuyển · 0 không chuyển · 0 còn chờ")).to_be_visible()
    assert complaints == []
    page.context.close()
