"""Decisions on many tasks: each has a result of its own, and no one does what they could not do one by one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from runner.domain.person import Person
from runner.services.accounts import IDLE
from runner.services.many_tasks import MOST
from tests.procedures.values import ANSWERS
from tests.web.conftest import PASSWORD, Browser, Site
from tests.world import World, person

DIRECTOR, LEAD = person("director", "ben-tre"), person("division_lead")
APPRAISE = "Task_B3_appraise#1"


@pytest.fixture
def world(world: World) -> World:
    return world.deploy()


def appraised(world: World, count: int) -> None:
    """So many dossiers that wait for a specialist of Hà Tĩnh."""
    for day in range(26, 26 + count):
        world.at(f"2022-09-{day} 08:00").start("ha-tinh/QT.BC.01")
        world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
        world.do("Task_B2_forward", **ANSWERS["chuyen-ho-so"])


def submitted(world: World, count: int) -> list[str]:
    """So many dossiers of Bến Tre that wait for the director's signature, as the form names them."""
    found = []
    for case in range(1, count + 1):
        world.start("ben-tre/39")
        for element in ("Task_1_receive", "Task_1_forward", "Task_2_process", "Task_3_submit"):
            world.do(element, **ANSWERS[world.task(element).form])
        found.append(f"{case}~{world.row.seq}~{world.task('Task_4_approve').id}")
    world.runner.accounts.set_password(DIRECTOR.id, PASSWORD, world.now)
    return found


def results(page: str) -> list[str]:
    """What the page says of each task."""
    return [
        " ".join(re.sub("<[^>]+>", " ", each).split())
        for each in re.findall(r'<span class="(?:ok|bad)">(.*?)</span>', page, re.S)
    ]


def test_what_can_be_claimed_is_claimed_and_the_rest_says_why_not(site: Site, world: World) -> None:
    appraised(world, 3)
    other = Person("khac", "Người Khác", person("specialist").groups)
    world.runner.people.save(other)
    world.runner.tasks.claim(2, APPRAISE, other, world.now)
    browser = site.browser("specialist")
    chosen = [f"{case}~0~{APPRAISE}" for case in (1, 2, 3)] + ["99~0~Task_B3_appraise#1"]
    page = browser.send("/inbox/claim", task=chosen).text
    said = results(page)
    assert said[0] == said[2] == "đã nhận" and "99" in said[3] and "2 việc đã xong." in page
    assert said[1] != "đã nhận"
    assert [world.runner.tasks.open(case, APPRAISE, other).task.owner for case in (1, 2, 3)] == [
        person("specialist").id,
        other.id,
        person("specialist").id,
    ]
    assert results(browser.send("/inbox/release", task=chosen[:1]).text) == ["đã trả về nhóm"]


def test_a_lead_gives_many_tasks_to_one_person_and_nobody_else_does(site: Site, world: World) -> None:
    appraised(world, 2)
    chosen, member = [f"{case}~0~{APPRAISE}" for case in (1, 2)], person("specialist")
    both = Person("ca-hai", "Người Kiêm", LEAD.groups | member.groups)
    world.runner.people.save(both)
    page = site.browser(both).get("/inbox").text
    assert page.count('name="task"') == 2 and f'<option value="{member.id}">' in page
    assert results(site.browser(LEAD).send("/inbox/assign", task=chosen, person=member.id).text) == ["đã giao"] * 2
    refused = site.browser("specialist").send("/inbox/assign", task=chosen, person=member.id).text
    assert "đã giao" not in results(refused)
    foreign = site.browser(person("specialist", "ben-tre")).send("/inbox/claim", task=chosen).text
    assert "đã nhận" not in results(foreign) and ANSWERS["tiep-nhan-qt-bc-01"]["applicant_name"] not in foreign


def test_one_password_signs_what_was_shown_and_nothing_that_has_moved_since(site: Site, world: World) -> None:
    chosen = submitted(world, 3)
    browser = site.browser(DIRECTOR)
    assert "Duyệt…" in browser.get("/inbox").text
    page = browser.send("/inbox/look", task=[f"{case}~0~Task_4_approve#1" for case in (1, 2, 3)]).text
    assert re.findall(r'name="task" value="([^"]+)"', page) == chosen
    assert page.count("<section") == 3 and ANSWERS["xu-ly-ho-so"]["draft_summary"] in page
    world.runner.tasks.claim(2, "Task_4_approve#1", DIRECTOR, world.now)  # so that the case has moved on
    for wrong in ("", "không phải"):
        refused = browser.send("/inbox/approve", task=chosen, _password=wrong)
        assert refused.status_code == 422 and re.findall(r'name="task" value="([^"]+)"', refused.text) == chosen
    assert world.open == ["Task_4_approve"]
    said = results(browser.send("/inbox/approve", task=chosen, _password=PASSWORD).text)
    assert [said[0], said[2]] == ["đã duyệt", "đã duyệt"] and "vừa có thay đổi" in said[1]


def test_a_form_that_asks_more_is_not_answered_for_many(site: Site, world: World) -> None:
    appraised(world, 1)
    browser = site.browser("specialist")
    assert "Duyệt…" not in browser.get("/inbox").text
    page = browser.send("/inbox/look", task=f"1~0~{APPRAISE}").text
    assert "cần điền biểu mẫu" in page and 'action="/inbox/approve"' in page and 'name="task"' not in page
    [said] = results(browser.send("/inbox/approve", task=f"1~3~{APPRAISE}").text)
    assert "cần điền biểu mẫu" in said and world.open == ["Task_B3_appraise"]


@pytest.mark.parametrize("task", ["", "x", "1~x~y", "1~0~", "9" * 19 + "~0~x"])
def test_a_forged_choice_is_refused(site: Site, world: World, task: str) -> None:
    assert site.browser("specialist").send("/inbox/claim", task=task).status_code == 422


def test_nobody_decides_on_more_than_a_list_holds(site: Site, world: World) -> None:
    browser = site.browser("specialist")
    assert browser.send("/inbox/claim").status_code == 422
    many = [f"{case}~0~x" for case in range(1, MOST + 2)]
    assert browser.send("/inbox/claim", task=many).status_code == 422


def test_a_filter_is_kept_under_a_name_and_forgotten(site: Site, world: World) -> None:
    appraised(world, 1)
    browser: Browser = site.browser("specialist")
    page = browser.get("/inbox?mark=returned&sort=step").text
    assert "Lưu bộ lọc này" in page
    saved = browser.send("/inbox/filters", name="Bị trả lại", query="mark=returned&sort=step&evil=1")
    assert saved.location == "/inbox?mark=returned&sort=step"
    page = browser.get("/inbox?mark=returned&sort=step").text
    assert re.search(r'aria-current="page">Bị trả lại</a>', page) and "Xóa bộ lọc “Bị trả lại”" in page
    assert "Bị trả lại</a>" not in site.browser(LEAD).get("/inbox").text
    browser.send("/inbox/filters", name="Bị trả lại", forget="1")
    assert "Bị trả lại</a>" not in browser.get("/inbox").text


def test_a_page_that_asks_by_itself_keeps_no_session_going(site: Site, world: World) -> None:
    browser = site.browser("specialist")
    for _ in range(4):
        world.clock.set(world.now + IDLE / 3)
        answer = browser.get("/inbox", headers={"X-Live": "1"})
    assert answer.status_code in (302, 303, 401)
    browser.sign_in("specialist")
    for _ in range(4):
        world.clock.set(world.now + IDLE / 3 + timedelta(seconds=1))
        assert browser.get("/inbox").status_code == 200
