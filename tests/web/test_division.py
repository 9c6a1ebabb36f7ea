"""The desk of a lead or director: who has what, what will be late; the lead assigns, one by one or several at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.domain.person import Person
from runner.web import inbox
from tests.procedures.dossier import Dossier
from tests.web.conftest import PASSWORD, Browser, Site
from tests.world import person

SPECIALIST, LEAD = person("specialist"), person("division_lead")
COLLEAGUE = Person("colleague", "Nguyễn Thị Đồng Nghiệp", SPECIALIST.groups)
TASK = "/cases/1/tasks/Task_B3_appraise%231"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier of Hà Tĩnh with its two specialists; no one has claimed it."""
    dossier = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    for each in (COLLEAGUE, person("division_lead", "ben-tre")):
        dossier.runner.people.save(each)
    yield dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    dossier.runner.close()


def rows(browser: Browser) -> list[str]:
    """The rows of the page of the division."""
    return re.findall(r"<tr>\s*<td>.*?</tr>", browser.get("/division").text, re.DOTALL)


def test_the_lead_assigns_a_task_and_releases_it(site: Site, world: Dossier) -> None:
    browser = site.browser(LEAD)
    [row] = rows(browser)
    assert "chưa ai nhận" in row and COLLEAGUE.name in row and "/release" not in row
    answer = browser.send(f"{TASK}/assign", person=COLLEAGUE.id, next="/division")
    assert (answer.status_code, answer.location) == (303, "/division")
    [row] = rows(browser)
    assert f"{COLLEAGUE.name} đang làm" in row and "/release" in row
    assert f"Giao việc “B3. Xem xét thẩm định, xử lý hồ sơ” cho {COLLEAGUE.name}." in browser.get("/cases/1").text
    taken = site.browser(SPECIALIST).get(TASK).text
    assert f"{COLLEAGUE.name} đã nhận việc này" in taken
    assert browser.send(f"{TASK}/release", next="/division").location == "/division"
    assert world.task("Task_B3_appraise").owner is None
    assert world.proved()


def test_the_page_of_a_case_lets_its_lead_assign_and_no_one_else(site: Site, world: Dossier) -> None:
    assert f"{TASK}/assign" in site.browser(LEAD).get("/cases/1").text
    before = len(world.journal)
    for who in (SPECIALIST, person("one_stop_clerk"), person("administrator"), person("division_lead", "ben-tre")):
        browser = site.browser(who)
        assert "/assign" not in browser.get("/cases/1").text
        assert browser.send(f"{TASK}/assign", person=COLLEAGUE.id).status_code == 404
    assert site.browser(LEAD).send(f"{TASK}/assign", person=LEAD.id).status_code == 422
    assert site.browser(LEAD).post(f"{TASK}/assign", data={"person": COLLEAGUE.id}).status_code == 400
    assert len(world.journal) == before


def test_only_leads_have_the_page_and_only_of_their_own_province(site: Site) -> None:
    assert 'href="/division"' in site.browser(LEAD).get("/register").text
    assert 'href="/division"' in site.browser(person("director")).get("/register").text
    assert rows(site.browser(person("division_lead", "ben-tre"))) == []
    for who in (SPECIALIST, person("administrator")):
        browser = site.browser(who)
        assert browser.get("/division").status_code == 404
        assert 'href="/division"' not in browser.get("/register").text


def test_a_task_of_a_closed_account_can_be_assigned_to_another(site: Site, world: Dossier) -> None:
    world.runner.tasks.claim(1, world.task("Task_B3_appraise").id, COLLEAGUE, world.now)
    world.runner.people.dismiss(COLLEAGUE.id)
    browser = site.browser(LEAD)
    [row] = rows(browser)
    assert "colleague đang làm" in row and "Chọn người…" in row
    browser.send(f"{TASK}/assign", person=SPECIALIST.id)
    assert world.task("Task_B3_appraise").owner == SPECIALIST.id


def test_pages_of_the_division_follow_each_other(site: Site, world: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "ROWS", 1)
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive"), world.do("Task_B2_forward")
    browser, seen, path = site.browser(LEAD), [], "/division"
    while path:
        page = browser.get(path).text
        seen += re.findall(r'<a href="/cases/(\d+)">', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == ["1", "2"]


def test_several_tasks_are_assigned_at_once_from_the_desk(site: Site, world: Dossier) -> None:
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive"), world.do("Task_B2_forward")
    browser = site.browser(LEAD)
    page = browser.get("/division").text
    chosen = re.findall(r'name="task" value="([^"]+)"', page)
    assert chosen == ["1~0~Task_B3_appraise#1", "2~0~Task_B3_appraise#1"] and 'action="/inbox/assign"' in page
    browser.send("/inbox/assign", task=chosen, person=COLLEAGUE.id, next="/division")
    page = browser.get("/division").text
    assert f"{COLLEAGUE.name} (2 việc)" in page and page.count(f"{COLLEAGUE.name} đang làm") == 2


def test_a_director_looks_at_several_and_signs_them_with_one_password(site: Site, world: Dossier) -> None:
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive"), world.do("Task_B2_forward")
    for world.case in (1, 2):
        for element in ("Task_B3_appraise", "Task_B3_draft_licence", "Task_B4_initial"):
            world.do(element)
    director = person("director")
    world.runner.accounts.set_password(director.id, PASSWORD, world.now)
    browser = site.browser(director)
    page = browser.get("/division").text
    chosen = re.findall(r'name="task" value="([^"]+)"', page)
    assert chosen == ["1~0~Task_B5_approve#1", "2~0~Task_B5_approve#1"]
    assert "Xem và ký duyệt các việc đã chọn…" in page and "/inbox/assign" not in page
    shown = browser.send("/inbox/look", task=chosen, next="/division").text
    browser.send("/inbox/approve", task=re.findall(r'name="task" value="([^"]+)"', shown), _password=PASSWORD)
    for world.case in (1, 2):
        assert world.open == ["Task_B6_issue"]
    assert "Task_B5_approve" not in browser.get("/division").text


def test_the_desk_counts_by_person_and_step_and_puts_what_will_be_late_first(site: Site, world: Dossier) -> None:
    world.runner.tasks.claim(1, world.task("Task_B3_appraise").id, COLLEAGUE, world.now)
    world.at("2022-10-04 09:00").start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive"), world.do("Task_B2_forward")
    world.at("2022-10-06 09:30").start("ha-tinh/QT.BC.01")  # a draft: its clerk's alone
    page = site.browser(LEAD).get("/division").text
    assert (
        page.index("Sẽ trễ hẹn trả")
        < page.index('href="/cases/1"')
        < page.index("Còn kịp")
        < page.index('href="/cases/2"')
    )
    [row] = re.findall(rf'<tr><th scope="row"><a [^>]+>{COLLEAGUE.name}</a>.*?</tr>', page, re.DOTALL)
    assert "<b>1</b>" in row and 'aria-label="quá hạn"' in row
    assert "cases/1" not in site.browser(LEAD).get("/division?owner=").text.partition('id="list"')[2]
    shown = site.browser(person("director")).get("/division").text
    assert "Điều hành Sở Thông tin và Truyền thông Hà Tĩnh" in shown and "/assign" not in shown
    assert "/cases/2" in shown and "/cases/3" not in shown
    assert "/cases/" not in site.browser(person("division_lead", "ben-tre")).get("/division").text
