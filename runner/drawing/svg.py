"""A diagram as a picture: its diagram interchange (BPMN 2.0 chapter 12) drawn as one self-contained SVG.

No script, no style sheet, no font and no id: the picture can stand in a page under a strict content policy, several
times, in a document or on its own. Colours are presentation attributes on a ground of its own, which any style sheet
outranks by the classes: ``ground``, ``line`` (strokes), ``area`` (fills), ``ink`` (filled signs), ``words``, ``halo``
(around labels), and on each element its BPMN name and ``state-<state>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Final

from runner.bpmn import (
    ACTIVITIES,
    BPMN,
    EVENTS,
    GATEWAYS,
    SUB_PROCESSES,
    Bounds,
    Diagram,
    Edge,
    Node,
    Shape,
    reference,
)
from runner.bpmn.passive import truth
from runner.drawing import overlay, pen
from runner.drawing.overlay import Overlay
from runner.drawing.plane import extent, spread
from runner.language import say

NO_PICTURE: Final = "Tệp không có hình vẽ; chỉ có phần mô tả quy trình."

HEADER: Final = 30
"""Width of the strip with the name of a pool or lane."""

_STATES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "done": ("#1b7a3d", "#e7f5ec"),
        "current": ("#0b57d0", "#e3eefd"),
        "late": ("#b3261e", "#fde9e7"),
        "blocked": ("#7a4d00", "#fdf1dc"),
        "added": ("#1a6b39", "#e6f4ea"),
        "removed": ("#b3261e", "#fdeceb"),
        "changed": ("#5a4599", "#f0edf9"),
        "h1": (pen.INK, "#fff3d6"),
        "h2": (pen.INK, "#fed9a2"),
        "h3": (pen.INK, "#f9ad72"),
        "h4": (pen.INK, "#ec8160"),
        "ghost": ("#b3261e", "#fdeceb"),
        "taken": ("#0b57d0", "#e3eefd"),
    }
)
"""Line and area of an element in the states of a case, a comparison or a heat map; any other only gets its class."""

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_BARE: Final[Mapping[str, Overlay]] = MappingProxyType({})


def svg(diagram: Diagram, states: Mapping[str, str] = _NONE, overlays: Mapping[str, Overlay] = _BARE) -> str:
    """The picture of `diagram`; `states` says of elements and flows by id what has become of them in a case.

    `overlays` stand over the elements.
    Any diagram can be drawn: without interchange it is a sentence that says so, elements of unknown kind are plain
    boxes. Names are escaped; states are words of letters, digits and hyphens.
    """
    if not diagram.shapes:
        return _canvas(Bounds(0, 0, 520, 60), NO_PICTURE, [pen.text(say(NO_PICTURE), Bounds(0, 0, 520, 60), size=14)])
    whole, headings = spread(diagram)
    drawing = _Drawing(whole, states, headings)
    name = next((process.name for process in diagram.processes.values() if process.name), diagram.name)
    return _canvas(extent(whole), name, [*drawing.parts(), *overlay.drawn(whole, states, overlays)])


def _canvas(box: Bounds, name: str, parts: Iterable[str]) -> str:
    x, y, width, height = (pen.n(value) for value in (box.x, box.y, box.width, box.height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn" role="img" aria-label="{escape(name)}" '
        f'viewBox="{x} {y} {width} {height}" width="{width}" height="{height}" '
        "font-family=\"Arial, 'Liberation Sans', Helvetica, sans-serif\">\n"
        f'<rect class="ground" x="{x}" y="{y}" width="{width}" height="{height}" '
        f'fill="{pen.PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


class _Drawing:
    """Draws from the back to the front: pools, lanes, groups, sub-processes, lines, what they join, labels."""

    def __init__(self, diagram: Diagram, states: Mapping[str, str], headings: Mapping[str, Bounds]) -> None:
        self.diagram, self.states, self.headings = diagram, states, headings
        self.pools = {each.id: each for each in diagram.participants}
        self.messages = {each.id: each for each in diagram.message_flows}
        self.associations = {each.id for each in diagram.associations}
        self.names = {e.get("id", ""): e.get("name", "") for e in diagram.root.iter() if e.get("name")}
        self.groups = _groups(diagram)
        self.loops = _loops(diagram)

    def parts(self) -> Iterator[str]:
        shapes = sorted(self.diagram.shapes.values(), key=self._depth)
        behind = [shape for shape in shapes if self._depth(shape) < _LINES]
        yield from (self._shape(shape) for shape in behind)
        yield from (self._edge(edge) for edge in self.diagram.edges.values() if len(edge.waypoints) > 1)
        yield from (self._shape(shape) for shape in shapes[len(behind) :])
        yield from (label for shape in shapes if (label := self._shape_label(shape)))
        yield from (label for edge in self.diagram.edges.values() if (label := self._edge_label(edge)))
        for plane, box in self.headings.items():
            yield pen.text(f"[+] {self.names.get(plane) or plane}", box, start=True, size=15, bold=True)

    def _depth(self, shape: Shape) -> int:
        node = self.diagram.nodes.get(shape.element)
        if shape.element in self.pools:
            return 0
        if shape.element in self.diagram.lanes:
            return 1
        if shape.element in self.groups:
            return 2
        if node and node.type in SUB_PROCESSES and shape.expanded is not False:
            return 3 + self._nesting(node)
        return _LINES + (node is not None and node.type == "boundaryEvent")

    def _nesting(self, node: Node) -> int:
        depth, seen = 0, {node.id}
        while (above := self.diagram.nodes.get(node.parent)) and above.id not in seen:
            seen.add(above.id)
            depth, node = depth + 1, above
        return depth

    def _group(self, element: str, kind: str, parts: Iterable[str], colours: tuple[str, str] | None = None) -> str:
        state = re.sub(r"[^A-Za-z0-9-]", "", self.states.get(element, ""))
        stroke, fill = colours or _STATES.get(state, (pen.INK, pen.PAPER))
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
            return self._group(
                id, "participant" if id in self.pools else "lane", self._pool(shape), (pen.PALE, pen.PAPER)
            )
        if id in self.groups:
            name = pen.text(self.groups[id], Bounds(shape.x, shape.y + 3, shape.width, 16), size=11, colour=pen.PALE)
            return self._group(id, "group", [pen.frame(shape), name], (pen.PALE, pen.PAPER))
        if id in self.diagram.annotations:
            words = pen.text(
                self.diagram.annotations[id].text, pen.inset(shape, 6, 3), start=True, size=11, colour=pen.PALE
            )
            edge = f"M{pen.n(shape.x + 10)} {pen.n(shape.y)}h-10v{pen.n(shape.height)}h10"
            return self._group(id, "textAnnotation", [pen.path(edge, width=1.2), words], (pen.PALE, pen.PAPER))
        if node is None:
            words = pen.text(self.names.get(id, ""), pen.inset(shape, 4))
            return self._group(id, "foreign", [pen.rect(shape, 0, dash="2 3"), words], (pen.PALE, pen.PAPER))
        draw = _event if node.type in EVENTS else _gateway if node.type in GATEWAYS else _activity
        return self._group(id, node.type, [*draw(node, shape), *_mark(node, shape, self.loops.get(id, ""))])

    def _pool(self, shape: Shape) -> Iterator[str]:
        upright = shape.horizontal is not False
        yield pen.rect(shape, 0, width=1.2)
        name, box = self.names.get(shape.element, ""), Bounds(shape.x, shape.y, shape.width, shape.height)
        pool = self.pools.get(shape.element)
        if pool and pool.process is None:
            yield pen.text(name, box, size=13)
        elif upright:
            yield pen.path(f"M{pen.n(shape.x + HEADER)} {pen.n(shape.y)}v{pen.n(shape.height)}", width=1.2)
            yield pen.text(name, Bounds(shape.x, shape.y, HEADER, shape.height), turned=True, size=11)
        else:
            yield pen.path(f"M{pen.n(shape.x)} {pen.n(shape.y + HEADER)}h{pen.n(shape.width)}", width=1.2)
            yield pen.text(name, Bounds(shape.x, shape.y, shape.width, HEADER))

    def _shape_label(self, shape: Shape) -> str:
        """The name beside an event or a gateway: where the file puts it, else below."""
        node = self.diagram.nodes.get(shape.element)
        if node is None or not node.name or node.type in ACTIVITIES:
            return ""
        box = shape.label or Bounds(shape.x + shape.width / 2 - 50, shape.y + shape.height + 5, 100, 0)
        return pen.label(node.name, box)

    # -- lines ----------------------------------------------------------------------------------------------------

    def _edge(self, edge: Edge) -> str:
        points = edge.waypoints
        line = "M" + "L".join(f"{pen.n(x)} {pen.n(y)}" for x, y in points)
        if edge.element in self.messages:
            ends = [pen.along(points, 4, pen.ROUND), pen.arrow(points, hollow=True)]
            return self._group(
                edge.element, "messageFlow", [pen.path(line, dash="8 5", width=1.2), *ends], (pen.PALE, pen.PAPER)
            )
        if edge.element in self.associations:
            return self._group(
                edge.element, "association", [pen.path(line, dash="1 4", width=1.4)], (pen.PALE, pen.PAPER)
            )
        flow = self.diagram.flows.get(edge.element)
        if flow is None:
            return self._group(edge.element, "foreign", [pen.path(line, dash="2 3")], (pen.PALE, pen.PAPER))
        marks = [pen.path(line), pen.arrow(points)]
        source = self.diagram.nodes.get(flow.source)
        if flow.default:
            marks.append(pen.along(points, 12, ((-4, -5), (4, 5))))
        elif flow.condition is not None and source and source.type not in GATEWAYS:
            marks.append(pen.along(points, 0, ((0, 0), (7, -5), (14, 0), (7, 5), (0, 0))))
        return self._group(edge.element, "sequenceFlow", marks)

    def _edge_label(self, edge: Edge) -> str:
        flow = self.diagram.flows.get(edge.element)
        name = flow.name if flow else self.messages[edge.element].name if edge.element in self.messages else ""
        if not name or not edge.waypoints:
            return ""
        x, y = edge.waypoints[len(edge.waypoints) // 2 - (len(edge.waypoints) > 1)]
        return pen.label(name, edge.label or Bounds(x + 5, y + 5, 90, 0))


_LINES: Final = 1000
"""Sorts what stands before the lines from what lies behind them."""


# -- flow nodes --------------------------------------------------------------------------------------------------------


def _activity(node: Node, shape: Shape) -> Iterator[str]:
    inner = node.type in SUB_PROCESSES
    dash = "2 4" if node.triggered_by_event else ""
    yield pen.rect(shape, 10, dash=dash, width=4 if node.type == "callActivity" else 1.6)
    if node.type == "transaction":
        yield pen.rect(pen.inset(shape, 4), 7, width=1.2)
    if inner and shape.expanded is not False:
        yield pen.text(node.name, Bounds(shape.x, shape.y + 4, shape.width, 20), bold=True)
        return
    sign = _TASKS.get(node.type, "")
    if sign:
        yield pen.sign(sign, shape.x + 6, shape.y + 5, 0.85)
    room = pen.inset(shape, 7, 13 if sign and shape.height > 60 else 2)  # clear of the sign and of boundary events
    yield pen.text(node.name, room)


def _mark(node: Node, shape: Shape, loop: str) -> Iterator[str]:
    """The marks at the lower edge of an activity: folded, repeated."""
    folded = node.type == "callActivity" or (node.type in SUB_PROCESSES and shape.expanded is False)
    marks = [*filter(None, [_LOOPS.get(loop), _FOLDED if folded else None])]
    for place, sign in enumerate(marks):
        x = shape.x + shape.width / 2 - 8 * len(marks) + 16 * place
        yield pen.path(f"M{pen.n(x + 1)} {pen.n(shape.y + shape.height - 15)}{sign}", width=1.2)


def _groups(diagram: Diagram) -> dict[str, str]:
    """The words of each group: those of the category's value that it refers to."""
    values = {e.get("id", ""): e.get("value", "") for e in diagram.root.iter(f"{{{BPMN}}}categoryValue")}
    groups = diagram.root.iter(f"{{{BPMN}}}group")
    return {e.get("id", ""): values.get(reference(e.get("categoryValueRef")), "") for e in groups}


def _loops(diagram: Diagram) -> dict[str, str]:
    """How each activity is repeated: in a loop, or for several things at once or one after the other."""
    found = {}
    for name in ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"):
        for element in diagram.root.iter(f"{{{BPMN}}}{name}"):
            kind = "loop" if name.startswith("standard") else "several"
            kind = "sequence" if truth(element.get("isSequential", "")) else kind
            found[next(element.iterancestors()).get("id", "")] = kind
    return found


_FOLDED: Final = "h14v14h-14zm7 3v8m-4-4h8"
_LOOPS: Final[Mapping[str, str]] = {
    "several": "m2 1v12m5-12v12m5-12v12",
    "sequence": "m1 2h12m-12 5h12m-12 5h12",
    "loop": "m4 13a6 6 0 1 1 5 0m-5 0v-4m0 4h-4",
}


def _event(node: Node, shape: Shape) -> Iterator[str]:
    centre = (shape.x + shape.width / 2, shape.y + shape.height / 2)
    radius = min(shape.width, shape.height) / 2
    dash = "" if node.interrupting else "4 3"
    end = node.type == "endEvent"
    yield pen.circle(centre, radius, 3.6 if end else 1.6, dash)
    if node.type not in ("startEvent", "endEvent"):
        yield pen.circle(centre, max(radius - 3, 0), 1.2, dash)
    scale = radius / 18
    if node.event == "terminate":
        yield pen.circle(centre, radius * 0.6, 0, ink=True)
    elif sign := _EVENT_SIGNS.get(node.event or ""):
        solid = end or node.type == "intermediateThrowEvent"
        yield pen.sign(sign, centre[0] - 12 * scale, centre[1] - 12 * scale, scale, solid)


def _gateway(node: Node, shape: Shape) -> Iterator[str]:
    x, y, w, h = shape.x, shape.y, shape.width / 2, shape.height / 2
    yield pen.path(
        f"M{pen.n(x + w)} {pen.n(y)}l{pen.n(w)} {pen.n(h)}l{pen.n(-w)} {pen.n(h)}l{pen.n(-w)} {pen.n(-h)}z",
        area=True,
    )
    scale = min(w, h) / 25
    cx, cy = x + w, y + h
    if node.type in ("eventBasedGateway", "inclusiveGateway"):
        yield pen.circle((cx, cy), 13 * scale, 1.4 if node.type == "eventBasedGateway" else 2.6)
    if node.type == "eventBasedGateway":
        yield pen.circle((cx, cy), 10.5 * scale, 1.1)
    if sign := _GATEWAY_SIGNS.get(node.type):
        yield pen.sign(sign, cx - 12 * scale, cy - 12 * scale, scale, width=1.2 if "z" in sign else 3)


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
