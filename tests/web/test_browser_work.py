"""The daily work in a real browser: with scripts and without, by keyboard, for readers of the screen."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from werkzeug.serving import make_server

from runner.domain.person import Person
from tests.procedures.values import ANSWERS
from tests.services import office
from tests.web.conftest import PASSWORD, Site
from tests.world import World, person

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[2] / "runner/web/frontend/node_modules/axe-core/axe.min.js"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists() and os.environ.get("CI") != "true", reason="no Chromium here")

Open = Callable[..., Page]


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
def world(world: World) -> World:
    return world.deploy()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Where the site is served."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sit_down(site: Site, chromium: Browser, address: str) -> Iterator[Open]:
    """Sits a person down at a browser of their own: ``sit_down(who, java_script_enabled=False)``.

    At the end nothing may have been complained about in any of them.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sit_down(who: Person, **options: Any) -> Page:
        context = chromium.new_context(base_url=address, locale="vi-VN", **options)
        contexts.append(context)
        login_session = site.runner.accounts.enter(who.id, site.world.now)
        context.add_cookies([{"name": "visit", "value": login_session, "url": address}])
        page = context.new_page()
        # A browser's console has the violations of the content security policy, too.
        page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield sit_down
    for context in contexts:
        context.close()
    # Chromium calls an answer with a status from 400 on an error of the page: where one is asked for it is none.
    assert [each for each in complaints if "status of 4" not in each] == []


def fill_in(page: Page, form: str, **transactions: Any) -> None:
    """Fill in what shows of a form, as people do."""
    for key, value in (ANSWERS[form] | transactions).items():
        rows = page.locator(f'#work fieldset.rows[id="field-{key}"]')
        if rows.count() == 0:
            fill(page, key, value)
        elif rows.is_visible():
            fill_rows(page, key, rows, value)


def fill_rows(page: Page, key: str, rows: Locator, values: list[dict[str, Any]]) -> None:
    """Fill in a list, of which the page shows the first row at the most."""
    for place, row in enumerate(values):
        if rows.locator(".row").count() == place:
            with page.expect_navigation():
                rows.get_by_role("button", name="Thêm dòng").click()
        for column, value in row.items():
            fill(page, f"{key}.{place}.{column}", value)


def fill(page: Page, name: str, value: Any) -> None:
    """Fill in a field, if it shows and there is something to be filled in."""
    field = page.locator(f'#work :is(input, select, textarea)[name="{name}"]')
    if value is None or value is False or value in ("", []) or not (field.count() and field.first.is_visible()):
        return
    match field.first.evaluate("field => field.type"):
        case "radio":
            choose(page, page.locator(f'#work [name="{name}"][value="{value}"]'))
        case "checkbox":
            for each in value if isinstance(value, list) else [None]:
                mark = f'[value="{each}"]' if each else ""
                choose(page, page.locator(f'#work [name="{name}"]{mark}'))
        case "select-one":
            field.select_option(value)
        case _:
            field.fill(str(value))


def choose(page: Page, field: Locator) -> None:
    """Tick a field; with scripts, see what the page then shows."""
    if page.locator("[data-conditional]").count() == 0 or not page.evaluate(
        "!!window.matchMedia('(scripting)').matches"
    ):
        field.check()
        return
    with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        field.check()
    page.locator(".htmx-request").first.wait_for(state="detached")  # the answer is there, and now it is shown too


def complete(page: Page, answers: dict[str, Any] | None = None) -> None:
    """Complete the task by the button that gives the answer; who signs by it gives the password once more."""
    again = page.locator('#work [name="_password"]')
    if again.count():
        again.fill(PASSWORD)
    with page.expect_navigation():
        button = page.locator("#work .bar button").first
        if name := button.get_attribute("name"):
            button = page.locator(
                f'#work .bar button[value="{(answers or {}).get(name) or button.get_attribute("value")}"]'
            )
        button.click()


def claim(page: Page) -> None:
    """Claim the task on whose page one is, if nobody has."""
    button = page.get_by_role("button", name="Nhận việc")
    if button.count():
        with page.expect_navigation():
            button.click()


def play(world: World, sit_down: Open, procedure: str, **options: Any) -> None:
    """Everybody's part of a dossier, each at a browser of their own."""
    province = procedure.partition("/")[0]
    desks: dict[str, Page] = {}
    clerk = desks["one_stop_clerk"] = sit_down(person("one_stop_clerk", province), **options)
    clerk.goto("/intake")
    with clerk.expect_navigation():
        clerk.get_by_role("button", name=re.compile("Lập hồ sơ")).first.click()
    world.case = 1
    while world.row.status in ("draft", "open"):
        task = next(task for task in world.tasks if task.closed is None)
        if task.lane not in desks:
            if task.lane == "director":
                world.runner.accounts.set_password(person(task.lane, province).id, PASSWORD, world.now)
            desks[task.lane] = sit_down(person(task.lane, province), **options)
        page = desks[task.lane]
        page.goto("/inbox")
        with page.expect_navigation():
            page.get_by_role("link", name=task.name, exact=True).click()
        claim(page)
        fill_in(page, task.form)
        complete(page, ANSWERS[task.form])
        assert page.get_by_role("status").filter(has_text=f"Đã hoàn thành “{task.name}”.").is_visible()
    assert (world.row.outcome, world.proved()) == ("granted", True)


@pytest.mark.parametrize(
    ("procedure", "scripts"), [("ben-tre/39", True), ("ha-tinh/QT.BC.01", True), ("ben-tre/39", False)]
)
def test_each_person_plays_their_part(world: World, sit_down: Open, procedure: str, scripts: bool) -> None:
    play(world, sit_down, procedure, java_script_enabled=scripts)


def test_a_choice_shows_what_it_asks_for_and_the_draft_is_kept(world: World, sit_down: Open) -> None:
    world.start("ha-tinh/QT.BC.01")
    page = sit_down(person("one_stop_clerk"))
    page.goto(f"/cases/{world.case}/tasks/Task_B1_receive%231")
    page.get_by_label("Tên doanh nghiệp").fill("Bưu cục Hương Khê")
    number = page.get_by_label("Số biên lai")
    assert not number.is_visible()
    page.get_by_label("Doanh nghiệp đã nộp đủ phí").check()
    number.wait_for(state="visible")
    assert page.locator("#draft").inner_text() == "Đã lưu bản nháp lúc 08:00."
    page.get_by_label("Doanh nghiệp đã nộp đủ phí").uncheck()
    number.wait_for(state="hidden")
    page.reload()
    assert page.get_by_label("Tên doanh nghiệp").input_value() == "Bưu cục Hương Khê"


def test_a_known_company_comes_from_the_counter_to_the_printed_receipt_in_few_clicks(
    world: World, sit_down: Open
) -> None:
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | {"applicant_tax_code": "3000100027"})
    page, begun, presses = sit_down(person("one_stop_clerk")), time.monotonic(), 0
    page.goto("/intake")

    def press(target: Locator, leads_on: bool = True) -> None:
        nonlocal presses
        presses += 1
        if leads_on:
            with page.expect_navigation():
                target.click()
        else:
            choose(page, target)

    press(page.get_by_role("button", name="Lập hồ sơ: Cấp giấy phép bưu chính"))
    page.get_by_label("Mã số doanh nghiệp (mã số thuế)").fill("3000100027")
    press(page.get_by_role("button", name="Tra cứu"))
    assert page.get_by_text("Đã có trong sổ").is_visible()
    assert page.get_by_label("Tên doanh nghiệp").input_value() == ANSWERS["tiep-nhan-qt-bc-01"]["applicant_name"]
    press(page.get_by_label("Nộp trực tiếp"), leads_on=False)
    for row in page.locator("table.dossier tr", has=page.locator(".needed")).all():
        press(row.locator(".tick input"), leads_on=False)
        press(row.locator("[name=dossier_originals]"), leads_on=False)
    press(page.get_by_label("Trường hợp thẩm định cấp phép lần đầu"), leads_on=False)
    press(page.get_by_label("Trung tâm Phục vụ hành chính công tỉnh", exact=True), leads_on=False)
    press(page.get_by_role("button", name="Tiếp nhận, hẹn trả kết quả (Mẫu 01)"))
    receipt = page.get_by_role("status").get_by_role("link", name=re.compile("Mẫu 01|Giấy tiếp nhận"))
    printed = page.request.get(receipt.first.get_attribute("href") or "")
    assert printed.ok and printed.body().startswith(b"%PDF-")
    assert presses + 1 <= 30 and time.monotonic() - begun < 120  # at three seconds a press that is a minute and a half


def test_a_session_that_ends_is_begun_anew_on_top_of_the_page_and_costs_no_word(
    site: Site, world: World, sit_down: Open
) -> None:
    world.start("ben-tre/39")
    clerk = person("one_stop_clerk", "ben-tre")
    world.runner.accounts.set_password(clerk.id, PASSWORD, world.now)
    page = sit_down(clerk)
    page.goto(f"/cases/{world.case}/tasks/Task_1_receive%231")
    [visit] = [each for each in page.context.cookies() if each["name"] == "visit"]
    site.runner.accounts.leave(visit["value"], world.now)
    page.get_by_label("Tên tổ chức, cá nhân").fill("Bưu cục Ba Tri")
    page.get_by_label("Số điện thoại").click()
    again = page.get_by_role("dialog", name="Phiên làm việc đã hết")
    again.get_by_label("Mật khẩu của").fill(PASSWORD)
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        again.get_by_role("button", name="Đăng nhập").click()
    assert not again.is_visible()
    assert page.get_by_label("Tên tổ chức, cá nhân").input_value() == "Bưu cục Ba Tri"
    [kept] = [world.runner.tasks.draft(world.case, "Task_1_receive#1", clerk)["applicant_name"]]
    assert kept == "Bưu cục Ba Tri"


def test_a_draft_is_begun_found_again_and_given_up(world: World, sit_down: Open) -> None:
    page = sit_down(person("one_stop_clerk", "ben-tre"))
    page.goto("/intake")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("Lập hồ sơ")).first.click()
    assert page.get_by_text("Bản nháp của anh/chị").is_visible()
    page.goto("/inbox")
    page.get_by_role("link", name="Bản nháp 1").click()
    assert page.get_by_role("cell", name="17:00 ngày 29/09/2022").is_visible()
    page.locator("summary", has_text="Bỏ bản nháp").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Bỏ hẳn").click()
    assert page.get_by_role("status").filter(has_text="Đã bỏ bản nháp #1.").is_visible()
    assert page.get_by_text("Anh/chị không có bản nháp nào.").is_visible()
    world.case = 1
    assert world.row.status == "discarded"


def test_a_draft_that_cannot_be_kept_costs_nothing_that_was_typed(site: Site, world: World, sit_down: Open) -> None:
    world.start("ben-tre/39")
    clerk = person("one_stop_clerk", "ben-tre")
    page = sit_down(clerk)
    page.goto(f"/cases/{world.case}/tasks/Task_1_receive%231")
    name = page.get_by_label("Tên tổ chức, cá nhân")
    name.fill("Bưu cục Ba Tri")
    site.runner.people.dismiss(clerk.id)
    name.blur()
    page.get_by_text("Chưa lưu được bản nháp.").wait_for()
    assert name.input_value() == "Bưu cục Ba Tri"


def test_a_task_is_claimed_in_its_row_and_put_back_by_choosing_it(world: World, sit_down: Open) -> None:
    world.start("ben-tre/39")
    world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"])
    page = sit_down(person("one_stop_clerk", "ben-tre"))
    page.goto("/inbox")
    page.get_by_role("button", name="Nhận việc").click()
    page.get_by_role("cell", name="Tôi đã nhận").wait_for()
    assert page.url.endswith("/inbox")
    page.get_by_role("checkbox", name="Chọn: ").check()
    page.get_by_role("button", name="Trả về nhóm").click()
    page.get_by_text("đã trả về nhóm").wait_for()
    page.get_by_role("link", name="Về danh sách việc").click()
    page.get_by_role("button", name="Nhận việc").wait_for()


def test_a_task_is_found_filled_in_and_done_by_keyboard_alone(world: World, sit_down: Open) -> None:
    world.start("ben-tre/39")
    for element in ("Task_1_receive", "Task_1_forward", "Task_2_process"):
        world.do(element, **ANSWERS[world.task(element).form])
    page = sit_down(person("division_lead", "ben-tre"))
    page.goto("/inbox")

    def tab_to(what: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("what => document.activeElement.matches(what)", what):
                return
        pytest.fail(f"the keyboard does not get to {what}")

    tab_to('a[href*="/tasks/"]')
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(".bar.claim button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to("#work .bar summary")  # to give it back opens what has to be said
    page.keyboard.press("Enter")
    tab_to("#work .bar button.danger")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # It was not right: the summary has the focus, and leads to the field.
    assert page.evaluate("document.activeElement.className") == "faults"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "lead_opinion"
    page.keyboard.type("Thiếu căn cứ")
    tab_to("#work .bar button.danger")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert world.open == ["Task_2_reprocess"]


@pytest.mark.parametrize("scripts", [True, False])
def test_what_a_case_waits_for_is_recorded_on_its_page(
    world: World, sit_down: Open, tmp_path: Path, scripts: bool
) -> None:
    world.deploy(office.write(tmp_path / "office"), provinces=(office.PROVINCE,)).start(office.CODE)
    world.do("Task_count", **office.COUNTED)
    world.do("Task_weigh", **office.WEIGHED)
    page = sit_down(office.CLERK, java_script_enabled=scripts)
    page.goto(f"/cases/{world.case}")
    assert page.get_by_text("Thông báo “Chờ bổ sung” do one_stop_clerk ghi nhận.").is_visible()
    assert not scripts or serious(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Ghi nhận đã có “Chờ bổ sung”").click()
    assert page.get_by_role("status").filter(has_text="Đã ghi nhận thông báo.").is_visible()
    assert page.get_by_text("Nhận được thông báo “Chờ bổ sung”.").is_visible()
    assert page.get_by_text("Kết quả của việc tự động “Báo lãnh đạo”.").is_visible()
    assert world.proved()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(world: World, sit_down: Open, scheme: str) -> None:
    world.start("ben-tre/39")
    page = sit_down(person("one_stop_clerk", "ben-tre"), color_scheme=scheme)
    task = f"/cases/{world.case}/tasks/Task_1_receive%231"
    for there in ("/inbox", "/intake", task):
        page.goto(there)
        assert serious(page) == []
    complete(page)
    assert page.locator("section.faults").is_visible() and serious(page) == []


def test_an_added_row_has_the_focus_and_what_was_typed_before_stays(world: World, sit_down: Open) -> None:
    world.start("ben-tre/39")
    page = sit_down(person("one_stop_clerk", "ben-tre"))
    page.goto(f"/cases/{world.case}/tasks/Task_1_receive%231")
    [row] = page.locator(".row").all()
    row.get_by_label("Tên giấy tờ").fill("Văn bản thông báo")
    with page.expect_navigation():
        page.get_by_role("button", name="Thêm dòng").click()
    assert page.locator(".row").nth(0).get_by_label("Tên giấy tờ").input_value() == "Văn bản thông báo"
    assert page.evaluate("document.activeElement.id") == "field-dossier_papers.1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "dossier_papers.1.paper"
    box = page.locator("#field-dossier_papers\\.1").bounding_box()
    assert box and box["y"] >= 0


def test_on_a_phone_nothing_is_wider_than_the_screen(world: World, sit_down: Open) -> None:
    world.start("ben-tre/39")
    page = sit_down(person("one_stop_clerk", "ben-tre"), viewport={"width": 360, "height": 740})
    for there in ("/inbox", "/intake", f"/cases/{world.case}/tasks/Task_1_receive%231"):
        page.goto(there)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, there


def serious(page: Page) -> list[str]:
    """What axe finds that keeps people from using the page."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]
