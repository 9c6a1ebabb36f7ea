"""The page of the form II.06a, and its files."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from runner.domain.person import Person, Role
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.world import World, person

BOTH = Person("both", "Kiểm tra hai tỉnh", frozenset({("ha-tinh", Role.AUDITOR), ("ben-tre", Role.AUDITOR)}))
LATE = (
    ("Task_1_forward", "chuyen-ho-so"),
    ("Task_2_process", "xu-ly-ho-so"),
    ("Task_3_submit", "trinh-ket-qua"),
    ("Task_4_approve", "ky-duyet"),
    ("Task_5_record", "vao-so-van-ban"),
    ("Task_6_notify", "thong-bao-ket-qua"),
)
OCTOBER = "period=days&since=2022-10-01&until=2022-10-31"


@pytest.fixture
def world(world: World) -> World:
    """Two dossiers of September: one of Bến Tre handed in online, late in October; one of Hà Tĩnh withdrawn at once."""
    world.deploy().runner.people.save(BOTH)
    world.start("ben-tre/39")
    world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"] | {"channel": "online"})
    world.at("2022-09-27 08:00").start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
    world.runner.cases.cancel(2, "Đổi ý", person("one_stop_clerk"), world.now)
    return world.at("2022-11-01 09:00")


def numbers(page: str, name: str) -> list[int]:
    """The columns of the row with this name."""
    [row] = [each for each in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f'scope="row">{name}</th>' in each]
    cells = [re.sub(r"<.*?>", "", each).strip() for each in re.findall(r'<td class="num.*?</td>', row, re.DOTALL)]
    return [0 if each == "–" else int(each) for each in cells]


def test_the_page_counts_a_period_with_what_came_before_it(site: Site) -> None:
    browser = site.browser(BOTH)
    september = browser.get("/statistics?period=days&since=2022-09-01&until=2022-09-30&by=province").text
    assert numbers(september, "Bến Tre") == [1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0]
    assert numbers(september, "Hà Tĩnh") == [1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0]
    assert numbers(september, "Tổng số") == [2, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0]
    october = browser.get(f"/statistics?{OCTOBER}&by=agency").text
    assert numbers(october, "Sở Thông tin và Truyền thông tỉnh Bến Tre") == [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1]
    assert october.count('aria-label="khớp"') == 4
    assert "Công chức Một cửa<" in october  # who had the late dossier when it fell due
    assert "Không có hồ sơ nào trong kỳ này." in browser.get("/statistics?period=last-year").text


def test_the_files_say_what_the_page_says(site: Site) -> None:
    browser = site.browser(BOTH)
    answer = browser.get(f"/statistics.csv?{OCTOBER}&by=kind")
    assert answer.mimetype == "text/csv" and answer.text.startswith("\ufeff")
    head, *rows = csv.reader(StringIO(answer.text.removeprefix("\ufeff")))
    assert head[2] == "Tiếp nhận: Tổng số (3)" and head[12] == "Đang xử lý: Quá hạn (13)"
    assert rows[-1][1:] == ["Tổng số", *map(str, (1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1))]
    book = ZipFile(BytesIO(browser.get(f"/statistics.xlsx?{OCTOBER}").data))
    assert "II.06a" in book.read("docProps/core.xml").decode()
    paper = browser.get(f"/statistics.pdf?{OCTOBER}")
    assert paper.mimetype == "application/pdf" and paper.data == browser.get(f"/statistics.pdf?{OCTOBER}").data


def test_only_those_who_answer_for_cases_or_check_them_have_the_page(site: Site) -> None:
    for lane in ("division_lead", "director", "administrator"):
        shown = site.browser(person(lane)).get("/statistics?period=year&by=province").text
        assert numbers(shown, "Tổng số")[0] == 1 and "Bến Tre</th>" not in shown
    for lane in ("specialist", "one_stop_clerk", "records_clerk"):
        assert site.browser(person(lane)).get("/statistics").status_code == 404
    assert site.browser().get("/statistics").status_code == 303


@pytest.mark.parametrize("query", ["since=2022-02-30&until=2022-03-01", "since=2022-03-02&until=2022-03-01"])
def test_a_period_that_is_none_is_refused_in_words(site: Site, query: str) -> None:
    answer = site.browser(BOTH).get(f"/statistics?period=days&{query}")
    assert answer.status_code == 422 and 'class="fault"' in answer.text


@pytest.fixture
def late(world: World) -> World:
    """The dossier of Bến Tre went on to its end a week late: only the last part of it was in anybody's hands."""
    world.case = 1
    for element, form in LATE:
        who = person(world.task(element).lane, "ben-tre")
        world.later(minutes=10)
        world.runner.tasks.claim(1, world.task(element).id, who, world.now)
        world.later(minutes=10).do(element, **ANSWERS[form], late_reason="Nhiều hồ sơ cùng lúc")
    return world


def test_the_page_tells_why_cases_waited_and_what_would_have_kept_the_promise(site: Site, late: World) -> None:
    browser = site.browser(person("director", "ben-tre"))
    page = browser.get("/statistics/waiting?period=year").text
    for cause in ("Chờ người nộp", "Chưa ai nhận dù có người rảnh", "Không ghi nhận gì khác"):
        assert cause in page
    [row] = re.findall(r'<tr><th scope="row"><a href="/cases/1">.*?</tr>', page, re.DOTALL)
    assert "không ai làm được việc có mặt, " in row and "Không phần nào" not in row
    head, *rows = csv.reader(StringIO(browser.get("/statistics/waiting.csv?period=year&by=lane").text[1:]))
    assert head[:2] == ["Vai trò", "Tổng số (phút)"] and rows[-1][0] == "Tổng số"
    assert all(int(row[1]) == sum(map(int, row[2:])) for row in rows)
    assert int(rows[-1][1]) == sum(int(row[1]) for row in rows[:-1])
    assert browser.get("/statistics/waiting.xlsx?period=year").data.startswith(b"PK")
    assert browser.get("/statistics/waiting.pdf?period=year").data.startswith(b"%PDF")


def test_the_share_of_a_person_is_for_them_and_their_lead_alone(site: Site, late: World) -> None:
    officer = person("specialist", "ben-tre").name
    address = "/statistics/waiting?period=year"
    for lane in ("division_lead", "specialist"):
        assert officer in site.browser(person(lane, "ben-tre")).get(address).text.partition("</header>")[2]
    for who in (person("director", "ben-tre"), BOTH, person("one_stop_clerk", "ben-tre")):
        assert f"{officer}</th>" not in site.browser(who).get(address).text
    mine = site.browser(person("one_stop_clerk", "ben-tre")).get(address).text
    assert "Việc tôi giữ" in mine and "Theo bước" not in mine and "/cases/1" not in mine
    assert site.browser(person("specialist", "ben-tre")).get("/statistics/waiting.csv").status_code == 404
