"""The desk's first page says how the record stands, what is unusual and what is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from runner.domain.person import Person, Role
from runner.domain.record import RecordKind
from runner.services.record_key import KeyFile
from runner.services.record_log import RecordLog
from runner.store import record_event
from tests.procedures.dossier import Dossier
from tests.web.conftest import Site

AUDITOR = Person("kiemtra", "Trịnh Thị Loan", frozenset({("ha-tinh", Role.AUDITOR)}))
STRANGER = Person("ngoai", "Người Tỉnh Khác", frozenset({("ben-tre", Role.AUDITOR)}))


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier that was accepted on a Monday and is with the specialist."""
    dossier = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    for each in (AUDITOR, STRANGER):
        dossier.runner.people.save(each)
    yield dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    dossier.runner.close()


def page(site: Site, who: Person = AUDITOR, query: str = "") -> str:
    return " ".join(unescape(site.browser(who).get(f"/audit{query}").text).split())


def test_nothing_is_claimed_before_a_verification_and_a_head(site: Site) -> None:
    shown = page(site)
    for sentence in ("Sổ chưa được xác minh lần nào", "Chưa kiểm", "chưa có mốc nào", "chưa có người chứng nào"):
        assert sentence in shown, sentence


def test_the_last_verification_the_newest_head_and_what_waits_are_shown(site: Site, tmp_path: Path) -> None:
    runner, world = site.runner, site.world
    key = KeyFile(tmp_path / "record.key")
    key.make("so-khcn/motcua")
    RecordLog(runner.database, key, None).finish(world.now)
    world.at("2022-09-28 02:00")
    while not (done := runner.verification.nightly.work(world.now)) or not done.ended:
        pass
    head = runner.record_log.newest()
    assert head
    shown = page(site)
    assert "hồ sơ khớp với nhật ký" in shown
    assert head.root.hex()[:8] in shown
    assert "Sổ chưa được xác minh" not in shown
    assert "Chưa kiểm" not in shown, "that no case has a file leaves nothing open"


def test_a_late_case_is_listed_with_why_and_leads_to_its_replay(site: Site) -> None:
    assert "Không có hồ sơ nào khác thường" in page(site)
    site.world.later(days=60).runner.tick()
    shown = page(site)
    assert "1 trễ hạn" in shown
    assert "Công ty TNHH Bưu chính Hồng Lĩnh" in shown
    assert "/audit/cases/1/replay" in shown
    assert "Trễ hạn trả kết quả." in page(site, query="?sign=late")
    assert "Trễ hạn trả kết quả." in page(site, query="?sign=không-có"), "an unknown sign chooses nothing"


def test_what_came_into_force_is_told_with_its_number_and_by_whom_in_words(site: Site) -> None:
    code, runner = "ha-tinh/QT.BC.01", site.runner
    known = runner.procedures.last(code, site.world.now).digest
    for digest in (known, "f" * 64):
        with runner.database.change() as tx:
            record_event.append(
                tx, RecordKind.ENFORCEMENT, "release 0.1.0", site.world.now, code, {"version": digest}, "ha-tinh"
            )
    shown = page(site)
    assert f"{code}: phiên bản 1 được đưa vào áp dụng" in shown
    assert f"{code}: phiên bản ffffffff được đưa vào áp dụng" in shown, "one whose row is gone breaks no page"
    assert "bản phát hành 0.1.0 · " in shown and "release" not in shown


def test_an_auditor_of_another_province_sees_no_case(site: Site) -> None:
    site.world.later(days=60).runner.tick()
    assert "Hồng Lĩnh" not in page(site, STRANGER)


def test_what_was_done_since_the_last_visit_is_new_and_only_that(site: Site) -> None:
    page(site)
    site.world.later(hours=2)
    site.runner.people.save(Person("moi", "Người Mới", frozenset({("ha-tinh", "director")})))
    site.world.later(minutes=5)
    shown = page(site)
    assert "lần trước anh/chị vào" in shown
    assert "Tài khoản và vai trò của moi" in shown
    site.world.later(hours=2)
    assert "Tài khoản và vai trò của moi" not in page(site)


def test_a_verification_of_a_sample_is_one_press_away(site: Site) -> None:
    browser = site.browser(AUDITOR)
    answer = browser.send("/audit/verification")
    assert answer.status_code == 303
    assert site.world.now - timedelta(minutes=1) < site.runner.verification.newest()[0].begun
