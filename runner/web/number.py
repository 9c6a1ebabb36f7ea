"""Numbers in addresses and forms: one that no database has is as good as none."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from werkzeug.routing import IntegerConverter

MOST: Final = 2**31 - 1
"""The largest that a column of whole numbers holds on every database."""


class Number(IntegerConverter):
    """``<int:…>`` of an address, up to `MOST` unless the route says another ``max``."""

    def __init__(self, map: Any, *, max: int = MOST, **named: Any) -> None:
        super().__init__(map, max=max, **named)


def install(app: Flask) -> None:
    """Let no address name a larger number; set before the routes are added."""
    app.url_map.converters["int"] = Number


def whole_number(text: str) -> int:
    """The number that was sent. Raises ValueError, also for one that is too large."""
    found = int(text)
    if abs(found) > MOST:
        raise ValueError
    return found
