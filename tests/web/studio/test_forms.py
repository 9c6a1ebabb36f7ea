"""A draft's forms: listed with who uses them, kept only as what can be rendered, tried by our own rendering."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from runner.authoring import forms
from runner.domain import form as domain
from runner.domain.form.component import FIELDS
from runner.web.security import CSRF_FIELD
from runner.web.studio import components
from tests.authoring.conftest import HA, LONG, STRANGER
from tests.services.office import CODE
from tests.web.conftest import Browser, Site

FORMS = "/studio/drafts/1/forms"
WEIGH = f"{FORMS}/phieu"


@pytest.fixture
def browser(studio: Site) -> Browser:
    """Hà's browser, in which she edits a draft."""
    studio.runner.procedure_drafts.begin(CODE, HA, studio.world.now)
    return studio.browser(HA)


def stored(studio: Site, id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(studio.runner.procedure_drafts.files(1, HA)[forms.path(id)])
    return found


def sent(browser: Browser, schema: object, address: str = WEIGH, base: int = 1) -> tuple[int, dict[str, Any]]:
    """What the designer is answered when it sends a schema."""
    answer = browser.send(address, _schema=json.dumps(schema), _base=base)
    return answer.status_code, answer.get_json()


def upload(browser: Browser, address: str, data: bytes, base: int = 1) -> Any:
    file = (BytesIO(data), "x.form")
    return browser.post(address, data={CSRF_FIELD: browser.csrf(), "_base": base, "file": file})


def test_the_list_says_what_uses_a_form(browser: Browser) -> None:
    page = browser.get(FORMS).text
    assert "Việc Task_weigh" in page and "dùng được" in page


def test_a_draft_of_another_province_is_unknown(studio: Site, browser: Browser) -> None:
    assert studio.browser(STRANGER).get(FORMS).status_code == 404
    assert studio.browser(STRANGER).send(WEIGH, _schema="{}", _base=1).status_code == 404


def test_a_new_form_a_copy_and_their_removal(studio: Site, browser: Browser) -> None:
    answer = browser.send(FORMS, id="phieu-hen", heading="Phiếu hẹn", _base=1)
    assert (
        answer.location == f"{FORMS}/phieu-hen"
        and stored(studio, "phieu-hen")["components"][0]["text"] == "# Phiếu hẹn"
    )
    assert browser.send(FORMS, id="phieu-hen", heading="Khác", _base=2).status_code == 409
    assert browser.send(FORMS, id="Phiếu", heading="Khác", _base=2).status_code == 422
    assert browser.send(FORMS, id="phieu-2", copy="phieu", _base=2).status_code == 303
    assert stored(studio, "phieu-2")["components"] == stored(studio, "phieu")["components"]
    assert browser.send(f"{FORMS}/phieu-2/delete", _base=3).status_code == 303
    refused = browser.send(f"{WEIGH}/delete", _base=4)
    assert refused.status_code == 422 and "Việc Task_weigh" in refused.text


def test_a_form_of_a_version_in_force_is_taken_in(studio: Site, browser: Browser) -> None:
    studio.runner.procedure_drafts.save(1, {forms.path("phieu"): None}, HA, studio.world.now, base=1)
    version = studio.runner.procedures.in_force(CODE, studio.world.now)
    assert f'value="{version.digest} phieu"' in browser.get(FORMS).text
    assert browser.send(FORMS, borrowed=f"{version.digest} phieu", _base=2).status_code == 303
    assert "phieu" in forms.ids(studio.runner.procedure_drafts.files(1, HA))


def test_what_is_kept_is_answered_with_findings_and_our_rendering(studio: Site, browser: Browser) -> None:
    schema = stored(studio, "phieu")
    schema["components"].append({"type": "textfield", "key": "note", "label": "Ghi <b>chú</b>", "id": "Field_0a"})
    code, answer = sent(browser, schema)
    assert (code, answer["save"]) == (200, 2)
    assert 'href="/studio/help/rules/forms"' in answer["findings"]
    assert "thiếu thuộc tính “maxLength”" in answer["findings"] and "Ghi &lt;b&gt;" not in answer["preview"]
    schema["components"][-1]["validate"] = {"maxLength": 30}
    code, answer = sent(browser, schema, base=2)
    assert "không có gì sai" in answer["findings"]
    assert "Ghi &lt;b&gt;chú&lt;/b&gt;" in answer["preview"] and 'maxlength="30"' in answer["preview"]
    assert stored(studio, "phieu")["components"][-1]["id"] == "Field_note"


def test_a_field_that_a_condition_needs_is_missed_in_the_answer(studio: Site, browser: Browser) -> None:
    schema = stored(studio, "so-luong")
    schema["components"] = []
    _, answer = sent(browser, schema, f"{FORMS}/so-luong")
    assert "sau “" in answer["findings"] and "amount" in answer["findings"]


@pytest.mark.parametrize(
    "hostile",
    [
        "x",
        {"components": [{"type": "html", "content": "<img src=x onerror=alert(1)>"}]},
        {"components": [{"type": "text", "text": "x" * 100_000}]},
        {"components": [{"type": "script"}]},
    ],
)
def test_a_hostile_schema_is_refused_and_nothing_changes(studio: Site, browser: Browser, hostile: object) -> None:
    before = studio.runner.procedure_drafts.files(1, HA)
    code, answer = sent(browser, hostile)
    assert code == 422 and answer["problem"]
    assert studio.runner.procedure_drafts.files(1, HA) == before


def test_who_does_not_edit_sees_the_form_and_changes_nothing(studio: Site, browser: Browser) -> None:
    other = studio.browser(LONG)
    page = other.get(WEIGH).text
    assert "form_editor.js" not in page and "form_editor.js" in browser.get(WEIGH).text
    assert "Kiểm tra câu trả lời" in page
    code, answer = sent(other, {**stored(studio, "phieu"), "components": []})
    assert code == 409 and "Lê Thu Hà" in answer["problem"]
    assert stored(studio, "phieu")["components"]


def test_sample_answers_are_checked_as_a_cases_are(browser: Browser) -> None:
    wrong = browser.send(f"{WEIGH}/preview", _check="1", weighed_on="31/02/2022")
    assert "Hãy nhập “Kết luận”." in wrong.text and "phải là một ngày có thật" in wrong.text
    assert "hx-post=" not in wrong.text.partition('id="preview"')[2].partition("</form>")[0]
    right = browser.send(f"{WEIGH}/preview", _check="1", decision="Đạt", weighed_on="26/09/2022")
    assert "Câu trả lời hợp lệ" in right.text and "26/09/2022" in right.text


def test_a_form_goes_out_as_a_file_and_comes_in_as_one(studio: Site, browser: Browser) -> None:
    got = browser.get(f"{WEIGH}/file")
    assert got.headers["Content-Disposition"] == 'attachment; filename="phieu.form"'
    assert got.data == studio.runner.procedure_drafts.files(1, HA)[forms.path("phieu")]
    edited = got.data.replace(b'"schemaVersion": 17', b'"schemaVersion": 18')
    assert upload(browser, f"{WEIGH}/file", edited).status_code == 303
    assert studio.runner.procedure_drafts.files(1, HA)[forms.path("phieu")] == edited
    other = edited.replace(b'"phieu"', b'"phieu-khac"')
    assert upload(browser, f"{WEIGH}/file", other, 2).status_code == 422
    assert upload(browser, f"{FORMS}/file", other, 2).location == f"{FORMS}/phieu-khac"
    assert upload(browser, f"{FORMS}/file", b"PK\x03\x04", 3).status_code == 422
    assert browser.send(f"{WEIGH}/file", _base=3).status_code == 422


def test_the_designer_offers_what_the_reader_takes_and_every_new_component_is_sound() -> None:
    parts = {part.type: part for part in components.parts()}
    assert parts.keys() == FIELDS | {"text", "table", "separator", "spacer", "group", "dynamiclist"}
    for part in parts.values():
        named = {each.path for each in part.properties} & {"key", "path"} if part.type != "group" else set()
        facts = dict.fromkeys(named, "thing") | ({"label": part.name} if part.type != "separator" else {})
        component = {"type": part.type, **part.preset, **({} if part.type in ("text", "spacer") else facts)}
        data = json.dumps({"type": "default", "id": "x", "components": [component]}).encode()
        assert domain.faults(data) == [], part.type


def test_a_file_that_is_no_form_has_a_page_on_which_it_is_replaced(studio: Site, browser: Browser) -> None:
    drafts, nested = studio.runner.procedure_drafts, b'{"components":[' * 900 + b"]}" * 900
    for data in (b"", b"{", b"[]", nested, b'{"components":[], "min":' + b"9" * 5000 + b"}"):
        drafts.save(1, {forms.path("phieu"): data}, HA, studio.world.now, base=drafts.get(1, HA).save)
        page = browser.get(WEIGH)
        assert page.status_code == 200 and "Thay bằng tệp khác" in page.text
        status, answer = sent(browser, {"type": "default", "components": []}, base=drafts.get(1, HA).save)
        assert status == 422 and answer["problem"]
