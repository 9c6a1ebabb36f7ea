"""What each step of a diagram leaves to the steps that follow it: see `LegalClock`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import boundaries, reached, targets
from runner.domain.limit import Limit

_DAY = Fraction(1)


def reserves(diagrams: Sequence[Diagram], process: str, limits: Mapping[str, Limit]) -> dict[str, Fraction]:
    """The working days that each step leaves: one for each step that follows it, or the step's limit where it is less.

    A step is the property ``step`` of user tasks, or one task without it; `limits` are those of the tasks. A step
    follows another when a case can come to it from there and, from the start of `process`, comes to it later.
    """
    nodes = {node.id: node for diagram in diagrams for node in diagram.nodes.values()}
    onward = onward_from(diagrams, nodes)
    steps: dict[str, list[str]] = {}
    for task in _in_order(onward, [node.id for node in nodes.values() if _starts(node, process)]):
        if task in limits:
            steps.setdefault(nodes[task].properties.get("step") or task, []).append(task)
    days = {step: min(_DAY, max(limits[task].days for task in tasks)) for step, tasks in steps.items()}
    order = list(steps)
    kept = {}
    for place, step in enumerate(order):
        after = reached(steps[step], onward.__getitem__)
        following = [each for each in order[place + 1 :] if not after.isdisjoint(steps[each])]
        kept[step] = sum((days[each] for each in following), Fraction(0))
    return kept


def _in_order(onward: Mapping[str, Sequence[str]], starts: Sequence[str]) -> Iterator[str]:
    """The nodes from `starts` on, the nearer first."""
    seen, row = set(starts), list(starts)
    while row:
        yield from row
        row = list(dict.fromkeys(to for id in row for to in onward[id] if to not in seen))
        seen.update(row)


def onward_from(
    diagrams: Sequence[Diagram], nodes: Mapping[str, Node], *, beside: bool = False
) -> dict[str, list[str]]:
    """What each node leads to, into and out of sub-processes and called processes.

    With `beside`, also by what does not interrupt: events on the boundary, and event sub-processes of a scope entered.
    """
    onward: dict[str, list[str]] = {}
    for diagram in diagrams:
        around = boundaries(diagram)
        for id in diagram.nodes:
            onward[id] = [
                *targets(diagram, id),
                *(each.id for each in around.get(id, ()) if beside or each.interrupting),
            ]
    after = {id: list(to) for id, to in onward.items()}
    for node in nodes.values():
        if node.type in ("subProcess", "callActivity") and not node.triggered_by_event:
            inside = node.called or node.id
            scopes = {inside} | {each.id for each in nodes.values() if beside and _waits_in(each, inside)}
            onward[node.id] += [each.id for each in nodes.values() if any(_starts(each, scope) for scope in scopes)]
            for each in nodes.values():
                if each.type == "endEvent" and each.parent == inside:
                    onward[each.id] += after[node.id]
    return onward


def _waits_in(node: Node, scope: str) -> bool:
    return node.triggered_by_event and node.parent == scope


def _starts(node: Node, scope: str) -> bool:
    return node.type == "startEvent" and node.parent == scope
