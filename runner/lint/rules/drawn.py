"""What runs is what can be seen: see docs/lint.md, "drawn"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram
from runner.lint.content import Content
from runner.lint.finding import Finding, error, spot, title, warning


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    if not diagram.shapes and not diagram.edges:
        yield warning(spot(diagram.root), "Tệp không có hình vẽ; chỉ có phần mô tả quy trình.")
        return
    for node in diagram.nodes.values():
        shape = diagram.shapes.get(node.id)
        if shape is None or shape.width <= 0 or shape.height <= 0:
            yield error(node, "“{what}” sẽ chạy nhưng không có trên hình vẽ.", what=title(node))
    for flow in diagram.flows.values():
        edge = diagram.edges.get(flow.id)
        if edge is None or len(edge.waypoints) < 2:
            yield error(flow, "Luồng “{what}” sẽ chạy nhưng không có trên hình vẽ.", what=title(flow))
