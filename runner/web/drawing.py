"""A diagram as an answer, an SVG of its own under a content policy of its own, or within a page; the signs on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from gzip import compress
from types import MappingProxyType
from typing import Final

from flask import Response, request
from markupsafe import Markup

from runner.bpmn import ACTIVITIES, Bounds, Diagram
from runner.drawing import overlay, svg
from runner.drawing.overlay import Overlay
from runner.drawing.plane import extent, spread
from runner.language import say

POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
NEAR: Final = (1150, 430)
"""What `near` shows at least, in pixels: about what can be read without scrolling."""

_FRAME = re.compile(r'viewBox="[^"]*" width="[^"]*" height="[^"]*"')
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_BARE: Final[Mapping[str, Overlay]] = MappingProxyType({})
_ONCE: Final[Mapping[str, int]] = MappingProxyType({})


def answer(
    diagram: Diagram,
    states: Mapping[str, str] = _NONE,
    near: Collection[str] = (),
    overlays: Mapping[str, Overlay] = _BARE,
    frame: tuple[int, int] = NEAR,
) -> Response:
    """The picture; with `near` only what lies around these elements. Packed, as it is large and mostly alike."""
    drawn = cut(svg.svg(diagram, states, overlays), diagram, near, frame)
    response = Response(drawn, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = POLICY
    return packed(response)


def packed(response: Response) -> Response:
    """An answer that is large and mostly alike, compressed where the browser takes that."""
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings["gzip"]:
        response.set_data(compress(response.get_data(), 6))
        response.headers["Content-Encoding"] = "gzip"
    return response


def cut(drawn: str, diagram: Diagram, near: Collection[str], frame: tuple[int, int] = NEAR) -> str:
    """A drawn diagram, of which only what lies around the elements `near` is to be seen; all of it where none is."""
    if box := _around(spread(diagram)[0], near, frame):
        x, y, width, height = (round(side) for side in (box.x, box.y, box.width, box.height))
        return _FRAME.sub(f'viewBox="{x} {y} {width} {height}" width="{width}" height="{height}"', drawn, count=1)
    return drawn


def picture(diagram: Diagram, states: Mapping[str, str], overlays: Mapping[str, Overlay]) -> Markup:
    """The diagram within a page and, before it, the strip with its lanes."""
    gutter = overlay.gutter(diagram, extent(spread(diagram)[0])) if diagram.shapes else ""
    return Markup(gutter + svg.svg(diagram, states, overlays))  # noqa: S704  drawn by us, names escaped


def signs(
    diagram: Diagram,
    states: Mapping[str, str],
    tags: Mapping[str, str] = _NONE,
    visits: Mapping[str, int] = _ONCE,
    tokens: Mapping[str, int] = _ONCE,
) -> dict[str, Overlay]:
    """What was passed, how often, and where tokens stand, how many and how late; `tags` say what is due there."""
    found: dict[str, Overlay] = {}
    for id, state in states.items():
        node = diagram.nodes.get(id)
        times, many = visits.get(id, 1), tokens.get(id, 1)
        if node is None or (state == "done" and node.type not in ACTIVITIES):
            continue
        if state == "done" and times > 1:
            found[id] = Overlay(f"×{times}", say("Đã qua {count} lần", count=times))
        elif state == "done":
            found[id] = Overlay("✓", say("Đã qua"))
        elif state == "late":
            found[id] = Overlay("!", say("Quá hạn"), tags.get(id, ""))
        elif state == "current":
            found[id] = Overlay(str(many) if many > 1 else "▶", say("Hồ sơ đang ở đây"), tags.get(id, ""))
    return found


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
