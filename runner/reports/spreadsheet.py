"""Text for the cells of spreadsheets, which compute what looks like a formula and alter what looks like a number."""

from __future__ import annotations

import re
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection)."""
ALTERED: Final = re.compile(r"0[0-9][0-9 .,-]*|[0-9]{16,}")
"""A spreadsheet makes a number of such a cell: without the zeros in front, or with 15 digits and zeros behind them."""


def cell(text: str) -> str:
    """`text` as a spreadsheet shows it, whole, and never computes it."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or ALTERED.fullmatch(text.strip()) else text
