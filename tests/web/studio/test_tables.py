"""A draft's decision tables: listed with who asks them, kept with their faults told, looked up, in and out as files."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from runner.authoring import tables
from runner.web.security import CSRF_FIELD
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.dmn.tables import rule, table
from tests.services.office import CODE
from tests.web.conftest import Browser, Site

TABLES = "/studio/drafts/1/tables"
FEES = f"{TABLES}/phi"
DATA = table(rule('"a"', "1000"), rule('"b"', "2500000"))


@pytest.fixture
def browser(studio: Site) -> Browser:
    """Hà's browser, in which she edits a draft with a table."""
    drafts = studio.runner.procedure_drafts
    drafts.begin(CODE, HA, studio.world.now)
    drafts.save(1, {tables.path(CODE, "phi"): DATA}, HA, studio.world.now, base=1)
    return studio.browser(HA)


def stored(studio: Site, id: str = "phi") -> bytes:
    return studio.runner.procedure_drafts.files(1, HA)[tables.path(CODE, id)]


def sent(browser: Browser, data: bytes, base: int = 2) -> tuple[int, dict[str, Any]]:
    """What the editor is answered when it sends a table."""
    answer = browser.send(FEES, _xml=data.decode(), _base=base)
    return answer.status_code, answer.get_json()


def upload(browser: Browser, address: str, data: bytes, base: int) -> Any:
    file = (BytesIO(data), "x.dmn")
    return browser.post(address, data={CSRF_FIELD: browser.csrf(), "_base": base, "file": file})


def test_the_list_says_what_is_wrong_with_a_table(studio: Site, browser: Browser) -> None:
    assert "dùng được" in browser.get(TABLES).text and "chưa việc nào" in browser.get(TABLES).text
    twice = table(rule('"a"', "1"), rule('"a"', "2"))
    studio.runner.procedure_drafts.save(1, {tables.path(CODE, "phi"): twice}, HA, studio.world.now, base=2)
    assert "1 lỗi" in browser.get(TABLES).text
    assert studio.browser(STRANGER).get(TABLES).status_code == 404


def test_what_is_kept_is_answered_with_its_findings(studio: Site, browser: Browser) -> None:
    code, answer = sent(browser, table(rule('"a"', "1"), rule('"a"', "2")))
    assert (code, answer["save"]) == (200, 3)
    assert "Dòng 2 của bảng cùng đúng với dòng 1" in answer["findings"]
    assert 'href="/studio/help/rules/tables"' in answer["findings"]
    code, answer = sent(browser, table(rule("amount", "1")), 3)
    assert code == 200 and "chỉ được ghi giá trị" in answer["findings"] and "Chưa tra được bảng" in answer["preview"]


@pytest.mark.parametrize("hostile", [b"", b"<x/>", b"<!DOCTYPE a><definitions/>", b"{}"])
def test_what_is_no_table_is_refused_and_nothing_changes(studio: Site, browser: Browser, hostile: bytes) -> None:
    code, answer = sent(browser, hostile)
    assert code == 422 and answer["problem"]
    assert stored(studio) == DATA


def test_who_does_not_edit_sees_the_table_and_changes_nothing(studio: Site, browser: Browser) -> None:
    other = studio.browser(LONG)
    page = other.get(FEES).text
    assert "table_editor.js" not in page and "table_editor.js" in browser.get(FEES).text
    assert "2.500.000" in page and "Tra bảng" in page
    code, answer = sent(other, table(rule('"a"', "9")))
    assert code == 409 and "Lê Thu Hà" in answer["problem"]
    assert stored(studio) == DATA


def test_a_case_is_looked_up(browser: Browser) -> None:
    found = browser.send(f"{FEES}/try", _try="1", input_0="b").text
    assert "Dòng 2 đúng" in found and "2.500.000" in found
    assert "không có dòng nào cho" in browser.send(f"{FEES}/try", _try="1").text


def test_a_new_table_a_copy_and_their_removal(studio: Site, browser: Browser) -> None:
    answer = browser.send(TABLES, id="phi-moi", name="Phí mới", ask=["procedure", "amount"], _base=2)
    assert answer.location == f"{TABLES}/phi-moi"
    read = tables.readable(stored(studio, "phi-moi"))
    assert read and [column.kind for column in read.inputs] == ["string", "number"]
    assert browser.send(TABLES, id="phi-moi", name="Khác", ask="procedure", _base=3).status_code == 409
    assert browser.send(TABLES, id="phi-khac", name="Khác", _base=3).status_code == 422
    assert browser.send(TABLES, id="phi-2", copy="phi", _base=3).status_code == 303
    assert browser.send(f"{TABLES}/phi-2/delete", _base=4).status_code == 303
    assert tables.ids(studio.runner.procedure_drafts.files(1, HA)) == ["phi", "phi-moi"]


def test_a_table_goes_out_as_a_file_and_comes_in_as_one(studio: Site, browser: Browser) -> None:
    got = browser.get(f"{FEES}/file")
    assert got.data == DATA and got.headers["Content-Disposition"] == 'attachment; filename="phi.dmn"'
    assert upload(browser, f"{FEES}/file", DATA.replace(b"1000", b"1500"), 2).status_code == 303
    assert b"1500" in stored(studio)
    other = tables.renamed(DATA, "phi-khac")
    assert upload(browser, f"{FEES}/file", other, 3).status_code == 422
    assert upload(browser, f"{TABLES}/file", other, 3).location == f"{TABLES}/phi-khac"
    assert upload(browser, f"{TABLES}/file", b"PK", 4).status_code == 422
