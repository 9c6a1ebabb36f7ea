"""The layers of the package as a picture, drawn from the import contracts in pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROW, GAP, MARGIN, LEFT = 38, 10, 16, 84
WIDTH, BOX, SPACE = 760, 132, 28
STYLE = """
  .page { fill: #ffffff } .box { fill: #eef2f7; stroke: #8593a6 } .knows { fill: #e3f1e6; stroke: #4f8a5b }
  .line { stroke: #6b7787; fill: none } .head { fill: #6b7787 }
  text { font: 15px system-ui, "Noto Sans", Arial, sans-serif; fill: #1d2733 } .small { font-size: 12px; fill: #4a5666 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #11161d } .box { fill: #222c38; stroke: #6d7d91 } .knows { fill: #1d3526; stroke: #6ba77a }
    .line { stroke: #8b98a8 } .head { fill: #8b98a8 } text { fill: #e6ebf1 } .small { fill: #aab5c2 }
  }"""


def svg(pyproject: Path) -> str:
    """The picture of the contracts in `pyproject`, for light and dark screens."""
    contracts = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    rows = [re.split(r" ([|:]) ", layer) for each in contracts if each["type"] == "layers" for layer in each["layers"]]
    known = _known(contracts, pyproject.parent)
    notes = [each["name"] for each in contracts if each["type"] != "layers" and not _library(each)]
    floor = MARGIN + len(rows) * (ROW + GAP)
    height = floor + 22 * (3 + len(notes)) + MARGIN - 10
    parts = [f'<rect class="page" width="{WIDTH}" height="{height}"/>', *_arrow(floor - GAP)]
    for number, row in enumerate(rows):
        parts += _row(row, MARGIN + number * (ROW + GAP), known)
    legend = [
        "Green: the only rooms that know the library named in them.",
        "In one row: rooms that do not import each other; with a line between them, they may.",
        *(f"{note}." for note in notes),
    ]
    parts += [_text(MARGIN, floor + 12 + 22 * number, line, "small") for number, line in enumerate(legend)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    title = "Layers of the package: imports point down"
    return "\n".join([f'{head} role="img" aria-label="{title}">', f"<style>{STYLE}\n</style>", *parts, "</svg>\n"])


def _library(contract: Mapping[str, Any]) -> str:
    """The library that a contract keeps to some rooms; empty for a contract between rooms."""
    names = [name for name in contract.get("forbidden_modules", []) if not name.startswith("runner.")]
    return names[0] if names else ""


def _known(contracts: list[Mapping[str, Any]], root: Path) -> Mapping[str, str]:
    """The library that only these rooms know, by room."""
    rooms = {f"runner.{path.parent.name}" for path in root.glob("runner/*/__init__.py")}
    forbidden = {name for each in contracts for name in (each.get("source_modules", []) if _library(each) else [])}
    found: dict[str, list[str]] = {}
    for contract in contracts:
        if library := _library(contract):
            for room in rooms & forbidden - set(contract["source_modules"]):
                found.setdefault(room, []).append(library)
    return {room: ", ".join(libraries) for room, libraries in found.items()}


def _row(row: list[str], y: int, known: Mapping[str, str]) -> Iterator[str]:
    """The boxes of a layer: names, and between them what tells whether they may import each other."""
    rooms, joints = row[::2], row[1::2]
    whole = len(rooms) * BOX + (len(rooms) - 1) * SPACE
    x = LEFT + (WIDTH - LEFT - MARGIN - whole) // 2
    for number, room in enumerate(rooms):
        library = known.get(room, "")
        kind = "knows" if library else "box"
        yield f'<rect class="{kind}" x="{x}" y="{y}" width="{BOX}" height="{ROW}" rx="6"/>'
        name, middle = room.removeprefix("runner."), x + BOX // 2
        yield _text(middle, y + (16 if library else 24), name, anchor="middle")
        if library:
            yield _text(middle, y + 31, library, "small", "middle")
        if number < len(joints) and joints[number] == ":":
            yield f'<path class="line" d="M{x + BOX} {y + ROW // 2}h{SPACE}"/>'
        x += BOX + SPACE


def _arrow(floor: int) -> Iterator[str]:
    x = MARGIN + 8
    yield f'<path class="line" d="M{x} {MARGIN}V{floor - 10}"/>'
    yield f'<path class="head" d="M{x - 5} {floor - 10}h10l-5 10z"/>'
    yield _text(x + 10, MARGIN + 12, "imports", "small")


def _text(x: int, y: int, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
