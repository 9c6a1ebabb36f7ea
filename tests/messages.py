"""What Babel takes for a sentence in our Python files (see babel.cfg): `make messages` and the tests both ask here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from inspect import cleandoc
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import runner

PACKAGE = Path(runner.__file__).parent
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def python(file: IO[bytes], *_: Any, options: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """Vietnamese strings that are no docstrings or pieces of f-strings, what `say` is given, docstrings of errors.

    Yields line, no function, sentence, no comments, as Babel asks of an extractor.
    """
    passed = set()
    for node in ast.walk(ast.parse(file.read())):
        match node:
            case ast.Call(func=ast.Name("say"), args=[ast.Constant(str(text)), *_]):
                passed.add(node.args[0])
                yield node.lineno, None, text, []
            case ast.ClassDef(body=[ast.Expr(ast.Constant(str(text))), *_]) if _is_error(node):
                yield node.lineno, None, cleandoc(text), []
            case ast.ClassDef(body=body):
                yield from _keys(body)
            case ast.Expr(value):
                passed.add(value)
            case ast.JoinedStr(pieces):
                passed.update(pieces)
            case ast.Constant(str(text)) if node not in passed and len(text) > 1 and VIETNAMESE.search(text):
                yield node.lineno, None, text, []


def _keys(body: list[ast.stmt]) -> Iterator[tuple[int, None, str, list[str]]]:
    """What the keys of our TOML files are described by: the Vietnamese docstrings of a class's fields."""
    for field, below in pairwise(body):
        match field, below:
            case ast.AnnAssign(), ast.Expr(ast.Constant(str(text))) if VIETNAMESE.search(text):
                yield below.lineno, None, cleandoc(text), []


def _is_error(node: ast.ClassDef) -> bool:
    return node.name == "MotcuaError" or bool(_bases(node) & _errors())


@cache
def _errors() -> set[str]:
    """The names of the classes below `MotcuaError`, and its own."""
    trees = [ast.parse(path.read_bytes()) for path in PACKAGE.rglob("*.py")]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = {"MotcuaError"}
    while more := {each.name for each in classes if _bases(each) & found} - found:
        found |= more
    return found


def _bases(node: ast.ClassDef) -> set[str]:
    return {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
