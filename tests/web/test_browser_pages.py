"""The pages of cases, procedures and the register in a browser: accessible, quiet, within the content policy."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import text
from werkzeug.serving import make_server

import runner.web
from runner.audit.sampling.samples import Draw
from runner.domain.person import Person, Role
from runner.domain.sample import Look, Severity
from tests.faults.office import FULL, figure
from tests.procedures.dossier import Dossier
from tests.web.conftest import Site
from tests.world import local, person

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(runner.web.__file__).parent / "frontend/node_modules/axe-core/axe.min.js"

LOOKS = ((1280, "light"), (360, "dark"), (1280, "dark"), (360, "light"))
"""Widths and colour schemes in which the pages of `PAGES` are looked at: in every run of the suite each once."""
PAGES = (
    "/inbox",
    "/inbox?view=drafts",
    "/cases/1",
    "/cases/2",
    "/cases/1/journal?replay=1",
    "/procedures",
    "/procedures/ha-tinh/QT.BC.01",
    "/procedures/ha-tinh/QT.BC.01/trace",
    "/register?sort=due&dense=1",
    "/find?q=cong",
    "/register?until=2022-02-30",
    "/division",
    "/statistics?period=year",
    "/statistics/waiting?period=year",
    "/incidents",
    "/calendar/ha-tinh",
    "/organisation/ha-tinh?about=lane&id=specialist",
    "/studio",
    "/studio/import",
    "/studio/approvals",
    "/studio/drafts/1/approval",
    "/studio/drafts/1/difference",
    "/studio/drafts/1/facts",
    "/studio/drafts/1/history",
    "/studio/help/rules/apology",
    "/studio/help/contract",
    "/studio/help/tutorial",
    "/audit",
    "/audit/find?q=c&late=late",
    "/audit/verification",
    "/audit/retention",
    "/audit/many?basis=received",
    "/audit/samples",
    "/audit/samples/1",
    "/audit/samples/2?case=1",
    "/audit/cases/1/evidence",
    "/audit/rules?province=ha-tinh",
    "/audit/history?what=calendar",
    "/audit/history?what=roles",
    "/audit/history?what=deployments&as_of=2022-09-30",
    "/audit/history?what=organisation",
    "/audit/history?what=sign-ins",
    "/audit/history?what=readings&until=2&as_of=2022-02-30",
    "/studio/rules/ha-tinh",
    "/audit/mining",
    "/audit/cases/1/replay?seq=3",
    "/audit/cases/1/reexecution",
)
LIVE = re.compile(r"^/studio|/cases/")
"""Pages whose scripts go on drawing once they are there."""
SERIOUS = "async () => (await axe.run()).violations.filter(v => ['serious', 'critical'].includes(v.impact))"

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
def address(_sqlite_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A site with a late case and a withdrawn one: its address, and the login session of a person with many roles."""
    world = Dossier(_sqlite_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    world.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive")
    world.runner.cases.cancel(2, "Đổi ý", person("one_stop_clerk"), world.now)
    world.at("2022-10-04 10:00")
    site = Site(world)
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    lanes = ("one_stop_clerk", "division_lead", Role.ADMINISTRATOR, Role.ANALYST, Role.AUDITOR)
    world.runner.people.save(Person("many", "Người kiêm nhiều việc", frozenset(("ha-tinh", lane) for lane in lanes)))
    many = world.runner.people.get("many")
    world.runner.cases.start("ha-tinh/QT.BC.01", many, world.now)
    world.runner.procedure_drafts.begin("ha-tinh/QT.BC.01", many, world.now)
    with world.runner.database.change() as tx:
        tx.execute(text("UPDATE \"case\" SET subject = 'Ai đó' WHERE id = 2"))  # what a verification finds
    world.runner.verification.sample(world.now, many, seed=1)
    world.runner.verification.nightly.work(world.now, seconds=60)
    samples, found = world.runner.samples, (Look.FOUND, Severity.SERIOUS, "Không ghi lý do", 1)
    for id in (1, 2):  # one to sign, and one that is signed
        samples.draw(Draw("ha-tinh", "Quý III", 2, seed=1), many, world.now)
        for drawn, written in ((1, found), (2, (Look.SEEN, "", "", 0))):
            samples.remark(id, drawn, *written, many, world.now)
    samples.sign(2, many, world.now)
    login_session = world.runner.accounts.enter("many", local("2022-10-04 10:00"))
    yield f"http://127.0.0.1:{server.server_port}", login_session
    server.shutdown()
    thread.join()
    server.server_close()
    world.runner.close()


def opened(chromium: Browser, address: tuple[str, str], **options: Any) -> tuple[Page, list[str]]:
    """A page on which a person has signed in, and what the browser complains about."""
    base, login_session = address
    context = chromium.new_context(base_url=base, locale="vi-VN", **options)
    context.add_cookies([{"name": "visit", "value": login_session, "url": base}])
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type != "info" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


@pytest.mark.parametrize(("width", "scheme"), LOOKS[: figure(2, 4)])
def test_pages_are_accessible_and_quiet(chromium: Browser, address: tuple[str, str], scheme: Any, width: int) -> None:
    page, complaints = opened(chromium, address, color_scheme=scheme, viewport={"width": width, "height": 800})
    for path in PAGES if FULL else PAGES[(width == 360) :: 2]:  # in the suite, each page in one of two looks
        answer = page.goto(path, wait_until="networkidle" if LIVE.search(path) else "load")
        assert answer and answer.status == (422 if "until" in path else 200)
        complaints[:] = [each for each in complaints if "422" not in each]
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        page.evaluate(AXE.read_text())
        found = page.evaluate(SERIOUS)
        assert not [(each["id"], [node["html"] for node in each["nodes"]]) for each in found], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert complaints == []
    page.context.close()


def test_the_diagram_is_looked_at_near_and_whole_without_a_script(chromium: Browser, address: tuple[str, str]) -> None:
    page, complaints = opened(chromium, address, java_script_enabled=False)
    page.goto("/cases/1", wait_until="networkidle")
    near, whole = page.locator("img.near"), page.locator("img.whole")
    assert near.is_visible() and not whole.is_visible()
    page.get_by_text("Toàn sơ đồ", exact=True).click()
    assert whole.is_visible() and not near.is_visible()
    fitted = whole.bounding_box()
    page.get_by_text("Cỡ thật", exact=True).click()
    full = whole.bounding_box()
    assert fitted and full and fitted["width"] < 1280 < full["width"]
    page.get_by_role("region", name="Sơ đồ, cuộn để xem hết").focus()
    page.get_by_text("Vì sao?").first.click()
    assert page.get_by_text("Ngày tiếp nhận, không tính").first.is_visible()
    page.get_by_role("link", name="Mở riêng").click()
    page.wait_for_url("**/diagram.svg")
    assert page.locator('[data-element="Task_B3_appraise"].state-late').is_visible()
    assert complaints == []
    page.context.close()
