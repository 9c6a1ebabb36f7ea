"""The decision tables of a draft: new ones run, faults are told, a row can be tried."""

from __future__ import annotations

from typing import Any

import pytest

from runner.authoring import tables
from runner.dmn import reader
from runner.domain.decision import NoRuleFits
from runner.domain.form import check
from runner.errors import MotcuaError
from runner.services import content
from tests.world import ROOT

CODE = "ha-tinh/QT.BC.01"
FILES = content.load(ROOT / "bpmn" / f"{CODE}.bpmn", ROOT).files
FEES = tables.path(CODE, "phi")
TABLE = reader.read(FILES[FEES])


def tried(**typed: Any) -> tuple[object, ...]:
    form = tables.questions(TABLE, tables.fields(FILES))
    answer, faults = check(form, {f"input_{place}": value for place, value in enumerate(typed.values())}, {})
    assert not faults
    return tables.tested(TABLE, answer)


def test_a_new_table_can_be_read_and_answers_whatever_is_asked() -> None:
    known = {each.name: each for each in tables.askable(FILES)}
    asked = [known[name] for name in ("procedure", "fee_case", "received")]
    data = tables.blank("phi-moi", "Phí mới", asked)
    table = reader.read(data)
    assert [(each.label, each.kind) for each in table.inputs][1:] == [
        (known["fee_case"].label, "string"),
        ("Ngày tiếp nhận", "date"),
    ]
    assert table.hit((None, None, None)).answers == {"amount": 0, "label": "", "source": ""}
    assert tables.own_findings(data, "phi-moi") == []


def test_only_what_is_one_value_can_be_asked() -> None:
    kinds = {each.name: each.kind for each in tables.askable(FILES)}
    assert kinds["received"] == "date" and kinds["fee_case"] == "string" and kinds["apology_signed"] == "boolean"
    assert "dossier_scan" not in kinds and set(kinds.values()) <= {"string", "number", "boolean", "date"}


def test_a_table_without_inputs_is_refused() -> None:
    with pytest.raises(tables.InputMissing):
        tables.blank("phi-moi", "", [])


def test_a_copy_is_asked_under_its_own_name() -> None:
    copy = tables.renamed(FILES[FEES], "phi-2")
    assert reader.read(copy).id == "phi-2"
    assert reader.read(copy).rules == TABLE.rules
    assert b'dmnElementRef="phi-2"' in copy


@pytest.mark.parametrize(
    "hostile",
    [b"{}", b"<html/>", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>', b""],
)
def test_what_is_no_table_is_not_kept(hostile: bytes) -> None:
    with pytest.raises(MotcuaError):
        tables.admit(hostile)


def test_a_table_with_faults_is_kept_and_they_are_told() -> None:
    data = FILES[FEES].replace(b'"first_issue"', b"now()")
    tables.admit(data)
    assert [each.element for each in tables.own_findings(data, "phi")] == ["Cell_QT_BC_01_first_issue_fee_case"]


def test_a_table_of_another_id_is_a_finding() -> None:
    [finding] = tables.own_findings(FILES[FEES], "khac")
    assert "“phi”" in finding.message


def test_a_fee_that_is_not_the_decisions_is_told_with_its_row() -> None:
    [table] = tables.described(CODE, FILES)
    assert (table.faults, table.misfits) == ((), ()) and [task.id for task in table.tasks] == ["Rule_fee"]
    [table] = tables.described(CODE, {**FILES, FEES: FILES[FEES].replace(b"10750000", b"10000000")})
    [finding] = table.misfits
    assert "dòng 1" in finding.message and "first_issue" in finding.message


def test_a_row_is_tried_with_what_people_type() -> None:
    hit = TABLE.hit(tried(procedure="QT.BC.01", fee_case="transfer", received="01/03/2025"))
    assert (hit.rule.number, hit.answers["amount"]) == (2, 4_250_000)


def test_what_fits_no_row_names_what_was_asked() -> None:
    with pytest.raises(NoRuleFits, match="2020"):
        TABLE.hit(tried(procedure="QT.BC.01", fee_case="transfer", received="01/03/2020"))


def test_choices_are_called_what_the_form_calls_them() -> None:
    form = tables.questions(TABLE, tables.fields(FILES))
    labels = {option.value: option.label for option in form.fields["input_1"].options}
    assert labels["transfer"].startswith("Trường hợp chuyển nhượng")
