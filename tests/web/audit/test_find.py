"""The page on which auditors find cases."""

from __future__ import annotations

import csv
import re
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZipFile

from runner.domain.person import Role
from runner.domain.record import RecordEvent, RecordKind
from runner.store import record_event
from tests.procedures.values import ANSWERS
from tests.web.conftest import Site
from tests.world import person


def shown(page: str) -> list[int]:
    """The cases on a page, in their order."""
    return [int(case) for case in re.findall(r'<th scope="row"><a href="[^"]*/cases/(\d+)', page)]


def test_cases_are_found_filtered_and_paged(site: Site) -> None:
    world = site.world.deploy()
    world.runner.people.save(person(Role.AUDITOR))
    for number in range(51):
        world.start("ha-tinh/QT.BC.01")
        if number == 7:
            world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | {"applicant_name": "Bưu chính <Rào Trổ>"})
    world.start("ben-tre/39")
    browser = site.browser(Role.AUDITOR)
    first = browser.get("/audit/find").text
    assert shown(first) == list(range(51, 1, -1)) and "51 hồ sơ" in first
    assert shown(
        browser.get(re.search(r'href="(/audit/find[^"]*)" rel="next"', first)[1].replace("&amp;", "&")).text
    ) == [1]  # type: ignore[index]
    named = browser.get("/audit/find?q=rao+tro&status=open&procedure=ha-tinh/QT.BC.01").text
    assert shown(named) == [8] and "Bưu chính &lt;Rào Trổ&gt;" in named and 'value="rao tro"' in named
    assert "Không có hồ sơ nào như vậy." in browser.get("/audit/find?q=rao+tro&status=finished").text


def test_what_cannot_be_asked_is_said_at_its_field_or_asks_nothing(site: Site) -> None:
    site.runner.people.save(person(Role.AUDITOR))
    browser = site.browser(Role.AUDITOR)
    refused = browser.get("/audit/find?since=2022-02-30")
    assert refused.status_code == 422 and 'id="fault-since"' in refused.text
    for query in (
        "q=%25",
        "before=x",
        "before=99999999999999999999",
        "status=nonsense&late=x&outcome=y",
        "q=" + "a+" * 500,
    ):
        assert browser.get(f"/audit/find?{query}").status_code == 200, query
    assert site.browser(Role.ADMINISTRATOR).get("/audit/find").status_code == 404


def test_a_list_is_taken_away_with_its_ground_and_the_record_knows_it(site: Site) -> None:
    world = site.world.deploy()
    world.runner.people.save(person(Role.AUDITOR))
    for name in ("=HYPERLINK(1)", "Công ty Đường Sắt"):
        world.start("ha-tinh/QT.BC.01")
        world.do("Task_B1_receive", **ANSWERS["tiep-nhan-qt-bc-01"] | {"applicant_name": name})
    browser = site.browser(Role.AUDITOR)
    refused = browser.send("/audit/find/file", kind="csv", ground="  ", q="đường sắt")
    assert refused.status_code == 422 and 'id="fault-ground"' in refused.text and exports(site) == []
    taken = browser.send("/audit/find/file", kind="csv", ground="Quyết định 12/QĐ-TTr", q="đường sắt")
    rows = list(csv.DictReader(StringIO(taken.data.decode("utf-8-sig"))))
    assert [row["Tổ chức, cá nhân"] for row in rows] == ["Công ty Đường Sắt"]
    [told] = exports(site)
    assert (told.actor, told.subject, told.at) == (person(Role.AUDITOR).id, "find", world.now)
    assert told.facts == {
        "ground": "Quyết định 12/QĐ-TTr",
        "asked": {"q": "đường sắt"},
        "count": 1,
        "format": "csv",
        "sha256": sha256(taken.data).hexdigest(),
        "via": told.facts["via"],
    }
    every = browser.send("/audit/find/file", kind="xlsx", ground="Kế hoạch kiểm tra")
    assert exports(site)[1].facts["count"] == 2 and ZipFile(BytesIO(every.data)).testzip() is None
    assert sha256(every.data).hexdigest() == exports(site)[1].facts["sha256"]
    assert "'=HYPERLINK(1)" in browser.send("/audit/find/file", kind="csv", ground="x").data.decode()
    assert site.browser("specialist").send("/audit/find/file", kind="csv", ground="x").status_code == 404


def exports(site: Site) -> list[RecordEvent]:
    with site.runner.database.read() as tx:
        return record_event.events(tx, kinds=[RecordKind.EXPORT])
