"""A diagram as a picture: its diagram interchange (BPMN 2.0 chapter 12) drawn as one self-contained SVG.

No script, no style sheet, no font and no id: the picture can stand in a page under a strict content policy, several
times, in a document or on its own. Colours are presentation attributes on a ground of its own, which any style sheet
outranks by the classes: ``ground``, ``line`` (strokes), ``area`` (fills), ``ink`` (filled signs), ``words``, ``halo``
(around labels), and on each element its BPMN name and ``state-<state>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from math import cos, hypot, pi, sin
from types import MappingProxyType
from typing import Final
from unicodedata import combining, normalize

from runner.engine.diagram import ACTIVITIES, EVENTS, GATEWAYS, SUB_PROCESSES, Bounds, Diagram, Edge, Node, Shape
from runner.language import say

NO_PICTURE: Final = "Tệp không có hình vẽ; chỉ có phần mô tả quy trình."

MARGIN: Final = 20
HEADER: Final = 30
"""Width of the strip with the name of a pool or lane."""

_PAPER, _INK, _PALE = "#ffffff", "#22313f", "#5b6b7a"
_STATES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"done": ("#1b7a3d", "#e7f5ec"), "current": ("#0b57d0", "#e3eefd"), "late": ("#b3261e", "#fde9e7")}
)
"""Line and area of an element in the states that a case knows; any other state only gets its class."""

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def svg(diagram: Diagram, states: Mapping[str, str] = _NONE) -> str:
    """The picture of `diagram`; `states` says of elements and flows by id what has become of them in a case.

    Any diagram can be drawn: without interchange it is a sentence that says so, elements of unknown kind are plain
    boxes. Names are escaped; states are words of letters, digits and hyphens.
    """
    if not diagram.shapes:
        return _canvas(Bounds(0, 0, 520, 60), NO_PICTURE, [_text(say(NO_PICTURE), Bounds(0, 0, 520, 60), size=14)])
    drawing = _Drawing(diagram, states)
    name = next((process.name for process in diagram.processes.values() if process.name), diagram.name)
    return _canvas(extent(diagram), name, drawing.parts())


def _canvas(box: Bounds, name: str, parts: Iterable[str]) -> str:
    place = " ".join(_n(value) for value in (box.x, box.y, box.width, box.height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn" role="img" aria-label="{escape(name)}" '
        f'viewBox="{place}" width="{_n(box.width)}" height="{_n(box.height)}" '
        "font-family=\"Arial, 'Liberation Sans', Helvetica, sans-serif\">\n"
        f'<rect class="ground" x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" '
        f'fill="{_PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def extent(diagram: Diagram) -> Bounds:
    """What the shapes, lines and labels of a diagram cover, with a margin."""
    drawn: list[Shape | Edge] = [*diagram.shapes.values(), *diagram.edges.values()]
    boxes: list[Shape | Bounds] = [*diagram.shapes.values(), *(each.label for each in drawn if each.label)]
    points = [(box.x, box.y) for box in boxes]
    points += [(box.x + box.width, box.y + box.height) for box in boxes]
    points += [point for edge in diagram.edges.values() for point in edge.waypoints]
    left, top = (min(values) - MARGIN for values in zip(*points, strict=True))
    right, bottom = (max(values) + MARGIN for values in zip(*points, strict=True))
    return Bounds(left, top, right - left, bottom - top)


class _Drawing:
    """Draws from the back to the front: pools, lanes, sub-processes, lines, then what the lines join, then labels."""

    def __init__(self, diagram: Diagram, states: Mapping[str, str]) -> None:
        self.diagram, self.states = diagram, states
        self.pools = {each.id: each for each in diagram.participants}
        self.messages = {each.id: each for each in diagram.message_flows}
        self.associations = {each.id for each in diagram.associations}
        self.names = {e.get("id", ""): e.get("name", "") for e in diagram.root.iter() if e.get("name")}

    def parts(self) -> Iterator[str]:
        shapes = sorted(self.diagram.shapes.values(), key=self._depth)
        behind = [shape for shape in shapes if self._depth(shape) < _LINES]
        yield from (self._shape(shape) for shape in behind)
        yield from (self._edge(edge) for edge in self.diagram.edges.values() if len(edge.waypoints) > 1)
        yield from (self._shape(shape) for shape in shapes[len(behind) :])
        yield from (label for shape in shapes if (label := self._shape_label(shape)))
        yield from (label for edge in self.diagram.edges.values() if (label := self._edge_label(edge)))

    def _depth(self, shape: Shape) -> int:
        node = self.diagram.nodes.get(shape.element)
        if shape.element in self.pools:
            return 0
        if shape.element in self.diagram.lanes:
            return 1
        if node and node.type in SUB_PROCESSES and shape.expanded is not False:
            return 2 + self._nesting(node)
        return _LINES + (node is not None and node.type == "boundaryEvent")

    def _nesting(self, node: Node) -> int:
        depth, seen = 0, {node.id}
        while (above := self.diagram.nodes.get(node.parent)) and above.id not in seen:
            seen.add(above.id)
            depth, node = depth + 1, above
        return depth

    def _group(self, element: str, kind: str, parts: Iterable[str], colours: tuple[str, str] | None = None) -> str:
        state = re.sub(r"[^A-Za-z0-9-]", "", self.states.get(element, ""))
        stroke, fill = colours or _STATES.get(state, (_INK, _PAPER))
        kind = f"{kind} state-{state}" if state else kind
        name = self.names.get(element, "")
        title = f"<title>{escape(name)}</title>" if name else ""
        return (
            f'<g class="{escape(kind)}" data-element="{escape(element)}" stroke="{stroke}" fill="{fill}">'
            f"{title}{''.join(parts)}</g>"
        )

    # -- shapes ---------------------------------------------------------------------------------------------------

    def _shape(self, shape: Shape) -> str:
        id = shape.element
        node = self.diagram.nodes.get(id)
        if id in self.pools or id in self.diagram.lanes:
            return self._group(id, "participant" if id in self.pools else "lane", self._pool(shape), (_PALE, _PAPER))
        if id in self.diagram.annotations:
            words = _text(self.diagram.annotations[id].text, _inset(shape, 6, 3), start=True, size=11, colour=_PALE)
            edge = f"M{_n(shape.x + 10)} {_n(shape.y)}h-10v{_n(shape.height)}h10"
            return self._group(id, "textAnnotation", [_path(edge, width=1.2), words], (_PALE, _PAPER))
        if node is None:
            words = _text(self.names.get(id, ""), _inset(shape, 4))
            return self._group(id, "foreign", [_rect(shape, 0, dash="2 3"), words], (_PALE, _PAPER))
        draw = _event if node.type in EVENTS else _gateway if node.type in GATEWAYS else _activity
        return self._group(id, node.type, draw(node, shape))

    def _pool(self, shape: Shape) -> Iterator[str]:
        upright = shape.horizontal is not False
        yield _rect(shape, 0, width=1.2)
        name, box = self.names.get(shape.element, ""), Bounds(shape.x, shape.y, shape.width, shape.height)
        pool = self.pools.get(shape.element)
        if pool and pool.process is None:
            yield _text(name, box, size=13)
        elif upright:
            yield _path(f"M{_n(shape.x + HEADER)} {_n(shape.y)}v{_n(shape.height)}", width=1.2)
            yield _text(name, Bounds(shape.x, shape.y, HEADER, shape.height), turned=True, size=11)
        else:
            yield _path(f"M{_n(shape.x)} {_n(shape.y + HEADER)}h{_n(shape.width)}", width=1.2)
            yield _text(name, Bounds(shape.x, shape.y, shape.width, HEADER))

    def _shape_label(self, shape: Shape) -> str:
        """The name beside an event or a gateway: where the file puts it, else below."""
        node = self.diagram.nodes.get(shape.element)
        if node is None or not node.name or node.type in ACTIVITIES:
            return ""
        box = shape.label or Bounds(shape.x + shape.width / 2 - 50, shape.y + shape.height + 5, 100, 0)
        return _label(node.name, box)

    # -- lines ----------------------------------------------------------------------------------------------------

    def _edge(self, edge: Edge) -> str:
        points = edge.waypoints
        line = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        if edge.element in self.messages:
            ends = [_along(points, 4, _ROUND), _arrow(points, hollow=True)]
            return self._group(
                edge.element, "messageFlow", [_path(line, dash="8 5", width=1.2), *ends], (_PALE, _PAPER)
            )
        if edge.element in self.associations:
            return self._group(edge.element, "association", [_path(line, dash="1 4", width=1.4)], (_PALE, _PAPER))
        flow = self.diagram.flows.get(edge.element)
        if flow is None:
            return self._group(edge.element, "foreign", [_path(line, dash="2 3")], (_PALE, _PAPER))
        marks = [_path(line), _arrow(points)]
        source = self.diagram.nodes.get(flow.source)
        if flow.default:
            marks.append(_along(points, 12, ((-4, -5), (4, 5))))
        elif flow.condition is not None and source and source.type not in GATEWAYS:
            marks.append(_along(points, 0, ((0, 0), (7, -5), (14, 0), (7, 5), (0, 0))))
        return self._group(edge.element, "sequenceFlow", marks)

    def _edge_label(self, edge: Edge) -> str:
        flow = self.diagram.flows.get(edge.element)
        name = flow.name if flow else self.messages[edge.element].name if edge.element in self.messages else ""
        if not name or not edge.waypoints:
            return ""
        x, y = edge.waypoints[len(edge.waypoints) // 2 - (len(edge.waypoints) > 1)]
        return _label(name, edge.label or Bounds(x + 5, y + 5, 90, 0))


_LINES: Final = 1000
"""Sorts what stands before the lines from what lies behind them."""


# -- flow nodes --------------------------------------------------------------------------------------------------------


def _activity(node: Node, shape: Shape) -> Iterator[str]:
    inner = node.type in SUB_PROCESSES
    dash = "2 4" if node.triggered_by_event else ""
    yield _rect(shape, 10, dash=dash, width=4 if node.type == "callActivity" else 1.6)
    if node.type == "transaction":
        yield _rect(_inset(shape, 4), 7, width=1.2)
    if inner and shape.expanded is not False:
        yield _text(node.name, Bounds(shape.x, shape.y + 4, shape.width, 20), bold=True)
        return
    sign = _TASKS.get(node.type, "")
    if sign:
        yield _sign(sign, shape.x + 6, shape.y + 5, 0.85)
    room = _inset(shape, 7, 13 if sign and shape.height > 60 else 2)  # clear of the sign and of boundary events
    yield _text(node.name, room)
    if inner:
        x, y = shape.x + shape.width / 2, shape.y + shape.height - 14
        yield _path(f"M{_n(x - 7)} {_n(y)}h14v14h-14zm7 3v8m-4-4h8", width=1.2)


def _event(node: Node, shape: Shape) -> Iterator[str]:
    centre = (shape.x + shape.width / 2, shape.y + shape.height / 2)
    radius = min(shape.width, shape.height) / 2
    dash = "" if node.interrupting else "4 3"
    end = node.type == "endEvent"
    yield _circle(centre, radius, 3.6 if end else 1.6, dash)
    if node.type not in ("startEvent", "endEvent"):
        yield _circle(centre, max(radius - 3, 0), 1.2, dash)
    scale = radius / 18
    if node.event == "terminate":
        yield _circle(centre, radius * 0.6, 0, ink=True)
    elif sign := _EVENT_SIGNS.get(node.event or ""):
        solid = end or node.type == "intermediateThrowEvent"
        yield _sign(sign, centre[0] - 12 * scale, centre[1] - 12 * scale, scale, solid)


def _gateway(node: Node, shape: Shape) -> Iterator[str]:
    x, y, w, h = shape.x, shape.y, shape.width / 2, shape.height / 2
    yield _path(f"M{_n(x + w)} {_n(y)}l{_n(w)} {_n(h)}l{_n(-w)} {_n(h)}l{_n(-w)} {_n(-h)}z", area=True)
    scale = min(w, h) / 25
    cx, cy = x + w, y + h
    if node.type in ("eventBasedGateway", "inclusiveGateway"):
        yield _circle((cx, cy), 13 * scale, 1.4 if node.type == "eventBasedGateway" else 2.6)
    if node.type == "eventBasedGateway":
        yield _circle((cx, cy), 10.5 * scale, 1.1)
    if sign := _GATEWAY_SIGNS.get(node.type):
        yield _sign(sign, cx - 12 * scale, cy - 12 * scale, scale, width=1.2 if "z" in sign else 3)


_TASKS: Final = {
    "userTask": "M8 8.5a3.6 3.6 0 1 0 0-7.2a3.6 3.6 0 0 0 0 7.2zM1 17v-3.2q0-4.6 7-4.6t7 4.6v3.2zM4.6 17v-3M11.4 17v-3",
    "serviceTask": (
        "M8 1l1.5 0 .5 2.2 1.7.7 1.9-1.2 1.2 1.2-1.2 1.9.7 1.7 2.2.5v1.8l-2.2.5-.7 1.7 1.2 1.9-1.2 1.2-1.9-1.2-1.7.7"
        "-.5 2.2h-1.8l-.5-2.2-1.7-.7-1.9 1.2-1.2-1.2 1.2-1.9-.7-1.7-2.2-.5v-1.8l2.2-.5.7-1.7-1.2-1.9 1.2-1.2 1.9 1.2"
        " 1.7-.7.5-2.2zM8.6 6a2.8 2.8 0 1 0 .1 0z"
    ),
    "scriptTask": "M4 1h9q-4 4 0 8t0 8h-9q4-4 0-8t0-8zM5 5h5M6 9h5M7 13h5",
    "sendTask": "M1 3h15v11h-15zl7.5 6l7.5-6",
    "receiveTask": "M1 3h15v11h-15zl7.5 6l7.5-6",
    "manualTask": "M1 8q3-5 6-5h5v3h-4M8 6h8v3h-7M9 9h6v3h-6M9 12h4v3h-8q-4 0-4-4z",
    "businessRuleTask": "M1 2h15v12h-15zM1 6h15M1 10h15M6 6v8",
}
"""What marks the kind of a task, on a field of 17 × 17."""

_EVENT_SIGNS: Final = {
    "timer": "M12 2a10 10 0 1 0 .01 0zM12 12l4 1M12 12l2-7M12 2v2.5M12 19.5v2.5M2 12h2.5M19.5 12h2.5",
    "message": "M3 6h18v12h-18zl9 7l9-7",
    "signal": "M12 3l9 15h-18z",
    "error": "M4 20l5-13l6 7l5-11l-4 16l-6-7z",
    "escalation": "M12 3l7 17l-7-7l-7 7z",
    "conditional": "M5 3h14v18h-14zM8 7h8M8 11h8M8 15h8",
    "compensate": "M12 6v12l-9-6zM21 6v12l-9-6z",
    "cancel": "M5 5l14 14M19 5l-14 14",
    "link": "M3 9h11v-4l7 7l-7 7v-4h-11z",
    "multiple": "M12 2l10 7l-4 12h-12l-4-12z",
}
_GATEWAY_SIGNS: Final = {
    "exclusiveGateway": "M6 6l12 12M18 6l-12 12",
    "parallelGateway": "M12 3v18M3 12h18",
    "complexGateway": "M12 3v18M3 12h18M6 6l12 12M18 6l-12 12",
    "eventBasedGateway": "M12 5l7 5l-2.7 8h-8.6l-2.7-8z",
}
"""What marks the kind of an event or gateway, on a field of 24 × 24."""


# -- marks -------------------------------------------------------------------------------------------------------------


def _n(value: float) -> str:
    """A coordinate: at most one digit behind the point."""
    return f"{value:.1f}".removesuffix(".0")


def _inset(box: Shape | Bounds, x: float, y: float | None = None) -> Bounds:
    y = x if y is None else y
    return Bounds(box.x + x, box.y + y, max(box.width - 2 * x, 0), max(box.height - 2 * y, 0))


def _pen(width: float, dash: str) -> str:
    return f'stroke-width="{_n(width)}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _rect(box: Shape | Bounds, corner: float, *, dash: str = "", width: float = 1.6) -> str:
    size = f'width="{_n(max(box.width, 0))}" height="{_n(max(box.height, 0))}" rx="{_n(corner)}"'
    return f'<rect class="line area" x="{_n(box.x)}" y="{_n(box.y)}" {size} {_pen(width, dash)}/>'


def _circle(centre: tuple[float, float], radius: float, width: float, dash: str = "", *, ink: bool = False) -> str:
    look = f'class="ink" fill="{_INK}" stroke="none"' if ink else f'class="line area" {_pen(width, dash)}'
    return f'<circle cx="{_n(centre[0])}" cy="{_n(centre[1])}" r="{_n(radius)}" {look}/>'


def _path(path: str, *, dash: str = "", width: float = 1.6, area: bool = False) -> str:
    look = 'class="line area"' if area else 'class="line" fill="none"'
    return f'<path {look} d="{path}" stroke-linejoin="round" {_pen(width, dash)}/>'


def _sign(path: str, x: float, y: float, scale: float = 1, solid: bool = False, width: float = 1.2) -> str:
    look = f'class="ink" fill="{_INK}" stroke="{_PAPER}"' if solid else 'class="line" fill="none"'
    place = f"translate({_n(x)} {_n(y)})" + (f" scale({scale:.2f})" if scale != 1 else "")
    return f'<path {look} d="{path}" transform="{place}" stroke-linejoin="round" stroke-width="{_n(width)}"/>'


_Points = Sequence[tuple[float, float]]


def _arrow(points: _Points, *, hollow: bool = False) -> str:
    """The head at the end of a line."""
    tip = _along(points[::-1], 0, ((0, 0), (10, -4.5), (10, 4.5), (0, 0)))
    return tip if hollow else tip.replace('class="line area"', f'class="line ink" fill="{_INK}"')


_ROUND: Final = tuple((4 * cos(turn * pi / 8), 4 * sin(turn * pi / 8)) for turn in range(17))
"""The small circle at the start of a message flow."""


def _along(points: _Points, distance: float, mark: _Points) -> str:
    """A mark near the start of a line, turned with it: (along, across) from the point at `distance`."""
    (x, y), (dx, dy) = points[0], next(
        ((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points) if a != b), (1.0, 0.0)
    )  # fmt: skip
    length = hypot(dx, dy)
    dx, dy = dx / length, dy / length
    turned = [(x + dx * (distance + a) - dy * b, y + dy * (distance + a) + dx * b) for a, b in mark]
    return _path("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in turned), area=True)


# -- words -------------------------------------------------------------------------------------------------------------

_WIDTHS: Final = MappingProxyType(
    {sign: width for signs, width in ((" .,:;'|!iljIft()[]/“”‘’-r", 0.3), ("mwMW…—", 0.87)) for sign in signs}
)
"""Widths of letters in Arial, in ems, where they are far from the average of their kind."""


def width(words: str, size: float) -> float:
    """About how wide `words` are in Arial of `size` pixels; marks above and below a letter take no room."""
    return size * sum(_letter(normalize("NFD", letter)[0]) for letter in words)


def _letter(letter: str) -> float:
    if combining(letter):
        return 0
    if letter >= "\u2e80":  # from here on, mostly the square signs of East Asia
        return 1
    return _WIDTHS.get(letter, 0.68 if letter.isupper() else 0.55)


def lines(words: str, room: float, size: float, most: int) -> list[str]:
    """`words` in as few lines as fit `room` pixels, of about equal length; beyond `most` lines, an ellipsis."""
    pieces = [(piece, width(piece, size)) for piece in _pieces(words[:_MOST], room, size)]
    space = width(" ", size)
    found = _filled(pieces, room, space)
    if len(found) > most:
        return [*found[: most - 1], found[most - 1].rstrip(" .,;:") + "…"]
    narrowest = max((wide for _, wide in pieces), default=0.0)
    while room - narrowest > 4:  # half as often as there are pixels to spare is often enough
        middle = (room + narrowest) / 2
        if len(_filled(pieces, middle, space)) > len(found):
            narrowest = middle
        else:
            room = middle
    return _filled(pieces, room, space)


_MOST: Final = 600
"""Characters of a text that are looked at: no box has room for more."""


def _filled(pieces: Iterable[tuple[str, float]], room: float, space: float) -> list[str]:
    """Pieces of known width in lines, each as full as `room` allows."""
    found: list[str] = []
    left = 0.0
    for piece, wide in pieces:
        if found and wide + space <= left:
            found[-1] += " " + piece
            left -= wide + space
        else:
            found.append(piece)
            left = room - wide
    return found


def _pieces(words: str, room: float, size: float) -> Iterator[str]:
    """The words, those that are wider than `room` in pieces."""
    fit = max(int(room / size), 1)  # of the widest letters
    for word in words.split():
        whole = width(word, size) <= room
        yield from (word,) if whole else (word[at : at + fit] for at in range(0, len(word), fit))


def _text(
    words: str, box: Bounds, *, size: float = 12, colour: str = _INK, start: bool = False, turned: bool = False,
    bold: bool = False, halo: bool = False,
) -> str:  # fmt: skip
    """`words` in the middle of a box (from its left edge with `start`, upwards with `turned`), "" for none."""
    room, height = (box.height, box.width) if turned else (box.width, box.height)
    leading = size * 1.17
    wrapped = lines(words, room, size, max(int(height / leading), 1))
    if not wrapped:
        return ""
    x, y = (box.x if start else box.x + box.width / 2), box.y + box.height / 2
    first = y - leading * (len(wrapped) - 1) / 2 + size * 0.35
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(first + leading * at)}">{escape(line)}</tspan>' for at, line in enumerate(wrapped)
    )
    look = f'class="words{" halo" * halo}" font-size="{_n(size)}" fill="{colour}"'
    look += f' stroke="{_PAPER}" stroke-width="3" paint-order="stroke"' if halo else ' stroke="none"'
    look += "" if start else ' text-anchor="middle"'
    look += ' font-weight="bold"' if bold else ""
    look += f' transform="rotate(-90 {_n(x)} {_n(y)})"' if turned else ""
    return f"<text {look}>{spans}</text>"


def _label(words: str, box: Bounds) -> str:
    """A name beside what it names, from the top of `box` down; a little more room than given, as fonts differ."""
    room = max(box.width * 1.1 + 4, 40)
    count = len(lines(words, room, 11, 8))
    return _text(words, Bounds(box.x + box.width / 2 - room / 2, box.y, room, count * 13.2), size=11, halo=True)
