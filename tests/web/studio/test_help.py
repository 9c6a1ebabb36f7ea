"""The pages of help: every rule with what it says about its wrong example, both pictures, in both languages."""

from __future__ import annotations

from html import unescape

from runner.authoring import help as pages
from runner.authoring.difference.diagram import KINDS
from runner.authoring.help import contract, tutorial
from runner.bpmn import timer
from runner.lint.rules import clock, elements, topics
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


def test_the_contract_has_a_picture_the_lists_of_the_linter_and_its_rules_in_each_row(studio: Site) -> None:
    browser = studio.browser(HA)
    page = unescape(browser.get("/studio/help/contract").text)
    for row in contract.rows().values():
        assert f'id="{row.id}"' in page and all(f"/studio/help/rules/{rule}" in page for rule in row.rules)
        picture = browser.get(f"/studio/help/contract/{row.id}.svg")
        assert picture.mimetype == "image/svg+xml" and "state-current" in picture.text, row.id
    for value in (*elements.GRAMMAR["process"][1] & KINDS.keys(), *topics.TOPICS, *clock.MARKS, *timer.FUNCTIONS):
        assert f"<code>{value}" in page, value
    assert "Kết quả của hồ sơ" in page and "được giải quyết" in page and "Nơi hồ sơ vào" in page
    assert browser.get("/studio/help/contract/khong-co.svg").status_code == 404


def test_help_speaks_english_too(studio: Site) -> None:
    browser = studio.browser(HA)
    browser.send("/language", language="en", next="/")
    assert "Only limits that the working calendar understands" in browser.get("/studio/help/rules/timers").text
    page = unescape(browser.get("/studio/help/contract").text)
    assert "The diagram's contract" in page and "“Step of the decision”" in page and "ngày làm việc" not in page
    page = unescape(browser.get("/studio/help/tutorial").text)
    assert "A new procedure in 30 minutes" in page and "<b>Make the draft</b>" in page
    assert all(step.words["en"]["name"] in page for step in tutorial.steps())
