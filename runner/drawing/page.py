"""What is drawn together on one page: shapes, lines and the names beside them.

All pools are on one page. A process without a pool has a page of its own, and so has a folded sub-process with a plane
of its own; what else lies in a folded sub-process is on no page at all, as modelers have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runner.bpmn import EVENTS, GATEWAYS, Bounds, Diagram, Shape
from runner.drawing.geometry import Box, Point, apart, around, crosses, label_box, segments

POOLS = ""
"""The name of the page with the pools; any other page has the id of its process or sub-process."""


@dataclass(frozen=True, slots=True)
class Join:
    """A flow, message flow or association. `kind` is its element's local name."""

    kind: str
    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Line:
    """A join as drawn, in straight pieces; `extent` is the box around them, None where there are none."""

    join: Join
    pieces: tuple[tuple[Point, Point], ...]
    extent: Bounds | None

    def crosses(self, box: Box) -> bool:
        """Does it pass through the inside of a box?"""
        return (
            self.extent is not None
            and not apart(self.extent, box)
            and any(crosses(*piece, box) for piece in self.pieces)
        )


@dataclass(slots=True)
class Page:
    """`labels` are the boxes that names beside events, gateways and lines cover, by the element's id."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    labels: dict[str, Bounds] = field(default_factory=dict)


def enclosing(diagram: Diagram) -> Mapping[str, tuple[str, ...]]:
    """The sub-processes around each node, from the inside out."""
    found: dict[str, tuple[str, ...]] = {}
    for id in diagram.nodes:
        above: list[str] = []
        parent = diagram.nodes[id].parent
        while parent in diagram.nodes and parent not in above and parent != id:
            above.append(parent)
            parent = diagram.nodes[parent].parent
        found[id] = tuple(above)
    return found


def subjects(diagram: Diagram) -> dict[str, str]:
    """What each text annotation is about; those that no association ties to anything are left out."""
    found: dict[str, str] = {}
    for each in diagram.associations:
        for note, other in ((each.source, each.target), (each.target, each.source)):
            if note in diagram.annotations and other not in diagram.annotations:
                found.setdefault(note, other)
    return found


def joins(diagram: Diagram) -> Iterator[Join]:
    """Everything that is drawn as a line."""
    for flow in diagram.flows.values():
        yield Join("sequenceFlow", flow.id, flow.name, flow.source, flow.target)
    for message in diagram.message_flows:
        yield Join("messageFlow", message.id, message.name, message.source, message.target)
    for association in diagram.associations:
        yield Join("association", association.id, "", association.source, association.target)


def pages(diagram: Diagram) -> list[Page]:
    """The pages of a diagram. A name without a place of its own on the drawing is left to the tool that shows it."""
    return _Pages(diagram).found()


class _Pages:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.pooled = {pool.process for pool in diagram.participants}
        self.pools = {pool.id for pool in diagram.participants}
        self.around = enclosing(diagram)
        self.tied = subjects(diagram)
        self.pages: dict[str, Page] = {}

    def found(self) -> list[Page]:
        for id, shape in self.diagram.shapes.items():
            name = self._page(id)
            if name is None:
                continue
            page = self.pages.setdefault(name, Page())
            page.shapes[id] = shape
            node = self.diagram.nodes.get(id)
            if node and node.name and shape.label and node.type in EVENTS | GATEWAYS:
                page.labels[id] = label_box(node.name, shape.label)
        for join in joins(self.diagram):
            edge = self.diagram.edges.get(join.id)
            where = next((name for end in (join.source, join.target) if (name := self._page(end)) is not None), None)
            if edge is None or where is None:
                continue
            page = self.pages.setdefault(where, Page())
            points = [Bounds(x, y, 0, 0) for x, y in edge.waypoints]
            page.lines.append(Line(join, tuple(segments(edge.waypoints)), around(points) if points else None))
            if join.name and edge.label:
                page.labels[join.id] = label_box(join.name, edge.label)
        return list(self.pages.values())

    def _page(self, id: str) -> str | None:
        """The page on which an element is drawn; None for none."""
        if id in self.pools:
            return POOLS
        if id in self.diagram.lanes:
            return self._page_of_process(self.diagram.lanes[id].process)
        if id in self.diagram.annotations:
            tied = self.tied.get(id)
            return POOLS if tied is None else self._page(tied)
        if (node := self.diagram.nodes.get(id)) is None:
            return None
        shape, around = self.diagram.shapes.get(id), self.around[id]
        own = shape is not None and shape.plane in around
        within = around[: around.index(shape.plane)] if shape and own else around
        above = [self.diagram.shapes.get(each) for each in within]
        if any(each is None or each.expanded is False for each in above):
            return None
        if shape and own:
            return shape.plane
        outermost = self.diagram.nodes[around[-1]] if above else node
        return self._page_of_process(outermost.parent)

    def _page_of_process(self, id: str) -> str:
        return POOLS if id in self.pooled else id
