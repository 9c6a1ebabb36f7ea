"""The page of retention: what is over by the decision, holds, and an erasure that two people decide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.domain.erasure import payload_of
from runner.domain.person import Role
from runner.domain.record import RecordKind
from runner.domain.redaction import MARK
from runner.services.accounts import Accounts
from runner.store import record_event
from tests.procedures.dossier import Dossier
from tests.web.conftest import PASSWORD, QUICK, Site
from tests.world import person

KEEPER, AUDITOR, DIRECTOR = person(Role.ADMINISTRATOR), person(Role.AUDITOR), person("director")
PAGE = "/audit/retention"
GROUND = "Điều 16 Nghị định 13/2023/NĐ-CP"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier of Hà Tĩnh that was received, and who administers, audits and directs there."""
    world = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    world.runner.accounts = Accounts(world.runner.database, QUICK)
    for each in (KEEPER, AUDITOR, DIRECTOR):
        world.runner.people.save(each)
    world.runner.accounts.set_password(DIRECTOR.id, PASSWORD, world.now)
    world.on("2022-09-26 08:30", "Task_B1_receive")
    yield world
    world.runner.close()


def finished(world: Dossier) -> None:
    """The clerk's applicant withdraws, and five years and a day go by."""
    world.runner.cases.cancel(world.case, "Người nộp rút hồ sơ", person("one_stop_clerk"), world.now)
    world.later(days=5 * 365 + 2)


def test_one_asks_another_approves_with_the_password_and_the_case_is_erased(site: Site, world: Dossier) -> None:
    keeper, director = site.browser(KEEPER), site.browser(DIRECTOR)
    assert keeper.send(f"{PAGE}/ask", case="1", ground="").status_code == 422
    assert keeper.send(f"{PAGE}/ask", case="999", ground=GROUND).status_code == 422
    assert keeper.send(f"{PAGE}/ask", case="1", ground=GROUND).status_code == 303
    assert GROUND in director.get(PAGE).text and "Duyệt và xóa" not in keeper.get(PAGE).text
    wrong = director.send(f"{PAGE}/1/approve", password=PASSWORD[:-1])
    assert wrong.status_code == 422 and "Mật khẩu không đúng." in wrong.text and world.row.subject != MARK
    assert keeper.send(f"{PAGE}/1/approve", password=PASSWORD).status_code == 404
    assert director.send(f"{PAGE}/1/approve", password=PASSWORD).status_code == 303
    assert world.row.subject == MARK and world.forget().proved()
    last = payload_of(world.journal[-1]) or {}
    assert (last["ground"], last["requested_by"], last["via"]["proof"]) == (GROUND, KEEPER.id, "password")
    assert director.send(f"{PAGE}/1/approve", password=PASSWORD).status_code == 422


def test_an_auditor_holds_a_case_and_nobody_can_ask_for_its_erasure(site: Site, world: Dossier) -> None:
    auditor, keeper = site.browser(AUDITOR), site.browser(KEEPER)
    assert auditor.send(f"{PAGE}/hold", do="hold", case="1", ground="Khiếu nại 12/KN").status_code == 303
    assert "Khiếu nại 12/KN" in auditor.get(PAGE).text
    refused = keeper.send(f"{PAGE}/ask", case="1", ground=GROUND)
    assert refused.status_code == 422 and "đang được giữ lại" in refused.text
    assert auditor.send(f"{PAGE}/ask", case="1", ground=GROUND).status_code == 404
    assert auditor.send(f"{PAGE}/hold", do="lift", case="1", ground="Đã giải quyết").status_code == 303


def test_what_is_over_is_listed_handed_over_and_then_erased_by_the_rule(site: Site, world: Dossier) -> None:
    service = world.runner.retention
    assert service.over(world.now) == []
    finished(world)
    [kept], keeper = service.over(world.now), site.browser(KEEPER)
    assert (kept.years, kept.listed, kept.until.year - kept.ended.year) == (5, False, 5)
    assert "05 năm" in keeper.get(PAGE).text
    assert service.act(KEEPER, DIRECTOR, world.now).done == [], "not handed over yet"
    away = person(Role.ADMINISTRATOR, "ben-tre")
    world.runner.people.save(away)
    assert str(world.row.number) not in site.browser(away).send(f"{PAGE}/transfer").text
    sheet = keeper.send(f"{PAGE}/transfer")
    assert sheet.mimetype == "text/csv" and "ha-tinh/QT.BC.01" in sheet.text and str(world.row.number) in sheet.text
    with world.runner.database.read() as tx:
        [told] = record_event.events(tx, kinds=[RecordKind.EXPORT], subject="transfer")
    assert (told.facts["cases"], told.actor, told.province) == ([1], KEEPER.id, "ha-tinh")
    assert told.facts["via"]["kind"] == "web"
    [done] = service.act(KEEPER, DIRECTOR, world.now).done
    assert done.case == 1 and world.row.subject == MARK and world.forget().proved()
    assert service.over(world.now) == []


def test_a_procedure_whose_decision_says_nothing_is_never_listed(site: Site, world: Dossier) -> None:
    world.deploy(provinces=("ben-tre",))
    world.start("ben-tre/39")
    world.runner.cases.discard(world.case, person("one_stop_clerk", "ben-tre"), world.now)
    world.later(days=40 * 365)
    assert [each.case.procedure for each in world.runner.retention.over(world.now)] == []


def test_a_number_with_braces_is_told_as_it_was_typed(site: Site) -> None:
    refused = site.browser(KEEPER).send(f"{PAGE}/ask", case="{x}", ground="{y!r}")
    assert refused.status_code == 422 and "Không tìm thấy hồ sơ {x}." in refused.text and "{y!r}" in refused.text


@pytest.mark.parametrize("lane", ["specialist", "one_stop_clerk", "division_lead"])
def test_the_page_is_not_for_those_who_work_on_cases(site: Site, lane: str) -> None:
    assert site.browser(lane).get(PAGE).status_code == 404
