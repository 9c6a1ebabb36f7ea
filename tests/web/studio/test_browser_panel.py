"""The panel beside a draft's diagram, the menus and the words, in a browser: what analysts may write, no more."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest
from lxml import etree
from playwright.sync_api import Locator, Page, expect

from runner.authoring.check import check
from tests.web.studio.test_browser_diagram import (  # noqa: F401
    CODE,
    HA,
    Studio,
    checked,
    chromium,
    select,
    served,
    studio,
)
from tests.web.test_browser_pages import AXE, CHROMIUM, SERIOUS
from tests.world import ROOT

LATE = "Quá hạn"
UNTRANSLATED = """
window.untranslated = new Set();
document.addEventListener("motcua:untranslated", ({ detail }) => untranslated.add(detail));
"""

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true", reason="needs Chromium at /usr/bin/chromium"
)


class Panel:
    """The panel of a page, and what comes of it in the draft."""

    def __init__(self, studio: Studio) -> None:  # noqa: F811
        self.studio = studio
        self.page = studio.open()
        self.place = self.page.locator("[data-panel]")

    def keeps(self, act: Callable[[], object]) -> etree._Element:
        """Do something; the diagram that the page then keeps, in which nothing is empty.

        It keeps at once what was drawn when its window is left.
        """
        with self.page.expect_response("**/diagram/save*"):
            act()
            self.page.evaluate("dispatchEvent(new Event('blur'))")
        root = etree.fromstring(self.studio.saved)
        assert not [(each.tag, name) for each in root.iter() for name, value in each.attrib.items() if value == ""]
        return root

    def choose(self, label: str, option: str) -> etree._Element:
        return self.keeps(lambda: self.place.get_by_label(label, exact=True).select_option(option))

    def press(self, name: str | re.Pattern[str]) -> etree._Element:
        return self.keeps(lambda: self.place.get_by_role("button", name=name).click())

    def type(self, label: str | re.Pattern[str], text: str) -> Locator:
        field = self.place.get_by_label(label)
        field.fill(text)
        return field

    def undo(self) -> etree._Element:
        return self.keeps(lambda: self.page.locator("[data-undo]").click())

    @property
    def errors(self) -> list[str]:
        files = self.studio.site.runner.procedure_drafts.files(self.studio.draft, HA)
        return [located.finding.message for located in check(CODE, files) if located.is_error]


@pytest.fixture
def panel(studio: Studio) -> Panel:  # noqa: F811
    return Panel(studio)


def press(page: Page, key: str) -> None:
    """A key on the canvas, for what is selected."""
    page.locator("[data-canvas] svg").first.focus()
    page.keyboard.press(key)


def limits(root: etree._Element, step: str = "B3") -> list[tuple[str | None, ...]]:
    """The limit of each task of a step: its duration, its label, the name of the end to which it leads."""
    tasks = root.xpath("//*[local-name() = 'property' and @name = 'step' and @value = $step]/../../../@id", step=step)
    leads = {flow.get("sourceRef"): flow.get("targetRef") for flow in root.iter("{*}sequenceFlow")}
    names = {end.get("id"): end.get("name") for end in root.iter("{*}endEvent")}
    timers = [timer for timer in root.iter("{*}boundaryEvent") if timer.get("attachedToRef") in tasks]
    return [
        (timer.findtext(".//{*}timeDuration"), timer.get("name"), names.get(leads.get(timer.get("id"))))
        for timer in timers
    ]


def properties(root: etree._Element, id: str) -> dict[str, str]:
    """The extension properties of an element, and its attributes of the profile."""
    [element] = root.xpath("//*[@id = $id]", id=id)
    asked = {etree.QName(name).localname: value for name, value in element.attrib.items() if "}" in name}
    held = element.iterfind("{*}extensionElements/{*}properties/{*}property")
    return asked | {each.get("name", ""): each.get("value", "") for each in held}


def condition(root: etree._Element, flow: str) -> str | None:
    found: str | None = root.xpath("string(//*[@id = $id]/*[local-name() = 'conditionExpression'])", id=flow) or None
    return found


def test_a_limit_is_given_changed_for_its_whole_step_and_taken_away_each_in_one_act(panel: Panel) -> None:
    before = limits(etree.fromstring(panel.studio.saved))
    others = before[1:]
    assert others and set(before) == {("P2.5D", "2,5 ngày", LATE)}
    select(panel.page, "Task_B3_appraise")
    assert limits(panel.press("Bỏ thời hạn")) == others
    assert limits(panel.press("Gắn thời hạn 2,5 ngày")) == before
    assert panel.errors == []
    assert limits(panel.undo()) == others
    assert limits(panel.undo()) == before

    days = panel.type(re.compile("^Thời hạn"), "3")
    changed = ("P3D", "03 ngày", LATE)
    assert sorted(limits(panel.keeps(lambda: days.press("Tab")))) == sorted([*others, changed])
    expect(panel.place.get_by_text(f"{len(others)} việc khác của bước này ghi 2,5 ngày")).to_be_visible()
    assert limits(panel.press("Đặt 3 ngày cho mọi việc của bước B3")) == [changed] * len(before)
    expect(panel.place.get_by_text("Quyết định ghi 2,5 ngày")).to_be_visible()
    select(panel.page, "Timer_B3_appraise")  # to which a finding about the limit leads
    whole = panel.press(f"Đặt 2,5 ngày như quyết định cho cả {len(before)} việc của bước B3")
    assert sorted(limits(whole)) == sorted(before)
    assert limits(panel.undo()) == [changed] * len(before)
    select(panel.page, "Task_B3_appraise")
    assert sorted(limits(panel.undo())) == sorted([*others, changed])

    panel.type(re.compile("^Thời hạn"), "nhiều").press("Tab")
    expect(panel.place.get_by_text("Hãy ghi số ngày")).to_be_visible()
    deleted = panel.keeps(lambda: press(panel.page, "Delete"))
    assert limits(deleted) == others
    assert not deleted.xpath("//*[local-name() = 'endEvent'][not(*[local-name() = 'incoming'])]")
    assert sorted(limits(panel.undo())) == sorted([*others, changed])


def test_step_form_and_clock_are_chosen_and_a_borrowed_form_comes_along(panel: Panel) -> None:
    world = panel.studio.site.world
    world.deploy(ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn", provinces=("ha-tinh",))
    panel.page.reload()
    checked(panel.page)
    select(panel.page, "Task_B3_appraise")
    expect(panel.place.get_by_label("Lời của quyết định")).to_contain_text("Xem xét thẩm định, xử lý hồ sơ")
    panel.choose("Bước trong quyết định", "")
    panel.choose("Đồng hồ của hồ sơ", "pause")
    changed = panel.choose("Biểu mẫu", "tham-dinh-qt-bc-01")
    asked = {"formRef": "tham-dinh-qt-bc-01", "formRefBinding": "deployment"}
    assert properties(changed, "Task_B3_appraise") == {"clock": "pause", **asked}
    files = world.runner.procedure_drafts.files(panel.studio.draft, HA)
    assert files["forms/tham-dinh-qt-bc-01.form"] == (ROOT / "forms/tham-dinh-qt-bc-01.form").read_bytes()
    panel.choose("Biểu mẫu", "")
    assert properties(panel.choose("Đồng hồ của hồ sơ", ""), "Task_B3_appraise") == {}

    select(panel.page, "Service_allot_number")
    changed = panel.choose("Hệ thống làm gì", "notify_lane")
    changed = panel.choose("Báo cho vai trò", "director")
    assert properties(changed, "Service_allot_number") == {
        "type": "external",
        "topic": "notify_lane",
        "lane": "director",
    }
    changed = panel.choose("Hệ thống làm gì", "allot_number")
    assert properties(changed, "Service_allot_number") == {"type": "external", "topic": "allot_number"}


def test_what_is_typed_is_kept_when_another_element_is_chosen_and_an_id_that_is_taken_is_not(panel: Panel) -> None:
    select(panel.page, "Flow_supplement_B3_guide")
    panel.type("Câu trả lời ghi trên nhánh", "Cần")
    changed = panel.keeps(lambda: select(panel.page, "Gateway_supplement"))
    assert changed.xpath("//*[@id = 'Flow_supplement_B3_guide']/@name") == ["Cần"]
    panel.type("Id", "Gateway_eligible").press("Tab")
    expect(panel.place.get_by_text("Id này đã có phần tử khác dùng")).to_be_visible()
    changed = panel.keeps(lambda: panel.type("Id", "Gateway_missing").press("Tab"))
    assert changed.xpath("count(//*[@id = 'Gateway_missing'])") == 1


def test_a_condition_is_built_from_the_forms_before_it_and_a_default_flow_has_none(panel: Panel) -> None:
    flow = "Flow_supplement_B3_guide"
    was = condition(etree.fromstring(panel.studio.saved), flow)
    select(panel.page, flow)
    fields = panel.place.get_by_label("Trường", exact=True)
    assert "Kết quả xem xét thẩm định" in fields.inner_text()
    assert "Kết quả giải quyết" not in fields.inner_text()
    panel.choose("Giá trị", "eligible")
    panel.place.get_by_role("button", name="Thêm điều kiện").click()
    fields.nth(1).select_option("fee_amount")
    panel.place.get_by_label("So sánh").nth(1).select_option(">")
    panel.place.get_by_label("Giá trị").nth(1).fill("1000")
    changed = panel.keeps(lambda: panel.place.get_by_label("Giá trị").nth(1).press("Tab"))
    assert condition(changed, flow) == '=appraisal_decision = "eligible" and fee_amount > 1000'
    changed = panel.choose("Nối các điều kiện", "or")
    assert condition(changed, flow) == '=appraisal_decision = "eligible" or fee_amount > 1000'

    panel.place.get_by_role("button", name="Viết bằng tay").click()
    panel.type("Điều kiện bằng FEEL", "apraisal_decision == 'supplement'")
    expect(panel.place.get_by_text("Hãy viết")).to_be_visible()
    panel.type("Điều kiện bằng FEEL", 'apraisal_decision = "supplement"')
    expect(panel.place.get_by_text("có phải “appraisal_decision”")).to_be_visible()
    select(panel.page, "Gateway_supplement")
    select(panel.page, flow)
    expect(panel.place.get_by_label("Điều kiện bằng FEEL")).to_have_value('apraisal_decision = "supplement"')
    with panel.page.expect_response("**/diagram/save*"):
        panel.place.get_by_role("button", name='Đổi thành =appraisal_decision = "supplement"').click()
    assert condition(etree.fromstring(panel.studio.saved), flow) == was == '=appraisal_decision = "supplement"'

    changed = panel.press("Đặt làm nhánh mặc định")
    assert condition(changed, flow) is None
    assert changed.xpath("//*[@id = 'Gateway_supplement']/@default") == [flow]
    assert condition(panel.undo(), flow) == was
    assert panel.errors == []


def test_a_timer_is_told_in_days_and_its_label_follows(panel: Panel) -> None:
    select(panel.page, "Timer_apology_draft")
    expect(panel.place.get_by_label("Đến lúc nào")).to_have_value("closing")
    days = panel.type("Số ngày làm việc", "2")
    changed = panel.keeps(lambda: days.press("Tab"))
    [timer] = changed.xpath("//*[@id = 'Timer_apology_draft']")
    assert timer.get("name") == "Trước hạn 02 ngày"
    assert timer.findtext(".//{*}timeDate") == "=day_close(working_days_before(case_due, 2))"
    changed = panel.choose("Đến lúc nào", "hours")
    assert [
        each.text for each in changed.xpath("//*[@id = 'Timer_apology_draft']//*[local-name() = 'timeDuration']")
    ] == ["PT1H"]


def test_a_message_is_made_by_its_name_once(panel: Panel) -> None:
    select(panel.page, "Task_B6_update")
    press(panel.page, "a")
    panel.page.locator(".djs-popup .entry", has_text="Sự kiện chờ thông điệp").click()
    expect(panel.place.get_by_label("Chờ thông điệp")).to_be_visible()
    new = panel.type("Thông điệp mới, tên", "bổ sung")
    new.press("Tab")
    expect(panel.place.get_by_text("Chỉ dùng chữ cái không dấu")).to_be_visible()
    new.fill("supplement_received")
    changed = panel.keeps(lambda: new.press("Tab"))
    expect(new).to_have_value("")
    [message] = changed.iterfind("{*}message")
    assert message.get("name") == "supplement_received"
    assert changed.xpath("//*[local-name() = 'messageEventDefinition']/@messageRef") == [message.get("id")]


def test_menus_offer_what_the_runner_runs_and_every_word_is_vietnamese(studio: Studio) -> None:  # noqa: F811
    page = studio.open()
    page.add_init_script(UNTRANSLATED)
    page.reload()
    checked(page)
    offered: dict[str, list[str]] = {}
    for id, key in (
        ("Task_B3_appraise", "r"),
        ("Gateway_eligible", "r"),
        ("End_granted", "r"),
        ("Task_B3_appraise", "a"),
    ):
        select(page, id)
        press(page, key)
        offered[f"{id} {key}"] = page.locator(".djs-popup .entry").all_inner_texts()
        page.keyboard.press("Escape")
    press(page, "a")
    page.locator(".djs-popup input").press_sequentially("g")
    expect(page.locator(".djs-popup")).to_contain_text("Tìm thấy")
    assert offered["Gateway_eligible r"] == ["Cổng song song", "Cổng chờ sự kiện"]
    assert "Việc tự động" in offered["Task_B3_appraise r"]
    shown = {word for words in offered.values() for word in words}
    assert not {"Việc chạy mã lệnh", "Việc thủ công", "Cổng bao hàm", "Kết thúc: tín hiệu"} & shown
    page.evaluate(AXE.read_text())
    assert page.evaluate(SERIOUS.replace("axe.run()", "axe.run('[data-panel]')")) == []
    assert page.evaluate("[...untranslated]") == []
    assert [each for each in studio.complaints if "deprecated" not in each] == []  # bpmn-js of itself


def test_who_reads_english_has_the_panel_and_the_menus_in_english(studio: Studio) -> None:  # noqa: F811
    page = studio.open()
    page.locator("header.site summary").click()  # who has many places of work finds it there
    page.get_by_role("button", name="English").click()
    expect(page.locator("[data-state]")).to_contain_text("checked")
    select(page, "Task_B3_appraise")
    expect(page.locator("[data-panel]")).to_contain_text("Step of the decision")
    press(page, "r")
    expect(page.locator(".djs-popup")).to_contain_text("Service task")
