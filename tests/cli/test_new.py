"""``motcua new``: a procedure drawn from a small description, or from another procedure, as files or as a draft."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.domain.person import Role
from runner.domain.toml.writer import write
from tests.authoring.descriptions import WORKSHOP
from tests.cli.conftest import Terminal
from tests.world import ROOT

CODE = "ben-tre/GX.02"


def described(folder: Path, **changed: object) -> Path:
    file = folder / "mo-ta.toml"
    file.write_text(write({**WORKSHOP, "code": CODE, **changed}), "utf-8")
    return file


def sound(shell: Terminal, root: Path, code: str) -> None:
    """The files lie in a content root that lints and conforms."""
    place = code.partition("/")[0]
    (root / f"bpmn/{place}/province.toml").write_bytes((ROOT / f"bpmn/{place}/province.toml").read_bytes())
    assert "0 lỗi, 0 cảnh báo" in shell("lint", root / f"bpmn/{code}.bpmn").stdout
    shell("conform", code, "--content", root)


def test_a_description_becomes_files_that_lint_clean(bare: Terminal, tmp_path: Path) -> None:
    said = bare("new", described(tmp_path), "--content", ROOT, "--into", tmp_path / "moi").stdout
    assert f"bpmn/{CODE}.bpmn" in said and "forms/tiep-nhan-ben-tre-gx-02.form" in said
    sound(bare, tmp_path / "moi", CODE)
    bare("new", described(tmp_path), "--content", ROOT, "--into", tmp_path / "moi")
    other = described(tmp_path, title="Tên khác")
    assert "--overwrite" in bare("new", other, "--content", ROOT, "--into", tmp_path / "moi", code=3).output
    bare("new", other, "--content", ROOT, "--into", tmp_path / "moi", "--overwrite")


def test_the_description_in_the_documentation_is_one(bare: Terminal, tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/cli.md").read_text("utf-8"), re.DOTALL)
    file = tmp_path / "vi-du.toml"
    file.write_text(example, "utf-8")
    bare("new", file, "--content", ROOT, "--into", tmp_path)
    sound(bare, tmp_path, CODE)


def test_all_faults_of_a_description_are_told_by_line(bare: Terminal, tmp_path: Path) -> None:
    file = described(tmp_path, limit="0", title="", granted=7, colour="đỏ")
    told = bare("new", file, "--content", ROOT, code=3).output
    assert "dòng 2: Hãy điền ô này." in told and "Số ngày lớn hơn 0" in told and "“colour”" in told
    assert "xa-xoi" in bare("new", described(tmp_path, code="xa-xoi/1"), "--content", ROOT, code=4).output
    assert bare("new", described(tmp_path, code="../x/1"), "--content", ROOT, code=4).output


def test_another_procedure_is_renamed_through(bare: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "ten.toml"
    file.write_text(write({"code": "ha-tinh/GX.03", "title": "Tên mới", "title_en": "New"}), "utf-8")
    bare("new", file, "--from", "ben-tre/02", "--content", ROOT, "--into", tmp_path)
    sound(bare, tmp_path, "ha-tinh/GX.03")


@pytest.mark.parametrize("source", [(), ("--from", "ha-tinh/QT.BC.01")])
def test_an_analyst_gets_a_draft(office: Terminal, tmp_path: Path, source: tuple[str, ...]) -> None:
    office("person", "add", "ha", "--name", "Hà", "--lane", f"ben-tre/{Role.ANALYST}")
    file = described(tmp_path)
    if source:
        file.write_text(write({"code": CODE, "title": "Tên mới"}), "utf-8")
    made = office.json("new", file, *source, "--as", "ha")
    assert (made["procedure"], made["editor"]) == (CODE, "ha")
    assert office.json("draft", "show", made["id"], "--as", "ha")["findings"] == []
    assert not (tmp_path / "bpmn").exists()
    office("new", file, *source, "--as", "ha", code=5)
    file.write_text(file.read_text("utf-8").replace(CODE, "ben-tre/39"), "utf-8")
    assert "Đã có thủ tục ben-tre/39." in office("new", file, *source, "--as", "ha", code=3).output
    file.write_text(file.read_text("utf-8").replace("ben-tre/39", "ha-tinh/1"), "utf-8")
    office("new", file, *source, "--as", "ha", code=4)
