"""Every node can be reached from a start and can get to an end: see docs/lint.md, "reachability"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram
from runner.bpmn.graph import boundaries, reached, sources, targets
from runner.lint.content import Content
from runner.lint.finding import Finding, alike, error, title


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    attached = boundaries(diagram)

    def onward(id: str) -> Iterator[str]:
        yield from targets(diagram, id)
        yield from (event.id for event in attached.get(id, ()))

    def back(id: str) -> Iterator[str]:
        yield from sources(diagram, id)
        host = diagram.nodes[id].attached_to
        if host in diagram.nodes and diagram.nodes[id].interrupting:
            yield host or ""

    nodes = diagram.nodes.values()
    entered = reached((node.id for node in nodes if node.type == "startEvent" or node.triggered_by_event), onward)
    ending = reached((node.id for node in nodes if node.type == "endEvent" or node.triggered_by_event), back)
    for node in nodes:
        if node.id not in entered and (node.incoming or node.type == "boundaryEvent"):
            yield alike(
                error(
                    node,
                    "Không đường nào từ sự kiện bắt đầu dẫn đến “{what}”; hãy nối nó vào đường chính, hoặc xóa.",
                    what=title(node),
                )
            )
        if node.id not in ending and node.outgoing:
            yield alike(
                error(
                    node,
                    "Không đường nào từ “{what}” dẫn đến sự kiện kết thúc; hãy nối tiếp đường đi ấy.",
                    what=title(node),
                )
            )
