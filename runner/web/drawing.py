"""A diagram as an answer: an SVG of its own, under a content policy of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from gzip import compress
from types import MappingProxyType
from typing import Final

from flask import Response, request

from runner.bpmn import Bounds, Diagram
from runner.drawing import svg
from runner.drawing.overlay import Overlay
from runner.drawing.plane import spread

POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
NEAR: Final = (1150, 430)
"""What `near` shows at least, in pixels: about what can be read without scrolling."""

_FRAME = re.compile(r'viewBox="[^"]*" width="[^"]*" height="[^"]*"')
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_BARE: Final[Mapping[str, Overlay]] = MappingProxyType({})


def answer(
    diagram: Diagram,
    states: Mapping[str, str] = _NONE,
    near: Collection[str] = (),
    overlays: Mapping[str, Overlay] = _BARE,
    frame: tuple[int, int] = NEAR,
) -> Response:
    """The picture; with `near` only what lies around these elements. Packed, as it is large and mostly alike."""
    drawn = svg.svg(diagram, states, overlays)
    if box := _around(spread(diagram)[0], near, frame):
        x, y, width, height = (round(side) for side in (box.x, box.y, box.width, box.height))
        drawn = _FRAME.sub(f'viewBox="{x} {y} {width} {height}" width="{width}" height="{height}"', drawn, count=1)
    response = Response(drawn, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"]:
        response.set_data(compress(drawn.encode(), 6))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _around(diagram: Diagram, elements: Collection[str], frame: tuple[int, int]) -> Bounds | None:
    """A frame around the first of `elements` that has a shape, and around those of the others that fit in with it."""
    shapes = [diagram.shapes[element] for element in elements if element in diagram.shapes]
    if not shapes:
        return None
    first = shapes[0]
    left, right, top, bottom = first.x, first.x + first.width, first.y, first.y + first.height
    for shape in shapes[1:]:
        wide = min(left, shape.x), max(right, shape.x + shape.width)
        high = min(top, shape.y), max(bottom, shape.y + shape.height)
        if wide[1] - wide[0] <= frame[0] and high[1] - high[0] <= frame[1]:
            (left, right), (top, bottom) = wide, high
    width, height = frame
    return Bounds((left + right - width) / 2, (top + bottom - height) / 2, width, height)
