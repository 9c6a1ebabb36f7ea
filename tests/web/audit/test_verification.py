"""The desk's page of verifications, the REST interface and the figures: one service, told to whom it concerns."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from runner.domain.person import Role
from runner.domain.record import RecordKind
from runner.services.version_cache import Versions
from runner.store import record_event
from tests.web.conftest import Site
from tests.web.program import Program
from tests.world import person

AUDITOR = person(Role.AUDITOR)
ELSEWHERE = person(Role.AUDITOR, "ben-tre")


@pytest.fixture
def edited(site: Site) -> Site:
    """A site with a case of each province whose rows were edited, verified in the night."""
    world = site.world.deploy()
    for who in (AUDITOR, ELSEWHERE):
        world.runner.people.save(who)
    world.start("ha-tinh/QT.BC.01")
    world.start("ben-tre/39")
    with world.runner.database.change() as tx:
        tx.execute(text("UPDATE \"case\" SET subject = 'Công ty Bí Mật'"))
    world.clock.set(world.clock.now().replace(hour=20))
    while (done := world.runner.verification.nightly.work(world.now)) and not done.ended:
        pass
    return site


def test_the_report_tells_each_claim_and_the_findings_of_cases_that_the_auditor_reads(edited: Site) -> None:
    page = edited.browser(AUDITOR).get("/audit/verification").text
    assert "Sổ hồ sơ, việc, mốc thời hạn, sự cố, thông báo đúng như nhật ký" in page
    assert "Sai lệch: 2 chỗ" in page and "Chạy lại từng mục cho đúng trạng thái đã ghi" in page
    assert "Hồ sơ 1: case[1].subject" in page and "case[2].subject" not in page
    assert "Còn 1 chỗ nữa, ngoài phạm vi" in page and "Bí Mật" not in page
    assert "Điều người ta gõ vào là sự thật" in page
    assert "case[2].subject" in edited.browser(ELSEWHERE).get("/audit/verification").text


def test_one_case_is_verified_at_once_with_both_values(edited: Site) -> None:
    browser = edited.browser(AUDITOR)
    page = browser.send("/audit/verification/case", case="1").text
    with edited.runner.database.read() as tx:
        [told] = record_event.events(tx, kinds=[RecordKind.READ])
    assert (told.subject, told.facts["page"]) == ("1", "verification")
    assert "case[1].subject: đang ghi “Công ty Bí Mật”, đúng ra là “”" in page
    for typed in ("2", "", "{x}"):
        refused = browser.send("/audit/verification/case", case=typed)
        assert refused.status_code == 404 and f"Không tìm thấy hồ sơ {typed}" in refused.text
        assert f'name="case" required maxlength="60" value="{typed}"' in refused.text, "the input is kept"
    with edited.runner.database.change() as tx:
        tx.execute(text("UPDATE \"case\" SET subject = ''"))
    assert "Hồ sơ này chạy lại từ nhật ký đúng như đã ghi" in browser.send("/audit/verification/case", case="1").text


def test_a_sample_is_verified_at_once_and_kept(edited: Site) -> None:
    browser = edited.browser(AUDITOR)
    sent = browser.send("/audit/verification")
    assert "mẫu bốc thăm" in browser.get(sent.location).text
    assert edited.runner.verification.newest(1)[0].by == AUDITOR.id
    assert browser.get("/audit/verification?report=99").status_code == 404
    assert browser.get("/audit/verification?report=x").status_code == 200


def test_the_desk_stays_up_and_says_so_where_a_version_is_not_what_was_deployed(edited: Site) -> None:
    stored = 'SELECT f.sha256 FROM version_file f JOIN "case" c ON c.version = f.version'
    stored += " WHERE c.id = 1 AND f.name LIKE '%.toml'"
    with edited.runner.database.change() as tx:
        tx.execute(text(f"UPDATE blob SET content = content || content WHERE sha256 IN ({stored})"))
    Versions.__init__(edited.runner.procedures.versions)  # as after a restart
    browser = edited.browser(AUDITOR)
    for part in (
        "",
        "/find",
        "/verification",
        "/rules",
        "/many",
        "/retention",
        "/history?what=deployments",
        "/samples",
    ):
        assert browser.get(f"/audit{part}").status_code == 200, part
    assert browser.get("/register").status_code == browser.get("/procedures").status_code == 200
    assert "phiên bản bị sửa" in browser.get("/audit/find").text
    for part in ("replay", "reexecution"):
        shown = browser.get(f"/audit/cases/1/{part}")
        assert shown.status_code == 200 and "phiên bản bị sửa" in shown.text
    assert "phiên bản thủ tục không đúng" in browser.get("/audit/cases/1/replay").text
    assert "phiên bản thủ tục không đúng" in browser.send("/audit/verification/case", case="1").text
    refused = browser.get("/cases/1")
    assert refused.status_code == 500 and "không còn là những tệp đã triển khai" in refused.text
    assert browser.get("/cases/2").status_code == 404


def test_nobody_else_sees_or_orders_a_verification(edited: Site) -> None:
    for who in (Role.ADMINISTRATOR, "director"):
        browser = edited.browser(who)
        assert browser.get("/audit/verification").status_code == 404
        assert browser.send("/audit/verification").status_code == 404


def test_programs_and_figures_tell_the_same(edited: Site) -> None:
    reports = Program(edited, "director").get("/verifications")["verifications"]
    assert [(each["scope"], each["found"], each["diverging"]) for each in reports] == [("nightly", 2, 2)]
    assert reports[0]["checks"]["tables"] == "diverges" and reports[0]["checks"]["chain"] == "matches"
    figures = edited.browser().get("/metrics").text
    assert "motcua_verification_findings 2.0" in figures and "motcua_verification_age_seconds 0.0" in figures
