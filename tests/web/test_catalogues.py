"""The studio's scripts speak the reader's language: every sentence that they can show has its translation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import runner.web

FRONTEND = Path(runner.web.__file__).parent / "frontend"
PACKAGES = FRONTEND / "node_modules"
LANGUAGE = FRONTEND / "language"

ASKED = re.compile(r"""translate\(\s*'([A-Z][^']+)'\s*[,)]""")
LISTED = re.compile(
    r"""^\s+(?:label|name|title): '([^']+)'|(?:createOption|replaceWith)\(.*label: '([^']+)'|, name: '([^']+)' }""",
    re.M,
)
SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)+)"')
DRAWN = re.compile(r'\bdrawn\("[^"]+"\)|\blang="vi"|/\^.*/|//.*')
"""Vietnamese that stays: what a diagram itself says, in the language of the law, and how it is recognised there."""
VIETNAMESE = re.compile("[ạảãàáâậầấẩẫăắằặẳẵóòọõỏôộổỗồốơờớợởỡéèẻẹẽêếềệểễúùụủũưựữửừứíìịỉĩýỳỷỵỹđ]", re.I)

DIAGRAM = (
    "bpmn-js/lib",
    "diagram-js/lib",
    "diagram-js-direct-editing/lib",
    "diagram-js-minimap/dist/index.esm.js",
    "bpmn-js-create-append-anything/dist/index.es.js",
)
LISTS = (
    "bpmn-js/lib/features/popup-menu/PopupEntries.js",
    "bpmn-js/lib/features/replace/ReplaceOptions.js",
    "bpmn-js-create-append-anything/dist/index.es.js",
)
"""Where the libraries list labels that they send through their translation later."""
COMPOSED = {f"Align elements {side}" for side in ("left", "center", "right", "top", "middle", "bottom")} | {
    "Empty pool/participant (removes content)",
    "{count} results found",
}
"""Sentences that are put together, and those that `bundler/literals.js` makes of what is hard-coded."""
TABLE = ("dmn-js-decision-table/lib", "dmn-js-shared/lib", "table-js/lib")
QUOTED = re.compile(r"""translate\(\s*(?:'((?:[^'\\]|\\.)+)'|"((?:[^"\\]|\\.)+)")\s*[,)]""")
POLICIES = {
    "Unique",
    "First",
    "No overlap is possible and all rules are disjoint. Only a single rule can be matched",
    "Rules may overlap. The first matching rule will be chosen",
}
"""Those of the choices of rules that are offered; the other lists of the table's editor are the server's types."""
NEVER = {"HELLO {you}"}
"""An example in a comment."""


def catalogue(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((LANGUAGE / name).read_text())
    return found


def scripts(*places: str) -> list[str]:
    """The texts of the packages' scripts in these files and folders."""
    paths = [path for place in places for path in ([PACKAGES / place], (PACKAGES / place).rglob("*.js"))]
    return [file.read_text() for each in paths for file in each if file.is_file()]


def matched(pattern: re.Pattern[str], texts: list[str]) -> set[str]:
    return {next(filter(None, match.groups())) for text in texts for match in pattern.finditer(text)}


def gaps(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", sentence))


def test_every_sentence_of_the_diagrams_editor_has_a_vietnamese_one() -> None:
    asked = matched(ASKED, scripts(*DIAGRAM)) | matched(LISTED, scripts(*LISTS)) | COMPOSED
    assert len(asked) > 130
    assert sorted(asked - NEVER - catalogue("diagram.vi.json").keys()) == []
    assert sorted(catalogue("diagram.vi.json").keys() - asked) == []


def test_every_sentence_of_the_tables_editor_has_a_vietnamese_one() -> None:
    asked = matched(QUOTED, scripts(*TABLE)) | POLICIES | {"string", "number", "boolean", "date"}
    assert len(asked) > 130
    assert sorted(asked ^ catalogue("table.vi.json").keys()) == []


def test_every_sentence_of_ours_has_an_english_one() -> None:
    own = [path for path in FRONTEND.rglob("*.js") if PACKAGES not in path.parents]
    said = matched(SAID, [path.read_text() for path in own])
    assert said == catalogue("own.en.json").keys()


def test_translations_have_the_same_gaps() -> None:
    for path in LANGUAGE.glob("*.json"):
        for sentence, translation in catalogue(path.name).items():
            assert translation and gaps(sentence) == gaps(translation), sentence


def test_no_script_says_anything_in_vietnamese_alone() -> None:
    for path in FRONTEND.rglob("*.js"):
        if PACKAGES not in path.parents:
            alone = DRAWN.sub("", SAID.sub("", path.read_text()))
            assert not VIETNAMESE.search(alone), path.name
