"""The facts in the browser: every key is a field, what is typed is kept with its faults at their fields."""

from __future__ import annotations

import re
import tomllib
from html import unescape

from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CODE
from tests.web.conftest import Browser, Site

FACTS, TEXT = f"bpmn/{CODE}.toml", f"bpmn/{CODE}.txt"
PAGE = "/studio/drafts/1/facts"


def drafted(studio: Site) -> Browser:
    studio.runner.procedure_drafts.begin(CODE, HA, studio.world.now)
    return studio.browser(HA)


def shown(page: str) -> dict[str, list[str]]:
    """What a browser would send of the page's form, unchanged."""
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if "name" not in attributes or (attributes.get("type") == "checkbox" and " checked" not in tag):
            continue
        value = unescape(attributes.get("value", "on" if attributes.get("type") == "checkbox" else ""))
        sent.setdefault(attributes["name"], []).append(value)
    for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        sent[name] = [unescape(value)]
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = [unescape(chosen[1]) if chosen else ""]
    return sent


def files(studio: Site) -> dict[str, bytes]:
    return studio.runner.procedure_drafts.files(1, HA)


def test_a_form_sent_back_unchanged_changes_nothing_and_a_change_is_kept(studio: Site) -> None:
    browser, before = drafted(studio), files(studio)
    sent = shown(browser.get(PAGE).text)
    assert browser.send(PAGE, **sent, do="keep").status_code == 303
    assert files(studio) == before
    sent["decision-number"], sent["steps-0-duration-days"] = ["9/QĐ-UBND"], ["4"]
    assert browser.send(PAGE, **sent, do="keep").status_code == 303
    now = tomllib.loads(files(studio)[FACTS].decode())
    assert (now["decision"]["number"], now["steps"][0]["duration"]["days"]) == ("9/QĐ-UBND", "4")
    assert "Đã lưu." in browser.get(PAGE).text


def test_all_faults_stand_at_their_fields_and_what_was_typed_is_there(studio: Site) -> None:
    browser = drafted(studio)
    sent = shown(browser.get(PAGE).text)
    sent |= {"decision-date": ["hôm qua"], "title": [""], "steps-0-duration-days": ["nhiều"]}
    browser.send(PAGE, **sent, do="keep")
    page = browser.get(PAGE).text
    assert "Có 3 mục chưa đúng" in page and "còn 3 chỗ chưa đúng" in page
    for path in ("decision-date", "title", "steps-0-duration-days"):
        assert f'id="fault-{path}"' in page
    assert 'value="hôm qua"' in page and 'value="nhiều"' in page


def test_rows_are_added_moved_and_removed_without_a_script_and_nothing_is_saved_meanwhile(studio: Site) -> None:
    browser, before = drafted(studio), files(studio)
    sent = shown(browser.get(PAGE).text)
    sent = shown(browser.send(PAGE, **sent, do="add steps").text) | {"steps-1-id": ["9"]}
    first, second = sent["steps-0-id"], sent["steps-1-id"]
    moved = browser.send(PAGE, **sent, do="down steps 0").text
    sent = shown(moved)
    assert (sent["steps-0-id"], sent["steps-1-id"]) == (second, first)
    added = shown(browser.send(PAGE, **sent, do="add dossier").text)
    assert "dossier-0-name" in added
    nested = shown(browser.send(PAGE, **added, do="add branches").text)
    assert "branches-0-outcomes-0-id" not in nested
    nested = shown(browser.send(PAGE, **nested, do="add branches-0-outcomes").text)
    assert "branches-0-outcomes-0-id" in nested
    removed = shown(browser.send(PAGE, **nested, do="remove steps 0").text)
    assert removed["steps-0-id"] == first and files(studio) == before


def test_the_decisions_text_is_kept_and_quotations_it_lacks_are_named(studio: Site) -> None:
    browser = drafted(studio)
    sent = shown(browser.get(PAGE).text) | {"text": ["Đếm"]}
    browser.send(PAGE, **sent, do="keep")
    page = browser.get(PAGE).text
    assert files(studio)[TEXT] == "Đếm".encode() and "Không thấy trong văn bản" in page
    assert (
        studio.runner.procedure_drafts.bundle(1, HA).digest
        == studio.runner.procedures.in_force(CODE, studio.world.now).digest
    ), "the text is part of no version"


def test_a_file_that_is_no_toml_is_edited_as_text(studio: Site) -> None:
    browser, before = drafted(studio), files(studio)[FACTS]
    assert browser.send(f"{PAGE}?raw=1", raw="= x", do="raw", _base="1").status_code == 303
    page = browser.get(PAGE).text
    assert "chỉ sửa được ở dạng văn bản" in page and "= x" in page
    browser.send(f"{PAGE}?raw=1", raw=before.decode(), do="raw", _base="2")
    assert files(studio)[FACTS] == before


def test_others_read_or_find_nothing(studio: Site) -> None:
    drafted(studio)
    assert "disabled" in studio.browser(LONG).get(PAGE).text
    assert studio.browser(STRANGER).get(PAGE).status_code == 404


def test_names_that_no_field_has_are_no_defect(studio: Site) -> None:
    browser, nines = drafted(studio), "9" * 5000
    for sent in (
        {"steps-99999999-lanes": ["a", "b"]},
        {"steps": "x", "steps-0-lanes": ["a", "b"]},
        {"title-a": ["a", "b"], "title": "t"},
        {"--": ["a", "b"], "": "c"},
        {f"steps-{nines}-id": "1"},
        {"do": f"up steps {nines}", "steps-0-id": "1"},
        {"-" * 5000: "deep"},
        {"_base": "9" * 30, "title": "z"},
        {"do": "raw", "raw": 'decision = "x"\nsteps = "y"\ntime = [1]'},
    ):
        assert browser.send(PAGE, **{"do": "keep", "_base": "1", **sent}).status_code < 500, str(sent)[:80]
    assert browser.get(PAGE).status_code == 200
