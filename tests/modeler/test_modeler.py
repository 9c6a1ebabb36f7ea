"""The diagrams stand in the tools that analysts use: bpmn-js in a browser, bpmnlint, bpmn-moddle."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, sync_playwright

from runner.bpmn import read
from runner.drawing.layout import layout
from tests.node import node
from tests.world import ROOT

CHROMIUM = Path("/usr/bin/chromium")
TOOLS = ROOT / "tests" / "tools"
MODULES = TOOLS / "node_modules"
DIAGRAMS = sorted((ROOT / "bpmn").glob("*/*.bpmn"))
NAMES = [f"{path.parent.name}/{path.stem}" for path in DIAGRAMS]

pytestmark = pytest.mark.skipif(
    not ((MODULES / "bpmn-js").exists() and CHROMIUM.exists()) and os.environ.get("CI") != "true",
    reason="needs what `make test` installs in tests/tools, and Chromium",
)

IMPORT = """async ([xml, camunda]) => {
  const modeler = new BpmnJS({ container: document.body, moddleExtensions: { camunda } });
  const { warnings } = await modeler.importXML(xml);
  const elements = modeler.get('elementRegistry').getAll().filter(e => e.type !== 'label' && e.parent);
  const lines = elements.filter(e => e.waypoints);
  const told = {
    warnings: warnings.map(warning => warning.message),
    shapes: elements.filter(e => !e.waypoints).map(e => e.id),
    edges: lines.map(e => e.id),
    dangling: lines.filter(e => !e.source || !e.target).map(e => e.id),
    saved: (await modeler.saveXML({ format: true })).xml,
  };
  modeler.destroy();
  return told;
}"""


@pytest.fixture(scope="module")
def modeler() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        page.set_content('<body style="height: 900px"></body>')
        page.add_script_tag(path=MODULES / "bpmn-js" / "dist" / "bpmn-modeler.production.min.js")
        yield page
        browser.close()


@pytest.mark.parametrize("path", DIAGRAMS, ids=NAMES)
def test_bpmn_js_shows_all_of_a_diagram_complains_of_nothing_and_saves_the_same_bytes(
    modeler: Page, path: Path
) -> None:
    assert shown(modeler, path.read_bytes()) == path.read_bytes()


def test_bpmn_js_shows_what_we_draw(modeler: Page) -> None:
    for path in (DIAGRAMS[0], DIAGRAMS[-1]):
        shown(modeler, layout(path.read_bytes(), everything=True))


def shown(modeler: Page, data: bytes) -> bytes:
    """The diagram as bpmn-js saves it, once all of it was seen there."""
    camunda = json.loads((MODULES / "camunda-bpmn-moddle/resources/camunda.json").read_text())
    told = modeler.evaluate(IMPORT, [data.decode(), camunda])
    diagram = read(data)
    assert told["warnings"] == told["dangling"] == []
    assert sorted(told["shapes"]) == sorted(diagram.shapes)
    assert sorted(told["edges"]) == sorted(diagram.edges)
    assert set(diagram.nodes) | set(diagram.lanes) | set(diagram.annotations) <= set(diagram.shapes)
    saved: str = told["saved"]
    return saved.encode()


def test_bpmnlint_has_no_error_by_its_recommended_rules() -> None:
    told = node(MODULES / "bpmnlint" / "bin" / "bpmnlint.js", *DIAGRAMS, cwd=TOOLS)
    assert told.returncode == 0, told.stdout + told.stderr


Told = dict[str, tuple[str, dict[str, str], str, Counter[tuple[str, str, str]]]]


def by_id(data: bytes) -> Told:
    """What a file says of each id: the element, its attributes, what it is in, and all in it that has no id."""
    told: Told = {}
    for element in etree.fromstring(data).iter(etree.Element):
        if (id := element.get("id")) is None:
            above = next(each for each in element.iterancestors() if each.get("id"))
            text = (element.text or "").strip()
            told[above.get("id", "")][3][element.tag, text, str(sorted(element.attrib.items()))] += 1
        else:
            parent = next((each.get("id", "") for each in element.iterancestors() if each.get("id")), "")
            told[id] = element.tag, dict(element.attrib), parent, Counter()
    return told


def test_a_round_trip_through_bpmn_moddle_changes_nothing(tmp_path: Path) -> None:
    told = node(TOOLS / "roundtrip.js", tmp_path, *DIAGRAMS, cwd=TOOLS)
    assert (told.returncode, told.stdout) == (0, ""), told.stdout + told.stderr
    for at, path in enumerate(DIAGRAMS):
        before, after = by_id(path.read_bytes()), by_id((tmp_path / f"{at}-{path.name}").read_bytes())
        assert set(after) == set(before)
        assert not [id for id in before if before[id] != after[id]]
