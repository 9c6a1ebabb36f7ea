"""The diagrams of the procedures as they are shown in docs/procedures."""

from __future__ import annotations

from pathlib import Path

from runner.bpmn import read
from runner.drawing.export import render

KEPT = ("ben-tre-39.svg", "ha-tinh-QT.BC.01.svg")
"""One of each province is kept in the repository; ``make pictures`` draws the others too."""


def name(path: Path) -> str:
    """A procedure's picture: ``ben-tre-39.svg``."""
    return f"{path.parent.name}-{path.stem}.svg"


def picture(path: Path) -> bytes:
    """The diagram in `path` as SVG."""
    return render(read(path.read_bytes(), path.name), "svg")
