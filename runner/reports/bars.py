"""A bar chart as rectangles and lines in a picture of a fixed size: a template draws them, beside the same table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEFT, RIGHT, TOP, BOTTOM = 40, 516, 24, 170
"""Where the bars stand in the picture."""
BAR: Final = 40


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: `kind` is its place in the series."""

    kind: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name below, its sum above."""

    name: str
    total: int
    middle: float
    top: float
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars and the lines behind them, each line with its number and how far down it is."""

    bars: Sequence[Bar]
    lines: Sequence[tuple[int, float]]


def chart(series: Sequence[tuple[str, Sequence[int]]]) -> Chart:
    """The bars of a series: each a name and the numbers that are stacked, the first one at the bottom."""
    highest = max((sum(numbers) for _, numbers in series), default=0)
    step = _step(highest)
    top = max(step, -(-highest // step) * step)
    scale = (BOTTOM - TOP) / top
    room = (RIGHT - LEFT) / max(1, len(series))
    width = min(BAR, room * 0.6)
    bars = []
    for place, (name, numbers) in enumerate(series):
        x, y = LEFT + room * place + (room - width) / 2, float(BOTTOM)
        parts = []
        for kind, number in enumerate(numbers):
            if number:
                y -= number * scale
                parts.append(Part(kind, round(x, 2), round(y, 2), round(width, 2), round(number * scale, 2)))
        bars.append(Bar(name, sum(numbers), round(x + width / 2, 2), round(y - 6, 2), parts))
    return Chart(bars, [(value, round(BOTTOM - value * scale, 2)) for value in range(0, top + 1, step)])


def _step(highest: int) -> int:
    """The distance of lines: 1, 2 or 5 times a power of ten, at most five lines above the ground."""
    step = 1
    while highest > 5 * step:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step
