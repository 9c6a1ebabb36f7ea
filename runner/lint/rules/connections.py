"""Flows join nodes that BPMN lets them join, and each node has its flows: see docs/lint.md, "connections"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import GATEWAYS, Diagram, Flow, Node
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title, warning


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for flow in diagram.flows.values():
        yield from _ends(diagram, flow)
    for node in diagram.nodes.values():
        yield from _hangs(node)


def _ends(diagram: Diagram, flow: Flow) -> Iterator[Finding]:
    for end in (flow.source, flow.target):
        node = diagram.nodes.get(end)
        if node is None:
            yield error(flow, "Luồng “{what}” nối với “{id}”, là phần tử không có.", what=title(flow), id=short(end))
        elif node.parent != flow.parent:
            yield error(
                flow,
                "Luồng “{what}” không được đi qua ranh giới của quy trình hay tiểu quy trình để đến “{end}”.",
                what=title(flow),
                end=title(node),
            )


def _hangs(node: Node) -> Iterator[Finding]:
    entered = node.type not in ("startEvent", "boundaryEvent") and not node.triggered_by_event
    left = node.type != "endEvent" and not node.triggered_by_event
    if entered and not node.incoming:
        yield error(node, "Không có luồng nào đi vào “{what}”.", what=title(node))
    if not entered and node.incoming:
        yield error(node, "“{what}” không được có luồng đi vào.", what=title(node))
    if left and not node.outgoing:
        yield error(
            node, "Không có luồng nào đi ra từ “{what}”; quy trình phải dừng ở sự kiện kết thúc.", what=title(node)
        )
    if not left and node.outgoing:
        yield error(node, "“{what}” không được có luồng đi ra.", what=title(node))
    if len(node.outgoing) > 1 and node.type not in GATEWAYS:
        yield error(node, "“{what}” có nhiều luồng đi ra; hãy rẽ nhánh bằng một cổng.", what=title(node))
    if node.type in GATEWAYS and len(node.outgoing) == 1 and len(node.incoming) == 1:
        yield warning(node, "Cổng “{what}” không rẽ nhánh cũng không nhập nhánh; nên xóa.", what=title(node))
