"""The page on which auditors find cases."""

from __future__ import annotations

import re

from runner.domain.person import Role
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
