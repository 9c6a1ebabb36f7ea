"""Every Vietnamese sentence of the code has an English one, with the same gaps."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from string import Formatter

from jinja2 import Environment, nodes

import runner
from runner.errors import MotcuaError, NotFound
from runner.language import catalogue, say, speaking

PACKAGE = Path(runner.__file__).parent
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def strings(source: str) -> Iterator[str]:
    """The Vietnamese strings of a module, without docstrings and pieces of f-strings; and all that `say` is given."""
    tree = ast.parse(source)
    said = {
        id(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") == "say"
    }
    passed = {
        id(part)
        for node in ast.walk(tree)
        for part in (node.values if isinstance(node, ast.JoinedStr) else [getattr(node, "value", None)])
        if isinstance(node, ast.JoinedStr | ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in passed:
            continue
        if id(node) in said or (len(node.value) > 1 and VIETNAMESE.search(node.value)):
            yield node.value


def pages() -> Iterator[nodes.Template]:
    """The templates of the web's pages, parsed."""
    for path in sorted(PACKAGE.rglob("*.html")):
        yield Environment(autoescape=True).parse(path.read_text())


def shown(page: nodes.Template) -> Iterator[str]:
    """The sentences that a page asks for by ``_("…")``."""
    for call in page.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and isinstance(call.args[0], nodes.Const):
            yield call.args[0].value


def errors(family: type[MotcuaError] = MotcuaError) -> Iterator[type[MotcuaError]]:
    """Every error of the package."""
    yield family
    for each in family.__subclasses__():
        yield from errors(each)


def templates() -> set[str]:
    """Every sentence that a person may read: the strings of the code and the docstrings of errors."""
    for module in pkgutil.walk_packages(runner.__path__, "runner."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    written = {text for path in PACKAGE.rglob("*.py") for text in strings(path.read_text())}
    written |= {text for page in pages() for text in shown(page)}
    return written | {cleandoc(error.__doc__ or "") for error in errors() if error.__module__.startswith("runner.")}


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_sentence_has_an_english_one() -> None:
    english = catalogue("en")
    assert not sorted(template for template in templates() if template not in english)


def test_no_translation_is_left_over() -> None:
    assert not sorted(set(catalogue("en")) - templates())


def test_no_page_says_anything_in_vietnamese_alone() -> None:
    plain = [data.data for page in pages() for data in page.find_all(nodes.TemplateData)]
    assert not [text for text in plain if VIETNAMESE.search(text)]


def test_translations_have_the_same_gaps() -> None:
    assert not [template for template, english in catalogue("en").items() if gaps(template) != gaps(english)]


def test_a_sentence_is_said_in_the_language_asked_for() -> None:
    assert say("Không tìm thấy.") == "Không tìm thấy."
    with speaking("en"):
        assert str(NotFound()) == say("Không tìm thấy.") == "Not found."
    with speaking("xx"):
        assert str(NotFound()) == "Không tìm thấy."


if __name__ == "__main__":  # python -m tests.test_language: what has no translation yet
    for template in sorted(templates() - set(catalogue("en"))):
        print(repr(template))
