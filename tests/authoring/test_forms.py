"""The forms of a draft: kept as they were but for what was edited, and held to what the diagram asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner.authoring import forms
from runner.domain import form as domain
from runner.domain.form.errors import FormTooLarge, NotForm, TooManyComponents, UnknownComponent
from runner.errors import MotcuaError
from runner.services import content
from tests.world import ROOT

CODE = "ha-tinh/QT.BC.01"
FILES = content.load(ROOT / "bpmn" / f"{CODE}.bpmn", ROOT).files
APPRAISAL = "tham-dinh-qt-bc-01"
EVERY = sorted((ROOT / "forms").glob("*.form"))


def schema(id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILES[forms.path(id)])
    return found


def sent(schema: dict[str, Any]) -> bytes:
    return json.dumps(schema).encode()


def field(type: str = "textfield", **facts: Any) -> dict[str, Any]:
    validate = {"validate": {"maxLength": 250}} if type in ("textfield", "textarea") else {}
    return {"type": type, "key": "note", "label": "Ghi chú", "id": "Field_0k2j1hx", **validate, **facts}


def saved(*components: dict[str, Any], before: bytes = FILES[forms.path(APPRAISAL)]) -> list[dict[str, Any]]:
    kept = forms.kept(sent({"type": "default", "id": "x", "components": list(components)}), before)
    found: list[dict[str, Any]] = json.loads(kept)["components"]
    return found


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.stem)
def test_a_form_that_was_only_looked_at_is_kept_byte_by_byte(file: Path) -> None:
    before = file.read_bytes()
    looked_at = json.loads(before)
    for component in looked_at["components"]:
        component["layout"] = {"row": "Row_1ab2c3d", "columns": None}
        if component["type"] == "group":
            component.setdefault("showOutline", True)
    assert forms.kept(sent({**looked_at, "schemaVersion": 20, "exporter": {"name": "form-js"}}), before) == before


def test_an_edit_is_the_only_line_that_changes() -> None:
    before = FILES[forms.path(APPRAISAL)]
    edited = schema(APPRAISAL)
    edited["components"][1]["label"] = "Kết luận về điều kiện"
    lines, other = before.decode().splitlines(), forms.kept(sent(edited), before).decode().splitlines()
    assert [new for old, new in zip(lines, other, strict=True) if old != new] == [
        '      "label": "Kết luận về điều kiện",'
    ]


def test_a_new_field_is_known_by_its_key_and_has_no_row() -> None:
    group = {"type": "group", "label": "", "id": "Field_1aaaaaa", "components": [field()]}
    [kept] = saved({**group, "layout": {"row": "Row_0bbbbbb"}})
    assert (kept["id"], kept["components"][0]["id"]) == ("Group_1", "Field_note")
    assert "layout" not in kept


def test_no_two_components_get_one_id() -> None:
    text = {"type": "text", "text": "a"}
    ids = [each["id"] for each in saved(text, text, field(), field(key="note", id="Field_0zzzzzz"))]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("hostile", "fault"),
    [
        (b"<form/>", NotForm),
        (b'{"components": {}}', NotForm),
        (b"[" * 100_000, NotForm),
        (sent({"components": [{"type": "html", "content": "<script>alert(1)</script>", "id": "x"}]}), UnknownComponent),
        (sent({"components": [{"type": "iframe", "url": "https://example.com"}]}), UnknownComponent),
        (sent({"components": [field()] * 301}), TooManyComponents),
        (sent({"components": [field(description="x" * 100_000)]}), FormTooLarge),
    ],
)
def test_what_the_designer_could_not_open_again_is_not_kept(hostile: bytes, fault: type[MotcuaError]) -> None:
    with pytest.raises(fault):
        forms.kept(hostile, FILES[forms.path(APPRAISAL)])


def test_all_faults_are_told_at_once_each_at_its_component() -> None:
    before = forms.blank("phieu", "Phiếu")
    kept = forms.kept(
        sent(
            {
                "components": [
                    field(id="Field_a"),
                    field(id="Field_b"),
                    field(key="now"),
                    field(key="short", validate={}),
                    {"type": "group", "label": "", "components": [field(key="inner", defaultValue="x")]},
                ]
            }
        ),
        before,
    )
    told = {each.element: each.message for each in forms.own_findings(kept)}
    assert told == {
        "Field_note_1": "Mã trường “note” được dùng hai lần.",
        "Field_now": "Mã trường “now” là từ dành riêng của hệ thống; hãy chọn mã khác.",
        "Field_short": "Thành phần “short” thiếu thuộc tính “maxLength”.",
        "Field_inner": "Thành phần “inner” có thuộc tính “defaultValue” không được hỗ trợ.",
    }


def test_a_field_that_a_condition_needs_is_missed_by_the_flow_that_asks_for_it() -> None:
    assert forms.diagram_findings(CODE, APPRAISAL, FILES) == []
    edited = schema(APPRAISAL)
    edited["components"] = [each for each in edited["components"] if each.get("key") != "appraisal_decision"]
    [finding, own] = forms.diagram_findings(CODE, APPRAISAL, {**FILES, forms.path(APPRAISAL): sent(edited)})
    assert finding.message.startswith("Luồng “Có” sau “Cần bổ sung hồ sơ?”:")
    assert "appraisal_decision" in finding.message
    assert (own.rule, own.element) == ("answers", "Task_B3_appraise")


def test_what_the_decision_asks_of_a_form_is_missed_at_its_task() -> None:
    intake = forms.path("tiep-nhan-qt-bc-01")
    files = {**FILES, intake: FILES[intake].replace(b'"value": "transfer"', b'"value": "moved"')}
    [missing, extra] = forms.diagram_findings(CODE, "tiep-nhan-qt-bc-01", files)
    assert (missing.rule, extra.rule) == ("intake", "intake")
    assert "fee_case = transfer" in missing.message and "“moved”" in extra.message
    assert forms.diagram_findings(CODE, APPRAISAL, files) == []


def test_the_forms_of_a_draft_say_who_uses_them() -> None:
    [form] = [each for each in forms.described(CODE, FILES, []) if each.id == APPRAISAL]
    assert (form.title, form.fields, form.faults) == ("Xem xét thẩm định, xử lý hồ sơ", 5, 0)
    assert [use.task.properties["step"] for use in form.uses] == ["B3"]


def test_a_form_that_a_task_shows_is_not_deleted() -> None:
    with pytest.raises(forms.FormUsed, match="B3"):
        forms.removable(APPRAISAL, FILES)
    forms.removable("khac", FILES)


def test_a_copy_is_the_same_form_under_its_own_name() -> None:
    copy = forms.renamed(FILES[forms.path(APPRAISAL)], "tham-dinh-moi")
    assert domain.read(copy).id == "tham-dinh-moi"
    assert domain.read(copy).components == domain.read(FILES[forms.path(APPRAISAL)]).components


@pytest.mark.parametrize("id", ["", "9mau", "../mau", "mẫu", "a b", "x" * 65])
def test_a_form_has_a_plain_name(id: str) -> None:
    with pytest.raises(forms.FormNameInvalid):
        forms.blank(id, "Phiếu")
