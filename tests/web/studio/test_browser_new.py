"""The form of a new procedure in a browser: with scripts and without, accessible, and the draft at its end is clean."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from runner.authoring.check import check
from tests.authoring.descriptions import WORKSHOP
from tests.web.conftest import Site
from tests.web.studio.new_form import create, fill_in
from tests.web.studio.test_new import MINH, TEXT, studio
from tests.web.test_browser_pages import AXE, CHROMIUM, SERIOUS, opened, pytestmark

__all__ = ["pytestmark", "studio"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(studio: Site) -> Iterator[tuple[str, str]]:
    """The site's address, and Minh's login session."""
    server = make_server("127.0.0.1", 0, studio.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", studio.runner.accounts.enter(MINH.id, studio.world.now)
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_analyst_describes_a_fifteenth_procedure_and_its_draft_is_clean(
    chromium: Browser, address: tuple[str, str], studio: Site
) -> None:
    page, complaints = opened(chromium, address)
    fill_in(page, WORKSHOP, TEXT)
    page.locator("#down-steps-1").click()
    page.locator("#field-steps-1-text", has_text="Trình lãnh đạo Sở.").wait_for()
    page.wait_for_function("document.activeElement.id === 'down-steps-2'")
    page.locator("#up-steps-2").click()
    page.locator("#field-steps-2-text", has_text="Trình lãnh đạo Sở.").wait_for()
    page.fill("#field-limit", "10")
    page.get_by_role("button", name="Tạo bản nháp").click()
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "field-limit"
    page.fill("#field-limit", "9")
    number = create(page)
    files = studio.runner.procedure_drafts.files(number, MINH)
    assert check("ben-tre/GX.02", files) == []
    complaints[:] = [each for each in complaints if "422" not in each]
    assert complaints == []
    page.context.close()


def test_the_form_works_without_scripts(chromium: Browser, address: tuple[str, str], studio: Site) -> None:
    page, complaints = opened(chromium, address, java_script_enabled=False)
    fill_in(page, WORKSHOP | {"fee": "amounts", "fees": [{"label": "", "amount": "120.000"}]})
    page.locator("#remove-dossier-1").click()
    assert page.url.endswith("/studio/new#list-dossier")
    number = create(page)
    facts = studio.runner.procedure_drafts.bundle(number, MINH).procedure
    assert [fee.amount for fee in facts.fees] == [120_000]
    assert [paper.name for paper in facts.dossier] == ["Đơn đề nghị xác nhận"]
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_forms_are_accessible_in_light_and_dark(chromium: Browser, address: tuple[str, str], width: int) -> None:
    page, complaints = opened(chromium, address, viewport={"width": width, "height": 800})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for path in ("/studio/new", "/studio/new/from"):
            page.goto(path)
            _accessible(page)
            page.get_by_role("button", name="Tạo bản nháp").click()
            page.get_by_role("alert").wait_for()
            _accessible(page)
    complaints[:] = [each for each in complaints if "422" not in each]
    assert complaints == []
    page.context.close()


def _accessible(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.evaluate(AXE.read_text())
    found = page.evaluate(SERIOUS)
    assert not [(each["id"], [node["html"] for node in each["nodes"]]) for each in found], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
