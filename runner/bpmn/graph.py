"""Walking a diagram, without recursion: a straight chain of 300 nodes is a legal diagram."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from runner.bpmn import Diagram, Node


def reached(starts: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    """Everything that repeated `step` reaches from `starts`, these included."""
    seen = set(starts)
    todo = list(seen)
    while todo:
        for following in step(todo.pop()):
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return seen


def targets(diagram: Diagram, id: str) -> Iterator[str]:
    """The nodes that the sequence flows out of a node lead to."""
    for flow in diagram.nodes[id].outgoing:
        if (target := diagram.flows[flow].target) in diagram.nodes:
            yield target


def sources(diagram: Diagram, id: str) -> Iterator[str]:
    """The nodes that the sequence flows into a node come from."""
    for flow in diagram.nodes[id].incoming:
        if (source := diagram.flows[flow].source) in diagram.nodes:
            yield source


def boundaries(diagram: Diagram) -> Mapping[str, list[Node]]:
    """The boundary events on each node that has some."""
    found: dict[str, list[Node]] = {}
    for node in diagram.nodes.values():
        if node.type == "boundaryEvent" and node.attached_to in diagram.nodes:
            found.setdefault(node.attached_to or "", []).append(node)
    return found


def lane(nodes: Mapping[str, Node], node: Node) -> str | None:
    """The lane of a node; of an event on a boundary that no lane lists, the lane of its activity."""
    host = nodes.get(node.attached_to or "")
    return node.lane or (host.lane if host else None)


def members(diagram: Diagram) -> Mapping[str, list[Node]]:
    """The nodes directly in each process or sub-process, empty ones included."""
    found: dict[str, list[Node]] = {id: [] for id in diagram.processes}
    for node in diagram.nodes.values():
        if node.type == "subProcess":
            found.setdefault(node.id, [])
        found.setdefault(node.parent, []).append(node)
    return found
