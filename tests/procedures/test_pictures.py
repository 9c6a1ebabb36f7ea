"""docs/procedures shows every procedure as its diagram is now."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.bpmn import read
from runner.drawing.export import render
from runner.services import content
from tests.world import ROOT

SHOWN = ROOT / "docs" / "procedures"
EVERY = content.procedures(ROOT)


def name(path: Path) -> str:
    """A procedure's picture: ``ben-tre-39.svg``."""
    return f"{path.parent.name}-{path.stem}.svg"


@pytest.mark.parametrize("path", EVERY, ids=name)
def test_the_picture_is_that_of_the_diagram(path: Path) -> None:
    again = f"motcua picture {path.relative_to(ROOT)} -o docs/procedures/{name(path)}"
    assert (SHOWN / name(path)).read_bytes() == render(read(path.read_bytes(), path.name), "svg"), again


def test_the_index_names_every_procedure_with_its_time_and_shows_its_picture() -> None:
    index = (SHOWN / "README.md").read_text(encoding="utf-8")
    for path in EVERY:
        facts = content.load(path, ROOT).procedure
        assert f"| {facts.title}<br>*{facts.title_en}* | {facts.time.text} |" in index
        assert f"[![{facts.title}]({name(path)})]({name(path)})" in index
        assert f"../../bpmn/{facts.code}.bpmn" in index
    assert {each.name for each in SHOWN.iterdir()} == {"README.md", *map(name, EVERY)}
