"""The planes of a drawing one under the other: first what stands round everything, then the inside of sub-processes.

A modeler that folds a sub-process draws its inside on a plane of its own, in coordinates of its own (BPMN 12.3.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from runner.bpmn import Bounds, Diagram, Edge, Shape

HEADING = 34
"""Room above a plane for its name."""
MARGIN = 20


def extent(diagram: Diagram) -> Bounds:
    """What the shapes, lines and labels of a diagram cover, with a margin."""
    return _extent(diagram.shapes.values(), diagram.edges.values())


def own(diagram: Diagram) -> list[str]:
    """The sub-processes whose inside has a plane of its own, in the order of the file."""
    planes = dict.fromkeys(shape.plane for shape in diagram.shapes.values())
    return [plane for plane in planes if plane in diagram.nodes]


def spread(diagram: Diagram) -> tuple[Diagram, Mapping[str, Bounds]]:
    """The diagram with these planes below its other ones, and for each the box of its heading."""
    inner = own(diagram)
    if not inner or all(shape.plane in inner for shape in diagram.shapes.values()):
        return diagram, {}
    shapes = {id: shape for id, shape in diagram.shapes.items() if shape.plane not in inner}
    edges = {id: edge for id, edge in diagram.edges.items() if edge.plane not in inner}
    whole = _extent(shapes.values(), edges.values())
    y, headings = whole.y + whole.height, dict[str, Bounds]()
    for plane in inner:
        inside = [shape for shape in diagram.shapes.values() if shape.plane == plane]
        lines = [edge for edge in diagram.edges.values() if edge.plane == plane]
        if not inside:
            continue
        box = _extent(inside, lines)
        headings[plane] = Bounds(whole.x + MARGIN, y, max(box.width, whole.width) - 2 * MARGIN, HEADING)
        dx, dy = whole.x - box.x, y + HEADING - box.y
        shapes |= {shape.element: _moved_shape(shape, dx, dy) for shape in inside}
        edges |= {edge.element: _moved_edge(edge, dx, dy) for edge in lines}
        y += HEADING + box.height
    return replace(diagram, shapes=shapes, edges=edges), headings


def _extent(shapes: Iterable[Shape], edges: Iterable[Edge]) -> Bounds:
    drawn: list[Shape | Edge] = [*shapes, *edges]
    boxes: list[Shape | Bounds] = [each for each in drawn if isinstance(each, Shape)]
    boxes += [each.label for each in drawn if each.label]
    points = [(box.x, box.y) for box in boxes]
    points += [(box.x + box.width, box.y + box.height) for box in boxes]
    points += [point for edge in drawn if isinstance(edge, Edge) for point in edge.waypoints]
    left, top = (min(values) - MARGIN for values in zip(*points, strict=True))
    right, bottom = (max(values) + MARGIN for values in zip(*points, strict=True))
    return Bounds(left, top, right - left, bottom - top)


def _moved(box: Bounds | None, dx: float, dy: float) -> Bounds | None:
    return box and Bounds(box.x + dx, box.y + dy, box.width, box.height)


def _moved_shape(shape: Shape, dx: float, dy: float) -> Shape:
    return replace(shape, x=shape.x + dx, y=shape.y + dy, label=_moved(shape.label, dx, dy))


def _moved_edge(edge: Edge, dx: float, dy: float) -> Edge:
    points = tuple((x + dx, y + dy) for x, y in edge.waypoints)
    return replace(edge, waypoints=points, label=_moved(edge.label, dx, dy))
