"""The page of many cases: the figures with their table, filters, the cases behind a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.domain.procedure.organisation_edit import set_row
from runner.web.audit import many
from tests.audit.played import AUDITOR, CODE, OTHER, Played
from tests.web.conftest import Browser, Site
from tests.world import local, person

RECEIVED = f"/audit/many?procedure={CODE}&basis=received&since=2022-09-01"


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Site]:
    world = Played(database_url, tmp_path)
    yield Site(world)
    world.runner.close()


@pytest.fixture
def browser(office: Site) -> Browser:
    return office.browser(AUDITOR)


def plain(page: str) -> str:
    """The words of a page, without tags and drawings."""
    without = re.sub(r"(?s)<svg.*?</svg>", "", page)
    return " ".join(re.sub(r"<[^>]+>", " ", without).split())


def test_the_diagram_has_the_figures_and_the_table_has_the_same(browser: Browser) -> None:
    page = browser.get(RECEIVED).text
    drawn = re.findall(r'state-h([1-4])" data-element="(\w+)"', page)
    assert ("4", "Task_B3_appraise") not in drawn and ("3", "Task_B3_appraise") in drawn
    assert "1,1 ngày" in page  # the median of 1.13 and 3.06
    words = plain(page)
    assert "B2. Chuyển hồ sơ cho chuyên viên phòng BCVT 2 0,25 2,25 2,25 0,5 ngày làm việc 50% 0 1 (50%)" in words
    assert "2 hồ sơ · tính lúc 16:30 ngày 06/10/2022" in words
    late = browser.get(f"{RECEIVED}&paint=late").text
    assert re.findall(r'state-h([1-4])" data-element="(\w+)"', late) == [("4", "Task_B2_forward")]
    assert "1/2 trễ" in late


def test_a_way_and_a_late_task_lead_to_their_cases(browser: Browser) -> None:
    page = browser.get(RECEIVED).text
    [way] = set(re.findall(r'href="(/audit/many/cases\?[^"]*way=\w+)"', page))
    shown = plain(browser.get(way.replace("&amp;", "&")).text)
    assert "1 hồ sơ đi cách này" in shown and "B1 → B2 → B3 → B4 → B5 → B6 → B7" in shown
    [late] = set(re.findall(r'href="(/audit/many/cases\?[^"]*element=\w+)"', page))
    shown = browser.get(late.replace("&amp;", "&")).text
    assert 'href="/audit/cases/2/replay"' in shown and "/audit/cases/1/" not in shown
    assert browser.get(f"/audit/many/cases?procedure={CODE}&way=0").status_code == 404


def test_rare_ways_are_marked_by_the_part_that_the_reader_says(browser: Browser) -> None:
    ended = f"/audit/many?procedure={CODE}&since=2022-09-01"
    assert ">hiếm<" not in browser.get(ended).text
    page = browser.get(f"{ended}&rare=60").text
    assert page.count(">hiếm<") == 2 and "2 cách của 2 hồ sơ đã kết thúc" in plain(page)


@pytest.mark.parametrize(
    "wrong", ["since=2022-02-30", "since=2022-10-02&until=2022-10-01", "until=2999-01-01", "rare=x"]
)
def test_a_filter_that_makes_no_sense_is_told_at_its_field(browser: Browser, wrong: str) -> None:
    answer = browser.get(f"/audit/many?procedure={CODE}&{wrong}")
    assert answer.status_code == 422 and 'id="faults-title"' in answer.text


def test_what_matches_nothing_is_a_sentence(office: Site, browser: Browser) -> None:
    page = plain(browser.get(f"/audit/many?procedure={CODE}&since=2022-10-05").text)
    assert "Không có hồ sơ nào khớp với bộ lọc này." in page
    assert "Chưa có hồ sơ nào trong phạm vi kiểm tra" in plain(office.browser(OTHER).get("/audit/many").text)
    assert office.browser(OTHER).get("/audit/many/diagram.svg").status_code == 404
    unknown = browser.get("/audit/many?procedure=nowhere/1&version=7&outcome=x&late=x&paint=x&place=x&basis=x")
    assert unknown.status_code == 200


def test_figures_of_one_agency_or_division_are_those_of_its_lanes(office: Site, browser: Browser) -> None:
    assert "Cơ quan, phòng" not in browser.get(RECEIVED).text  # there is one alone
    organisations, keeper = office.runner.organisations, person("administrator")
    for edit in (
        set_row("divisions", "hanh-chinh", {"name": "Văn phòng Sở"}),
        set_row("lanes", "records_clerk", {"label": "Văn thư", "division": "hanh-chinh"}),
    ):
        organisations.revise("ha-tinh", edit, "Tách phòng", keeper, office.world.now)
    page = browser.get(RECEIVED).text
    assert ">Sở Thông tin và Truyền thông Hà Tĩnh: Văn phòng Sở</option>" in page
    figures = plain(browser.get(f"{RECEIVED}&place=/hanh-chinh").text)
    assert "1 hồ sơ · tính lúc" in figures and "B6. Phát hành văn bản" in figures
    assert "B3. Xem xét thẩm định, xử lý hồ sơ" not in figures


def test_people_who_check_no_record_see_no_figures_of_others(office: Site) -> None:
    for path in ("/audit/many", "/audit/many/cases", "/audit/many/diagram.svg"):
        for who in (person("director"), person("administrator")):
            office.runner.people.save(who)
            assert office.browser(who).get(path).status_code == 404


def test_while_cases_are_left_the_page_asks_again_and_says_so(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "STRETCH", 0.0)
    page = browser.get(RECEIVED).text
    assert "Đã tính 0 trong 2 hồ sơ" in plain(page) and 'hx-trigger="load"' in page
    monkeypatch.setattr(many, "STRETCH", 60.0)
    page = browser.get(RECEIVED).text
    assert "Đã tính" not in plain(page) and "hx-trigger" not in page


def test_the_heat_map_stands_alone_under_its_own_policy(browser: Browser) -> None:
    answer = browser.get(f"/audit/many/diagram.svg?procedure={CODE}&basis=received&since=2022-09-01")
    assert answer.mimetype == "image/svg+xml" and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert 'fill="#f9ad72"' in answer.text


def test_a_year_without_a_calendar_is_told_instead_of_a_guess(office: Site) -> None:
    """A task is open since 2022; how much working time has gone until 2035 no calendar says yet."""
    office.world.clock.set(local("2035-03-01 09:00"))
    page = office.browser(AUDITOR).get(RECEIVED)
    assert page.status_code == 200 and "Chưa tính được." in page.text and "motcua calendar year" in page.text


def test_the_cases_of_a_way_are_searched_and_taken_away(browser: Browser) -> None:
    page = browser.get(RECEIVED).text
    [way] = set(re.findall(r'href="(/audit/many/cases\?[^"]*way=\w+)"', page))
    [inside] = re.findall(r'href="(/audit/find\?[^"]*way=\w+)"', browser.get(way.replace("&amp;", "&")).text)
    inside = inside.replace("&amp;", "&")

    def found(more: str = "") -> list[str]:
        return re.findall(r'<th scope="row"><a href="[^"]*/cases/(\d+)', browser.get(inside + more).text)

    assert found() == ["1"] and found("&status=open") == []
    assert "chỉ các hồ sơ đi cách đã chọn" in browser.get(inside).text
    key = inside.rpartition("way=")[2]
    taken = browser.send("/audit/find/file", kind="csv", ground="Kế hoạch kiểm tra", procedure=CODE, way=key)
    assert len(taken.data.decode("utf-8-sig").splitlines()) == 2
    assert "Không có hồ sơ nào như vậy." in browser.get(f"/audit/find?procedure={CODE}&way=0").text
