"""The inbox in a real browser: by keys, fresh by itself, many tasks at once, and all of it without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import runner.web
from runner.domain.person import Person
from tests.procedures.values import ANSWERS
from tests.web.conftest import PASSWORD
from tests.web.test_browser_work import Open, address, chromium, database_url, pytestmark, sit_down, world
from tests.world import World, person

__all__ = ["address", "chromium", "database_url", "pytestmark", "sit_down", "world"]

AXE = Path(runner.web.__file__).parent / "frontend/node_modules/axe-core/axe.min.js"
SERIOUS = "async () => (await axe.run()).violations.filter(v => ['serious', 'critical'].includes(v.impact))"
SPECIALIST, DIRECTOR = person("specialist"), person("director", "ben-tre")


@pytest.fixture
def waiting(world: World) -> World:
    """Three dossiers wait for a specialist of Hà Tĩnh, two for the signature of the director of Bến Tre."""
    for _ in range(3):
        receive(world)
    for _ in range(2):
        world.start("ben-tre/39")
        for element in ("Task_1_receive", "Task_1_forward", "Task_2_process", "Task_3_submit"):
            world.do(element, **ANSWERS[world.task(element).form])
    world.runner.accounts.set_password(DIRECTOR.id, PASSWORD, world.now)
    return world


def receive(world: World) -> None:
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
    world.do("Task_B2_forward", **ANSWERS["chuyen-ho-so"])


def accessible(page: Page) -> None:
    page.evaluate(AXE.read_text())
    found = page.evaluate(SERIOUS)
    assert not [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_keys_go_down_and_up_choose_and_open(sit_down: Open, waiting: World) -> None:
    page = sit_down(SPECIALIST)
    page.goto("/inbox", wait_until="networkidle")
    for key, at in (("j", 1), ("j", 2), ("j", 3), ("j", 3), ("k", 2)):
        page.keyboard.press(key)
        assert focused(page) == f"t-{at}-Task_B3_appraise-1"
    bar = page.get_by_role("region", name="Làm với các việc đã chọn")
    assert not bar.is_visible()
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    assert page.locator("tbody input:checked").evaluate_all("all => all.map(each => each.value)") == [
        "2~0~Task_B3_appraise#1"
    ]
    page.keyboard.press("x")
    expect(bar).to_be_hidden()
    page.locator("#work").get_by_role("searchbox").press_sequentially("jkx")
    assert page.locator("#work").get_by_role("searchbox").input_value() == "jkx", "what is typed is no command"
    page.locator("#t-2-Task_B3_appraise-1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/2/tasks/*")


def test_new_work_comes_by_itself_but_never_under_the_hand(sit_down: Open, waiting: World) -> None:
    page = sit_down(SPECIALIST)
    page.clock.install()
    page.goto("/inbox", wait_until="networkidle")
    rows = page.locator("#work tbody input[type=checkbox]")
    page.keyboard.press("j")
    receive(waiting)
    page.clock.run_for(61_000)
    expect(rows).to_have_count(4)
    assert focused(page) == "t-1-Task_B3_appraise-1", "whoever stood at a row stands there still"
    rows.first.check()
    receive(waiting)
    page.clock.run_for(61_000)
    page.wait_for_load_state("networkidle")
    assert rows.count() == 4 and rows.first.is_checked()
    rows.first.uncheck()
    page.clock.run_for(61_000)
    expect(rows).to_have_count(5)
    waiting.runner.accounts.leave(page.context.cookies()[0]["value"], waiting.now)
    page.clock.run_for(61_000)
    page.wait_for_load_state("networkidle")
    assert rows.count() == 5, "who is signed out keeps what stands there"


@pytest.mark.parametrize("scripts", [True, False])
def test_many_are_claimed_and_signed_with_a_result_for_each(sit_down: Open, waiting: World, scripts: bool) -> None:
    page = sit_down(
        SPECIALIST, java_script_enabled=scripts, viewport={"width": 390 if scripts else 1280, "height": 800}
    )
    page.goto("/inbox", wait_until="networkidle")
    if scripts:
        accessible(page)
    other = Person("khac", "Người Khác", SPECIALIST.groups)
    waiting.runner.people.save(other)
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    waiting.runner.tasks.claim(2, "Task_B3_appraise#1", other, waiting.now)
    page.get_by_role("button", name="Nhận các việc đã chọn").click()
    expect(page.get_by_text("2 việc đã xong. 1 việc chưa làm được.")).to_be_visible()
    if scripts:
        accessible(page)
    page.get_by_role("link", name="Về danh sách việc").click()
    assert page.get_by_text("Tôi đã nhận", exact=True).count() >= 2

    page = sit_down(DIRECTOR, java_script_enabled=scripts)
    page.goto("/inbox", wait_until="networkidle")
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Duyệt…").click()
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    if scripts:
        accessible(page)
    page.get_by_label(re.compile("Nhập lại mật khẩu")).fill(PASSWORD)
    page.get_by_role("button", name="Duyệt 2 việc").click()
    expect(page.get_by_text("đã duyệt")).to_have_count(2)


def test_a_filter_is_saved_and_used(sit_down: Open, waiting: World) -> None:
    page = sit_down(SPECIALIST)
    page.goto("/inbox", wait_until="networkidle")
    page.get_by_label("Dấu hiệu").select_option("returned")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_text("Lưu bộ lọc này").click()
    page.get_by_label("Tên bộ lọc").fill("Bị trả lại")
    accessible(page)
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.goto("/inbox")
    page.get_by_role("link", name="Bị trả lại").click()
    assert page.get_by_label("Dấu hiệu").input_value() == "returned"
    expect(page.get_by_text("Không có việc nào như vậy.")).to_be_visible()
