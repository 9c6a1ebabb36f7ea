"""The search box in a browser: reached by a key, fed by a scanner, in the one row of a phone's head."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.web.test_browser_pages import address, chromium, pytestmark

__all__ = ["address", "chromium", "pytestmark"]


def opened(chromium: Browser, site: tuple[str, str], path: str, width: int, *, scripts: bool = True) -> Page:
    context = chromium.new_context(
        base_url=site[0], locale="vi-VN", viewport={"width": width, "height": 800}, java_script_enabled=scripts
    )
    context.add_cookies([{"name": "visit", "value": site[1], "url": site[0]}])
    page = context.new_page()
    page.goto(path)
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_what_a_scanner_types_leads_to_the_case(chromium: Browser, address: tuple[str, str], scripts: bool) -> None:
    page = opened(chromium, address, "/register", 1280, scripts=scripts)
    number = page.locator("table.register tbody th a").last.inner_text()
    box = page.get_by_role("searchbox", name="Số hồ sơ, tên, mã số thuế hoặc điện thoại").first
    if scripts:
        page.keyboard.press("/")
        assert box.evaluate("box => box === document.activeElement") and box.input_value() == ""
        page.keyboard.type("a/b")  # where something is typed, the key is a sign
        assert box.input_value() == "a/b"
    box.fill(number)
    box.press("Enter")
    assert re.fullmatch(r".*/cases/\d+", page.url) and number in page.locator("main").inner_text()
    page.context.close()


def test_the_head_of_a_phone_is_one_row_and_everything_is_in_its_menu(
    chromium: Browser, address: tuple[str, str]
) -> None:
    page = opened(chromium, address, "/find?q=cong", 390, scripts=False)
    head = page.locator("header.site")
    assert (head.bounding_box() or {})["height"] <= 64
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    link = head.get_by_role("link", name="Sổ hồ sơ")
    assert link.count() == 0
    head.get_by_text("Menu", exact=True).click()
    assert link.count() == 1 and head.get_by_role("button", name="Đăng xuất").is_visible()
    link.click()
    page.wait_for_url("**/register")
    page.context.close()


def test_the_head_of_the_register_stays_while_its_rows_are_read(chromium: Browser, address: tuple[str, str]) -> None:
    page = opened(chromium, address, "/register", 1280)
    page.set_viewport_size({"width": 1280, "height": 320})
    page.mouse.wheel(0, 10_000)
    page.wait_for_function("window.scrollY > 0")
    top = page.locator("table.register thead th").first.bounding_box()
    assert top and -1 <= top["y"] < 320
    page.context.close()
