"""How things look in a terminal: moments, numbers, tables, long sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from shutil import get_terminal_size
from textwrap import wrap

from runner.domain.calendar import ZONE
from runner.language import say

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
"""By `date.weekday()`."""

WIDEST = 110


def width() -> int:
    """Columns to write in."""
    return min(get_terminal_size((WIDEST, 24)).columns, WIDEST)


def moment(at: datetime) -> str:
    """A moment (aware) in local time: ``14:49 ngày 26/09/2022``."""
    local = at.astimezone(ZONE)
    return say("{time} ngày {date}", time=f"{local:%H:%M}", date=f"{local:%d/%m/%Y}")


def iso(at: datetime | None) -> str | None:
    """A moment (aware) in local time for programs: ``2022-09-26T14:49:00+07:00``."""
    return at.astimezone(ZONE).isoformat() if at else None


def weekday(day: date) -> str:
    return say(WEEKDAYS[day.weekday()])


def number(value: Fraction | int) -> str:
    """A number with at most two decimals: ``2,5``."""
    whole, _, part = f"{float(value):.2f}".partition(".")
    part = part.rstrip("0")
    return say("{whole},{part}", whole=whole, part=part) if part else whole


def money(dong: int) -> str:
    """An amount in đồng: ``10.750.000``."""
    return f"{dong:,}".replace(",", ".")


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
