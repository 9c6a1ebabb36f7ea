"""What the modeler offers is what the linter lets pass; conditions written by hand are checked and mended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runner.authoring import condition
from runner.authoring.borrowing import borrowed
from runner.authoring.choices import choices
from runner.domain.case import ClockMark
from runner.lint.rules.properties import KNOWN
from runner.lint.rules.topics import TOPICS
from runner.services import content
from tests.services.office import CODE as OFFICE_CODE
from tests.services.office import FORMS, Office, diagram
from tests.world import ROOT

CODE = "ha-tinh/QT.BC.01"
BUNDLE = content.load(ROOT / "bpmn" / f"{CODE}.bpmn", ROOT)


def offered(**changed: bytes) -> dict[str, Any]:
    """What a draft of QT.BC.01 offers, with other files by the ending of their name."""
    files = {name: changed.get(name.rpartition(".")[2], data) for name, data in BUNDLE.files.items()}
    found: dict[str, Any] = json.loads(json.dumps(choices(CODE, files, [])))
    return found


def test_menus_and_panel_offer_what_the_linter_lets_pass() -> None:
    found = offered()
    assert found["properties"] == {name: sorted(known) for name, known in KNOWN.items()}
    assert {each["id"]: set(each["properties"]) for each in found["topics"]} == TOPICS
    assert found["elements"]["boundaryEvent"] == [
        "incoming",
        "messageEventDefinition",
        "outgoing",
        "timerEventDefinition",
    ]
    assert not {"task", "scriptTask", "dataObjectReference", "group"} & found["elements"].keys()
    pausing = next(each for each in found["clock"] if each["mark"] == ClockMark.PAUSE)
    assert "userTask" in pausing["elements"] and "serviceTask" not in pausing["elements"]


def test_a_step_has_its_days_and_the_words_of_the_decision() -> None:
    steps = {each["id"]: each for each in offered()["steps"]}
    assert (steps["B3"]["days"], steps["B3"]["label"]) == ("6", "06 ngày")
    assert steps["B1"]["days"] is None


def test_a_lane_is_offered_by_the_name_that_the_province_gives_it() -> None:
    assert {"id": "director", "name": "Lãnh đạo Sở"} in offered()["lanes"]


def test_a_field_is_known_by_its_label_and_type_and_its_options_by_theirs() -> None:
    [form] = [each for each in offered()["forms"] if each["id"] == "tham-dinh-qt-bc-01"]
    field = next(each for each in form["fields"] if each["path"] == "appraisal_decision")
    assert (field["label"], field["type"]) == ("Kết quả xem xét thẩm định", "string")
    assert {"value": "eligible", "label": "Hồ sơ đủ điều kiện"} in field["options"]


def test_a_file_that_cannot_be_read_offers_nothing_and_hides_nothing_else() -> None:
    found = offered(toml=b"[", form=b"{", dmn=b"<")
    assert (found["steps"], found["lanes"], found["tables"], found["decision"]) == ([], [], [], "")
    assert {each["id"] for each in found["forms"]} == {each["id"] for each in offered()["forms"]}
    assert not any(each["fields"] for each in found["forms"])


def test_a_form_of_another_version_is_offered_and_borrowed_by_the_draft_that_asks_for_it(
    office: Office,
) -> None:
    versions = office.runner.procedures.current(office.now)
    found = choices("mau/moi", {}, versions)
    assert isinstance(found["forms"], list)
    assert [(each["id"], each["draft"]) for each in found["forms"]] == [(id, False) for id in sorted(FORMS)]
    drawn, procedures = diagram().encode(), office.runner.procedures
    own = {"forms/phieu.form": b"{}"}
    assert borrowed(drawn, own, procedures, office.now) == {
        f"forms/{id}.form": FORMS[id].encode() for id in ("so-luong", "y-kien")
    }
    assert borrowed(b"<", own, procedures, office.now) == {}
    assert office.runner.procedures.in_force(OFFICE_CODE, office.now).forms.keys() == FORMS.keys()


def checked(text: str) -> condition.Answer:
    return condition.check(text, BUNDLE.diagram, BUNDLE.beside(BUNDLE.diagram))


def test_a_condition_that_fits_is_written_as_the_diagram_has_it() -> None:
    assert checked(' appraisal_decision = "eligible" ') == condition.Answer('=appraisal_decision = "eligible"')


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ('apraisal_decision = "eligible"', '=appraisal_decision = "eligible"'),
        (
            'case_number != "fee_amont" and fee_amont > 5',
            '=case_number != "fee_amont" and fee_amount > 5',
        ),
        ("appraisal_decision == 'eligible'", '=appraisal_decision = "eligible"'),
        ("appraisal_decision = “eligible” && fee_amount <> 5", '=appraisal_decision = "eligible" and fee_amount != 5'),
        ('fee_amount > "5"', "=fee_amount > 5"),
        ('appraisal_decision = "x"', ""),
        ("appraisal_decision = ", ""),
        ("something_else > 1", ""),
        ("fee_amount", ""),
    ],
)
def test_what_is_wrong_is_told_and_what_was_meant_is_offered(text: str, instead: str) -> None:
    answer = checked(text)
    assert answer.message
    assert answer.instead == instead
