"""The page of a case, its diagram and its journal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from runner.domain.entry import Submit
from runner.domain.journal import canonical
from runner.domain.person import Person, Role
from runner.engine.errors import EngineFault
from tests.procedures.dossier import Dossier
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.world import person

AUDITS = Person("auditor", "Người kiểm tra", frozenset({("ha-tinh", Role.AUDITOR)}))
STRANGERS = (person("specialist", "ben-tre"), person(Role.ADMINISTRATOR, "ben-tre"))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier of Hà Tĩnh with the specialist since Monday 26/09 at 09:30: B3 is due on Tuesday 04/10 at 09:30."""
    dossier = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    for each in (AUDITS, *STRANGERS):
        dossier.runner.people.save(each)
    yield dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    dossier.runner.close()


def states(picture: str) -> dict[str, str]:
    """What has become of which element, by the picture."""
    found = re.findall(r'<g class="\w+ state-(\w+)" data-element="(\w+)"', picture)
    return {element: state for state, element in found}


def incident(world: Dossier) -> int:
    """An incident of the case: a submission that the engine could not go on with."""
    task = world.task("Task_B3_appraise")
    act = Submit(task.id, ANSWERS[task.form])
    world.runner.transactions.record_incident(world.case, EngineFault(reason="x"), act, person("specialist"), world.now)
    _, _, [found] = world.runner.cases.get(world.case, person("specialist"))
    return found.id


def test_the_page_tells_how_a_case_stands(site: Site) -> None:
    page = site.browser("specialist").get("/cases/1").text
    for sentence in (
        "000.00.06.H27-220926-0001",
        "Công ty TNHH Bưu chính Hồng Lĩnh",
        "Cấp giấy phép bưu chính",
        "đang giải quyết",
        "Đang tính thời hạn",
        "B3. Xem xét thẩm định",
        "chưa ai nhận",
        "17:00 ngày 12/10/2022",
        "09:30 ngày 04/10/2022",
        "6 ngày làm việc từ 09:30 ngày 26/09/2022",
        "Nghỉ hằng tuần",
        "Hoàn thành “B2. Chuyển hồ sơ",
        "0912 345 678",
        "Chốt mức phí 10.750.000 đồng",
    ):
        assert sentence in page, sentence


def test_who_has_claimed_a_task_is_called_by_name(site: Site) -> None:
    world = site.world
    world.runner.tasks.claim(1, world.task("Task_B3_appraise").id, person("specialist"), world.now)
    assert "specialist ha-tinh đang làm" in site.browser("one_stop_clerk").get("/cases/1").text
    world.runner.people.dismiss(person("specialist").id)
    assert "specialist@ha-tinh đang làm" in site.browser("one_stop_clerk").get("/cases/1").text


def test_the_diagram_shows_what_is_done_and_what_is_open(site: Site) -> None:
    answer = site.browser("specialist").get("/cases/1/diagram.svg")
    shown = states(answer.text)
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert shown["Task_B1_receive"] == shown["Gateway_complete"] == shown["Task_B2_forward"] == "done"
    assert shown["Task_B3_appraise"] == "current"
    assert not {"Task_B1_guide", "Task_B4_initial", "End_granted"} & shown.keys()
    flows = site.runner.procedures.in_force("ha-tinh/QT.BC.01", site.runner.clock.now()).diagram.flows
    taken = {(flows[each].source, flows[each].target) for each in shown if each in flows}
    assert ("Task_B2_forward", "Task_B3_appraise") in taken
    assert [target for source, target in taken if source == "Gateway_complete"] == ["Service_allot_number"]


def test_the_diagram_shows_what_is_late_and_packs_well(site: Site) -> None:
    site.world.at("2022-10-04 10:00")
    browser = site.browser("specialist")
    whole, near = browser.get("/cases/1/diagram.svg"), browser.get("/cases/1/diagram.svg?near=1")
    assert states(whole.text)["Task_B3_appraise"] == "late"
    assert 'width="1150" height="430"' in near.text and 'width="1150"' not in whole.text
    packed = browser.get("/cases/1/diagram.svg", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.data) < 20_000
    assert "quá " in browser.get("/cases/1").text


def test_a_paused_case_says_so_and_a_finished_one_whether_it_was_in_time(site: Site, world: Dossier) -> None:
    world.on("2022-09-28 08:00", "Task_B3_appraise", appraisal_decision="not_eligible", inspection_needed=None)
    for element in ("Task_B3_draft_notice", "Task_B3_initial", "Task_B3_sign", "Task_B3_stamp", "Task_B7_return"):
        world.do(element)
    browser = site.browser("specialist")
    page = browser.get("/cases/1").text
    assert "bị từ chối" in page and "trước hạn" in page and "Việc đang mở" not in page
    assert "current" not in states(browser.get("/cases/1/diagram.svg").text).values()
    world.start("ha-tinh/QT.BC.01")
    world.do("Task_B1_receive"), world.do("Task_B2_forward")
    world.do("Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
    world.do("Task_B3_guide")
    page = browser.get("/cases/2").text
    assert "Sẽ tính lại khi hết tạm dừng" in page and "đang tạm dừng từ 08:00 ngày 28/09/2022" in page


@pytest.mark.parametrize("path", ["", "/diagram.svg", "/journal", "/journal?replay=1"])
def test_for_people_of_other_provinces_a_case_does_not_exist(site: Site, path: str) -> None:
    assert site.browser("specialist").get(f"/cases/1{path}").status_code == 200
    for who in STRANGERS:
        browser = site.browser(who)
        assert browser.get(f"/cases/1{path}").status_code == browser.get(f"/cases/77{path}").status_code == 404
    assert site.browser("specialist").get(f"/cases/{'9' * 30}{path}").status_code == 404


def test_strangers_change_nothing(site: Site, world: Dossier) -> None:
    noted = incident(world)
    before = len(world.journal)
    for who in (*STRANGERS, person("specialist")):
        browser = site.browser(who)
        for deed in ("withdraw", f"incidents/{noted}/retry", f"incidents/{noted}/close"):
            assert browser.send(f"/cases/1/{deed}", reason="x").status_code == 404, (who, deed)
    assert len(world.journal) == before


@pytest.mark.parametrize("who", [AUDITS, person(Role.ADMINISTRATOR)])
def test_auditors_and_administrators_see_the_cases_of_their_provinces(site: Site, who: Person) -> None:
    page = site.browser(who).get("/cases/1").text
    assert "000.00.06.H27-220926-0001" in page and "/withdraw" not in page


def test_the_clerk_withdraws_a_case_with_a_reason(site: Site, world: Dossier) -> None:
    browser = site.browser("one_stop_clerk")
    assert "/cases/1/withdraw" in browser.get("/cases/1").text
    refused = browser.send("/cases/1/withdraw", reason=" ")
    assert refused.status_code == 422 and 'id="fault-withdraw"' in refused.text and world.row.status == "open"
    assert browser.send("/cases/1/withdraw", reason="Người nộp đổi ý").location == "/cases/1"
    page = browser.get("/cases/1").text
    assert world.row.status == "cancelled" and "Người nộp rút hồ sơ: Người nộp đổi ý" in page
    assert "/withdraw" not in page
    assert browser.send("/cases/1/withdraw", reason="lần nữa").status_code == 409


def test_an_administrator_closes_an_incident_with_a_reason(site: Site, world: Dossier) -> None:
    noted = incident(world)
    assert "/incidents/" not in site.browser("specialist").get("/cases/1").text
    browser = site.browser(Role.ADMINISTRATOR)
    page = browser.get("/cases/1").text
    assert f"/incidents/{noted}/retry" in page and "Bộ máy thực thi báo lỗi: x" in page
    refused = browser.send(f"/cases/1/incidents/{noted}/close", reason="")
    assert refused.status_code == 422 and f'id="fault-incident-{noted}"' in refused.text
    assert browser.send(f"/cases/1/incidents/{noted}/close", reason="Nhập trùng").location == "/cases/1"
    assert f"Đóng sự cố {noted}: Nhập trùng" in browser.get("/cases/1").text
    assert browser.send(f"/cases/1/incidents/{noted}/close", reason="x").status_code == 404


def test_an_administrator_tries_again_what_an_incident_stopped(site: Site, world: Dossier) -> None:
    noted = incident(world)
    browser = site.browser(Role.ADMINISTRATOR)
    assert browser.send(f"/cases/1/incidents/{noted}/retry").location == "/cases/1"
    page = browser.get("/cases/1").text
    assert f"Thử lại thao tác của sự cố {noted}." in page and "/retry" not in page
    assert "Task_B3_appraise" not in world.open


def test_the_journal_is_shown_and_proved(site: Site, world: Dossier) -> None:
    browser = site.browser(AUDITS)
    page = browser.get("/cases/1/journal").text
    assert page.count('id="entry-') == len(world.journal) == 3
    assert world.journal[-1].hash.hex() in page
    assert "Đã kiểm tra lại hồ sơ từ 3 mục nhật ký" in browser.get("/cases/1/journal?replay=1").text


def test_an_edited_journal_is_reported_and_the_page_still_stands(site: Site, world: Dossier) -> None:
    entry = world.journal[1]
    forged = canonical(replace(entry.body, values={**entry.body.values, "applicant_name": "Công ty khác"}).to_payload())
    with world.runner.database.change() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for [name] in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                tx.execute(text(f"DROP TRIGGER {name}"))
        statement = text('UPDATE journal SET payload = :payload WHERE "case" = 1 AND seq = 2')
        tx.execute(statement, {"payload": replace(entry, payload=forged).payload})
    browser = site.browser(AUDITS)
    assert "nội dung đã bị sửa" in browser.get("/cases/1/journal?replay=1").text
    page = browser.get("/cases/1")
    assert page.status_code == 200 and "nội dung đã bị sửa" in page.text and "Quá trình xử lý</h2>" not in page.text
    assert states(browser.get("/cases/1/diagram.svg").text) == {}
