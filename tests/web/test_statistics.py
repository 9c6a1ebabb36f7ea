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
