"""How things look in a terminal: tables, long sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shutil import get_terminal_size
from textwrap import wrap

WIDEST = 110


def width() -> int:
    """Columns to write in."""
    return min(get_terminal_size((WIDEST, 24)).columns, WIDEST)


def hung(text: str, indent: str, hanging: str | None = None) -> list[str]:
    """`text` in lines no wider than the terminal, the first behind `indent`, the others behind `hanging`.

    Behind a long indent a line is wider than a narrow terminal rather than a column of single letters.
    """
    rest = indent if hanging is None else hanging
    columns = max(width(), len(rest) + 30)
    lines = text.splitlines() or [""]
    return [
        line
        for place, piece in enumerate(lines)
        for line in wrap(
            piece, columns, initial_indent=rest if place else indent, subsequent_indent=rest, break_on_hyphens=False
        )
    ]


def table(rows: Sequence[Sequence[str]], heads: Sequence[str] = (), indent: str = "") -> Iterator[str]:
    """Rows in columns as wide as they need; the last one takes what the terminal leaves and goes on below itself."""
    every: list[Sequence[str]] = [*([heads] if heads else []), *rows]
    if not rows:
        return
    widths = [max(len(row[column]) for row in every) for column in range(len(every[0]) - 1)]
    for row in every:
        before = indent + "".join(cell.ljust(wide + 2) for cell, wide in zip(row, widths, strict=False))
        yield from hung(row[-1], before, " " * len(before)) or [before.rstrip()]
