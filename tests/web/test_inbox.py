"""The inbox: the most urgent first, narrowed, page by page, claimed from."""

from __future__ import annotations

import re
from html import unescape

import pytest

from runner.domain.person import Person
from runner.web import inbox
from tests.procedures.values import ANSWERS
from tests.web.conftest import Browser, Site
from tests.world import World, local, person


@pytest.fixture
def world(world: World) -> World:
    return world.deploy()


NAMES = ["Công ty Hồng Lĩnh", "Bưu cục Đức Thọ", "Chuyển phát Sông La"]


@pytest.fixture
def specialist(site: Site) -> Browser:
    """Somebody with three tasks, begun on Monday, Tuesday and Wednesday."""
    world = site.world
    for day, name in zip((26, 27, 28), NAMES, strict=True):
        world.at(f"2022-09-{day} 08:00").start("ha-tinh/QT.BC.01")
        world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | {"applicant_name": name})
        world.do("Task_B2_forward", **ANSWERS["chuyen-ho-so"])
    return site.browser("specialist")


def cases(browser: Browser, address: str = "/inbox") -> list[int]:
    """The cases on a page of the inbox, in their order."""
    page = browser.get(address)
    assert page.status_code == 200
    return [int(case) for case in re.findall(r'<a id="t-[^"]+" href="/cases/(\d+)/tasks', page.text)]


def rows(page: str) -> list[list[str]]:
    """Of each task what is said of its step, of the promise and of the slack."""
    cells = re.findall(r'<td class="c2">(.*?)</td>|<td[^>]* data-label="(?:Hẹn trả|Còn dư)">(.*?)</td>', page, re.S)
    words = [" ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", "".join(cell)).split()) for cell in cells]
    return [words[at : at + 3] for at in range(0, len(words), 3)]


def link(browser: Browser, address: str, mark: str) -> str | None:
    found = re.search(rf'<a href="([^"]+)"[^>]*>[^<]*{mark}', browser.get(address).text)
    return unescape(found[1]) if found else None


def test_the_most_urgent_is_on_top_with_the_working_time_left(specialist: Browser, world: World) -> None:
    assert cases(specialist) == cases(specialist, "/") == [1, 2, 3]
    world.clock.set(local("2022-10-04 10:00"))
    specialist.sign_in("specialist")
    page = specialist.get("/inbox").text
    assert rows(page) == [
        ["quá hạn 2 giờ 08:00 hôm nay", "12/10/2022 Thứ Tư", "còn 1 ngày 1 giờ"],
        ["còn 5 giờ 30 phút 08:00 Thứ Tư 05/10", "13/10/2022 Thứ Năm", "còn 2 ngày làm việc"],
        ["còn 1 ngày 5 giờ 08:00 Thứ Năm 06/10", "14/10/2022 Thứ Sáu", "còn 3 ngày làm việc"],
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=hong+linh", [1]),
        ("q=ĐỨC THỌ", [2]),
        ("q=duc   tho", [2]),
        ("q=220927-0001", [2]),
        ("q=000.00.06.H27-220928-0001", [3]),
        ("q=không có", []),
        ("q=%25", []),
        ("step=ha-tinh/QT.BC.01", [1, 2, 3]),
        ("step=ha-tinh/QT.BC.01%23B3", [1, 2, 3]),
        ("step=ha-tinh/QT.BC.01%23B4", []),
        ("step=ben-tre/39", []),
        ("lane=specialist&province=ha-tinh", [1, 2, 3]),
        ("lane=director", []),
        ("province=ben-tre", []),
        ("late=1", []),
        ("view=mine", []),
        ("view=group", [1, 2, 3]),
        ("view=none", [1, 2, 3]),
    ],
)
def test_it_is_narrowed_as_asked(specialist: Browser, asked: str, found: list[int]) -> None:
    assert cases(specialist, f"/inbox?{asked}") == found


def test_only_what_is_overdue_is_shown_as_late(specialist: Browser, world: World) -> None:
    world.clock.set(local("2022-10-04 10:00"))
    specialist.sign_in("specialist")
    assert cases(specialist, "/inbox?late=1") == [1]


def test_filters_offer_what_a_person_has(specialist: Browser, site: Site) -> None:
    page = specialist.get("/inbox").text
    assert 'name="province"' not in page and 'name="lane"' not in page
    assert 'value="ha-tinh/QT.BC.01#B3"' in page and 'value="ha-tinh/QT.BC.01#B5"' not in page
    both = Person("both", "Hai", frozenset({("ha-tinh", "director"), ("ben-tre", "specialist")}))
    site.runner.people.save(both)
    page = site.browser(both).get("/inbox").text
    assert 'name="province"' in page and 'name="lane"' in page
    assert '<option value="director">Lãnh đạo Sở</option>' in page


def test_pages_follow_each_other_without_a_gap(specialist: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "ROWS", 2)
    assert cases(specialist, "/inbox?q=0001") == [1, 2]
    assert cases(specialist) == [1, 2]
    following = link(specialist, "/inbox", "Trang sau")
    assert following and cases(specialist, following) == [3]
    assert link(specialist, following, "Trang sau") is None
    assert link(specialist, following, "« Về đầu danh sách") == "/inbox"


@pytest.mark.parametrize("after", ["x", "~1~x~", "2022-09-26~1~x", "~x~x", "~" + "9" * 20 + "~x"])
def test_a_forged_place_is_refused_or_empty(specialist: Browser, after: str) -> None:
    assert specialist.get(f"/inbox?after={after}").status_code in (200, 422)


def test_claiming_and_putting_back_go_back_to_the_list(specialist: Browser, site: Site) -> None:
    task = "/cases/2/tasks/Task_B3_appraise%231"
    claimed = specialist.send(f"{task}/claim", next="/inbox?view=group&q=0001")
    assert claimed.location == "/inbox?view=group&q=0001"
    assert (cases(specialist, "/inbox?view=mine"), cases(specialist, "/inbox?view=group")) == ([2], [1, 3])
    assert f'formaction="{task}/claim"' not in specialist.get("/inbox").text
    specialist.send(f"{task}/release", next="/inbox")
    assert cases(specialist, "/inbox?view=mine") == []
    assert specialist.send(f"{task}/claim", next="https://elsewhere.vn").location == "/"


def test_no_one_sees_the_work_of_other_roles_and_provinces(specialist: Browser, site: Site) -> None:
    for who in (person("specialist", "ben-tre"), person("director"), person("one_stop_clerk", "ben-tre")):
        other = site.browser(who)
        for asked in ("", "?q=hong+linh", "?q=000.00.06.H27-220926-0001", "?province=ha-tinh", "?lane=specialist"):
            assert cases(other, f"/inbox{asked}") == []


def test_those_who_work_on_no_procedure_have_no_inbox(site: Site) -> None:
    administrator = site.browser("administrator")
    assert administrator.get("/inbox").status_code == 404
    assert administrator.get("/").status_code == 200


def test_an_empty_inbox_says_so(site: Site) -> None:
    assert "Không có việc nào đang chờ anh/chị." in site.browser("director").get("/inbox").text


def test_it_speaks_english(specialist: Browser) -> None:
    specialist.set_cookie("language", "en")
    assert 'lang="en"' in specialist.get("/inbox").text
