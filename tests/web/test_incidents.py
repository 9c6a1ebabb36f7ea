"""The list of open incidents, for those who may mend them."""

from __future__ import annotations

from runner.domain.person import SYSTEM, Role
from runner.engine.errors import EngineFault
from runner.store import epoch, setting
from tests.web.conftest import Site
from tests.world import person


def test_administrators_see_the_open_incidents_of_their_provinces_alone(site: Site) -> None:
    world = site.world.deploy()
    for procedure in ("ha-tinh/QT.BC.01", "ben-tre/39"):
        world.start(procedure)
        world.runner.transactions.record_incident(
            world.case, EngineFault(reason=f"hỏng {procedure}"), None, person("x"), world.now
        )
    browser = site.browser(Role.ADMINISTRATOR)
    page = browser.get("/incidents").text
    assert "Bộ máy thực thi báo lỗi: hỏng ha-tinh/QT.BC.01" in page and "ben-tre/39" not in page
    assert 'href="/cases/1#incident-2"' in page and 'id="incident-2"' in browser.get("/cases/1").text
    assert 'href="/incidents"' in browser.get("/register").text
    browser.send("/cases/1/incidents/2/close", reason="Đã sửa")
    assert "Không có sự cố nào đang mở." in browser.get("/incidents").text
    assert "hỏng ben-tre/39" in site.browser(person(Role.ADMINISTRATOR, "ben-tre")).get("/incidents").text


def test_for_others_there_is_no_such_page(site: Site) -> None:
    for lane in ("one_stop_clerk", "specialist"):
        browser = site.browser(lane)
        assert browser.get("/incidents").status_code == 404
        assert 'href="/incidents"' not in browser.get("/register").text


def test_administrators_are_told_on_every_page_that_messages_are_held_since_a_restore(site: Site) -> None:
    runner = site.world.deploy().runner
    told = "Cơ sở dữ liệu đã được khôi phục từ bản sao lưu"
    assert told not in site.browser(Role.ADMINISTRATOR).get("/incidents").text
    with runner.database.change() as tx:
        setting.save(tx, epoch.HELD, epoch.YES)
    assert told in site.browser(Role.ADMINISTRATOR).get("/incidents").text
    assert told not in site.browser("specialist").get("/inbox").text
    runner.outbox.release("Đã xem từng thư", SYSTEM, site.world.now)
    assert told not in site.browser(Role.ADMINISTRATOR).get("/incidents").text
