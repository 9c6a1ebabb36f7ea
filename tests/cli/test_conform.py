"""``motcua conform``: each row of the decisions has its place in the diagrams, and the other way round."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from runner.services import content
from tests.cli.conftest import Terminal
from tests.world import ROOT

CODES = [f"{path.parent.name}/{path.stem}" for path in content.procedures(ROOT)]


@pytest.mark.parametrize("code", CODES)
def test_the_matrix_has_no_empty_cell_and_every_element_a_row_or_a_reason(bare: Terminal, code: str) -> None:
    [result] = bare.json("conform", code, "--content", ROOT)
    assert result["procedure"] == code and result["findings"] == result["gaps"] == []
    assert [row for row in result["rows"] if not row["elements"] or not row["text"]] == []
    assert [each["element"] for each in result["additions"] if not each["reason"]] == []
    kinds = {row["kind"] for row in result["rows"]}
    assert {"step", "work", "outcome", "term", "start", "stop", "paper", "result", "apology"} <= kinds
    bundle = content.load(ROOT / f"bpmn/{code}.bpmn", ROOT)
    assert {row["id"] for row in result["rows"] if row["kind"] == "step"} == {
        step.id for step in bundle.procedure.steps
    }


def test_all_procedures_are_compared_unless_some_are_named(bare: Terminal) -> None:
    output = bare("conform", "--content", ROOT).stdout
    assert [code for code in CODES if code not in output] == []
    assert f"{len(CODES)} thủ tục: {len(CODES)} khớp với quyết định." in output
    assert "bpmn/ben-tre/99.bpmn" in bare("conform", "ben-tre/99", "--content", ROOT, code=4).stderr


def test_what_the_software_adds_is_not_shown_as_the_decisions(bare: Terminal) -> None:
    [result] = bare.json("conform", "ben-tre/39", "--content", ROOT)
    added = {element for row in result["rows"] if row["added"] for element in row["elements"]}
    assert {"Task_1_refuse", "Task_2_guide", "Flow_lead_2_reprocess", "Sub_apology"} <= added
    others = {each["element"] for each in result["additions"]}
    assert "Task_1_refuse" in others and "Task_1_receive" not in others


def test_a_row_without_an_element_is_a_gap(bare: Terminal, tmp_path: Path) -> None:
    for part in ("bpmn", "forms"):
        copytree(ROOT / part, tmp_path / part)
    drawn = tmp_path / "bpmn/ben-tre/39.bpmn"
    drawn.write_text(drawn.read_text().replace('name="step" value="3"', 'name="step" value="4"'))
    [result] = bare.json("conform", "ben-tre/39", "--content", tmp_path, code=1)
    assert "step 3" in result["gaps"]
    assert {"legal-steps", "works"} <= {found["rule"] for found in result["findings"]}
    output = bare("conform", "ben-tre/39", "--content", tmp_path, code=1).stdout
    assert "3: Trình kết quả cho lãnh đạo Sở ký phê duyệt." in output and "1 thủ tục: 0 khớp" in output


def test_facts_without_a_clock_cannot_be_compared_but_are_no_error(bare: Terminal, tmp_path: Path) -> None:
    for part in ("bpmn", "forms"):
        copytree(ROOT / part, tmp_path / part)
    facts = tmp_path / "bpmn/ben-tre/39.toml"
    before, _, rest = facts.read_text().partition("[clock]\n")
    facts.write_text(before + rest[rest.index("[apology]") :])
    [found] = bare.json("lint", tmp_path / "bpmn/ben-tre/39.bpmn")[0]["findings"]
    assert (found["rule"], found["severity"]) == ("legal-clock", "warning")
    assert bare.json("conform", "ben-tre/39", "--content", tmp_path, code=1)[0]["rows"] == []
