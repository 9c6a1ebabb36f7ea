"""Whoever opens a dossier without a part in it is told to the record, in the same request."""

from __future__ import annotations

import pytest

from runner.domain.person import Person, Role
from runner.domain.record import RecordEvent, RecordKind
from runner.store import record_event
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.world import World, person

AUDITOR = person(Role.AUDITOR)


def readings(world: World) -> list[RecordEvent]:
    with world.runner.database.read() as tx:
        return record_event.events(tx, kinds=[RecordKind.READ])


@pytest.fixture
def world(world: World) -> World:
    """With one case in Hà Tĩnh, and people with roles."""
    world.deploy()
    for role in Role:
        world.runner.people.save(person(role))
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"])
    return world


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/cases/1", "case"),
        ("/cases/1/diagram.svg", "case"),
        ("/cases/1/journal", "journal"),
        ("/cases/1/papers/receipt.pdf", "paper"),
    ],
)
@pytest.mark.parametrize("role", list(Role))
def test_each_page_that_a_role_opens_is_told_with_who_and_when(
    site: Site, world: World, path: str, page: str, role: Role
) -> None:
    assert site.browser(role).get(path).status_code == 200
    [told] = readings(world)
    assert (told.actor, told.at, told.province, told.subject) == (person(role).id, world.now, "ha-tinh", "1")
    assert told.facts["page"] == page and told.facts["number"] == world.row.number


def test_the_people_of_a_cases_lanes_and_agency_read_it_untold(site: Site, world: World) -> None:
    for lane in ("one_stop_clerk", "specialist", "division_lead"):
        assert site.browser(lane).get("/cases/1").status_code == 200
    both = Person("both", "Cán bộ kiêm phân tích", frozenset({("ha-tinh", "specialist"), ("ha-tinh", Role.ANALYST)}))
    world.runner.people.save(both)
    assert site.browser(both).get("/cases/1/journal").status_code == 200
    assert readings(world) == []
    away = Person("away", "Nơi khác", frozenset({("ben-tre", "specialist"), ("ha-tinh", Role.AUDITOR)}))
    world.runner.people.save(away)
    site.browser(away).get("/cases/1")
    assert [each.actor for each in readings(world)] == ["away"]


def test_within_ten_minutes_a_page_is_one_reading_and_then_another(site: Site, world: World) -> None:
    browser = site.browser(Role.AUDITOR)
    for path in ("/cases/1", "/cases/1/diagram.svg", "/cases/1", "/cases/1/journal", "/cases/1/journal?replay=1"):
        browser.get(path)
    assert [each.facts["page"] for each in readings(world)] == ["case", "journal"]
    world.later(minutes=9)
    browser.get("/cases/1")
    assert len(readings(world)) == 2
    world.later(minutes=1)
    browser.get("/cases/1")
    assert len(readings(world)) == 3


def test_another_channel_of_the_same_person_is_another_reading(site: Site, world: World) -> None:
    token = world.runner.accounts.create_token(AUDITOR.id, "doi-soat", ["read"], world.now)
    for _ in range(2):
        site.browser(AUDITOR).get("/cases/1")
        site.browser().get("/api/v1/cases/1", headers={"Authorization": f"Bearer {token}"})
    kinds = [each.facts["via"]["kind"] for each in readings(world)]
    assert sorted(set(kinds)) == ["token", "web"] and kinds.count("token") == 1


def test_what_is_refused_is_no_reading(site: Site, world: World) -> None:
    stranger = site.browser(person("one_stop_clerk", "ben-tre"))
    assert stranger.get("/cases/1").status_code == 404
    assert site.browser(Role.AUDITOR).get("/cases/2").status_code == 404
    assert site.browser(Role.AUDITOR).get("/cases/1/files/none").status_code == 404
    assert readings(world) == []


def test_programs_with_the_token_of_a_role_are_told_too(site: Site, world: World) -> None:
    token = world.runner.accounts.create_token(AUDITOR.id, "doi-soat", ["read"], world.now)
    headers = {"Authorization": f"Bearer {token}"}
    for path in ("/api/v1/cases/1", "/api/v1/cases/1/journal"):
        assert site.browser().get(path, headers=headers).status_code == 200
    assert site.browser().post("/api/v1/cases/1/replay", headers=headers).status_code == 200
    assert [each.facts["page"] for each in readings(world)] == ["case", "journal", "verification"]


def test_no_route_of_a_case_is_forgotten(site: Site) -> None:
    views = site.app.view_functions
    of_a_case = {rule.endpoint for rule in site.app.url_map.iter_rules() if "case" in rule.arguments}
    assert len(of_a_case) > 10
    assert {each for each in of_a_case if not getattr(views[each], "reads", "")} == set()
