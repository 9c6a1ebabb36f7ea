"""Taking a dossier in."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from runner.domain.person import Person
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.world import World, person


@pytest.fixture
def world(world: World) -> World:
    return world.deploy()


def test_a_clerk_opens_the_procedures_of_their_province_only(site: Site) -> None:
    page = site.browser("one_stop_clerk").get("/intake").text
    assert 'value="ha-tinh/QT.BC.01"' in page and "ben-tre/39" not in page


def test_a_clerk_of_two_provinces_sees_which_is_which(site: Site) -> None:
    both = Person("both", "Hai nơi", frozenset({("ha-tinh", "one_stop_clerk"), ("ben-tre", "one_stop_clerk")}))
    site.runner.people.save(both)
    page = site.browser(both).get("/intake").text
    assert page.index("Bến Tre") < page.index('value="ben-tre/39"') < page.index('value="ha-tinh/QT.BC.01"')


@pytest.mark.parametrize("procedure", ["ben-tre/39", "none", ""])
def test_no_other_procedure_is_begun(site: Site, procedure: str) -> None:
    assert site.browser("one_stop_clerk").send("/intake", procedure=procedure).status_code == 404
    assert site.runner.audit.cases() == []


def test_the_other_lanes_take_nothing_in(site: Site) -> None:
    specialist = site.browser("specialist")
    assert specialist.get("/intake").status_code == 404
    assert specialist.send("/intake", procedure="ha-tinh/QT.BC.01").status_code == 404
    assert "/intake" not in specialist.get("/inbox").text


def test_where_nothing_is_deployed_the_page_says_so(site: Site) -> None:
    other = Person("far", "Nơi khác", frozenset({("ca-mau", "one_stop_clerk")}))
    site.runner.people.save(other)
    assert "Chưa có thủ tục nào" in site.browser(other).get("/intake").text


def test_a_case_begins_at_its_first_task(site: Site) -> None:
    clerk = site.browser(person("one_stop_clerk", "ben-tre"))
    begun = clerk.send("/intake", procedure="ben-tre/39", _key="once")
    assert begun.status_code == 303 and begun.location == "/cases/1/tasks/Task_1_receive%231"
    assert "Hướng dẫn, tiếp nhận, kiểm tra hồ sơ" in clerk.get(begun.location).text


HANDED_IN = {
    "dossier_items": ["request", "registration"],
    "dossier_originals": ["request"],
    "dossier_copies": ["request", "registration"],
    "dossier_counts.0.paper": "request",
    "dossier_counts.0.copies": "3",
    "dossier_counts.101.paper": "registration",
    "dossier_counts.101.copies": "1",  # as the page has it of what came once
    "dossier_counts.102.paper": "charter",
    "dossier_counts.102.copies": "2",  # and of what did not come
}


def test_the_papers_are_one_table_each_with_its_scan(site: Site, world: World) -> None:
    world.start("ha-tinh/QT.BC.01")
    clerk, there = site.browser("one_stop_clerk"), "/cases/1/tasks/Task_B1_receive%231"
    page = clerk.get(there).text
    assert page.count('<table class="dossier">') == 1 and page.count('name="dossier_items"') == 12
    assert 'type="file" id="field-dossier_scan_business_plan"' in page and "Trong đó, giấy tờ nộp bản sao" not in page
    scan = (BytesIO(b"%PDF-1.7\n%%EOF"), "giấy đề nghị.pdf")
    clerk.send(f"{there}/draft", **HANDED_IN, dossier_scan_request=scan)
    kept = clerk.get(there).text
    assert "giấy đề nghị.pdf" in kept and re.search(r'name="dossier_counts\.0\.copies"[^>]*value="3"', kept)
    draft = site.runner.tasks.draft(1, "Task_B1_receive#1", person("one_stop_clerk"))
    assert draft["dossier_counts"] == [{"paper": "request", "copies": "3"}]
    assert (draft["dossier_items"], len(draft["dossier_scan_request"])) == (["request", "registration"], 1)


def test_a_known_company_is_filled_in_from_what_the_person_may_see(site: Site, world: World) -> None:
    answers = ANSWERS["tiep-nhan-qt-bc-01"] | {"applicant_tax_code": "3000100027", "contact_name": "Đinh Thị Hường"}
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive", **answers)
    world.start("ha-tinh/QT.BC.01")
    clerk, there = site.browser("one_stop_clerk"), f"/cases/{world.case}/tasks/Task_B1_receive%231"
    asked = {"applicant_tax_code": "3000100027", "applicant_name": "Tên đã gõ", "_known": "1"}
    page = clerk.get(clerk.send(f"{there}/draft", **asked).location or "").text
    assert "Đã có trong sổ: gần nhất là hồ sơ 000.00.06.H27-220926-0001, thủ tục QT.BC.01." in page
    assert 'value="Tên đã gõ"' in page and 'value="Đinh Thị Hường"' in page
    for code in ("3000100028", "3000100027-001", "%", ""):
        page = clerk.get(clerk.send(f"{there}/draft", applicant_tax_code=code, _known="1").location or "").text
        assert "Chưa có hồ sơ trước nào" in page and "Đinh Thị Hường" not in page
    far = person("one_stop_clerk", "ben-tre")
    assert site.runner.applicants.known("3000100027", far, except_for=0) is None
    world.start("ben-tre/39")
    site.runner.tasks.save_draft(world.case, "Task_1_receive#1", {"applicant_tax_code": "1300100001"}, far, world.now)
    assert site.runner.applicants.known("1300100001", far, except_for=0) is None  # a draft tells nothing
