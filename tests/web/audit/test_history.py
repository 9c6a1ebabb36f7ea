"""The pages of histories: what was so on a day, what led there, and for whom."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from runner.audit.history.happening import What
from runner.domain.calendar_edit import days_set
from runner.domain.person import Person, Role
from runner.domain.procedure.organisation_edit import set_row
from runner.domain.working_day import Day
from runner.store import setting
from tests.web.conftest import Site
from tests.world import person

AUDITOR = Person("kiemtra", "Trịnh Thị Loan", frozenset({("ha-tinh", Role.AUDITOR)}))
BOTH = Person("hai-tinh", "Lê Hai Tỉnh", frozenset({("ha-tinh", Role.AUDITOR), ("ben-tre", Role.AUDITOR)}))
KEEPER = person(Role.ADMINISTRATOR)
HEADING = "Đã xảy ra, mới nhất trước"


def page(site: Site, query: str = "", who: Person = AUDITOR) -> str:
    return " ".join(unescape(site.browser(who).get(f"/audit/history{query}").text).split())


def halves(site: Site, query: str, who: Person = AUDITOR) -> list[str]:
    """What was so, and what led there."""
    return page(site, query, who).split(HEADING)


@pytest.fixture
def deployed(site: Site) -> Site:
    site.world.deploy()
    for each in (AUDITOR, BOTH):
        site.runner.people.save(each)
    return site


@pytest.mark.parametrize("what", list(What))
def test_every_history_has_its_page_for_auditors_alone(deployed: Site, what: What) -> None:
    shown = page(deployed, f"?what={what}")
    assert 'aria-current="page">Lịch sử</a>' in shown and "tính đến hết ngày" in shown and HEADING in shown
    assert "ben-tre" not in shown
    assert deployed.browser(KEEPER).get(f"/audit/history?what={what}").status_code == 404


def test_who_had_which_lane_is_read_as_of_any_day(deployed: Site) -> None:
    world, people = deployed.world, deployed.runner.people
    lanes = {("ha-tinh", "director")}
    people.save(Person("minh", "Phan Quang Minh", frozenset(lanes)), KEEPER)
    world.later(days=2)
    people.save(Person("minh", "Phan Quang Minh", frozenset({("ha-tinh", "specialist")})), KEEPER)
    world.later(days=2)
    people.dismiss("minh", KEEPER)
    on = [halves(deployed, f"?what=roles&as_of=2022-09-{day}") for day in (25, 26, 28, 30)]
    director = r'<th scope="row">Lãnh đạo (?:(?!</tr>).)*Phan Quang Minh'
    assert [bool(re.search(director, state)) for state, _ in on] == [False, True, False, False]
    assert ["Phan Quang Minh" in state for state, _ in on] == [False, True, True, False]
    assert ["Thôi vai trò" in happened for _, happened in on] == [False, False, True, True]
    assert ["Đóng tài khoản" in happened for _, happened in on] == [False, False, False, True]
    assert "Phan Quang Minh" not in page(deployed, "?what=roles&province=ben-tre", BOTH)


def test_the_calendar_in_force_on_a_day_is_shown_with_what_changed(deployed: Site) -> None:
    world = deployed.world.later(days=3)
    edit = days_set(Day(date(2022, 10, 5), "off", "Nghỉ khắc phục hậu quả bão", "CV 12/UBND"))
    deployed.runner.people.save(KEEPER)
    deployed.runner.calendars.revise("ha-tinh", edit, "Bão số 4", KEEPER, world.now)
    before, after = (page(deployed, f"?what=calendar&as_of={day}") for day in ("2022-09-28", "2022-09-29"))
    assert "bản 1" in before and "Bão số 4" not in before and "bão" not in before
    assert "bản 2" in after and "Bão số 4" in after and "05/10/2022: nghỉ (Nghỉ khắc phục hậu quả bão)" in after
    assert KEEPER.name in after and "CV 12/UBND" in after


def test_the_organisation_on_a_day_is_shown_with_what_changed(deployed: Site) -> None:
    world = deployed.world.later(days=3)
    deployed.runner.people.save(KEEPER)
    edit = set_row("lanes", "director", {"label": "Giám đốc mới"})
    deployed.runner.organisations.revise("ha-tinh", edit, "Quyết định 7", KEEPER, world.now)
    before, after = (page(deployed, f"?what=organisation&as_of={day}") for day in ("2022-09-28", "2022-09-29"))
    assert "Giám đốc mới" not in before and "bản 1" in before
    assert "Giám đốc mới" in after and "Quyết định 7" in after and "Đổi so với bản trước" in after


def test_versions_in_force_on_a_day_are_shown_with_who_put_them_there(deployed: Site) -> None:
    state, happened = halves(deployed, "?what=deployments")
    assert "<code>ha-tinh/QT.BC.01</code>" in state
    assert "bản 1" in state and 'Người trình">bản phát hành' in state
    assert "ha-tinh/QT.BC.01, bản 1 có hiệu lực từ" in happened
    assert "Đến hết ngày ấy chưa có gì." in halves(deployed, "?what=deployments&as_of=2022-09-25")[0]


def test_sign_ins_and_readings_are_told_of_the_people_and_cases_of_the_province(deployed: Site) -> None:
    world = deployed.world
    for who in (person("specialist"), person("specialist", "ben-tre")):
        deployed.runner.accounts.set_password(who.id, "một mật khẩu đủ dài", world.now)
        deployed.runner.accounts.sign_in(who.id, "một mật khẩu đủ dài", "10.0.0.1", world.now)
    shown = halves(deployed, "?what=sign-ins")[1]
    assert "specialist@ha-tinh" in shown and "Đặt mật khẩu" in shown and "Đăng nhập" in shown
    assert "specialist@ben-tre" not in shown
    for procedure in ("ha-tinh/QT.BC.01", "ben-tre/39"):
        world.start(procedure)
    deployed.browser(BOTH).get("/cases/1")
    deployed.browser(BOTH).get("/cases/2")
    shown = halves(deployed, "?what=readings")[1]
    assert "Mở hồ sơ #1: hồ sơ" in shown and "Lê Hai Tỉnh" in shown and "trình duyệt" in shown
    assert "#2" not in shown
    world.later(days=1)
    deployed.browser(BOTH).send("/audit/find/file", kind="csv", ground="Quyết định 12/QĐ-TTr")
    own = halves(deployed, "?what=readings", BOTH)[1]
    assert "danh sách hồ sơ tìm được" in own and "Quyết định 12/QĐ-TTr" in own
    assert "Quyết định 12/QĐ-TTr" not in page(deployed, "?what=readings")
    assert "Quyết định 12/QĐ-TTr" not in page(deployed, "?what=readings&as_of=2022-09-26", BOTH)


def test_happenings_come_page_by_page(deployed: Site) -> None:
    for number in range(60):
        deployed.runner.people.save(Person("minh", f"Tên {number:03}", frozenset({("ha-tinh", "director")})))
    address, seen = "/audit/history?what=roles", list[str]()
    while address:
        text = unescape(deployed.browser(AUDITOR).get(address).text)
        seen += re.findall(r"<div>Họ tên: “Tên \d+” → “(Tên \d+)”</div>", text)
        following = re.search(r'href="([^"]*)" rel="next"', text)
        address = following[1] if following else ""
    assert seen == [f"Tên {number:03}" for number in reversed(range(1, 60))]


def test_before_the_log_the_page_says_so_and_shows_what_revisions_know(deployed: Site) -> None:
    world = deployed.world
    with deployed.runner.database.change() as tx:
        setting.save(tx, "record", "begin")
    world.later(days=10)
    deployed.runner.record_beginning.catch_up(world.now)
    early = {what: page(deployed, f"?what={what}&as_of=2022-09-30") for what in What}
    assert all("chưa có sổ kiểm chứng" in shown for shown in early.values())
    assert "Lịch làm việc, bản 1" in early[What.CALENDAR] and "bản 1 có hiệu lực" in early[What.DEPLOYMENTS]
    assert "khi ấy không được ghi lại" in early[What.ROLES] and "khi ấy" in early[What.CALENDAR]
    now = page(deployed, "?what=calendar")
    assert "chưa có sổ kiểm chứng" not in now and "có trước khi sổ bắt đầu" in now


def test_what_cannot_be_asked_is_said_at_its_field_or_is_not_there(deployed: Site) -> None:
    browser = deployed.browser(AUDITOR)
    for day in ("2022-02-30", "hôm qua", "2022-09-27", "0001-01-01"):
        refused = browser.get("/audit/history", query_string={"as_of": day})
        assert refused.status_code == 422 and 'id="fault-as_of"' in refused.text, day
    for query in ("what=nonsense", "province=ben-tre", "province=x"):
        assert browser.get(f"/audit/history?{query}").status_code == 404, query
    for query in ("before=x", "before=-1", "before=99999999999999999999", "as_of=&province="):
        assert browser.get(f"/audit/history?{query}").status_code == 200, query
