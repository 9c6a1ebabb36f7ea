"""``motcua layout``, ``motcua picture`` and ``motcua clean``."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest

from runner.bpmn import read
from tests.cli.conftest import Terminal
from tests.engine.diagrams import chain, document, end, start, user
from tests.world import ROOT

LICENCE = ROOT / "bpmn" / "ha-tinh" / "QT.BC.01.bpmn"
FAR = document(start(), user("t"), end(), chain("s", "t", "e")).replace(b'x="120" y="80"', b'x="1e12" y="80"')


def test_a_file_without_a_drawing_gets_one(bare: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "p.bpmn"
    file.write_bytes(document(start(), user("t"), end(), chain("s", "t", "e"), drawn=False))
    result = bare.json("layout", file)
    assert result == {"file": str(file), "shapes": 3, "edges": 2, "findings": 0}
    assert set(read(file.read_bytes()).shapes) == {"s", "t", "e"}
    assert bare.json("layout", file)["shapes"] == 0


def test_all_is_drawn_anew_only_when_asked_and_elsewhere_when_asked(bare: Terminal, tmp_path: Path) -> None:
    file, other = Path(copyfile(LICENCE, tmp_path / "a.bpmn")), tmp_path / "b.bpmn"
    assert bare.json("layout", file, "--all", "-o", other)["shapes"] > 50
    assert file.read_bytes() == LICENCE.read_bytes() != other.read_bytes()


@pytest.mark.parametrize(("ending", "begin"), [("svg", b"<svg "), ("png", b"\x89PNG"), ("PDF", b"%PDF-")])
def test_a_picture_is_of_the_kind_that_its_name_says(bare: Terminal, tmp_path: Path, ending: str, begin: bytes) -> None:
    out = tmp_path / f"picture.{ending}"
    result = bare.json("picture", LICENCE, "-o", out)
    assert out.read_bytes().startswith(begin) and result == {"file": str(out), "bytes": out.stat().st_size}


def test_what_cannot_be_made_into_a_picture_is_refused_in_a_sentence(bare: Terminal, tmp_path: Path) -> None:
    assert ".svg, .png" in bare("picture", LICENCE, "-o", tmp_path / "a.gif", code=2).stderr
    assert "Không đọc được tệp" in bare("picture", tmp_path / "none.bpmn", "-o", tmp_path / "a.svg", code=4).stderr
    (tmp_path / "far.bpmn").write_bytes(FAR)
    assert "quá xa" in bare("picture", tmp_path / "far.bpmn", "-o", tmp_path / "a.png", code=3).stderr


def test_clean_takes_out_what_is_foreign_and_says_what(bare: Terminal, tmp_path: Path) -> None:
    file, other = tmp_path / "a.bpmn", tmp_path / "b.bpmn"
    vendor = '<extensionElements><v:look xmlns:v="urn:vendor"/></extensionElements>'
    file.write_bytes(before := document(start(), user("t", vendor), end(), chain("s", "t", "e")))
    result = bare.json("clean", file, "-o", other)
    assert result == {
        "file": str(other),
        "removed": [{"extension": "v:look", "namespace": "urn:vendor", "count": 1, "elements": ["t"]}],
    }
    assert file.read_bytes() == before and b"urn:vendor) " in other.read_bytes()
    assert "Gỡ v:look (urn:vendor): 1 chỗ, ở t." in bare("clean", file).stdout
    assert bare.json("clean", file)["removed"] == []
    file.write_bytes(b"<a/>")
    assert "definitions" in bare("clean", file, code=2).stderr
