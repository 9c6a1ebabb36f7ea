"""A procedure's diagrams as one net: what is inside what, where each begins, what hangs on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from runner import feel
from runner.bpmn import Diagram, Flow, Node
from runner.bpmn.graph import reached
from runner.domain.form import Form

WAITING = frozenset({"userTask", "intermediateCatchEvent", "eventBasedGateway", "receiveTask", "manualTask"})
"""Where a case waits for somebody, for a moment or for a message."""


class Net:
    """The diagram of a procedure with those that it calls. Conditions that cannot be read may be true or not."""

    def __init__(self, diagram: Diagram, called: Sequence[Diagram], forms: Mapping[str, Form]) -> None:
        everything = (diagram, *called)
        self.nodes: dict[str, Node] = {id: node for each in everything for id, node in each.nodes.items()}
        self.flows: dict[str, Flow] = {id: flow for each in everything for id, flow in each.flows.items()}
        self.processes = {id for each in everything for id in each.processes}
        by_others = {node.called for node in self.nodes.values()}
        runs = [each.id for each in diagram.processes.values() if each.executable and each.id not in by_others]
        self.process = next(iter(runs), "")
        self.forms = forms
        self.asking = {name.partition(".")[0] for form in forms.values() for name in form.fields}
        """The values that forms ask for."""

    @cached_property
    def boundaries(self) -> Mapping[str, list[Node]]:
        """The events on the boundary of each node."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            if node.type == "boundaryEvent" and node.attached_to in self.nodes:
                found.setdefault(node.attached_to or "", []).append(node)
        return found

    @cached_property
    def members(self) -> Mapping[str, list[Node]]:
        """The nodes directly in each process or sub-process."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.parent, []).append(node)
        return found

    @cached_property
    def conditions(self) -> Mapping[str, feel.Expression | None]:
        """The conditions of the flows that have one; None for one that cannot be read."""
        found: dict[str, feel.Expression | None] = {}
        for flow in self.flows.values():
            if flow.condition is not None and not flow.default:
                try:
                    found[flow.id] = feel.parse(flow.condition)
                except feel.FeelError:
                    found[flow.id] = None
        return found

    def starts(self, scope: str) -> list[Node]:
        """Where a process or a sub-process begins."""
        return [node for node in self.members.get(scope, ()) if node.type == "startEvent"]

    def triggered(self, scope: str) -> list[Node]:
        """The event sub-processes directly in a process or a sub-process."""
        return [node for node in self.members.get(scope, ()) if node.triggered_by_event]

    def targets(self, id: str) -> list[str]:
        """Where the flows out of a node lead."""
        leads = (self.flows[flow].target for flow in self.nodes[id].outgoing if flow in self.flows)
        return [target for target in leads if target in self.nodes]

    def after(self, id: str) -> Iterable[str]:
        """Everything that may come next after a node, in its scope, within it and around it."""
        node = self.nodes[id]
        yield from self.targets(id)
        yield from (each.id for each in self.boundaries.get(id, ()))
        for scope in (id, node.called or ""):
            yield from (each.id for each in self.members.get(scope, ()) if each.type == "startEvent")
            yield from (each.id for each in self.triggered(scope))
        if node.type == "endEvent":
            yield from self.hosts(node.parent)

    def hosts(self, scope: str) -> Iterator[str]:
        """The nodes after which a case goes on when a scope is over: of a called process all that call it."""
        if scope in self.nodes:
            yield from self.targets(scope)
        else:
            for node in self.nodes.values():
                if node.called == scope:
                    yield from self.targets(node.id)

    def region(self, start: Node) -> set[str]:
        """Everything that can come about once an event on a boundary or an event sub-process has begun."""
        inside = [each.id for each in self.members.get(start.id, ())] if start.triggered_by_event else []
        return reached([start.id, *inside], self.after)

    def asked(self, id: str) -> set[str]:
        """The values that the conditions of the flows out of a node ask for."""
        found: set[str] = set()
        for flow in self.nodes[id].outgoing:
            if (condition := self.conditions.get(flow)) is not None:
                found |= {name.partition(".")[0] for name in condition.names}
        return found
