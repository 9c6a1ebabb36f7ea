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

import runner
from runner.errors import MotcuaError, NotFound
from runner.language import catalogue, say, speaking

PACKAGE = Path(runner.__file__).parent
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def strings(source: str) -> Iterator[str]:
    """The Vietnamese strings of a module, but for docstrings and pieces of f-strings, and all that is given to `say`."""
    tree = ast.parse(source)
    said = {
        id(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "say" and node.args
    }
    passed = {
        id(part)
        for node in ast.walk(tree)
        for part in (node.values if isinstance(node, ast.JoinedStr) else [getattr(node, "value", None)])
        if isinstance(node, ast.JoinedStr | ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            if id(node) in said or VIETNAMESE.search(node.value):
                yield node.value


def errors(family: type[MotcuaError] = MotcuaError) -> Iterator[type[MotcuaError]]:
    """Every error of the package."""
    yield family
    for each in family.__subclasses__():
        yield from errors(each)


def templates() -> set[str]:
    """Every sentence that a person may read: the strings of the code and the docstrings of errors."""
    for module in pkgutil.walk_packages(runner.__path__, "runner."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    written = {text for path in PACKAGE.rglob("*.py") for text in strings(path.read_text())}
    return written | {cleandoc(error.__doc__ or "") for error in errors() if error.__module__.startswith("runner.")}


def gaps(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_sentence_has_an_english_one() -> None:
    english = catalogue("en")
    assert not sorted(template for template in templates() if template not in english)


def test_no_translation_is_left_over() -> None:
    assert not sorted(set(catalogue("en")) - templates())


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
