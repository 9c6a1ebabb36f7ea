"""Codes that machines read from paper, as SVG: QR codes, and the bars of Code 128."""

from __future__ import annotations

from io import BytesIO
from itertools import groupby
from typing import Final

import segno

from runner.errors import Refused

LONGEST: Final = 1500
"""Characters of a code that a telephone still reads from 4 cm of paper."""
LONGEST_BARS: Final = 40
"""Characters of bars that a reader at a counter still reads from 8 cm of paper."""
QUIET: Final = 10
"""Modules of white beside the bars, which readers need."""


class CodeTooLong(Refused):
    """Nội dung quá dài cho một mã QR."""


def qr(text: str) -> str:
    """`text` as a QR code: an SVG of black modules on white with the quiet zone around them, without script or style.

    The same text gives the same picture. Raises `CodeTooLong`.
    """
    if len(text) > LONGEST:
        raise CodeTooLong
    drawn = BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False)
    code.save(
        drawn,
        kind="svg",
        xmldecl=False,
        nl=False,
        svgclass=None,
        lineclass=None,
        light="#ffffff",
        border=4,
        omitsize=True,
    )
    return drawn.getvalue().decode()


def bars(text: str) -> str:
    """`text` in Code 128: an SVG of bars with white beside them, a module wide each unit; "" where it has no such code.

    It has none with a letter outside ASCII, or where it is too long to be read from a paper.
    """
    from barcode.codex import Code128  # noqa: PLC0415  # papers alone need it

    if not text or len(text) > LONGEST_BARS or not (text.isascii() and text.isprintable()):
        return ""
    modules = "".join(Code128(text).build())
    drawn, at = [], QUIET
    for dark, run in groupby(modules):
        width = len(list(run))
        drawn += [f"M{at} 0h{width}v40h-{width}z"] if dark == "1" else []
        at += width
    size = f"{at + QUIET} 40"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}"><path d="{"".join(drawn)}"/></svg>'
