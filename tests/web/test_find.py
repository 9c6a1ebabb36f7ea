"""The search box of every page finds what its reader may see, and a whole number leads straight to the case."""

from __future__ import annotations

import re

import pytest

from runner.domain.person import Person, Role
from runner.domain.record import RecordKind
from runner.services import find
from runner.store import record_event
from runner.web import find as page
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.world import World, person

OUTSIDER = Person("outsider", "Thanh tra hai tỉnh", frozenset({("ha-tinh", Role.AUDITOR), ("ben-tre", Role.AUDITOR)}))


@pytest.fixture
def world(world: World) -> World:
    """Case 1 of Bến Tre; 2 and 3 of Hà Tĩnh, of which 2 goes on and 3 was withdrawn."""
    world.deploy().runner.people.save(OUTSIDER)
    world.at("2022-09-26 08:00").start("ben-tre/39")
    world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"])
    for name, phone, tax in (
        ("Công ty Bưu chính Hồng Lĩnh", "0912 345 678", "3001200001"),
        ("Hợp tác xã Kẻ Gỗ", "0987654321", "3001254321"),
    ):
        world.at("2022-09-27 08:00").start("ha-tinh/QT.BC.01")
        typed = {"applicant_name": name, "contact_phone": phone, "applicant_tax_code": tax}
        world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | typed)
    world.runner.cases.cancel(3, "Đổi ý", person("one_stop_clerk"), world.now)
    return world


def found(text: str) -> list[int]:
    return [int(case) for case in re.findall(r'<th scope="row"><a href="/cases/(\d+)"', text)]


@pytest.mark.parametrize(
    ("typed", "cases"),
    [
        ("hong linh", [2]),
        ("Hồng Lĩnh", [2]),
        ("0912345678", [2]),
        ("+84 912 345 678", [2]),
        ("3001254321", [3]),
        ("0001", [2]),
        ("220927", [3, 2]),
        ("kẻ gỗ", [3]),
        ("dong khoi", []),
        ("không có ai", []),
        ("one_stop_clerk", []),
        ("%_", []),
    ],
)
def test_a_person_finds_all_that_their_lanes_see_whoever_holds_it(site: Site, typed: str, cases: list[int]) -> None:
    answer = site.browser("specialist").get("/find", query_string={"q": typed})
    assert answer.status_code == 200 and found(answer.text) == cases
    if not cases:
        assert "Không tìm thấy hồ sơ nào" in answer.text


def test_a_result_says_how_the_case_stands_who_holds_it_and_what_was_promised(site: Site, world: World) -> None:
    world.case = 2
    [task] = (task for task in world.runner.cases.get(2, person("one_stop_clerk"))[1] if task.closed is None)
    text = site.browser("specialist").get("/find?q=hong+linh").text
    assert "chưa ai nhận" in text and task.name in text
    world.runner.tasks.claim(2, task.id, person("one_stop_clerk"), world.now)
    text = site.browser("specialist").get("/find?q=hong+linh").text
    assert "chưa ai nhận" not in text and person("one_stop_clerk").name in text
    assert world.row.due
    assert f"{world.row.due:%d/%m/%Y}" in text and re.search(r'<span class="chip info">.{0,200} còn ', text, re.S)
    assert "đã rút" in site.browser("specialist").get("/find?q=ke+go").text


@pytest.mark.parametrize(
    "around", ["{}", " {} ", "{lower}", "https://hcc.example.vn/tra-cuu?so={}&v=1", "https://x.vn/hs/{}"]
)
def test_a_whole_number_typed_or_scanned_leads_straight_to_the_case(site: Site, world: World, around: str) -> None:
    world.case = 2
    number = world.row.number or ""
    typed = around.format(number, lower=number.lower())
    answer = site.browser("specialist").get("/find", query_string={"q": typed})
    assert answer.status_code == 303 and answer.location == "/cases/2"
    foreign = Person("elsewhere", "Người nơi khác", frozenset({("ben-tre", "specialist")}))
    world.runner.people.save(foreign)
    answer = site.browser(foreign).get("/find", query_string={"q": typed})
    assert answer.status_code == 200 and found(answer.text) == []


def test_a_found_case_that_is_opened_without_a_part_in_it_is_told_to_the_record(site: Site, world: World) -> None:
    browser = site.browser(OUTSIDER)
    browser.get("/find?q=hong+linh")
    with world.runner.database.read() as tx:
        assert record_event.events(tx, kinds=[RecordKind.READ]) == []
    assert browser.get(f"/find?q={_number(world, 2)}", follow_redirects=True).status_code == 200
    with world.runner.database.read() as tx:
        [event] = record_event.events(tx, kinds=[RecordKind.READ])
    assert (event.actor, event.subject) == (OUTSIDER.id, "2")


def _number(world: World, case: int) -> str:
    world.case = case
    return world.row.number or ""


def test_the_box_is_on_every_page_of_staff_keeps_what_was_typed_and_pages_follow(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE", 1)
    browser = site.browser("specialist")
    for path in ("/inbox", "/register", "/procedures", "/cases/2", "/find", "/nowhere"):
        assert 'action="/find"' in browser.get(path).text, path
    first = browser.get("/find?q=220927").text
    assert found(first) == [3] and 'value="220927"' in first
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following and found(browser.get(following[1].replace("&amp;", "&")).text) == [2]
    assert 'action="/find"' not in site.browser().get("/login").text
    assert site.browser().get("/find?q=x").status_code == 303
    assert find.PAGE == 50
