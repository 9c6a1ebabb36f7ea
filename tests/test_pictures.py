"""Pictures that docs keeps are those of today's diagrams and contracts; all others can be drawn."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from runner.services import content
from tests.pictures import layers, pages, procedures
from tests.world import ROOT

SHOWN = ROOT / "docs" / "procedures"
EVERY = content.procedures(ROOT)
RENEW = "make pictures KEEP=1"


@pytest.mark.parametrize("path", EVERY, ids=procedures.name)
def test_a_procedure_can_be_drawn_and_a_kept_picture_is_that_of_the_diagram(path: Path) -> None:
    picture, kept = procedures.picture(path), procedures.name(path)
    assert ElementTree.fromstring(picture).tag.endswith("svg")  # noqa: S314
    assert kept not in procedures.KEPT or (SHOWN / kept).read_bytes() == picture, RENEW


def test_the_index_names_every_procedure_with_its_time_and_shows_what_is_kept() -> None:
    index = (SHOWN / "README.md").read_text(encoding="utf-8")
    for path in EVERY:
        facts = content.load(path, ROOT).procedure
        assert f"| {facts.title}<br>*{facts.title_en}* | {facts.time.text} |" in index
        assert f"../../bpmn/{facts.code}.bpmn" in index
        name = procedures.name(path)
        assert (f"[![{facts.title}]({name})]({name})" in index) == (name in procedures.KEPT)
    assert {each.name for each in SHOWN.iterdir()} == {"README.md", *procedures.KEPT}


def test_the_kept_pages_are_among_those_that_are_photographed() -> None:
    kept = {each.stem for each in (ROOT / "docs" / "pages").iterdir()}
    assert kept == {*pages.KEPT} < {*pages.SHOTS}


def test_the_picture_of_the_layers_is_that_of_the_import_contracts() -> None:
    picture = (ROOT / "docs/layers.svg").read_text(encoding="utf-8")
    assert picture == layers.svg(ROOT / "pyproject.toml"), RENEW
    drawn = re.findall(r'text-anchor="middle">(\w+)<', picture)
    found = {path.stem for path in (ROOT / "runner").iterdir()}
    assert {"cli", "engine", "store", "language"} <= {*drawn} & found
