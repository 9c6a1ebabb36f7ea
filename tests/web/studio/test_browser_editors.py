"""The designer of a form and the editor of a table in a real browser, as an analyst uses them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from runner.authoring import forms, tables
from tests.authoring.conftest import HA
from tests.services.office import CODE
from tests.web.conftest import Site
from tests.web.every_component import FORM
from tests.web.test_browser_work import serious
from tests.world import ROOT

CHROMIUM = Path("/usr/bin/chromium")
FORMS, TABLES = "/studio/drafts/1/forms", "/studio/drafts/1/tables"
LANGUAGE = Path(__file__).parents[3] / "runner/web/frontend/language"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists() and os.environ.get("CI") != "true", reason="no Chromium here")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(studio: Site, chromium: Browser) -> Iterator[Page]:
    """Hà's browser, in which she edits a draft; at the end nothing may have been complained about, the CSP included."""
    studio.runner.procedure_drafts.begin(CODE, HA, studio.world.now)
    server = make_server("127.0.0.1", 0, studio.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.port}"
    context = chromium.new_context(base_url=address, locale="vi-VN", viewport={"width": 1440, "height": 900})
    visit = studio.runner.accounts.enter(HA.id, studio.world.now)
    context.add_cookies([{"name": "visit", "value": visit, "url": address}])
    page, complaints = context.new_page(), []
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert [each for each in complaints if "status of 4" not in each] == []


def schema(studio: Site, id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(studio.runner.procedure_drafts.files(1, HA)[forms.path(id)])
    return found


def saved(page: Page, save: int) -> None:
    """Wait until the page shows that this save is kept."""
    expect(page.locator("main")).to_have_attribute("data-save", str(save))


def opened(page: Page, id: str) -> Page:
    page.goto(f"{FORMS}/{id}")
    expect(page.locator(".fjs-element[data-id]").first).to_be_visible()
    return page


def test_a_field_with_a_limit_is_added_shown_as_staff_see_it_and_part_of_the_version(studio: Site, page: Page) -> None:
    opened(page, "phieu").get_by_role("button", name="Dòng chữ").click()
    expect(page.get_by_label("Nhãn")).to_be_focused()
    page.get_by_label("Nhãn").fill("Số giấy tờ tùy thân")
    page.get_by_label("Bắt buộc").check()
    page.get_by_label("Tối đa (ký tự)").fill("12")
    field = page.locator("#preview [name=so_giay_to_tuy_than]")
    expect(field).to_have_attribute("maxlength", "12")
    expect(page.locator("#findings")).to_contain_text("không có gì sai")
    expect(page.locator("#saved")).to_contain_text("Đã lưu lúc")
    page.locator("#preview").get_by_role("button", name="Kiểm tra câu trả lời").click()
    expect(page.locator("#preview")).to_contain_text("Hãy nhập “Số giấy tờ tùy thân”.")
    bundle = studio.runner.procedure_drafts.bundle(1, HA)
    added = bundle.forms["phieu"].fields["so_giay_to_tuy_than"]
    assert (added.max_length, added.required) == (12, True)
    page.locator("#undo").click()
    expect(field).to_have_attribute("maxlength", "250")
    assert serious(page) == []


def test_opened_and_closed_no_form_changes_and_every_component_survives_an_edit(studio: Site, page: Page) -> None:
    drafts = studio.runner.procedure_drafts
    every = json.dumps({"components": FORM, "type": "default", "id": "phieu", "schemaVersion": 19}, ensure_ascii=False)
    drafts.save(1, {forms.path("phieu"): every.encode()}, HA, studio.world.now, base=1)
    opened(page, "phieu").locator("#findings").wait_for()
    page.wait_for_timeout(1200)  # longer than the designer waits before it keeps something
    assert drafts.get(1, HA).save == 2
    page.locator(".fjs-element[data-field-type=textarea]").click()
    page.get_by_label("Hướng dẫn điền").fill("Viết ngắn gọn.")
    saved(page, 3)
    components = schema(studio, "phieu")["components"]
    assert components[2].pop("description") == "Viết ngắn gọn."
    for kept in [*components, *components[-1]["components"], *components[-4]["components"]]:
        kept.pop("id")
    assert components == FORM


def test_what_cannot_be_is_said_at_the_field_and_beside_it(studio: Site, page: Page) -> None:
    opened(page, "phieu").locator(".fjs-element[data-field-type=textfield]").first.click()
    page.get_by_label("Mã trường").fill("weighed_on")
    page.get_by_label("Mã trường").blur()
    expect(page.locator("#properties")).to_contain_text("Mã này đã có ở cùng mức")
    page.get_by_label("Mã trường").fill("now")
    page.get_by_label("Mã trường").blur()
    expect(page.locator("#findings")).to_contain_text("từ dành riêng của hệ thống")
    page.locator("#findings").get_by_role("button", name="Đến chỗ sai").click()
    assert "now" in page.get_by_label("Mã trường").input_value()


def test_a_list_is_dragged_in_and_filled(studio: Site, page: Page) -> None:
    source = opened(page, "phieu").get_by_role("button", name="Danh sách nhiều dòng")
    source.scroll_into_view_if_needed()
    start, root = source.bounding_box(), page.locator(".fjs-editor-form-root").bounding_box()
    assert start and root
    page.mouse.move(start["x"] + 9, start["y"] + 9)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 20, steps=5)
    page.mouse.move(root["x"] + 150, root["y"] + root["height"] - 9, steps=15)
    page.mouse.up()
    page.locator(".fjs-element[data-field-type=dynamiclist]").click(position={"x": 5, "y": 5})
    page.get_by_label("Nhãn").fill("Giấy tờ kèm theo")
    expect(page.get_by_label("Mã danh sách")).to_have_value("giay_to_kem_theo")
    page.get_by_role("button", name="Dòng chữ").click()
    page.get_by_label("Nhãn").fill("Tên giấy tờ")
    page.get_by_label("Nhãn").blur()
    page.locator("#preview").get_by_role("button", name="Thêm dòng").click()
    page.locator("#preview [name='giay_to_kem_theo.0.ten_giay_to']").fill("Đơn")
    assert "giay_to_kem_theo" in studio.runner.procedure_drafts.bundle(1, HA).forms["phieu"].fields


def test_the_form_is_built_by_keyboard(studio: Site, page: Page) -> None:
    opened(page, "phieu").locator(".palette button").first.focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the fourth part: a date
    expect(page.get_by_label("Nhãn")).to_be_focused()
    expect(page.locator("#preview input[type=date]")).to_have_count(2)
    element = page.locator(".fjs-editor-selected")
    element.focus()
    page.keyboard.press("Alt+ArrowUp")
    saved(page, 3)
    keys = [each["key"] for each in schema(studio, "phieu")["components"]]
    assert keys[0] == "decision" and keys[2] == "weighed_on"
    page.locator(".fjs-editor-selected").focus()
    page.keyboard.press("Delete")
    saved(page, 4)
    assert len(schema(studio, "phieu")["components"]) == 2


def test_when_a_field_shows_is_chosen_from_the_fields_above_it(studio: Site, page: Page) -> None:
    every = json.dumps({"components": FORM, "type": "default", "id": "phieu"}).encode()
    studio.runner.procedure_drafts.save(1, {forms.path("phieu"): every}, HA, studio.world.now, base=1)
    opened(page, "phieu").locator(".fjs-element", has_text="Lý do mức hai").last.click()
    field, value = page.get_by_label("Hiện khi nào"), page.get_by_label("là", exact=True)
    expect(field).to_have_value("level")
    expect(value).to_have_value("hai")
    value.select_option("mot")
    saved(page, 3)
    field.select_option("checked")
    saved(page, 4)
    field.select_option("")
    saved(page, 5)
    kept = [studio.runner.procedure_drafts.files(1, HA, number)[forms.path("phieu")] for number in (3, 4, 5)]
    [first, second, third] = [
        [each.get("conditional") for each in json.loads(data)["components"] if each.get("key") == "level_reason"]
        for data in kept
    ]
    assert (first, second, third) == ([{"hide": '=not(level = "mot")'}], [{"hide": "=not(checked)"}], [None])


def test_a_finding_leads_to_its_flow_in_the_diagram(studio: Site, page: Page) -> None:
    opened(page, "so-luong").locator(".fjs-element[data-field-type=number]").click()
    page.get_by_role("button", name="Xóa thành phần này").click()
    expect(page.locator("#findings")).to_contain_text("sau “Nặng?”")
    link = page.locator("#findings").get_by_role("link", name="Xem trên sơ đồ").first
    expect(link).to_have_attribute("href", re.compile("/studio/drafts/1/diagram#Flow_"))


def test_who_leaves_at_once_loses_nothing(studio: Site, page: Page) -> None:
    opened(page, "phieu").locator(".fjs-element[data-field-type=textfield]").first.click()
    page.get_by_label("Nhãn").fill("Kết luận cuối")
    page.get_by_role("link", name="Lịch sử").click()
    page.wait_for_url("**/history")
    assert schema(studio, "phieu")["components"][0]["label"] == "Kết luận cuối"


def test_what_another_window_saved_meanwhile_is_not_overwritten(studio: Site, page: Page) -> None:
    drafts = studio.runner.procedure_drafts
    opened(page, "phieu").locator(".fjs-element[data-field-type=textfield]").first.click()
    drafts.save(1, {forms.path("khac"): forms.blank("khac", "Khác")}, HA, studio.world.now, base=1)
    page.get_by_label("Nhãn").fill("Kết luận cân")
    expect(page.locator("#saved")).to_contain_text("đã lưu bản nháp")
    assert [each.aside for each in drafts.saves(1, HA)] == [False, False, True]
    page.get_by_label("Nhãn").press("End")
    page.keyboard.type(" lại")
    page.wait_for_timeout(1500)  # longer than the designer waits before it keeps something
    expect(page.get_by_label("Nhãn")).to_be_focused()
    assert len(drafts.saves(1, HA)) == 3
    page.keyboard.press("F6")
    page.keyboard.press("F6")
    assert page.evaluate("document.activeElement.closest('main > section').className").startswith("pane l palette")


def test_the_designer_speaks_vietnamese_and_shows_whose_it_is(studio: Site, page: Page) -> None:
    every = {"components": [*FORM, {"type": "group", "label": "", "components": []}], "type": "default", "id": "phieu"}
    drafts = studio.runner.procedure_drafts
    drafts.save(1, {forms.path("phieu"): json.dumps(every).encode()}, HA, studio.world.now, base=1)
    opened(page, "phieu").locator(".fjs-element[data-field-type=number]").click()
    own = json.dumps(every, ensure_ascii=False)
    words = set(json.loads((LANGUAGE / "form.vi.json").read_text()).values())
    shown = page.evaluate(
        """() => [...document.querySelectorAll(".fjs-container *")]
          .filter((element) => element.checkVisibility({ visibilityProperty: true }))
          .flatMap((element) => [
          ...[...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
          ...["title", "aria-label", "placeholder", "alt"].map((name) => element.getAttribute(name) ?? ""),
        ]).map((text) => text.trim())"""
    )
    foreign = {text for text in shown if re.search(r"[a-zA-Z]{2}", text) and text not in words and text not in own}
    assert {text for text in foreign if not text.startswith("Xóa thành phần: ")} <= {"Powered by bpmn.io", "dd/mm/yyyy"}
    mark = page.locator(".fjs-powered-by-link")
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box and page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y)?.closest('.fjs-powered-by-link') !== null",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )


def test_a_fee_is_changed_checked_and_looked_up(studio: Site, page: Page) -> None:
    drafts = studio.runner.procedure_drafts
    fees = (ROOT / "bpmn/ha-tinh/phi.dmn").read_bytes()
    drafts.save(1, {tables.path(CODE, "phi"): fees}, HA, studio.world.now, base=1)
    page.goto(f"{TABLES}/phi")
    cell = page.locator('[data-element-id="Answer_QT_BC_01_transfer_amount"]')
    expect(cell).to_be_visible()
    page.wait_for_timeout(1200)  # longer than the editor waits before it keeps something
    assert drafts.get(1, HA).save == 2
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("4500000")
    saved(page, 3)
    before, after = fees.decode().splitlines(), drafts.files(1, HA)[tables.path(CODE, "phi")].decode().splitlines()
    assert [new for old, new in zip(before, after, strict=True) if old != new] == ["          <text>4500000</text>"]
    page.locator("#preview").get_by_label("Thủ tục").select_option("QT.BC.01")
    page.locator("#preview").get_by_label("Trường hợp tính phí").select_option("transfer")
    page.locator("#preview").get_by_label("Ngày tiếp nhận").fill("2025-03-03")
    page.get_by_role("button", name="Tra bảng").click()
    expect(page.locator("#preview .note")).to_contain_text("Dòng 2 đúng")
    expect(page.locator("#preview .note")).to_contain_text("4.500.000")
    row = page.locator('[data-element-id="Cell_QT_BC_01_transfer_fee_case"]')
    row.click()
    page.keyboard.press("Control+A")
    page.keyboard.type('"first_issue"')
    expect(page.locator("#findings")).to_contain_text("Dòng 2 của bảng cùng đúng với dòng 1")
    page.locator("#findings").get_by_role("button", name="Đến chỗ sai").click()
    expect(page.locator(".found").first).to_be_visible()
    mark = page.get_by_title("Powered by bpmn.io")
    expect(mark).to_be_visible()
    assert serious(page) == []


def test_a_new_table_asks_what_was_chosen(studio: Site, page: Page) -> None:
    page.goto(FORMS)
    assert serious(page) == []
    page.goto(TABLES)
    assert serious(page) == []
    page.get_by_label("Tên bảng").fill("Phí cân")
    page.get_by_label("Mã: chữ không dấu").fill("phi-can")
    page.get_by_text("Trường khác của các biểu mẫu").click()
    page.get_by_label("amount").check()
    page.get_by_role("button", name="Tạo bảng").click()
    expect(page.locator("[data-col-id]").first).to_be_visible()
    expect(page.locator("#findings")).to_contain_text("không có gì sai")
    page.locator("#preview").get_by_label("Ngày tiếp nhận").fill("2025-03-03")
    page.get_by_role("button", name="Tra bảng").click()
    expect(page.locator("#preview .note")).to_contain_text("Dòng 1 đúng")
