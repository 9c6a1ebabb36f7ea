"""Trying a draft on its page: the page carries what was done, and a scenario of it stays with the draft."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from runner.domain.person import Role
from runner.domain.procedure_draft import DraftStatus
from runner.drawing.layout import layout
from runner.store import procedure_draft
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.papers.test_paper import text as pdf_text
from tests.procedures.values import ANSWERS
from tests.services.office import CODE, COUNTED, SPECIALIST, WEIGHED
from tests.web.conftest import Browser, Site
from tests.world import ROOT, World, person

POSTMASTER = person(Role.ANALYST, "ha-tinh")
TRY = "/studio/drafts/1/try"
FILE = "scenarios/hai-nhanh-chay-du.toml"
DIAGRAM = f"bpmn/{CODE}.bpmn"


@pytest.fixture
def ha_tinh(_sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site on which a procedure with papers is in force."""
    world = World(_sqlite_url, tmp_path).deploy(ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn", provinces=("ha-tinh",))
    world.runner.people.save(POSTMASTER)
    yield Site(world)
    world.runner.close()


def begun(studio: Site) -> Browser:
    """Hà's browser, in which she has begun a draft."""
    browser = studio.browser(HA)
    browser.send("/studio/drafts", procedure=CODE)
    return browser


def start(browser: Browser, at: str = "2026-03-02T08:00") -> TestResponse:
    return browser.send(TRY, _act="start", _start=at)


def field(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return html.unescape(found[1]) if found else ""


def go_on(browser: Browser, page: TestResponse, act: str, **values: str) -> TestResponse:
    """Press a button of the page, with `values` typed into its form."""
    carried = {"_script": field(page, "_script"), "_task": field(page, "_task"), "_act": act}
    return browser.send(TRY, **{**carried, **values})


def to_the_message(browser: Browser) -> TestResponse:
    """A trial in which both branches are done."""
    page = go_on(browser, start(browser), "show:Task_count")
    page = go_on(browser, page, "submit", **COUNTED)
    return go_on(browser, page, "submit", **{**WEIGHED, "weighed_on": "2026-03-02"})


def saved(browser: Browser) -> None:
    page = go_on(browser, to_the_message(browser), "save", _title="Hai nhánh, chạy đủ")
    assert "Đã ghi kịch bản" in page.text


def change(studio: Site, old: bytes, new: bytes) -> None:
    """Draw something otherwise; what has no place in the picture gets one."""
    drafts = studio.runner.procedure_drafts
    files = drafts.files(1, HA)
    assert old in files[DIAGRAM]
    changed = {DIAGRAM: layout(files[DIAGRAM].replace(old, new), DIAGRAM)}
    drafts.save(1, changed, HA, studio.world.now, base=drafts.get(1, HA).save)


def test_forms_are_filled_in_as_each_role_and_the_clock_is_moved(studio: Site) -> None:
    browser = begun(studio)
    assert "Hồ sơ được nộp lúc" in browser.get(TRY).text
    page = start(browser)
    assert "Đóng vai Chuyên viên" in page.text and "08:00 ngày 02/03/2026" in page.text
    page = go_on(browser, page, "show:Task_count")
    assert "Đóng vai one_stop_clerk" in page.text
    page = go_on(browser, page, "timer")
    assert "08:00 ngày 04/03/2026" in page.text and "quá hạn" in page.text
    page = go_on(browser, page, "undo")
    assert "08:00 ngày 02/03/2026" in page.text and "quá hạn" not in page.text
    page = go_on(browser, go_on(browser, page, "show:Task_count"), "submit", **COUNTED)
    page = go_on(browser, page, "until", _until="2026-03-07T10:00")
    assert "10:00 ngày 07/03/2026" in page.text
    assert "Không có việc nào đang mở" in page.text  # on the third day the work is taken away
    assert go_on(browser, page, "until", _until="2026-03-06T10:00").status_code == 422
    for act, moment in (("hour", "11:00 ngày 07/03/2026"), ("day", "17:00 ngày 09/03/2026")):
        page = go_on(browser, page, act)
        assert moment in page.text


def test_over_a_weekend_the_clock_stands_at_the_opening_of_monday(studio: Site) -> None:
    browser = begun(studio)
    page = start(browser, "2026-03-06T16:00")
    over = re.search(r'value="(until:[^"]*)">Qua cuối tuần', page.text)
    assert over
    assert '<b class="num">07:30 ngày 09/03/2026</b>' in go_on(browser, page, html.unescape(over[1])).text


def test_a_form_that_is_wrong_comes_back_with_what_was_typed(studio: Site) -> None:
    browser = begun(studio)
    page = go_on(browser, start(browser), "submit", decision="Được", weighed_on="")
    assert page.status_code == 422
    assert "Ngày cân" in page.text and 'value="Được"' in page.text
    page = go_on(browser, page, "hour", decision="Được", weighed_on="")
    assert "09:00 ngày 02/03/2026" in page.text and 'value="Được"' in page.text


def test_messages_and_a_withdrawal_are_reported(studio: Site) -> None:
    browser = begun(studio)
    page = to_the_message(browser)
    assert "Không có việc nào đang mở" in page.text
    page = go_on(browser, page, "message:supplement_received")
    assert field(page, "_task") == "Task_last"
    page = go_on(browser, page, "undo")
    assert field(page, "_task") == "" and "Ghi nhận thông báo" in page.text
    page = go_on(browser, page, "withdraw", _reason="Không còn nhu cầu")
    assert "Hồ sơ đã kết thúc" in page.text and "Không còn nhu cầu" in page.text


def test_the_papers_of_a_trial_say_that_they_are_worth_nothing(ha_tinh: Site) -> None:
    browser = ha_tinh.browser(POSTMASTER)
    browser.send("/studio/drafts", procedure="ha-tinh/QT.BC.01")
    typed = {key: "on" if value is True else value for key, value in ANSWERS["tiep-nhan-qt-bc-01"].items() if value}
    page = go_on(browser, start(browser, "2027-02-02T08:00"), "submit", **typed)
    assert field(page, "_task") == "Task_B2_forward"
    for act, words in (
        ("receipt", "17 giờ 00 phút, ngày 25 tháng 02 năm 2027"),
        ("control-slip", "PHIẾU KIỂM SOÁT"),
    ):
        paper = browser.send(f"{TRY}/paper", _script=field(page, "_script"), _act=act)
        assert paper.status_code == 200
        printed = " ".join(pdf_text(paper.data).split())
        assert words in printed and "GIẤY NÀY KHÔNG CÓ GIÁ TRỊ" in printed
    assert browser.send(f"{TRY}/paper", _script=field(page, "_script"), _act="apology-3").status_code == 404


def test_nothing_of_a_trial_is_an_offices(studio: Site) -> None:
    browser = begun(studio)
    to_the_message(browser)
    assert studio.runner.audit.cases() == []
    assert studio.browser(SPECIALIST).get(TRY).status_code == 404
    assert studio.browser(STRANGER).get(TRY).status_code == 404
    for moment in ("0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T08:00", "x"):
        assert start(browser, moment).status_code == 422
    for sent in ("x = 1", "procedure = ", "\0"):
        assert browser.send(TRY, _act="hour", _script=sent).status_code in (400, 422)


def test_what_was_done_is_a_scenario_that_shows_where_a_change_leaves_its_path(studio: Site) -> None:
    browser = begun(studio)
    saved(browser)
    assert FILE in studio.runner.procedure_drafts.files(1, HA)
    page = browser.get(f"{TRY}/scenarios").text
    assert "1 đạt" in page and "khác" not in page
    change(studio, b">P2D<", b">P1D<")
    page = browser.get(f"{TRY}/scenarios").text
    assert "0 đạt" in page and "1 khác" in page
    assert "kịch bản ghi 08:00 ngày 04/03/2026, nay là 08:00 ngày 03/03/2026" in page
    page = browser.get(f"{TRY}?file={FILE}&scenario=hai-nhanh-chay-du").text
    assert "khác đi từ bước 1" in page
    assert re.search(r'<g class="userTask state-changed" data-element="Task_weigh"', page)
    answer = browser.send(f"{TRY}/scenarios/renew")
    assert answer.status_code == 303
    assert "1 đạt" in browser.get(f"{TRY}/scenarios").text
    last = studio.runner.procedure_drafts.saves(1, HA)[-1]
    assert (last.by, last.note) == (HA.id, "1 kết quả mong đợi đổi: Hai nhánh, chạy đủ")


def test_who_submits_is_told_of_scenarios_that_fail(studio: Site) -> None:
    browser, drafts = begun(studio), studio.runner.procedure_drafts
    saved(browser)
    assert "kịch bản không đạt" not in browser.get("/studio/drafts/1/approval").text
    other = drafts.files(1, HA)[FILE].replace(b"2026-03-04", b"2026-03-05")
    drafts.save(1, {FILE: other}, HA, studio.world.now, base=drafts.get(1, HA).save)
    assert "1 kịch bản không đạt; người phê duyệt sẽ thấy" in browser.get("/studio/drafts/1/approval").text


def test_a_scenario_has_a_name_of_its_own(studio: Site) -> None:
    browser = begun(studio)
    saved(browser)
    page = to_the_message(browser)
    for title, reason in (("…", "Hãy đặt tên"), ("hai nhánh chạy đủ", "đã có kịch bản")):
        refused = go_on(browser, page, "save", _title=title)
        assert refused.status_code == 422 and reason in refused.text
        assert field(refused, "_script") == field(page, "_script")


def test_only_who_edits_the_draft_keeps_a_scenario_and_the_trial_is_not_lost(studio: Site) -> None:
    begun(studio)
    other = studio.browser(LONG)
    page = to_the_message(other)
    assert "Ghi thành kịch bản" not in page.text
    refused = go_on(other, page, "save", _title="Của Long")
    assert refused.status_code == 409 and "Lê Thu Hà" in refused.text
    assert field(refused, "_script") == field(page, "_script")


def test_what_the_diagram_does_not_decide_is_told_where_it_happens(studio: Site) -> None:
    browser = begun(studio)
    for page in (
        go_on(browser, start(browser), "submit", **{**WEIGHED, "weighed_on": "2026-03-02"}),
        go_on(browser, start(browser), "until", _until="2026-03-09T08:00"),
    ):
        assert page.status_code == 422
        assert "Không chọn được nhánh đi ở “Nặng?”" in page.text and "Sự cố đã được ghi" not in page.text
        assert '<b class="num">08:00 ngày 02/03/2026</b> <span class="chip soon">' in page.text


def test_a_draft_that_does_not_run_says_why(studio: Site) -> None:
    browser = begun(studio)
    change(studio, b'camunda:formRef="phieu"', b'camunda:formRef="khong-co"')
    page = browser.get(TRY)
    assert page.status_code == 422 and "chưa chạy được" in page.text and "khong-co" in page.text


def test_a_trial_goes_as_far_as_the_changed_draft_lets_it(studio: Site) -> None:
    browser = begun(studio)
    page = to_the_message(browser)
    change(studio, b"Task_weigh", b"Task_weigh_anew")
    page = go_on(browser, page, "hour")
    assert "Bước 3 của lần thử không làm lại được" in page.text


def test_scenarios_come_from_a_file_are_deleted_and_follow_into_the_next_draft(studio: Site) -> None:
    browser = begun(studio)
    saved(browser)
    data = studio.runner.procedure_drafts.files(1, HA)[FILE]
    browser.send(f"{TRY}/scenarios/delete", file=FILE)
    assert FILE not in studio.runner.procedure_drafts.files(1, HA)
    browser.send(f"{TRY}/scenarios/import", files=(io.BytesIO(data), "Tệp của tôi.toml"))
    assert studio.runner.procedure_drafts.files(1, HA)["scenarios/tep-cua-toi.toml"] == data
    foreign = data.replace(CODE.encode(), b"mau/khac")
    browser.send(f"{TRY}/scenarios/import", files=(io.BytesIO(foreign), "x.toml"))
    assert "không phải của mau/hai-nhanh" in browser.get(TRY).text
    with studio.runner.database.change() as tx:
        draft = procedure_draft.get(tx, 1)
        assert draft
        procedure_draft.change(tx, replace(draft, status=DraftStatus.APPROVED))
    browser.send("/studio/drafts", procedure=CODE)
    assert studio.runner.procedure_drafts.files(2, HA)["scenarios/tep-cua-toi.toml"] == data


def test_what_no_scenario_passes_is_shown(studio: Site) -> None:
    browser = begun(studio)
    saved(browser)
    change(studio, b"P2D", b"P2D")
    page = browser.get(f"{TRY}/coverage").text
    assert re.search(r'state-missed" data-element="Task_heavy"', page)
    assert re.search(r'state-done" data-element="Task_weigh"', page)
    assert "Việc Task_heavy <code>Task_heavy</code>" in page


def test_the_open_form_is_filled_in_with_what_is_usual(studio: Site) -> None:
    browser = begun(studio)
    page = go_on(browser, go_on(browser, start(browser), "show:Task_count"), "submit", **COUNTED)
    page = go_on(browser, page, "fill")
    assert 'value="Kết luận"' in page.text  # without any scenario: the simplest
    page = go_on(browser, page, "submit", decision=field(page, "decision"), weighed_on=field(page, "weighed_on"))
    assert page.status_code == 200 and "Ghi nhận thông báo" in page.text
    saved(browser)
    assert 'value="Đạt"' in go_on(browser, start(browser), "fill").text
