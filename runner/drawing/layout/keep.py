"""What has a place on the drawing keeps it; what has none is put in beside what it follows."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import SUB_PROCESSES, Bounds, Diagram, Edge, Node, Shape
from runner.drawing.geometry import Box, around, bottom, centre, crosses, grown, moved, overlap, right, segments, within
from runner.drawing.layout import lines, names, size
from runner.drawing.layout.arrange import LANE
from runner.drawing.layout.drawing import BETWEEN, CLOSED, Drawing, compose
from runner.drawing.layout.order import forward, topological
from runner.drawing.layout.scope import HANG
from runner.drawing.page import enclosing, joins
from runner.drawing.plane import own
from runner.drawing.svg import HEADER

GAP = 60.0
"""Pixels between an element and the one that follows it."""
GRID, FAR = 20, 800
"""Free places are looked for in steps of so many pixels, and so far off."""


def fill(diagram: Diagram) -> tuple[Drawing, set[str]]:
    """The drawing as it is, with what was missing, and the ids of what was added or had to grow.

    Pools and lanes grow to the right or downwards where there is no room left in them; nothing else is touched.
    """
    return _Filling(diagram).filled()


class _Filling:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.around = enclosing(diagram)
        inner = own(diagram)  # the inside of folded sub-processes, in coordinates of its own
        shapes = [each for each in diagram.shapes.values() if each.plane not in inner]
        edges = [each for each in diagram.edges.values() if each.plane not in inner]
        drawn: list[Shape | Edge] = [*shapes, *edges]
        self.drawing = Drawing(
            {each.element: _box(each) for each in shapes if each.width > 0 and each.height > 0},
            {each.element: each.label for each in drawn if each.label},
            {each.element: each.waypoints for each in edges if len(each.waypoints) > 1},
        )
        self.shapes = self.drawing.shapes
        self.fresh = compose(diagram, 1)
        """As if nothing had been drawn: sub-processes that are wholly new are taken from it."""
        self.frames = {pool.id for pool in diagram.participants} | set(diagram.lanes)
        self.changed: set[str] = set()

    def filled(self) -> tuple[Drawing, set[str]]:
        for process in self.diagram.processes:
            self._pool(process)
        for node in self._nodes():
            if node.id not in self.shapes and not self._folded(node.id):
                self._node(node)
        for id, note in self.diagram.annotations.items():
            if id not in self.shapes:
                self._note(id, note.text)
        for pool in self.diagram.participants:
            if pool.id not in self.shapes:
                whole = around(self.shapes.values())
                self._add(pool.id, Bounds(whole.x, whole.y - BETWEEN - CLOSED, whole.width, CLOSED))
        missing = [join.id for join in joins(self.diagram) if join.id not in self.drawing.edges]
        lines.route(self.diagram, self.drawing, missing)
        self.changed |= {id for id in missing if id in self.drawing.edges}
        names.name(self.diagram, self.drawing, self.changed)
        return self.drawing, self.changed

    def _add(self, id: str, box: Bounds) -> None:
        self.shapes[id] = box
        self.changed.add(id)

    def _folded(self, id: str) -> bool:
        """Is a node in a sub-process that is drawn closed, or that is about to be drawn as a whole?"""
        return any((shape := self.diagram.shapes.get(above)) and shape.expanded is False for above in self.around[id])

    def _nodes(self) -> Iterator[Node]:
        """Nodes after those that lead to them, hosts before their events, sub-processes before what is in them."""
        nodes = self.diagram.nodes
        links = [(flow.source, flow.target, 1) for flow in self.diagram.flows.values()]
        links += [(node.attached_to, node.id, 1) for node in nodes.values() if node.attached_to]
        ids = list(nodes)
        order = topological(ids, forward(ids, links))
        return (nodes[id] for id in sorted(order, key=lambda id: len(self.around[id])))

    # -- pools and lanes -----------------------------------------------------------------------------------------------

    def _pool(self, process: str) -> None:
        pool = next((each.id for each in self.diagram.participants if each.process == process), None)
        members = [
            self.shapes[id] for id, node in self.diagram.nodes.items() if node.parent == process and id in self.shapes
        ]
        lanes = [lane.id for lane in self.diagram.lanes.values() if lane.process == process]
        if pool and pool not in self.shapes:
            held = members + [self.shapes[lane] for lane in lanes if lane in self.shapes]
            lead = HEADER * (1 + bool(lanes))
            below = around(self.shapes.values())
            box = grown(around(held), 40) if held else Bounds(below.x, bottom(below) + BETWEEN, 800, 250)
            self._add(pool, Bounds(box.x - lead, box.y, box.width + lead, box.height))
        for lane in lanes:
            if lane in self.shapes:
                continue
            placed = [self.shapes[each] for each in lanes if each in self.shapes]
            home = self.shapes[pool] if pool else around(placed or members or list(self.shapes.values()))
            left = placed[0].x if placed else home.x + (HEADER if pool else 0)
            low = max(map(bottom, placed), default=bottom(home) if members else home.y)
            self._add(lane, Bounds(left, low, right(home) - left, LANE + 60))
            if pool and low + LANE + 60 > bottom(home):
                self._add(pool, Bounds(home.x, home.y, home.width, low + LANE + 60 - home.y))

    def _widen(self, node: Node, far: float) -> None:
        """Make a node's pool and its lanes reach `far` to the right."""
        process = node.parent
        pools = [each.id for each in self.diagram.participants if each.process == process]
        for id in [*pools, *(lane.id for lane in self.diagram.lanes.values() if lane.process == process)]:
            if id in self.shapes and right(self.shapes[id]) < far:
                box = self.shapes[id]
                self._add(id, Bounds(box.x, box.y, far - box.x, box.height))

    def _frame(self, node: Node) -> Bounds | None:
        """Within what a node has to stand."""
        lane = next((lane.id for lane in self.diagram.lanes.values() if node.id in lane.members), None)
        pool = next((each.id for each in self.diagram.participants if each.process == node.parent), None)
        home = next((id for id in (lane, node.parent, pool) if id in self.shapes), None)
        if home is None:
            return None
        box, lead = self.shapes[home], HEADER if home in self.frames else 0.0
        return Bounds(box.x + lead, box.y, box.width - lead, box.height)

    # -- nodes and notes -----------------------------------------------------------------------------------------------

    def _node(self, node: Node) -> None:
        if node.attached_to in self.shapes:
            self._add(node.id, self._on_host(self.shapes[node.attached_to or ""]))
            return
        whole = self.fresh.shapes.get(node.id)
        wide, high = (whole.width, whole.height) if whole and node.type in SUB_PROCESSES else size.core(node)
        box = self._place(node, wide, high)
        self._add(node.id, box)
        if whole and node.type in SUB_PROCESSES:
            for id, chain_above in self.around.items():
                if node.id in chain_above and id not in self.shapes:
                    self._add(id, moved(self.fresh.shapes[id], box.x - whole.x, box.y - whole.y))

    def _on_host(self, host: Bounds) -> Bounds:
        """The first free place on the lower edge, from the right."""
        each = size.EVENT
        places = [
            Bounds(round(x), bottom(host) - each / 2, each, each)
            for x in range(round(right(host) - each - 15), round(host.x), -8)
        ]
        free = (box for box in places if not any(overlap(box, other) for other in self._solid() if other != host))
        return next(free, Bounds(round(centre(host)[0] - each / 2), bottom(host) - each / 2, each, each))

    def _place(self, node: Node, wide: float, high: float) -> Bounds:
        flows = self.diagram.flows
        before = [self.shapes[flows[id].source] for id in node.incoming if flows[id].source in self.shapes]
        after = [self.shapes[flows[id].target] for id in node.outgoing if flows[id].target in self.shapes]
        source = self.diagram.nodes.get(flows[node.incoming[0]].source) if node.incoming else None
        frame = self._frame(node)
        if before and source and source.type == "boundaryEvent":
            x, y = centre(before[0])[0] - wide / 2, bottom(before[0]) + HANG
            hung = Bounds(round(x), round(y), wide, high)
            if self._is_free(hung, 6) and (frame is None or within(hung, frame)):
                self.drawing.hanging[source.id] = node.id
                return hung
        near = [box for box in after if frame is None or overlap(box, frame)]
        if near and (not before or near[0].x - GAP - wide / 2 > before[0].x):
            x, y = near[0].x - GAP - wide, centre(near[0])[1] - high / 2
            if before:  # at least half way
                x = max(x, (centre(before[0])[0] + centre(near[0])[0] - wide) / 2)
        elif before:
            x, y = right(before[0]) + GAP, centre(before[0])[1] - high / 2
        else:
            home = frame or around(self.shapes.values())
            x, y = home.x + GAP / 2, home.y + GAP / 2
        if frame and not overlap(Bounds(x, y, wide, high), frame):  # what it follows is in another lane
            y = frame.y + (frame.height - high) / 2
        wish = Bounds(round(x), round(y), wide, high)
        found = self._search(wish, frame)
        if found is None and frame and node.parent not in self.shapes:
            taken = [right(box) for box in self._solid() if overlap(box, frame)]
            x = max(max(taken, default=frame.x) + GAP, right(frame) - wide - GAP)
            found = Bounds(round(x), round(frame.y + (frame.height - high) / 2), wide, high)
            self._widen(node, right(found) + GAP)
        return found or wish

    def _note(self, id: str, text: str) -> None:
        wide, high = size.note(text)
        ties = ((each.source, each.target) for each in self.diagram.associations if id in (each.source, each.target))
        about = next((self.shapes[end] for pair in ties for end in pair if end in self.shapes), None)
        if about is None:
            whole = around(self.shapes.values())
            about = Bounds(whole.x, bottom(whole), 0, 0)
        wish = Bounds(round(about.x), round(bottom(about) + 30), wide, high)
        self._add(id, self._search(wish, None) or wish)

    # -- room ----------------------------------------------------------------------------------------------------------

    def _solid(self) -> Iterator[Bounds]:
        holding = {above for id in self.shapes if id in self.around for above in self.around[id]}
        return (box for id, box in self.shapes.items() if id not in self.frames and id not in holding)

    def _is_free(self, box: Bounds, margin: float) -> bool:
        near = grown(box, margin)
        edges = (piece for points in self.drawing.edges.values() for piece in segments(points))
        return (
            not any(overlap(near, other) for other in self._solid())
            and not any(overlap(box, label) for label in self.drawing.labels.values())
            and not any(crosses(*piece, grown(box, 4)) for piece in edges)
            and not any(
                overlap(box, self.shapes[id]) and not within(box, self.shapes[id])
                for id in self.frames & self.shapes.keys()
            )
        )

    def _search(self, wish: Bounds, frame: Box | None) -> Bounds | None:
        """The free place nearest to a wish, to its right, above or below."""
        steps = sorted(
            ((x, y) for x in range(0, FAR, GRID) for y in range(-FAR // 2, FAR // 2, GRID)),
            key=lambda step: (step[0] + 1.5 * abs(step[1]), step[0], -step[1]),
        )
        for x, y in steps:
            box = moved(wish, x, y)
            if (frame is None or within(box, grown(frame, -8))) and self._is_free(box, GRID):
                return box
        return None


def _box(shape: Box) -> Bounds:
    return Bounds(shape.x, shape.y, shape.width, shape.height)
