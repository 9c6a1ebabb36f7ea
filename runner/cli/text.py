"""How things look in a terminal: tables, long sentences, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any

import click

WIDEST = 110
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Styled(str):
    """A line with escape sequences of ours; what is added to it brings none."""

    __slots__ = ()

    def __add__(self, text: str) -> Styled:
        return Styled(super().__add__(plain(text)))


def plain(text: str) -> str:
    """`text` without control characters, so that no file's name and no value commands the terminal."""
    return text if isinstance(text, Styled) else _CONTROL.sub("", text)


def styled(text: str, **style: Any) -> Styled:
    """`text` in a style of `click.style`."""
    return Styled(click.style(plain(text), **style))


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
