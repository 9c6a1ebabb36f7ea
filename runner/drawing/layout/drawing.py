"""A drawing in the making: where everything is, by the element's id."""

from __future__ import annotations

from dataclasses import dataclass, field

from runner.bpmn import SUB_PROCESSES, Bounds, Diagram, local
from runner.drawing.geometry import Point, around, moved
from runner.drawing.layout import size
from runner.drawing.layout.arrange import PADDING, TITLE, Block, arrange, inside
from runner.drawing.layout.scope import scope
from runner.drawing.svg import HEADER

LEFT, TOP = 160.0, 80.0
CLOSED = 60.0
"""Height of a pool without a process."""
BETWEEN = 50.0
"""Room between two pools, in which the names of message flows stand."""


@dataclass(slots=True)
class Drawing:
    shapes: dict[str, Bounds] = field(default_factory=dict)
    labels: dict[str, Bounds] = field(default_factory=dict)
    edges: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    hanging: dict[str, str] = field(default_factory=dict)
    """The end that hangs below a boundary event, by the event."""


def nested(diagram: Diagram) -> dict[str, int]:
    """In how many other lanes each lane is."""
    return {
        e.get("id", ""): sum(local(above) == "lane" for above in e.iterancestors())
        for e in diagram.root.iter()
        if local(e) == "lane"
    }


def compose(diagram: Diagram, spread: float) -> Drawing:
    """Places for all shapes, with no regard to where they were; `spread` stretches the room between them."""
    return _Composition(diagram, spread).drawing()


class _Composition:
    def __init__(self, diagram: Diagram, spread: float) -> None:
        self.diagram, self.spread = diagram, spread
        self.found = Drawing()
        self.blocks: dict[str, Block] = {}
        closed = [pool.id for pool in diagram.participants if pool.process not in diagram.processes]
        self.above, self.below = closed[:1], closed[1:]
        self.open = {pool.process or "": pool.id for pool in diagram.participants if pool.process in diagram.processes}
        self.depths = nested(diagram)

    def drawing(self) -> Drawing:
        for process in self.diagram.processes:
            self._block(process)
        wide = max([self._lead(process) + self.blocks[process].width for process in self.open] + [600.0])
        y = TOP
        for pool in self.above:
            self.found.shapes[pool] = Bounds(LEFT, y, wide, CLOSED)
            y += CLOSED + BETWEEN
        for process, pool in self.open.items():
            block = self.blocks[process]
            high = max(block.height, 120.0)
            self.found.shapes[pool] = Bounds(LEFT, y, wide, high)
            self._put(process, LEFT + self._lead(process), y)
            self._lanes(process, LEFT + HEADER, y, LEFT + wide)
            y += high + BETWEEN
        for pool in self.below:
            self.found.shapes[pool] = Bounds(LEFT, y, wide, CLOSED)
            y += CLOSED + BETWEEN
        for process in self.diagram.processes:
            if process not in self.open:
                self._put(process, LEFT + self._lead(process), y)
                self._lanes(process, LEFT, y, LEFT + self._lead(process) + self.blocks[process].width)
                y += self.blocks[process].height + BETWEEN
        self._strays(y)
        return self.found

    def _lead(self, process: str) -> float:
        """The strips with the names of a pool and its lanes."""
        lanes = [self.depths[lane.id] + 1 for lane in self.diagram.lanes.values() if lane.process == process]
        return HEADER * ((process in self.open) + max(lanes, default=0))

    def _block(self, id: str) -> Block:
        """The block of a scope, after those within it: sub-processes are nested no deeper than the linter allows."""
        inner = {
            node.id: inside(self._block(node.id))
            for node in self.diagram.nodes.values()
            if node.parent == id and (node.type in SUB_PROCESSES)
        }
        parts = scope(self.diagram, id, inner)
        self.found.hanging |= parts.hanging
        self.blocks[id] = arrange(self.diagram, parts, bool(self.above) and id in self.open, self.spread)
        return self.blocks[id]

    def _put(self, id: str, x: float, y: float) -> None:
        for each, box in self.blocks[id].shapes.items():
            self.found.shapes[each] = moved(box, x, y)
            if each in self.blocks:
                self._put(each, x + box.x + PADDING / 2, y + box.y + TITLE)

    def _lanes(self, process: str, x: float, y: float, far: float) -> None:
        boxes = self.blocks[process].lanes
        for lane, box in boxes.items():
            left = x + HEADER * self.depths[lane]
            self.found.shapes[lane] = Bounds(left, y + box.y, far - left, box.height)
        for element in self.diagram.root.iter():
            id = element.get("id", "")
            held = [self.found.shapes[e.get("id", "")] for e in element.iterdescendants() if e.get("id") in boxes]
            if local(element) == "lane" and self.diagram.lanes[id].process == process and id not in boxes and held:
                whole = around(held)
                left = x + HEADER * self.depths[id]
                self.found.shapes[id] = Bounds(left, whole.y, far - left, whole.height)

    def _strays(self, y: float) -> None:
        """Annotations about nothing that is drawn stand below."""
        x = LEFT
        for id, note in self.diagram.annotations.items():
            if id not in self.found.shapes:
                wide, high = size.note(note.text)
                self.found.shapes[id] = Bounds(x, y, wide, high)
                x += wide + 40
