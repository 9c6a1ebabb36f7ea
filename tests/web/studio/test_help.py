"""The pages of help: every rule with what it says about its wrong example, both pictures, in both languages."""

from __future__ import annotations

from html import unescape

from runner.authoring import help as pages
from tests.authoring.conftest import HA
from tests.web.conftest import Site


def test_every_rule_has_a_page_with_its_finding_and_both_pictures(studio: Site) -> None:
    browser = studio.browser(HA)
    index = browser.get("/studio/help").text
    for rule in pages.pages():
        assert f"/studio/help/rules/{rule}" in index
    for rule in ("timers", "conditions", "results"):
        page = unescape(browser.get(f"/studio/help/rules/{rule}").text)
        assert "Vì sao" in page and "Sửa thế nào" in page and "không có phát hiện nào" in page
        for side in ("wrong", "right"):
            picture = browser.get(f"/studio/help/rules/{rule}/{side}.svg")
            assert picture.mimetype == "image/svg+xml" and "state-" in picture.text
    assert "P5M" in unescape(browser.get("/studio/help/rules/timers").text)
    assert browser.get("/studio/help/rules/khong-co").status_code == 404
    assert browser.get("/studio/help/rules/timers/left.svg").status_code == 404


def test_help_speaks_english_too(studio: Site) -> None:
    browser = studio.browser(HA)
    browser.send("/language", language="en", next="/")
    assert "Only limits that the working calendar understands" in browser.get("/studio/help/rules/timers").text
