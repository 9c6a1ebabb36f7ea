"""The replay of a case in a real browser: played, stepped through by keys, jumped in; and the same without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from runner.domain.person import Person, Role
from tests.procedures.dossier import Dossier
from tests.services.test_audit import forged, resealed, tampering
from tests.web.conftest import Site
from tests.web.test_browser_pages import AXE, SERIOUS, chromium, opened, pytestmark

__all__ = ["chromium", "pytestmark"]

AUDITOR = Person("kiemtra", "Trịnh Thị Loan", frozenset({("ha-tinh", Role.AUDITOR)}))
REPLAY = "/audit/cases/1/replay"


@pytest.fixture
def world(_sqlite_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier that was supplemented, with the clock standing meanwhile, and then ran late."""
    world = Dossier(_sqlite_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    world.runner.people.save(AUDITOR)
    world.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    world.on("2022-09-27 09:00", "Task_B3_appraise", appraisal_decision="supplement")
    world.on("2022-09-27 10:00", "Task_B3_guide").on("2022-10-03 09:00", "Task_B3_wait")
    world.at("2022-10-12 10:00")
    yield world
    world.runner.close()


@pytest.fixture
def address(world: Dossier) -> Iterator[tuple[str, str]]:
    """The site, and the login session of the auditor."""
    server = make_server("127.0.0.1", 0, Site(world).app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", world.runner.accounts.enter(AUDITOR.id, world.now)
    server.shutdown()
    thread.join()


def at(page: Page, seq: int) -> None:
    """The page shows this entry: on the time line, beside the diagram, in its address."""
    expect(page.locator('[aria-current="step"] b')).to_contain_text(str(seq))
    expect(page.locator("[data-panel] h2")).to_contain_text(f"Mục {seq}:")
    page.wait_for_url(lambda url: f"seq={seq}" in url)
    expect(page.locator("[data-place]")).to_contain_text(f"sau mục {seq} trong")


def state(page: Page, element: str) -> str:
    """The state in which the diagram shows an element, "" for none."""
    classes = page.locator(f'.djs-element[data-element-id="{element}"]').get_attribute("class") or ""
    return next((each.removeprefix("state-") for each in classes.split() if each.startswith("state-")), "")


def test_an_auditor_plays_a_case_steps_through_it_and_jumps_by_keys(
    chromium: Browser, address: tuple[str, str]
) -> None:
    page, complaints = opened(chromium, address, viewport={"width": 1280, "height": 860})
    page.goto(f"{REPLAY}?seq=3")
    page.locator("[data-ready]").wait_for()
    assert [state(page, each) for each in ("Task_B2_forward", "Task_B3_appraise", "Task_B3_guide")] == [
        "done",
        "current",
        "",
    ]
    assert state(page, "Flow_B2_forward_B3_appraise") == "taken" and state(page, "Flow_B3_appraise_supplement") == ""
    expect(page.locator('.djs-overlays[data-container-id="Task_B3_appraise"] .tag')).to_have_text(
        "hạn 09:30 ngày 04/10/2022"
    )
    page.keyboard.press("ArrowRight")
    at(page, 4)
    assert state(page, "Task_B3_guide") == "current" and state(page, "Flow_supplement_B3_guide") == "taken"
    assert state(page, "Flow_B2_forward_B3_appraise") == "done"
    page.keyboard.press("ArrowRight")
    at(page, 5)
    expect(page.locator("[data-panel]")).to_contain_text("đang tạm dừng tính thời hạn từ 10:00 27/09")
    page.keyboard.press("ArrowLeft")
    at(page, 4)
    page.keyboard.press("Home")
    at(page, 1)
    assert state(page, "Task_B3_guide") == "" and state(page, "Task_B1_receive") == "current"
    page.keyboard.press("End")
    last = page.locator("[data-line]").count()
    at(page, last)
    assert state(page, "Task_B3_reappraise") == "late"
    page.keyboard.press("g")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    page.locator("[data-ready]").wait_for()
    at(page, 6)
    assert complaints == []
    page.context.close()


def test_play_goes_on_to_the_end_stops_by_the_same_button_and_begins_anew(
    chromium: Browser, address: tuple[str, str]
) -> None:
    page, complaints = opened(chromium, address, viewport={"width": 1280, "height": 860})
    page.goto(f"{REPLAY}?seq=1")
    page.locator("[data-ready]").wait_for()
    page.get_by_label("Tốc độ").select_option("rất nhanh")
    page.get_by_role("button", name="Phát").click()
    last = page.locator("[data-line]").count()
    at(page, last)
    expect(page.get_by_role("button", name="Phát")).to_have_attribute("aria-pressed", "false")
    page.get_by_label("Tốc độ").select_option("chậm")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("Space")
    at(page, 1)
    page.get_by_role("button", name="Dừng").click()
    expect(page.get_by_role("button", name="Phát")).to_be_visible()
    at(page, 1)
    steps = page.evaluate("performance.getEntriesByName('step').map(each => each.duration)")
    assert len(steps) >= last and sorted(steps)[len(steps) // 2] < 120, "a step is drawn at once"
    assert complaints == []
    page.context.close()


def test_the_whole_diagram_and_the_place_of_the_case_are_two_views(chromium: Browser, address: tuple[str, str]) -> None:
    page, complaints = opened(chromium, address, viewport={"width": 1280, "height": 860})
    page.goto(f"{REPLAY}?seq=3")
    page.locator("[data-ready]").wait_for()
    scale = page.locator("[data-scale]")
    near = scale.inner_text()
    page.get_by_role("link", name="Toàn sơ đồ").click()
    expect(scale).not_to_have_text(near)
    page.keyboard.press("t")
    expect(page.get_by_role("link", name="Chỗ đang xét")).to_have_attribute("aria-current", "true")
    page.locator("[data-next]").click()
    expect(page.locator("[data-panel] h2")).to_contain_text("Quá hạn")
    assert complaints == []
    page.context.close()


def test_without_a_script_every_entry_is_a_page_with_the_servers_picture(
    chromium: Browser, address: tuple[str, str]
) -> None:
    page, complaints = opened(chromium, address, java_script_enabled=False, viewport={"width": 1280, "height": 860})
    page.goto("/cases/1")
    page.get_by_role("link", name="Xem lại quá trình trên sơ đồ").click()
    page.get_by_role("link", name="Mục đầu").click()
    assert page.locator('svg.bpmn [data-element="Task_B1_receive"].state-current').is_visible()
    page.get_by_role("link", name="Sau", exact=True).click()
    assert page.locator('svg.bpmn [data-element="Task_B1_receive"].state-done').count() == 1
    expect(page.locator('[aria-current="step"] b')).to_have_text("2")
    page.get_by_text("Tới…").click()
    page.get_by_label("Lúc", exact=True).fill("2022-10-01T12:00")
    page.get_by_role("button", name="Xem hồ sơ lúc ấy").click()
    expect(page.locator("[data-panel] h2")).to_contain_text("Mục 5:")
    page.get_by_role("link", name="Mở riêng sơ đồ").click()
    page.wait_for_url("**/diagram.svg?seq=5")
    assert page.locator('[data-element="Task_B3_wait"].state-current').is_visible()
    assert complaints == []
    page.context.close()


def test_running_again_a_forged_case_shows_both_sides_and_the_replay_goes_as_far(
    chromium: Browser, address: tuple[str, str], world: Dossier
) -> None:
    with tampering(world) as connection:  # type: ignore[arg-type]
        entries = world.journal
        payload = forged(entries[3].payload, '"appraisal_decision":"supplement"', '"appraisal_decision":"eligible"')
        resealed(connection, entries, 4, payload=payload)
    page, complaints = opened(chromium, address, viewport={"width": 1280, "height": 860})
    page.goto("/audit/cases/1/reexecution")
    page.get_by_role("button", name="Chạy lại từ nhật ký").click()
    expect(page.get_by_role("alert")).to_contain_text("Mục 1 đến 3 khớp.")
    assert page.locator('svg [data-element="Task_B3_guide"].state-ghost').is_visible()
    assert page.locator('svg [data-element="Task_B3_organise"].state-current').count() == 1
    expect(page.locator("svg .overlay").get_by_text("Sổ ghi")).to_be_visible()
    page.evaluate(AXE.read_text())
    assert page.evaluate(SERIOUS) == []
    page.get_by_role("link", name="3", exact=True).click()
    page.locator("[data-ready]").wait_for()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-panel]")).to_contain_text("Đây là bên dựng lại.")
    assert state(page, "Task_B3_organise") == "current"
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-panel]")).to_contain_text("Mục này không dựng lại được.")
    assert complaints == []
    page.context.close()
