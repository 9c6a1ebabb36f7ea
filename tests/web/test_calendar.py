"""The calendar's page: an edit is previewed, applied with a reason; a director decides; an auditor reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import product
from pathlib import Path

import pytest

from runner.domain.person import Role
from tests.procedures.dossier import Dossier
from tests.web.conftest import PASSWORD, Browser, Site
from tests.world import local, person

KEEPER, AUDITOR = person(Role.ADMINISTRATOR), person(Role.AUDITOR)
FOREIGN = person(Role.ADMINISTRATOR, "ben-tre")
PAGE = "/calendar/ha-tinh"
STORM = {"kind": "day", "day": "2022-09-28", "what": "off", "name": "Nghỉ bão", "source": "Công điện 01"}
SATURDAY = {"kind": "day", "day": "2022-10-01", "what": "work", "name": "Làm bù"}

WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"kind": "day", "day": "2022-02-30", "what": "off"}, "ngày có thật"),
    ({"kind": "day", "day": "0026-09-28", "what": "off"}, "ngày có thật"),
    ({"kind": "swap", "off": "2022-10-03", "work": ""}, "ngày có thật"),
    ({"kind": "swap", "off": "2022-10-03", "work": "2022-10-03"}, "hai ngày khác nhau"),
    ({"kind": "swap", "off": "2022-10-01", "work": "2022-10-03"}, "01/10/2022 vốn không làm việc"),
    ({"kind": "swap", "off": "2022-10-03", "work": "2022-10-04"}, "04/10/2022 vốn là ngày làm việc"),
    ({"kind": "year", "year": "2027"}, "đã có năm 2027"),
    ({"kind": "year", "year": "２０２８"}, "Hãy ghi một năm"),
    ({"kind": "confirm", "year": "2030"}, "không có năm 2030"),
    ({"kind": "hours", "first_opens": "07:30"}, "giờ mở và giờ đóng"),
    ({"kind": "hours", "first_opens": "11:30", "first_closes": "07:30"}, "Giờ đóng phải sau giờ mở"),
    ({"kind": "hours", "first_opens": "7h", "first_closes": "11:30"}, "giờ và phút"),
    ({"kind": "cutoff", "cutoff": "25:00"}, "giờ và phút"),
    ({"kind": "cutoff"}, "không có gì để sửa"),
    (STORM | {"name": "Nghỉ\x1b[31m bão"}, "không hợp lệ"),
    (STORM | {"source": "Công\u202e điện"}, "không hợp lệ"),
    ({"kind": "eval"}, "Hãy chọn một cách sửa lịch"),
    ({}, "Hãy chọn một cách sửa lịch"),
)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier of Hà Tĩnh that has a receipt, and one that has none; an auditor besides."""
    dossier = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    for each in (AUDITOR, FOREIGN):
        dossier.runner.people.save(each)
    dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    yield dossier
    dossier.runner.close()


def said(text: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def hidden(text: str) -> dict[str, str]:
    """The fields that the preview's form sends along."""
    form = text.partition('action="/calendar/ha-tinh/apply"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', form))


def previewed(browser: Browser, **values: str) -> tuple[str, dict[str, str]]:
    answer = browser.send(f"{PAGE}/preview", **values)
    assert answer.status_code == 200, said(answer.text)
    fields = {name: unescape(value) for name, value in hidden(answer.text).items() if name not in ("csrf", "_csrf")}
    return answer.text, fields


def test_an_edit_is_previewed_and_applied_with_a_reason(site: Site, world: Dossier) -> None:
    browser = site.browser(KEEPER)
    before, entries = world.row.due, len(world.journal)
    assert before
    page, fields = previewed(browser, **STORM)
    assert "Nếu áp dụng: 1 hồ sơ dời hạn" in said(page) and "28/09/2022: nghỉ (Nghỉ bão)" in said(page)
    assert "đã in giấy hẹn" in said(page) and "hãy báo người nộp" in said(page)
    assert 'class="day off changed"' in page
    assert (world.row.due, len(world.journal)) == (before, entries)
    assert world.runner.calendars.get("ha-tinh").revision == 1

    answer = browser.send(f"{PAGE}/apply", **fields, reason="  ")
    assert answer.status_code == 422 and "Hãy nêu lý do" in said(answer.text)
    assert hidden(answer.text)["day"] == "2022-09-28"
    answer = browser.send(f"{PAGE}/apply", **fields, reason="Công điện 01")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "Đã tính lại 1 hồ sơ" in said(browser.get(PAGE).text)
    assert world.row.due and world.row.due > before
    assert world.journal[-1].kind == "recount" and world.journal[-1].actor == KEEPER.id
    again = browser.send(f"{PAGE}/apply", **fields, reason="Công điện 01")
    assert again.status_code == 422 and "không có gì để sửa" in said(again.text)
    late = browser.send(f"{PAGE}/apply", **fields | {"day": "2022-09-29"}, reason="Công điện 02")
    assert late.status_code == 409 and "xem trước lại" in said(late.text)
    assert world.runner.calendars.get("ha-tinh").revision == 2
    assert world.proved()


def test_a_director_decides_on_promises_that_would_be_earlier(site: Site, world: Dossier) -> None:
    before = world.row.due
    assert before
    page, fields = previewed(site.browser(KEEPER), **SATURDAY)
    assert "sớm hơn, chờ lãnh đạo duyệt" in said(page)
    site.browser(KEEPER).send(f"{PAGE}/apply", **fields, reason="Thông báo")
    assert "1 ngày hẹn sẽ sớm hơn" in said(site.browser(KEEPER).get(PAGE).text) and world.row.due == before
    assert site.browser(KEEPER).send(f"{PAGE}/decide", decision="approve", reason="x").status_code == 404
    world.runner.accounts.set_password(person("director").id, PASSWORD, world.now)
    director = site.browser(person("director"))
    assert "Sửa lịch" not in said(director.get(PAGE).text)
    agreed = {"decision": "approve", "reason": "Đồng ý", "password": PASSWORD}
    assert director.send(f"{PAGE}/decide", **agreed | {"reason": ""}, base="2").status_code == 422
    unsigned = director.send(f"{PAGE}/decide", **agreed | {"password": ""}, base="2")
    assert unsigned.status_code == 422 and 'id="field-password"' in unsigned.text and world.row.due == before
    stale = director.send(f"{PAGE}/decide", **agreed, base="1")
    assert stale.status_code == 409 and "xem lại các ngày hẹn" in said(stale.text) and world.row.due == before
    assert '<input type="hidden" name="base" value="2">' in director.get(PAGE).text
    assert director.send(f"{PAGE}/decide", **agreed, base="2").location == PAGE
    assert world.row.due and world.row.due < before
    assert "Lãnh đạo đồng ý dời ngày hẹn sớm hơn" in said(director.get(PAGE).text)
    assert "director ha-tinh đồng ý dời ngày hẹn sớm hơn" in said(director.get("/cases/1").text)
    assert world.proved()


def test_an_auditor_reads_every_revision_and_edits_nothing(site: Site, world: Dossier) -> None:
    site.browser(KEEPER).send(f"{PAGE}/apply", **STORM, base="1", reason="Công điện 01")
    auditor = site.browser(AUDITOR)
    assert auditor.get("/calendar").location == PAGE and 'href="/calendar"' in auditor.get(PAGE).text
    read = said(auditor.get(PAGE).text)
    assert "administrator ha-tinh : Công điện 01" in read.replace("ha-tinh:", "ha-tinh :")
    assert "28/09/2022: nghỉ (Nghỉ bão)" in read and "Sửa lịch" not in read
    for address in ("preview", "apply"):
        assert auditor.send(f"{PAGE}/{address}", **STORM).status_code == 404
    for lane in ("specialist", "one_stop_clerk", "division_lead"):
        assert site.browser(lane).get(PAGE).status_code == 404
    foreign = site.browser(FOREIGN)
    assert foreign.get(PAGE).status_code == 404
    assert foreign.send(f"{PAGE}/preview", **STORM).status_code == 404
    assert foreign.send(f"{PAGE}/apply", **STORM, base="2", reason="x").status_code == 404


def test_what_cannot_be_is_said_at_its_field(site: Site) -> None:
    browser = site.browser(KEEPER)
    for address, (values, sentence) in product(("preview", "apply"), WRONG):
        answer = browser.send(f"{PAGE}/{address}", **values, base="1", reason="x")
        assert answer.status_code == 422 and sentence in said(answer.text)
        for fault in re.findall(r'href="#(field-[a-z_-]+)"', answer.text):
            assert f'id="{fault}"' in answer.text


def test_years_hours_and_the_cutoff_are_edited_on_the_page(site: Site, world: Dossier) -> None:
    browser = site.browser(KEEPER)
    season = {"since": "2022-10-16", "until": "2023-04-15", "first_opens": "07:30", "first_closes": "12:00"}
    edits = (
        {"kind": "year", "year": "2028"},
        {"kind": "confirm", "year": "2028"},
        {"kind": "cutoff", "cutoff": "16:00"},
    )
    for edit in (*edits, {"kind": "hours", **season}):
        shown, fields = previewed(browser, **edit)
        assert browser.send(f"{PAGE}/apply", **fields, reason="Quyết định").status_code == 303
        if edit["kind"] == "year":
            assert "Năm 2028 (dự kiến" in said(shown)  # the days that are added are those to look at
    calendar = world.runner.calendars.get("ha-tinh")
    assert 2028 in calendar.years and calendar.provisional == {2027}
    page = said(browser.get(f"{PAGE}?year=2028").text)
    assert "16:00" in page and "07:30–12:00 từ 16/10/2022 đến 15/04/2023" in page and "Năm 2028" in page


def test_a_missing_year_is_told_to_administrators_and_to_monitoring_in_time(site: Site, world: Dossier) -> None:
    world.clock.set(local("2027-11-01 12:00"))
    assert "sắp hết" not in site.browser(KEEPER).get("/register").text
    world.clock.set(local("2027-11-02 12:00"))
    assert "chưa có năm 2028" in site.browser(KEEPER).get("/register").text
    assert "sắp hết" not in site.browser("specialist").get("/register").text
    figures = site.browser().get("/metrics").text
    assert 'motcua_calendar_days_left{province="ha-tinh"} 59.0' in figures


def test_a_due_moment_in_a_year_that_is_a_guess_says_so(site: Site, world: Dossier) -> None:
    world.clock.set(local("2026-12-21 08:00"))
    world.start("ha-tinh/QT.BC.01")
    world.on("2026-12-21 08:30", "Task_B1_receive").on("2026-12-21 09:30", "Task_B2_forward")
    browser = site.browser("specialist")
    task = world.task("Task_B3_appraise").id.replace("#", "%23")
    assert "lịch dự kiến" in browser.get(f"/cases/2/tasks/{task}").text
    assert "lịch năm 2027 còn là dự kiến" in said(browser.get("/cases/2").text)
    site.browser(KEEPER).send(f"{PAGE}/apply", kind="confirm", year="2027", base="1", reason="Thông báo 2027")
    assert "lịch dự kiến" not in browser.get(f"/cases/2/tasks/{task}").text
