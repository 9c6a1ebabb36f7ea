"""Taking a dossier in."""

from __future__ import annotations

import pytest

from runner.domain.person import Person
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
