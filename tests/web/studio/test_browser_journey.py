"""The whole way of an analyst in the browser, from “the decision changed” to “in force”, and every case replays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from runner.domain.person import Person, Role
from runner.services.accounts import Accounts
from tests.authoring.descriptions import WORKSHOP
from tests.authoring.walk import answers
from tests.running import CODE, HUY, LONG, RunningCases
from tests.web.conftest import PASSWORD, QUICK, Site
from tests.web.studio.new_form import create, fill_in
from tests.web.studio.test_browser_diagram import checked, select
from tests.web.studio.test_new import MINH, TEXT
from tests.web.test_browser_pages import chromium, opened, pytestmark
from tests.world import World, person

__all__ = ["chromium", "pytestmark"]


SECOND = Person("thu", "Nguyễn Thị Thu", frozenset({("ben-tre", Role.ANALYST)}))


@pytest.fixture
def workshop(_sqlite_url: str, tmp_path: Path) -> Iterator[tuple[World, str]]:
    """An office of two provinces with two analysts in one of them, and its address."""
    world = World(_sqlite_url, tmp_path, "2026-11-02 08:00").deploy()
    for analyst in (MINH, SECOND):
        world.runner.people.save(analyst)
    yield from _served(world, SECOND)


@pytest.fixture
def served(_sqlite_url: str, tmp_path: Path) -> Iterator[tuple[RunningCases, str]]:
    """The office with twelve running cases, and its address."""
    world = RunningCases(_sqlite_url, tmp_path)
    yield from _served(world, LONG)


def _served(world: Any, second: Person) -> Iterator[tuple[Any, str]]:
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


def test_a_fifteenth_procedure_is_made_in_the_browser_until_a_case_has_its_result(
    chromium: Browser, workshop: tuple[World, str]
) -> None:
    world, address = workshop
    now, code = world.now, "ben-tre/GX.02"
    minh, complaints = opened(chromium, (address, world.runner.accounts.enter(MINH.id, now)))
    fill_in(minh, WORKSHOP, TEXT)
    create(minh)
    tab(minh, "Phê duyệt")
    minh.get_by_role("button", name="Trình phê duyệt").click()
    expect(minh.get_by_text("không tự phê duyệt được")).to_be_visible()
    second, others = opened(chromium, (address, world.runner.accounts.enter(SECOND.id, now)))
    approved(second, 1)
    version = world.runner.procedures.in_force(code, now)

    people: dict[str, Page] = {}
    for lane in ("one_stop_clerk", "specialist", "division_lead", "director"):
        session = world.runner.accounts.enter(person(lane, "ben-tre").id, now)
        people[lane], more = opened(chromium, (address, session))
        others += more
    clerk = people["one_stop_clerk"]
    clerk.goto("/intake")
    clerk.locator("form, li, tr, article").filter(has_text=WORKSHOP["title"]).last.get_by_role("button").click()
    clerk.wait_for_url("**/tasks/**")
    world.case = int(clerk.url.split("/cases/")[1].split("/")[0])
    for _ in range(20):
        if not world.open:
            break
        task = world.task(world.open[0])
        page = people[task.lane]
        page.goto(f"/cases/{world.case}/tasks/{task.id.replace('#', '%23')}")
        _fill(page, answers(version.forms[task.form], {}))
        page.get_by_role("button", name="Hoàn thành").click()
        page.wait_for_url(lambda url, task=task: "/tasks/" + task.id.replace("#", "%23") not in url)
    assert world.row.status == "finished" and world.row.outcome == "granted"
    assert world.forget().proved()
    assert complaints == others == []
    for page in (minh, second, *people.values()):
        page.context.close()


def _fill(page: Page, values: dict[str, Any], path: str = "") -> None:
    """Fill a task's form in."""
    for key, value in values.items():
        name = f"{path}{key}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for at, row in enumerate(value):
                _fill(page, row, f"{name}.{at}.")
            continue
        field = page.locator(f'[name="{name}"]')
        kind = field.first.get_attribute("type")
        if kind == "radio" or isinstance(value, list):
            for each in value if isinstance(value, list) else [value]:
                page.locator(f'[name="{name}"][value="{each}"]').check()
        elif kind == "checkbox":
            field.first.check()
        elif field.first.evaluate("each => each.tagName") == "SELECT":
            field.first.select_option(str(value))
        else:
            field.first.fill(str(value))
