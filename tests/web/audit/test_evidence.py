"""The page on which auditors take the evidence of a case away."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from runner.domain.person import Person, Role
from runner.domain.record import RecordKind
from runner.store import record_event
from tests.audit.evidence.exhibit import AUDITOR, Exhibit, contents, verdict
from tests.services.office import CLERK, PROVINCE
from tests.web.conftest import Site
from tests.world import person

ADDRESS = "/audit/cases/1/evidence"


@pytest.fixture
def site(exhibit: Exhibit) -> Site:
    return Site(exhibit)


def test_a_bundle_goes_out_with_its_ground_and_its_digest_stands_on_the_page(site: Site, tmp_path: Path) -> None:
    browser = site.browser(AUDITOR)
    page = browser.get(ADDRESS).text
    assert "mọi mục nhật ký nằm trong mốc đã ký" in page and "Chưa có gói nào." in page
    assert f'href="{ADDRESS}" aria-current="page"' in page
    assert f'href="{ADDRESS}"' in browser.get("/cases/1/journal").text
    answer = browser.send(ADDRESS, ground="Thanh tra yêu cầu", everything="on")
    assert answer.headers["Content-Type"] == "application/zip"
    assert re.search(r'filename="?ho-so-1\.zip', answer.headers["Content-Disposition"])
    file = tmp_path / "case.zip"
    file.write_bytes(answer.data)
    assert verdict(file).code == 0
    page = browser.get(ADDRESS).text
    assert f"sha256 {sha256(answer.data).hexdigest()}" in page and "Thanh tra yêu cầu" in page


def test_personal_data_stays_behind_when_the_tick_is_taken_away(site: Site) -> None:
    answer = site.browser(AUDITOR).send(ADDRESS, ground="Báo cáo")
    assert not [name for name, content in contents(answer.data).items() if "Nguyễn Thị Hồng".encode() in content]
    assert "không kèm dữ liệu cá nhân" in site.browser(AUDITOR).get(ADDRESS).text


def test_without_a_ground_nothing_is_made(site: Site) -> None:
    browser = site.browser(AUDITOR)
    for ground in ("", "  ", "x" * 1001, "a\x07b"):
        refused = browser.send(ADDRESS, ground=ground, everything="on")
        assert refused.status_code == 422 and 'id="fault-ground"' in refused.text, ground
    with site.runner.database.read() as tx:
        assert record_event.events(tx, kinds=[RecordKind.EXPORT]) == []


def test_it_is_for_auditors_of_the_case_alone(site: Site) -> None:
    neighbour = Person("neighbour", "Kiểm tra tỉnh khác", frozenset({("ha-tinh", Role.AUDITOR)}))
    site.runner.people.save(neighbour)
    site.runner.people.save(person(Role.ADMINISTRATOR, PROVINCE))
    for who in (CLERK, neighbour, person(Role.ADMINISTRATOR, PROVINCE)):
        browser = site.browser(who)
        assert browser.get(ADDRESS).status_code == 404
        assert browser.send(ADDRESS, ground="Tò mò", everything="on").status_code == 404
        assert "evidence" not in browser.get("/cases/1/journal").text
    assert site.browser(AUDITOR).get("/audit/cases/2/evidence").status_code == 404
    assert site.browser(AUDITOR).post(ADDRESS, data={"ground": "Không có mã chống giả mạo"}).status_code in (400, 422)


def test_a_case_without_a_head_says_that_nothing_is_proven_yet(database_url: str, tmp_path: Path) -> None:
    office = Exhibit(database_url, tmp_path, signed=False)
    assert "chưa có mốc đã ký" in Site(office).browser(AUDITOR).get(ADDRESS).text
    office.runner.close()
