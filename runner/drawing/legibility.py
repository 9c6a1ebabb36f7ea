"""Whether a drawing can be read: what overlaps, leaves its frame, runs through something else or covers a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice

from runner.bpmn import GATEWAYS, Bounds, Diagram, Shape
from runner.bpmn.graph import boundaries, reached, targets
from runner.drawing.geometry import centre, covers, overlap, within
from runner.drawing.page import Line, Page, enclosing, pages, subjects
from runner.drawing.svg import HEADER

MAX_PARTS = 4_000
"""Shapes, names and straight pieces of lines on a page: all are compared with all."""
MAX_FINDINGS = 100
"""On a page: with more, the diagram needs a new drawing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of legibility: `element` is its id ("" for the page), `others` ids that the sentence names."""

    element: str
    template: str
    others: Mapping[str, str]


def faults(diagram: Diagram) -> Iterator[Fault]:
    """What is hard to read on each page of a diagram's drawing, `MAX_FINDINGS` a page at most."""
    for page in pages(diagram):
        if len(page.shapes) + len(page.labels) + sum(len(line.pieces) for line in page.lines) > MAX_PARTS:
            yield Fault("", "Hình vẽ có quá nhiều nét nên chưa được xét.", {})
        else:
            yield from islice(_Judge(diagram, page).faults(), MAX_FINDINGS)


class _Judge:
    """Looks at one page of a diagram."""

    def __init__(self, diagram: Diagram, page: Page) -> None:
        self.diagram, self.page = diagram, page
        around = enclosing(diagram)
        self.around = {**around, **{note: around.get(about, ()) for note, about in subjects(diagram).items()}}
        self.pools = {pool.id: pool for pool in diagram.participants}
        self.frames = {id: shape for id, shape in page.shapes.items() if id in self.pools or id in diagram.lanes}
        self.lane_of = {member: lane.id for lane in diagram.lanes.values() for member in lane.members}
        self.drawn = {id: shape for id, shape in page.shapes.items() if id not in self.frames}
        self.boundaries = boundaries(diagram)

    def faults(self) -> Iterator[Fault]:
        yield from self._overlaps()
        yield from self._places()
        for line in self.page.lines:
            yield from self._through(line)
            yield from self._direction(line)
        yield from self._labels()

    def _belong(self, one: str, other: str) -> bool:
        """May one be drawn on the other: in a sub-process (a note with what it is about), or an event on its host?"""
        nodes = self.diagram.nodes
        return (
            other in self.around.get(one, ())
            or one in self.around.get(other, ())
            or (one in nodes and nodes[one].attached_to == other)
            or (other in nodes and nodes[other].attached_to == one)
        )

    def _overlaps(self) -> Iterator[Fault]:
        closed = {id for id, pool in self.pools.items() if pool.process is None}
        boxes = [(id, shape) for id, shape in self.page.shapes.items() if id in self.drawn or id in closed]
        for (one, box), (other, second) in combinations(boxes, 2):
            if overlap(box, second) and not self._belong(one, other):
                yield _fault(one, "“{what}” chồng lên “{other}”.", what=one, other=other)

    def _places(self) -> Iterator[Fault]:
        """Every part is drawn within its container: sub-process, lane, pool."""
        for id, shape in self.drawn.items():
            node = self.diagram.nodes.get(id)
            if node is None:
                continue
            if node.attached_to is not None:
                host = self.page.shapes.get(node.attached_to)
                if host and (not overlap(shape, host) or within(shape, host, -4)):
                    yield _fault(
                        id, "Sự kiện “{what}” không nằm trên cạnh của “{other}”.", what=id, other=node.attached_to
                    )
                continue
            for home in (*self.around[id][:1], *filter(None, [self.lane_of.get(id)])):
                frame = self.page.shapes.get(home)
                if frame and not within(shape, self._inside(frame)):
                    yield _fault(id, "“{what}” nằm ngoài “{other}”.", what=id, other=home)
        for id, lane in self.diagram.lanes.items():
            pool = next(
                (self.frames.get(pool.id) for pool in self.pools.values() if pool.process == lane.process), None
            )
            if pool and id in self.frames and not within(self.frames[id], pool):
                yield _fault(id, "Làn “{what}” nằm ngoài bể của nó.", what=id)

    def _inside(self, frame: Shape) -> Bounds:
        """What a frame holds: all but the strip with the name of a lane."""
        strip = HEADER if frame.element in self.frames else 0
        if frame.horizontal is False:
            return Bounds(frame.x, frame.y + strip, frame.width, frame.height - strip)
        return Bounds(frame.x + strip, frame.y, frame.width - strip, frame.height)

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _through(self, line: Line) -> Iterator[Fault]:
        ends = {line.join.source, line.join.target}
        passable = ends | {above for end in ends for above in self.around.get(end, ())}
        for id, shape in self.drawn.items():
            if id not in passable and line.crosses(shape):
                yield _fault(line.join.id, "Đường “{what}” đi xuyên qua “{other}”.", what=line.join.id, other=id)

    def _direction(self, line: Line) -> Iterator[Fault]:
        if line.join.kind == "association":
            return
        if any(min(abs(a[0] - b[0]), abs(a[1] - b[1])) > 1 for a, b in line.pieces):
            yield _fault(line.join.id, "Đường “{what}” có đoạn chéo.", what=line.join.id)
        node = self.diagram.nodes.get(line.join.source)
        begin = (node.attached_to if node else None) or line.join.source  # an event begins where its host stands
        source, target = self.drawn.get(begin), self.drawn.get(line.join.target)
        if line.join.kind != "sequenceFlow" or source is None or target is None:
            return
        if centre(target)[0] < source.x and line.join.source not in reached([line.join.target], self._after):
            yield _fault(line.join.id, "Luồng “{what}” đi ngược về bên trái mà không phải vòng lặp.", what=line.join.id)

    def _after(self, id: str) -> Iterator[str]:
        yield from targets(self.diagram, id)
        yield from (event.id for event in self.boundaries.get(id, ()))

    # -- names ---------------------------------------------------------------------------------------------------------

    def _labels(self) -> Iterator[Fault]:
        for id, box in self.page.labels.items():
            for line in self.page.lines:
                if line.crosses(box):
                    yield _fault(id, "Chữ “{what}” bị đường “{other}” cắt qua.", what=id, other=line.join.id)
            yield from self._label_place(id, box)
        for (one, box), (other, second) in combinations(self.page.labels.items(), 2):
            if overlap(box, second):
                yield _fault(one, "Chữ “{what}” chồng lên chữ “{other}”.", what=one, other=other)

    def _label_place(self, id: str, box: Bounds) -> Iterator[Fault]:
        for other, shape in self.page.shapes.items():
            hollow = other in self.frames or shape.expanded is True
            pointed = other in self.diagram.nodes and self.diagram.nodes[other].type in GATEWAYS
            if covers(shape, box, pointed) and not (hollow and within(box, shape)):
                yield _fault(id, "Chữ “{what}” chồng lên “{other}”.", what=id, other=other)
        frame = self.frames.get(self.lane_of.get(id, ""))
        if frame and not overlap(box, frame):
            yield _fault(id, "Chữ “{what}” nằm ngoài làn của nó.", what=id)


def _fault(element: str, template: str, **others: str) -> Fault:
    return Fault(element, template, others)
