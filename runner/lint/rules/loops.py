"""A way back always leads through something that waits: see docs/lint.md, "loops"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import members, targets
from runner.lint.content import Content
from runner.lint.finding import Finding, error, title

_WAITS = frozenset({"userTask", "intermediateCatchEvent", "eventBasedGateway", "boundaryEvent"})


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    onward = _instantly(diagram)
    looping = _cycle(onward)
    nodes = [diagram.nodes[id] for id in diagram.nodes if id in looping]
    if nodes:
        yield error(
            nodes[0],
            "Vòng lặp qua {names} không có việc hay sự kiện nào phải chờ: sẽ chạy mãi không dừng.",
            names=", ".join(f"“{title(node)}”" for node in nodes[:10]),
        )


def _inside(diagram: Diagram, node: Node) -> str | None:
    """The process or sub-process of this file that runs when `node` does."""
    if node.type == "subProcess" and not node.triggered_by_event:
        return node.id
    return node.called if node.called in diagram.processes else None


def _instantly(diagram: Diagram) -> dict[str, set[str]]:
    """Which node follows on which without any wait, through sub-processes and called processes.

    An activity that holds others is two points: its id, where it is entered, and its id with a stroke, where it is
    left.
    """
    scopes = members(diagram)
    onward: dict[str, set[str]] = {}
    for node in diagram.nodes.values():
        inside = _inside(diagram, node)
        if node.type in _WAITS or (node.type == "callActivity" and inside is None):
            continue  # a process of another file: the engine's own limit bounds it
        leaving = node.id
        if inside is not None:
            leaving = node.id + "'"
            within = scopes.get(inside, [])
            onward[node.id] = {each.id for each in within if each.type == "startEvent"}
            for end in (each for each in within if each.type == "endEvent"):
                onward.setdefault(end.id, set()).add(leaving)
        onward.setdefault(leaving, set()).update(targets(diagram, node.id))
    return onward


def _cycle(onward: dict[str, set[str]]) -> set[str]:
    """What remains when everything that leads nowhere, or that nothing leads to, is taken away again and again."""
    left = {id: {target for target in following if target in onward} for id, following in onward.items()}
    for _ in range(2):  # once from the ends, once (turned round) from the starts
        before: dict[str, set[str]] = {id: set() for id in left}
        for id, following in left.items():
            for target in following:
                before[target].add(id)
        todo = [id for id, following in left.items() if not following]
        while todo:
            for id in before.pop(gone := todo.pop()):
                left[id].discard(gone)
                if not left[id]:
                    todo.append(id)
            del left[gone]
        left = {id: {each for each in before[id] if each in left} for id in left}
    return set(left)
