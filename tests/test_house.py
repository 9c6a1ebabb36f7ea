"""The size and the order of the code: short modules, short functions, no import circle, the formatter decides."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

HOME = Path(__file__).parents[1]
MAX_LINES = 350
MAX_FUNCTION_LINES = 60
MAX_SKIPS = 9


@cache
def modules() -> dict[str, Path]:
    """The modules of the package by name, without the migrations: a migration is never changed."""
    paths = [path for path in (HOME / "runner").rglob("*.py") if not {"migrations", "node_modules"} & {*path.parts}]
    return {".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_bytes())


def test_no_module_is_longer_than_350_lines() -> None:
    lengths = {name: path.read_bytes().count(b"\n") for name, path in modules().items()}
    assert not [f"{name}: {n} lines, {n - MAX_LINES} too many" for name, n in lengths.items() if n > MAX_LINES]


def test_no_function_is_longer_than_60_lines() -> None:
    functions = [
        (f"{name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [f"{name}: {n} lines, {n - MAX_FUNCTION_LINES} too many" for name, n in functions if n > MAX_FUNCTION_LINES]
    assert not long


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports at the top of a module count: one inside a function runs when all modules are there."""
    sorter = TopologicalSorter({name: set(imported(name)) for name in modules()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None


def imported(name: str) -> Iterator[str]:
    """The modules of the package that the module `name` imports when it is imported itself."""
    for node in statements(tree(name)):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            wanted = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for each in wanted:
            found = each if each in modules() else each.rpartition(".")[0]
            if found in modules():
                yield found


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All that runs on import: neither the bodies of functions nor what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from statements(child)


def test_the_formatter_is_skipped_in_few_places_each_with_a_reason() -> None:
    skip = re.compile(r"# fmt: (?:skip|off)(.*)")
    skips = [
        (f"{path.relative_to(HOME)}:{number}", found[1])
        for room in ("runner", "tests", "bench")
        for path in (HOME / room).rglob("*.py")
        if "node_modules" not in path.parts and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if (found := skip.search(line))
    ]
    assert len(skips) <= MAX_SKIPS, skips
    assert not [place for place, reason in skips if len(reason.split()) < 2]
