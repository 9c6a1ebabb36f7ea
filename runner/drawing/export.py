"""A picture as PNG or PDF, in letters that come along: a server may have no fonts, or none with Vietnamese letters."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

import fontpkg_arimo
import resvg_py

from runner.bpmn import Bounds, Diagram
from runner.drawing.plane import extent, spread
from runner.drawing.svg import svg
from runner.errors import Refused

KINDS = ("svg", "png", "pdf")
ZOOM = 2.0
"""Pixels of a PNG for one of the drawing: sharp on paper."""
MOST_PIXELS = 12_000
"""The longest side of a PNG."""
MOST_POINTS = 14_400
"""The longest side of a page (ISO 32000-1 annex C)."""
FARTHEST = 1_000_000
"""Pixels from the origin within which a drawing has to be."""


class CannotRender(Refused):
    """Không vẽ được hình này: hình vẽ quá rộng hoặc nằm quá xa gốc tọa độ."""


def render(diagram: Diagram, kind: str) -> bytes:
    """The picture of `diagram` as `kind`, one of `KINDS`. Very large ones are made smaller to fit a page.

    Raises `CannotRender` where coordinates are beyond what any page or screen holds.
    """
    box = extent(spread(diagram)[0]) if diagram.shapes else Bounds(0, 0, 520, 60)
    if max(abs(box.x), abs(box.y), box.width, box.height) > FARTHEST:
        raise CannotRender()
    drawn = svg(diagram)
    longest = max(box.width, box.height)
    if kind == "png":
        return _png(drawn, min(ZOOM, MOST_PIXELS / longest))
    if kind == "pdf":
        return _pdf(drawn, min(1.0, MOST_POINTS / longest))
    return drawn.encode()


@cache
def _font() -> str:
    """Arimo, whose letters are as wide as those of Arial, for which the drawing is measured."""
    [file] = (Path(fontpkg_arimo.ROOT) / "files").glob("Arimo[[]*")
    return str(file)


def _png(drawn: str, zoom: float) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=drawn.replace('font-family="Arial,', 'font-family="Arimo,'),
        zoom=zoom,
        skip_system_fonts=True,
        font_files=[_font()],
        sans_serif_family="Arimo",
    )


def _pdf(drawn: str, scale: float) -> bytes:
    # Loaded only here: it takes a third of a second, for which no other command should wait.
    from reportlab.graphics import renderPDF  # noqa: PLC0415
    from svglib.svglib import register_font, svg2rlg  # noqa: PLC0415

    for weight in ("normal", "bold"):
        register_font("Arial", _font(), weight)
    page = svg2rlg(BytesIO(drawn.encode()))
    page.scale(scale, scale)
    page.width, page.height = page.width * scale, page.height * scale
    out = BytesIO()
    renderPDF.drawToFile(page, out)
    return out.getvalue()
