"""What of a procedure a running case still has before it, and whether two versions have the same there."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from functools import cached_property

from runner.bpmn import Node
from runner.bpmn.graph import reached
from runner.engine.instance import Instance
from runner.engine.reserve import onward_from
from runner.services.version import Version


class Outlook:
    """A version seen from any place in it: what can follow, and what each element is and does.

    An element is its node with its own timer, limit, form, table and fees, and the flows out of it with conditions and
    targets. Where it is drawn, notes and documentation are no part of it, nor are facts that no element asks for.
    """

    def __init__(self, version: Version) -> None:
        self.version = version
        self._diagrams = (version.diagram, *version.called)
        self._flows = {id: flow for diagram in self._diagrams for id, flow in diagram.flows.items()}
        self._known: dict[frozenset[str], frozenset[str]] = {}

    def ahead(self, instance: Instance) -> frozenset[str]:
        """The elements at which a case waits, and those that it can come to from there."""
        places = frozenset(each.element for each in instance.waits)
        if places not in self._known:
            self._known[places] = frozenset(reached(places, lambda id: self._onward.get(id, ())))
        return self._known[places]

    @cached_property
    def elements(self) -> dict[str, Hashable]:
        """What each element is and does, to compare."""
        return {id: self._element(node) for id, node in self.version.definition.nodes.items()}

    @cached_property
    def _onward(self) -> dict[str, list[str]]:
        return onward_from(self._diagrams, self.version.definition.nodes, beside=True)

    def _element(self, node: Node) -> Hashable:
        version, definition = self.version, self.version.definition
        drawn = replace(node, line=0, documentation="", incoming=(), outgoing=(), properties={})
        ways = [self._flows[id] for id in node.outgoing]
        table = version.tables.get(node.decision or "")
        step = node.properties.get("step") or node.id
        return repr(
            (
                drawn,
                sorted(node.properties.items()),
                [(way.condition, way.target, way.default) for way in ways],
                definition.unit if node.timer else None,
                definition.reserves.get(step),
                version.forms.get(node.form or ""),
                table.digest if table else None,
                version.procedure.fees if node.topic == "pin_fee" else None,
            )
        )


class Comparison:
    """Two versions of a procedure, for cases that run on the `old` one."""

    def __init__(self, old: Outlook, new: Outlook) -> None:
        self.old, self.new = old, new

    def same_ahead(self, before: Instance, after: Instance) -> bool:
        """Whether all that a case has before it is the same on both versions."""
        ahead = self.old.ahead(before)
        return ahead == self.new.ahead(after) and self._changed.isdisjoint(ahead)

    @cached_property
    def _changed(self) -> frozenset[str]:
        old, new = self.old.elements, self.new.elements
        return frozenset(_differing(old.keys() | new.keys(), old, new))


def _differing(ids: Iterable[str], old: dict[str, Hashable], new: dict[str, Hashable]) -> Iterable[str]:
    return (id for id in ids if old.get(id) != new.get(id))
