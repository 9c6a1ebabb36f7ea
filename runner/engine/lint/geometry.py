"""A drawing can be read: see docs/lint.md, "geometry". Looks keep nothing from being deployed: these are warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice

from runner.engine.diagram import GATEWAYS, Bounds, Diagram, Shape, line_of
from runner.engine.geometry import centre, covers, crosses, overlap, within
from runner.engine.lint.content import Content
from runner.engine.lint.finding import Finding, Place, Spot, short, warning
from runner.engine.lint.graph import boundaries, reached, targets
from runner.engine.picture import HEADER
from runner.engine.sheet import Line, Page, enclosing, pages

MAX_PARTS = 4_000
"""Shapes, names and straight pieces of lines on a page: all are compared with all."""
MAX_FINDINGS = 100
"""On a page; who has as many draws anew."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for page in pages(diagram):
        if len(page.shapes) + len(page.labels) + sum(len(line.pieces) for line in page.lines) > MAX_PARTS:
            yield warning(Spot("", 0), "Hình vẽ có quá nhiều nét nên chưa được xét.")
        else:
            yield from islice(_Judge(diagram, page).findings(), MAX_FINDINGS)


class _Judge:
    """Looks at one page of a diagram."""

    def __init__(self, diagram: Diagram, page: Page) -> None:
        self.diagram, self.page = diagram, page
        self.around = enclosing(diagram)
        self.pools = {pool.id: pool for pool in diagram.participants}
        self.frames = {id: shape for id, shape in page.shapes.items() if id in self.pools or id in diagram.lanes}
        self.lane_of = {member: lane.id for lane in diagram.lanes.values() for member in lane.members}
        self.drawn = {id: shape for id, shape in page.shapes.items() if id not in self.frames}
        self.boundaries = boundaries(diagram)

    def findings(self) -> Iterator[Finding]:
        yield from self._overlaps()
        yield from self._places()
        for line in self.page.lines:
            yield from self._through(line)
            yield from self._direction(line)
        yield from self._labels()

    def _warn(self, id: str, template: str, **facts: str) -> Finding:
        return warning(self._spot(id), template, **{name: self._title(value) for name, value in facts.items()})

    def _spot(self, id: str) -> Place:
        known: Sequence[Mapping[str, Place]] = (self.diagram.nodes, self.diagram.flows, self.diagram.lanes)
        found = next((things[id] for things in known if id in things), None)
        if found is not None:
            return found
        element = next((each for each in self.diagram.root.iter() if each.get("id") == id), None)
        return Spot(id, 0 if element is None else line_of(element))

    def _title(self, id: str) -> str:
        note = self.diagram.annotations.get(id)
        name = note.text if note else getattr(self.pools.get(id) or self._spot(id), "name", "")
        return short(name or id)

    def _belong(self, one: str, other: str) -> bool:
        """May one be drawn on the other: in a sub-process, or an event on its host?"""
        nodes = self.diagram.nodes
        return (
            other in self.around.get(one, ())
            or one in self.around.get(other, ())
            or (one in nodes and nodes[one].attached_to == other)
            or (other in nodes and nodes[other].attached_to == one)
        )

    def _overlaps(self) -> Iterator[Finding]:
        closed = {id for id, pool in self.pools.items() if pool.process is None}
        boxes = [(id, shape) for id, shape in self.page.shapes.items() if id in self.drawn or id in closed]
        for (one, box), (other, second) in combinations(boxes, 2):
            if overlap(box, second) and not self._belong(one, other):
                yield self._warn(one, "“{what}” chồng lên “{other}”.", what=one, other=other)

    def _places(self) -> Iterator[Finding]:
        """Everything is drawn within what it belongs to: sub-process, lane, pool."""
        for id, shape in self.drawn.items():
            node = self.diagram.nodes.get(id)
            if node is None:
                continue
            if node.attached_to is not None:
                host = self.page.shapes.get(node.attached_to)
                if host and (not overlap(shape, host) or within(shape, host, -4)):
                    yield self._warn(
                        id, "Sự kiện “{what}” không nằm trên cạnh của “{other}”.", what=id, other=node.attached_to
                    )
                continue
            for home in (*self.around[id][:1], *filter(None, [self.lane_of.get(id)])):
                frame = self.page.shapes.get(home)
                if frame and not within(shape, self._inside(frame)):
                    yield self._warn(id, "“{what}” nằm ngoài “{other}”.", what=id, other=home)
        for id, lane in self.diagram.lanes.items():
            pool = next(
                (self.frames.get(pool.id) for pool in self.pools.values() if pool.process == lane.process), None
            )
            if pool and id in self.frames and not within(self.frames[id], pool):
                yield self._warn(id, "Làn “{what}” nằm ngoài bể của nó.", what=id)

    def _inside(self, frame: Shape) -> Bounds:
        """What a frame holds: all but the strip with the name of a lane."""
        strip = HEADER if frame.element in self.frames else 0
        if frame.horizontal is False:
            return Bounds(frame.x, frame.y + strip, frame.width, frame.height - strip)
        return Bounds(frame.x + strip, frame.y, frame.width - strip, frame.height)

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _through(self, line: Line) -> Iterator[Finding]:
        ends = {line.join.source, line.join.target}
        passable = ends | {above for end in ends for above in self.around.get(end, ())}
        for id, shape in self.drawn.items():
            if id not in passable and any(crosses(*piece, shape) for piece in line.pieces):
                yield self._warn(line.join.id, "Đường “{what}” đi xuyên qua “{other}”.", what=line.join.id, other=id)

    def _direction(self, line: Line) -> Iterator[Finding]:
        if line.join.kind == "association":
            return
        if any(min(abs(a[0] - b[0]), abs(a[1] - b[1])) > 1 for a, b in line.pieces):
            yield self._warn(line.join.id, "Đường “{what}” có đoạn chéo.", what=line.join.id)
        node = self.diagram.nodes.get(line.join.source)
        begin = (node.attached_to if node else None) or line.join.source  # an event begins where its host stands
        source, target = self.drawn.get(begin), self.drawn.get(line.join.target)
        if line.join.kind != "sequenceFlow" or source is None or target is None:
            return
        if centre(target)[0] < source.x and line.join.source not in reached([line.join.target], self._after):
            yield self._warn(
                line.join.id, "Luồng “{what}” đi ngược về bên trái mà không phải vòng lặp.", what=line.join.id
            )

    def _after(self, id: str) -> Iterator[str]:
        yield from targets(self.diagram, id)
        yield from (event.id for event in self.boundaries.get(id, ()))

    # -- names ---------------------------------------------------------------------------------------------------------

    def _labels(self) -> Iterator[Finding]:
        for id, box in self.page.labels.items():
            for line in self.page.lines:
                if any(crosses(*piece, box) for piece in line.pieces):
                    yield self._warn(id, "Chữ “{what}” bị đường “{other}” cắt qua.", what=id, other=line.join.id)
            yield from self._label_place(id, box)
        for (one, box), (other, second) in combinations(self.page.labels.items(), 2):
            if overlap(box, second):
                yield self._warn(one, "Chữ “{what}” chồng lên chữ “{other}”.", what=one, other=other)

    def _label_place(self, id: str, box: Bounds) -> Iterator[Finding]:
        for other, shape in self.page.shapes.items():
            hollow = other in self.frames or shape.expanded is True
            pointed = other in self.diagram.nodes and self.diagram.nodes[other].type in GATEWAYS
            if covers(shape, box, pointed) and not (hollow and within(box, shape)):
                yield self._warn(id, "Chữ “{what}” chồng lên “{other}”.", what=id, other=other)
        frame = self.frames.get(self.lane_of.get(id, ""))
        if frame and not overlap(box, frame):
            yield self._warn(id, "Chữ “{what}” nằm ngoài làn của nó.", what=id)
