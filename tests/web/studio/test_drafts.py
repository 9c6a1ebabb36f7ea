"""Procedure drafts in the browser: begun from the list, edited by one analyst at a time, with their history."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CODE, SPECIALIST
from tests.web.conftest import Browser, Site

HISTORY = "/studio/drafts/1/history"
FACTS = f"bpmn/{CODE}.toml"


def begun(studio: Site) -> Browser:
    """Hà's browser, in which she has begun a draft."""
    browser = studio.browser(HA)
    answer = browser.send("/studio/drafts", procedure=CODE)
    assert answer.status_code == 303 and answer.location.startswith("/studio/drafts/1/")
    return browser


def save(studio: Site, text: bytes, base: int) -> None:
    drafts = studio.runner.procedure_drafts
    drafts.save(1, {FACTS: text}, HA, studio.world.now, base=base, note="Sửa thời hạn")


def test_the_studio_is_an_analysts_home(studio: Site) -> None:
    home = studio.browser(HA).get("/")
    assert (home.status_code, home.location) == (303, "/studio")
    assert 'aria-current="page">Quy trình<' in studio.browser(HA).get("/studio").text
    assert studio.browser(SPECIALIST).get("/studio").status_code == 404
    assert "Quy trình<" not in studio.browser(SPECIALIST).get("/").text


def test_the_head_says_which_draft_it_is_and_who_edits_it(studio: Site) -> None:
    browser = begun(studio)
    assert browser.get("/studio/drafts/1").location.startswith("/studio/drafts/1/")
    page = browser.get(HISTORY).text
    for text in ("<h1>Hai nhánh</h1>", "Bản nháp 2", "từ phiên bản 1", "Đã lưu lúc 08:00", "anh/chị đang sửa"):
        assert text in page
    other = studio.browser(LONG).get(HISTORY).text
    assert "Lê Thu Hà đang sửa" in other and "Tiếp quản" not in other and "Khôi phục" not in other


def test_a_procedure_that_has_a_draft_opens_that_one_and_names_its_editor(studio: Site) -> None:
    begun(studio)
    browser = studio.browser(LONG)
    answer = browser.send("/studio/drafts", procedure=CODE)
    assert answer.location == "/studio/drafts/1"
    assert "đã có bản nháp số 1 do Lê Thu Hà sửa" in browser.get(HISTORY).text


def test_an_earlier_save_is_restored_from_the_history(studio: Site) -> None:
    browser = begun(studio)
    before = studio.runner.procedure_drafts.files(1, HA)[FACTS]
    save(studio, b"x = 1", 1)
    page = browser.get(HISTORY).text
    assert "Sửa thời hạn" in page and FACTS in page
    assert browser.send("/studio/drafts/1/restore", save=1).location == HISTORY
    assert studio.runner.procedure_drafts.files(1, HA)[FACTS] == before
    assert "khôi phục lần lưu 1" in browser.get(HISTORY).text


def test_saves_of_one_sitting_are_one_row_that_opens(studio: Site) -> None:
    begun(studio)
    drafts = studio.runner.procedure_drafts
    for number in range(1, 5):
        studio.world.clock.advance(timedelta(minutes=10 if number != 4 else 11))
        drafts.save(1, {FACTS: b"x = %d" % number}, HA, studio.world.now, base=number)
    page = studio.browser(HA).get(HISTORY).text
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)]
    assert [row[:13] for row in rows[1:]] == ["Lần lưu 5 hiệ", "Lần lưu 2–4 3", "Lần lưu 1 Lê "]
    assert "3 lần lưu liền nhau" in rows[2] and rows[2].count("Khôi phục") == 4


def test_the_tabs_count_the_errors_of_their_files(studio: Site) -> None:
    browser = begun(studio)
    assert browser.get("/studio/drafts/1/tabs?part=studio.facts").text.count('class="bad"') == 0
    save(studio, b"x = 1", 1)
    assert 'class="bad"' not in browser.get(HISTORY).text  # nobody has counted this save yet
    told = browser.get("/studio/drafts/1/tabs?part=studio.facts").text
    [facts] = [each for each in re.findall(r"<li>.*?</li>", told, re.DOTALL) if "Quyết định" in each]
    assert 'aria-current="page"' in facts and 'class="bad"' in facts and told.count("aria-current") == 1
    assert 'class="bad"' in browser.get(HISTORY).text
    assert studio.browser(STRANGER).get("/studio/drafts/1/tabs").status_code == 404


def test_a_draft_that_was_approved_is_called_by_the_version_that_it_became(studio: Site) -> None:
    runner, now, name = studio.runner, studio.world.now, f"bpmn/{CODE}.bpmn"
    browser = begun(studio)
    changed = runner.procedure_drafts.files(1, HA)[name].replace(b"Task_count", b"Task_count2")
    runner.procedure_drafts.save(1, {name: changed}, HA, now, base=1)
    made = runner.approvals.submit(1, HA, now)
    assert "Bản nháp 2" in browser.get(HISTORY).text
    runner.approvals.approve(made.id, made.version or "", LONG, now, shown=True)
    assert "Bản nháp 2" in browser.get(HISTORY).text and "đã phê duyệt" in browser.get(HISTORY).text


def test_another_analyst_takes_over_when_nobody_has_saved_for_a_while(studio: Site) -> None:
    begun(studio)
    long = studio.browser(LONG)
    answer = long.send("/studio/drafts/1/take-over")
    assert answer.status_code == 409 and "Lê Thu Hà còn đang sửa bản nháp" in answer.text
    studio.world.clock.advance(timedelta(minutes=30))
    ha, long = studio.browser(HA), studio.browser(LONG)
    assert "Tiếp quản" in long.get(HISTORY).text
    assert long.send("/studio/drafts/1/take-over").status_code == 303
    page = ha.get(HISTORY).text
    assert "Trần Đức Long đang sửa" in page and "từ Lê Thu Hà" in page
    assert ha.send("/studio/drafts/1/restore", save=1).status_code == 409


def test_a_draft_is_left_to_others_or_discarded_with_a_reason(studio: Site) -> None:
    browser = begun(studio)
    refused = browser.send("/studio/drafts/1/discard", reason=" ")
    assert refused.status_code == 422 and 'href="#field-reason"' in refused.text
    assert browser.send("/studio/drafts/1/release").location == "/studio"
    assert "chưa ai sửa" in browser.get(HISTORY).text
    assert browser.send("/studio/drafts/1/discard", reason="Quyết định đã hoãn").location == "/studio"
    page = browser.get(HISTORY).text
    assert "đã bỏ" in page and "Quyết định đã hoãn" in page and "Khôi phục" not in page


def test_analysts_of_another_province_find_no_draft(studio: Site) -> None:
    begun(studio)
    stranger = studio.browser(STRANGER)
    assert stranger.get(HISTORY).status_code == 404
    for deed in ("restore", "take-over", "release", "discard"):
        assert stranger.send(f"/studio/drafts/1/{deed}", save=1, reason="x").status_code == 404
    assert stranger.send("/studio/drafts", procedure=CODE).status_code == 404


def test_a_number_that_no_database_has_is_no_number(studio: Site) -> None:
    studio.runner.procedure_drafts.begin(CODE, HA, studio.world.now)
    browser = studio.browser(HA)
    for most in (2**31, 2**63, 10**30):
        for address in (f"drafts/{most}", f"approvals/{most}", f"difference?before=draft:{most}&after=draft:{most}"):
            assert browser.get(f"/studio/{address}").status_code == 404
        for address in (f"diagram/file?save={most}", f"history?from={most}", f"impact?after={most}"):
            assert browser.get(f"/studio/drafts/1/{address}").status_code == 200
        browser.send("/studio/drafts/1/impact/migrate", case=[f"{most}:{most}", f"{'9' * 5000}:1"], reason="x")
