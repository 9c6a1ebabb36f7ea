"""The way of an analyst in the browser from “the decision changed” to “in force”, and every case replays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from runner.domain.person import Person
from runner.services.accounts import Accounts
from tests.running import CODE, HUY, LONG, RunningCases
from tests.web.conftest import PASSWORD, QUICK, Site
from tests.web.studio.test_browser_diagram import checked, select
from tests.web.test_browser_pages import chromium, opened, pytestmark

__all__ = ["chromium", "pytestmark"]


@pytest.fixture
def served(_sqlite_url: str, tmp_path: Path) -> Iterator[tuple[RunningCases, str]]:
    """The office with twelve running cases, and its address."""
    world = RunningCases(_sqlite_url, tmp_path)
    yield from serving(world, LONG)


def serving(world: Any, second: Person) -> Iterator[tuple[Any, str]]:
    """The site of an office in which the second analyst has a password."""
    world.runner.accounts = Accounts(world.runner.database, QUICK)
    world.runner.accounts.set_password(second.id, PASSWORD, world.now)
    server = make_server("127.0.0.1", 0, Site(world).app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield world, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    world.runner.close()


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Các phần của bản nháp").get_by_role("link", name=name).click()


def keep(page: Page, **values: str) -> None:
    """Fill fields of the facts in, and save."""
    for name, value in values.items():
        page.locator(f"#field-{name.replace('__', '-')}").fill(value)
    page.get_by_role("button", name="Lưu", exact=True).last.click()
    expect(page.get_by_text("Đã lưu")).not_to_have_count(0)


def approved(page: Page, submission: int) -> None:
    """Open every part of what was submitted, and sign."""
    page.goto("/studio/approvals")
    page.get_by_role("link", name="Xem và quyết định").click()
    for part in ("Khác biệt", "Kịch bản", "Phát hiện", "Tác động"):
        page.get_by_role("button", name=f"Xem {part}").click()
        page.wait_for_url("**/studio/drafts/**")
        page.goto(f"/studio/approvals/{submission}")
    expect(page.get_by_text("4/4")).to_be_visible()
    page.get_by_label("Tôi đã đọc khác biệt").check()
    page.get_by_label("Mật khẩu của anh/chị").fill(PASSWORD)
    page.get_by_role("button", name="Ký phê duyệt").click()
    expect(page.get_by_text("Người quyết định")).to_be_visible()


def test_a_limit_changes_from_the_decision_to_the_running_cases(
    chromium: Browser, served: tuple[RunningCases, str]
) -> None:
    world, address = served
    old = world.runner.procedures.in_force(CODE, world.now).digest
    huy, complaints = opened(chromium, (address, world.runner.accounts.enter(HUY.id, world.now)))
    huy.goto("/studio")
    huy.get_by_role("row").filter(has_text=CODE).get_by_role("button", name="Sửa").click()

    # The limit is set for the eleven tasks of the step in one act; the decision does not say so.
    checked(huy)
    select(huy, "Task_B3_appraise")
    huy.get_by_label("Thời hạn (ngày làm việc)").fill("2")
    huy.keyboard.press("Tab")
    huy.get_by_role("button", name="Đặt 2 ngày cho mọi việc của bước B3").click()
    checked(huy)
    expect(huy.locator("[data-findings]")).to_contain_text("2,5")
    expect(huy.locator("#saved")).to_contain_text("Đã tự lưu")
    tab(huy, "Phê duyệt")
    expect(huy.get_by_text("nên chưa trình được")).to_be_visible()
    expect(huy.get_by_role("link", name="quy tắc steps")).to_have_attribute("href", "/studio/help/rules/steps")

    # The new decision's number and days.
    tab(huy, "Quyết định")
    keep(huy, decision__number="77/QĐ-UBND", steps__2__duration__days="2", steps__2__duration__text="02 ngày")
    keep(huy, time__limit="4.5", time__text="4,5 ngày làm việc")
    tab(huy, "Phê duyệt")
    expect(huy.get_by_role("button", name="Trình phê duyệt")).to_be_visible()

    tab(huy, "Thử")
    huy.get_by_role("button", name="Bắt đầu thử").click()
    expect(huy.get_by_role("heading", name="B1. Tiếp nhận, kiểm tra hồ sơ")).not_to_have_count(0)

    tab(huy, "So sánh")
    row = huy.get_by_role("row").filter(has_text="Bước B3, thời hạn").first
    expect(row).to_contain_text("2,5 ngày làm việc")
    expect(row).to_contain_text("2 ngày làm việc")
    expect(huy.get_by_role("row").filter(has_text="77/QĐ-UBND")).to_be_visible()

    tab(huy, "Tác động")
    for text in ("Chuyển được (8)", "Không chuyển được (2)", "Không bị ảnh hưởng (2)"):
        expect(huy.get_by_role("link", name=text)).to_be_visible()

    tab(huy, "Phê duyệt")
    huy.get_by_label("Lời nhắn cho người phê duyệt").fill("Theo Quyết định 77")
    huy.get_by_role("button", name="Trình phê duyệt").click()
    expect(huy.get_by_text("không tự phê duyệt được")).to_be_visible()

    long, others = opened(chromium, (address, world.runner.accounts.enter(LONG.id, world.now)))
    approved(long, 1)
    new = world.runner.procedures.in_force(CODE, world.now).digest
    assert new != old and world.runner.procedures.enforcements(CODE)[-1].approved_by == LONG.id

    huy.goto("/studio/drafts/1/impact")
    huy.get_by_role("button", name="Chuyển các hồ sơ đã chọn").click()
    expect(huy.get_by_text("8 đã chuyển · 0 không chuyển · 0 còn chờ")).to_be_visible(timeout=20_000)
    on = []
    for case in range(1, 13):
        world.case = case
        on.append(world.row.version)
        assert case == 11 or world.forget().proved(), case  # of the eleventh, an entry was erased
    assert [on.count(new), on.count(old)] == [8, 4]
    assert complaints == others == []
    for page in (huy, long):
        page.context.close()
