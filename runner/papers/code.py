"""Codes that machines read from paper: QR codes as SVG."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import segno

from runner.errors import Refused

LONGEST: Final = 1500
"""Characters of a code that a telephone still reads from 4 cm of paper."""


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
