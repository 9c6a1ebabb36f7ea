"""What the documents of the project name is there: files, functions, words, links."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.world import ROOT

PAGES = [ROOT / name for name in ("docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PATH = re.compile(r"`((?:runner|tests|bench|bpmn|docs)/[\w./-]+|[\w-]+\.(?:toml|md))(?::([\w.]+))?`")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def defined(path: Path, name: str) -> bool:
    """Whether the module at `path` has this function or class, or the class its method: ``Tasks.submit``."""
    body: list[ast.stmt] = ast.parse(text(path)).body
    for part in name.split("."):
        found = [each for each in body if isinstance(each, ast.ClassDef | ast.FunctionDef) and each.name == part]
        if not found:
            return False
        body = found[0].body
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_and_links_is_there(page: Path) -> None:
    named = PATH.findall(text(page))
    assert [path for path, _ in named if not (ROOT / path).exists()] == []
    assert [(path, name) for path, name in named if name and not defined(ROOT / path, name)] == []
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text(page)) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_examples_of_the_house_style_are_from_the_code() -> None:
    blocks = re.findall(r"\n\n((?: {4}.*\n|\n(?= {4}))+)", text(ROOT / "CONTRIBUTING.md"))
    examples = [block for block in blocks if re.match(r' {4}(with |class |""")', block)]
    code = [_flush(text(path)) for path in (ROOT / "runner").rglob("*.py")]
    assert len(examples) == 3
    assert [block for block in examples if not any(_flush(block) in module for module in code)] == []


def _flush(lines: str) -> str:
    return "\n".join(line.strip() for line in lines.strip().splitlines())


def test_a_submit_takes_five_hops_and_each_names_its_function() -> None:
    _, *ways = text(ROOT / "docs/architecture.md").split("\n### ")
    hops = {way.splitlines()[0]: re.findall(r"^\| \d \| (.*?) \|", way, re.MULTILINE) for way in ways}
    assert len(hops["Somebody submits a form"]) == 5
    assert all(":" in where for way in list(hops)[:3] for where in hops[way])


def test_every_room_is_in_the_table() -> None:
    rooms = re.findall(r"^\| `runner/([\w.]+)`(?:, `runner/([\w.]+)`)? \|", text(PAGES[0]), re.MULTILINE)
    found = {path.name for path in (ROOT / "runner").iterdir() if (path / "__init__.py").exists()}
    found |= {path.name for path in (ROOT / "runner").glob("[!_]*.py")}
    assert {name for row in rooms for name in row if name} == found - {"reference"}


def test_every_word_of_the_glossary_is_one_of_the_code() -> None:
    words = re.findall(r"^\| `(\w+)` \|", text(ROOT / "docs/glossary.md"), re.MULTILINE)
    assert len(words) > 50
    assert len(words) == len(set(words))
    known: set[str] = set()
    for path in (ROOT / "runner").rglob("*.py"):
        known.add(path.stem)
        for node in ast.walk(ast.parse(text(path))):
            match node:
                case ast.ClassDef(name) | ast.FunctionDef(name) | ast.Name(name) | ast.arg(name):
                    known.add(name)
                case ast.Attribute(attr=name):
                    known.add(name)
    assert [word for word in words if word not in known] == []
