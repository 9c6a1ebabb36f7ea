"""The primitives of a picture: boxes, lines, signs and words as SVG elements."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from math import cos, hypot, pi, sin
from typing import Final

from runner.bpmn import Bounds, Shape
from runner.drawing.text import lines

PAPER, INK, PALE = "#ffffff", "#22313f", "#5b6b7a"


def n(value: float) -> str:
    """A coordinate: at most one digit behind the point."""
    return f"{value:.1f}".removesuffix(".0")


def inset(box: Shape | Bounds, x: float, y: float | None = None) -> Bounds:
    y = x if y is None else y
    return Bounds(box.x + x, box.y + y, max(box.width - 2 * x, 0), max(box.height - 2 * y, 0))


def _pen(width: float, dash: str) -> str:
    return f'stroke-width="{n(width)}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def rect(box: Shape | Bounds, corner: float, *, dash: str = "", width: float = 1.6) -> str:
    size = f'width="{n(max(box.width, 0))}" height="{n(max(box.height, 0))}" rx="{n(corner)}"'
    return f'<rect class="line area" x="{n(box.x)}" y="{n(box.y)}" {size} {_pen(width, dash)}/>'


def frame(box: Shape | Bounds) -> str:
    """A box that hides nothing."""
    size = f'width="{n(max(box.width, 0))}" height="{n(max(box.height, 0))}" rx="10"'
    return f'<rect class="line" fill="none" x="{n(box.x)}" y="{n(box.y)}" {size} {_pen(1.4, "8 4 2 4")}/>'


def circle(centre: tuple[float, float], radius: float, width: float, dash: str = "", *, ink: bool = False) -> str:
    look = f'class="ink" fill="{INK}" stroke="none"' if ink else f'class="line area" {_pen(width, dash)}'
    return f'<circle cx="{n(centre[0])}" cy="{n(centre[1])}" r="{n(radius)}" {look}/>'


def path(path: str, *, dash: str = "", width: float = 1.6, area: bool = False) -> str:
    look = 'class="line area"' if area else 'class="line" fill="none"'
    return f'<path {look} d="{path}" stroke-linejoin="round" {_pen(width, dash)}/>'


def sign(path: str, x: float, y: float, scale: float = 1, solid: bool = False, width: float = 1.2) -> str:
    look = f'class="ink" fill="{INK}" stroke="{PAPER}"' if solid else 'class="line" fill="none"'
    place = f"translate({n(x)} {n(y)})" + (f" scale({scale:.2f})" if scale != 1 else "")
    return f'<path {look} d="{path}" transform="{place}" stroke-linejoin="round" stroke-width="{n(width)}"/>'


_Points = Sequence[tuple[float, float]]


def arrow(points: _Points, *, hollow: bool = False) -> str:
    """The head at the end of a line."""
    tip = along(points[::-1], 0, ((0, 0), (10, -4.5), (10, 4.5), (0, 0)))
    return tip if hollow else tip.replace('class="line area"', f'class="line ink" fill="{INK}"')


ROUND: Final = tuple((4 * cos(turn * pi / 8), 4 * sin(turn * pi / 8)) for turn in range(17))
"""The small circle at the start of a message flow."""


def along(points: _Points, distance: float, mark: _Points) -> str:
    """A mark near the start of a line, turned with it: (along, across) from the point at `distance`."""
    (x, y), (dx, dy) = points[0], next(((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points) if a != b), (1.0, 0.0))
    length = hypot(dx, dy)
    dx, dy = dx / length, dy / length
    turned = [(x + dx * (distance + a) - dy * b, y + dy * (distance + a) + dx * b) for a, b in mark]
    return path("M" + "L".join(f"{n(x)} {n(y)}" for x, y in turned), area=True)


def text(
    words: str,
    box: Bounds,
    *,
    size: float = 12,
    colour: str = INK,
    start: bool = False,
    turned: bool = False,
    bold: bool = False,
    halo: bool = False,
) -> str:
    """`words` in the middle of a box (from its left edge with `start`, upwards with `turned`), "" for none."""
    room, height = (box.height, box.width) if turned else (box.width, box.height)
    leading = size * 1.17
    wrapped = lines(words, room, size, max(int(height / leading), 1))
    if not wrapped:
        return ""
    x, y = (box.x if start else box.x + box.width / 2), box.y + box.height / 2
    first = y - leading * (len(wrapped) - 1) / 2 + size * 0.35
    spans = "".join(
        f'<tspan x="{n(x)}" y="{n(first + leading * at)}">{escape(line)}</tspan>' for at, line in enumerate(wrapped)
    )
    look = f'class="words{" halo" * halo}" font-size="{n(size)}" fill="{colour}"'
    look += f' stroke="{PAPER}" stroke-width="3" paint-order="stroke"' if halo else ' stroke="none"'
    look += "" if start else ' text-anchor="middle"'
    look += ' font-weight="bold"' if bold else ""
    look += f' transform="rotate(-90 {n(x)} {n(y)})"' if turned else ""
    return f"<text {look}>{spans}</text>"


def label(words: str, box: Bounds) -> str:
    """A name beside what it names, from the top of `box` down; a little more room than given, as fonts differ."""
    room = max(box.width * 1.1 + 4, 40)
    count = len(lines(words, room, 11, 8))
    return text(words, Bounds(box.x + box.width / 2 - room / 2, box.y, room, count * 13.2), size=11, halo=True)
