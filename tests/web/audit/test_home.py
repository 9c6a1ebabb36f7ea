"""The first page of the desk, for those who check the record."""

from __future__ import annotations

from runner.domain.person import Person, Role
from runner.engine.errors import EngineFault
from tests.web.conftest import Site
from tests.world import person

AGENCY = Person("agency", "Thanh tra Sở", frozenset({("ha-tinh", "auditor@so-xd")}))


def test_auditors_see_the_open_incidents_of_the_cases_they_read_alone(site: Site) -> None:
    world = site.world.deploy()
    for procedure in ("ha-tinh/QT.BC.01", "ben-tre/39"):
        world.start(procedure)
        world.runner.transactions.record_incident(
            world.case, EngineFault(reason=f"hỏng {procedure}"), None, person("x"), world.now
        )
    site.runner.people.save(person(Role.AUDITOR))
    page = site.browser(Role.AUDITOR).get("/audit").text
    assert "Bộ máy thực thi báo lỗi: hỏng ha-tinh/QT.BC.01" in page and "hỏng ben-tre/39" not in page
    site.runner.people.save(AGENCY)
    assert "hỏng" not in site.browser(AGENCY).get("/audit").text


def test_the_desk_is_there_for_auditors_alone_and_stands_in_their_navigation(site: Site) -> None:
    for role in Role:
        site.runner.people.save(person(role))
    browser = site.browser(Role.AUDITOR)
    assert browser.get("/").location == "/audit"
    assert '<a href="/audit">Bàn kiểm tra</a>' in browser.get("/register").text
    assert '<a href="/audit" aria-current="page">Tổng quan</a>' in browser.get("/audit").text
    for lane in ("one_stop_clerk", Role.ADMINISTRATOR, Role.ANALYST):
        other = site.browser(lane)
        assert other.get("/audit").status_code == 404
        assert "Bàn kiểm tra" not in other.get("/register").text
