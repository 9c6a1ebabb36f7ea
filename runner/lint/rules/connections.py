"""Flows join nodes that BPMN lets them join, and each node has its flows: see docs/lint.md, "connections"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from runner.bpmn import GATEWAYS, Diagram, Flow, Node
from runner.bpmn.graph import members
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title, warning

REVERSED = (
    "Luồng từ “{source}” đến “{target}” có lẽ vẽ ngược chiều; hãy đảo lại cho nó đi từ “{target}” đến “{source}”."
)


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for flow in diagram.flows.values():
        yield from _ends(diagram, flow)
    explained = set()
    for flow in _reversed(diagram):
        explained |= {flow.source, flow.target}
        yield error(
            flow,
            REVERSED,
            source=title(diagram.nodes[flow.source]),
            target=title(diagram.nodes[flow.target]),
        )
    for nodes in members(diagram).values():
        yield from _missing([node for node in nodes if node.id not in explained])
    for node in diagram.nodes.values():
        if node.id not in explained:
            yield from _hangs(diagram, node)


def _ends(diagram: Diagram, flow: Flow) -> Iterator[Finding]:
    for end in (flow.source, flow.target):
        node = diagram.nodes.get(end)
        if node is None:
            yield error(
                flow,
                "Luồng “{what}” nối với “{id}”, là phần tử không có; hãy nối lại hoặc xóa luồng.",
                what=title(flow),
                id=short(end),
            )
        elif node.parent != flow.parent:
            yield error(
                flow,
                "Luồng “{what}” không được đi qua ranh giới của quy trình hay tiểu quy trình để đến “{end}”.",
                what=title(flow),
                end=title(node),
            )


def _reversed(diagram: Diagram) -> Iterator[Flow]:
    """Flows at whose ends two faults or more are gone when the flow is turned round; at each node the first."""
    faults = {id: _faults(diagram, node) for id, node in diagram.nodes.items()}
    for flow in diagram.flows.values():
        if flow.source == flow.target or faults.get(flow.source, 0) + faults.get(flow.target, 0) < 2:
            continue
        source, target = diagram.nodes.get(flow.source), diagram.nodes.get(flow.target)
        if source is None or target is None or source.parent != target.parent:
            continue
        turned = (
            replace(source, outgoing=_less(source.outgoing, flow), incoming=(*source.incoming, flow.id)),
            replace(target, incoming=_less(target.incoming, flow), outgoing=(*target.outgoing, flow.id)),
        )
        if not any(_faults(diagram, node) for node in turned):
            faults[source.id] = faults[target.id] = 0
            yield flow


def _less(flows: tuple[str, ...], flow: Flow) -> tuple[str, ...]:
    return tuple(id for id in flows if id != flow.id)


def _faults(diagram: Diagram, node: Node) -> int:
    """How many errors a node's flows are."""
    missing = (_entered(node) and not node.incoming) + (_left(node) and not node.outgoing)
    return missing + sum(found.severity == "error" for found in _hangs(diagram, node))


def _entered(node: Node) -> bool:
    return node.type not in ("startEvent", "boundaryEvent") and not node.triggered_by_event


def _left(node: Node) -> bool:
    return node.type != "endEvent" and not node.triggered_by_event


def _missing(nodes: Sequence[Node]) -> Iterator[Finding]:
    """Nodes of one level that lack a flow: when two lack each an end, most likely one flow was deleted."""
    to = [node for node in nodes if _entered(node) and not node.incoming]
    onward = [node for node in nodes if _left(node) and not node.outgoing]
    if len(to) == len(onward) == 1 and to != onward:
        yield error(
            onward[0],
            "Không có luồng nào đi ra từ “{what}”, không có luồng nào đi vào “{to}”: có lẽ thiếu luồng nối hai phần tử "
            "này.",
            what=title(onward[0]),
            to=title(to[0]),
        )
        return
    for node in onward:
        yield error(
            node,
            "Không có luồng nào đi ra từ “{what}”; hãy nối nó với phần tử tiếp theo hoặc với một sự kiện kết thúc.",
            what=title(node),
        )
    for node in to:
        yield error(
            node,
            "Không có luồng nào đi vào “{what}”; hãy nối phần tử đứng trước với nó, hoặc xóa nó.",
            what=title(node),
        )


def _hangs(diagram: Diagram, node: Node) -> Iterator[Finding]:
    if not _entered(node) and node.incoming:
        yield error(node, "“{what}” không được có luồng đi vào; hãy xóa luồng ấy.", what=title(node))
    if not _left(node) and node.outgoing:
        yield error(node, "“{what}” không được có luồng đi ra; hãy xóa luồng ấy.", what=title(node))
    if len(node.outgoing) > 1 and node.type not in GATEWAYS:
        yield error(node, "“{what}” có nhiều luồng đi ra; hãy rẽ nhánh bằng một cổng.", what=title(node))
    if node.type in GATEWAYS and len(node.outgoing) == 1:
        if node.type == "exclusiveGateway" and _divided(diagram, node):
            yield error(
                node,
                "Cổng “{what}” chỉ còn một luồng ra dù có điều kiện hoặc nhánh mặc định; hãy vẽ lại nhánh bị thiếu, "
                "hoặc xóa cổng.",
                what=title(node),
            )
        elif len(node.incoming) == 1:
            yield warning(
                node,
                "Cổng “{what}” không rẽ nhánh cũng không nhập nhánh; hãy vẽ nhánh còn thiếu, hoặc xóa cổng.",
                what=title(node),
            )


def _divided(diagram: Diagram, gateway: Node) -> bool:
    """Whether a gateway with one flow out had more: it has a default or a condition, which mean nothing without."""
    [only] = gateway.outgoing
    default = gateway.default is not None and (gateway.default != only or len(gateway.incoming) == 1)
    return default or diagram.flows[only].condition is not None
