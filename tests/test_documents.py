"""What the documents of the project name is there: files, functions, words, links."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from urllib.parse import quote

import pytest

from runner.domain.person import Person, Role
from runner.domain.submission import Part
from tests.procedures.dossier import Dossier
from tests.procedures.values import ANSWERS
from tests.web.conftest import PASSWORD, Site
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


def hops(way: str) -> list[str]:
    """The functions of a way in the page on architecture, each as ``runner/web/task.py:submit``."""
    [part] = [part for part in text(PAGES[0]).split("\n### ") if part.startswith(way)]
    return [where.strip("`") for where in re.findall(r"^\| \d \| (`[^`]+`)", part, re.MULTILINE)]


def walked(way: list[str], act: Callable[[], object]) -> list[str]:
    """The functions of `way` that `act` calls, in the order in which it first comes to them."""
    found: dict[str, None] = {}

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found.setdefault(f"{frame.f_code.co_filename.removeprefix(f'{ROOT}/')}:{frame.f_code.co_qualname}")

    sys.setprofile(watch)
    try:
        act()
    finally:
        sys.setprofile(None)
    return [each for each in found if each in way]


@pytest.fixture
def dossier(_sqlite_url: str, tmp_path: Path) -> Iterator[Dossier]:
    """A dossier that has been received and is to be forwarded."""
    dossier = Dossier(_sqlite_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    yield dossier.on("2022-09-26 08:30", "Task_B1_receive")
    dossier.runner.close()


def test_the_ways_of_a_datum_are_walked_as_the_page_says(dossier: Dossier) -> None:
    clerk, task = Site(dossier).browser("one_stop_clerk"), dossier.task("Task_B2_forward")
    typed = {key: "on" if value is True else value for key, value in ANSWERS[task.form].items()}
    there = f"/cases/1/tasks/{quote(task.id)}"
    clerk.take(there)
    typed["csrf"] = clerk.csrf()
    submit = hops("A person submits a form")
    assert len(submit) == 5
    assert walked(submit, lambda: clerk.post(there, data=typed)) == submit
    _, *timer = hops("A timer falls due")  # the first is the loop, which never ends
    assert walked(timer, lambda: dossier.at("2022-10-10 08:00")) == timer
    replay = hops("An auditor replays a case")
    assert walked(replay, lambda: clerk.sign_in("one_stop_clerk").get("/cases/1/journal?replay=1")) == replay


def test_the_way_of_a_draft_into_force_is_walked_as_the_page_says(dossier: Dossier) -> None:
    editor, other = (Person(id, id, frozenset({("ha-tinh", Role.ANALYST)})) for id in ("ha", "minh"))
    runner, now = dossier.runner, dossier.now
    for who in (editor, other):
        runner.people.save(who)
    runner.accounts.set_password(other.id, PASSWORD, now)
    draft = runner.procedure_drafts.begin("ha-tinh/QT.BC.01", editor, now)
    name = "bpmn/ha-tinh/QT.BC.01.bpmn"
    drawn = runner.procedure_drafts.files(draft.id, editor)[name]
    runner.procedure_drafts.save(draft.id, {name: drawn.replace(b"B2. ", b"B2. Nay ", 1)}, editor, now, base=1)
    made = runner.approvals.submit(draft.id, editor, now)
    for part in Part:
        runner.approvals.see(made.id, part, other, now)
    browser, way = Site(dossier).browser(other), hops("A draft comes into force")
    sent = {"digest": made.version, "password": PASSWORD, "read": "on"}
    assert len(way) == 4
    assert walked(way, lambda: browser.send(f"/studio/approvals/{made.id}/approve", **sent)) == way


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
