"""The difference in the browser: in words by group and on both diagrams in colours."""

from __future__ import annotations

import re
from html import unescape

from runner.domain.person import Role
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CODE, SPECIALIST
from tests.web.conftest import Site
from tests.world import person

DIAGRAM, FACTS = f"bpmn/{CODE}.bpmn", f"bpmn/{CODE}.toml"
TAB = "/studio/drafts/1/difference"


def drafted(studio: Site) -> str:
    """Hà's draft with a shorter limit; the digest of the version in force."""
    drafts, now = studio.runner.procedure_drafts, studio.world.now
    made = drafts.begin(CODE, HA, now)
    files = drafts.files(made.id, HA)
    facts = files[FACTS].replace(b'days = "3"', b'days = "2.5"')
    changed = {DIAGRAM: files[DIAGRAM].replace(b"P3D", b"P2.5D"), FACTS: facts}
    drafts.save(made.id, changed, HA, now, base=1)
    return studio.runner.procedures.in_force(CODE, now).digest


def test_a_draft_is_shown_beside_its_version_in_the_laws_terms(studio: Site) -> None:
    drafted(studio)
    browser = studio.browser(HA)
    page = unescape(browser.get(TAB).text)
    assert "1 đổi" in page and "2,5 ngày làm việc" in page and "Thời hạn" in page
    assert "row=0" in page and 'class="sel"' in browser.get(f"{TAB}?row=0").text


def test_both_diagrams_show_in_colours_what_differs_and_come_to_the_chosen_row(site: Site) -> None:
    site.world.deploy()
    analyst = person(Role.ANALYST, "ben-tre")
    site.runner.people.save(analyst)
    browser, now = site.browser(analyst), site.world.now
    one, two = (site.runner.procedures.in_force(code, now).digest for code in ("ben-tre/39", "ha-tinh/QT.BC.01"))
    address = f"/studio/difference/diagram.svg?before={one}&after={two}"
    before, after = browser.get(f"{address}&side=before"), browser.get(f"{address}&side=after")
    assert before.mimetype == "image/svg+xml" and "state-removed" in before.text and "state-added" not in before.text
    assert "state-added" in after.text and "state-changed" in after.text and "state-removed" not in after.text
    page = browser.get(f"/studio/difference?before={one}&after={two}").text
    row = re.search(r"row=(\d+)", page)
    assert row
    near = [browser.get(f"{address}&side={side}&row={row[1]}").text for side in ("before", "after")]
    frames = [[each.split("viewBox=")[1][:30] for each in pictures] for pictures in (near, (before.text, after.text))]
    assert frames[0] != frames[1]


def test_the_approver_sees_what_changes(studio: Site) -> None:
    drafted(studio)
    studio.browser(HA).send("/studio/drafts/1/approval")
    page = studio.browser(LONG).get("/studio/approvals/1").text
    assert "Điều thay đổi" in page and "2,5 ngày làm việc" in page


def test_two_versions_that_are_alike_say_so_and_what_is_none_is_not_found(studio: Site) -> None:
    old = drafted(studio)
    browser = studio.browser(LONG)
    assert "giống hệt nhau" in browser.get(f"/studio/difference?before={old}&after={old}").text
    assert "So sánh hai phiên bản" in browser.get("/studio/difference").text
    for wrong in ("aa", "draft:9", "draft:x"):
        assert browser.get(f"/studio/difference?before={old}&after={wrong}").status_code == 404
    for other in (STRANGER, SPECIALIST):
        assert studio.browser(other).get(TAB).status_code == 404
        assert studio.browser(other).get(f"/studio/difference?before={old}&after=draft:1").status_code == 404


def test_a_draft_that_cannot_be_read_is_said_to_be_so(studio: Site) -> None:
    drafted(studio)
    studio.runner.procedure_drafts.save(1, {DIAGRAM: b"<x"}, HA, studio.world.now, base=2)
    answer = studio.browser(HA).get(TAB)
    assert answer.status_code == 200 and "không phải là XML hợp lệ" in answer.text
