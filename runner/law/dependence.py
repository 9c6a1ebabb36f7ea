"""On what one rule depends in a net: which values, which events beside the main way, and until where."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from runner.bpmn import Node
from runner.law.answers import fields
from runner.law.net import Net


class Dependence:
    """Of a rule that asks for the values `wanted` and for what happens at the nodes `concerned`.

    `followed` are the events on boundaries and the event sub-processes in which something matters, `live` the values
    on which something after each node still depends, `always` those on which something beside the main way does.
    """

    def __init__(self, net: Net, wanted: Collection[str], concerned: Collection[str]) -> None:
        self.net = net
        self.concerned = frozenset(concerned)
        self.wanted = set(wanted)
        self.always = frozenset[str]()
        self.followed = self._followed()
        self.live = self._live()

    def _followed(self) -> frozenset[str]:
        """The events on boundaries and the event sub-processes that are followed.

        One that leaves everything else as it is, and in which nothing happens that the rule or a condition asks for, is
        not: whether it comes about changes nothing.
        """
        net = self.net
        beside = [n for n in net.nodes.values() if n.triggered_by_event or n.type == "boundaryEvent"]
        regions = {node.id: net.region(node) for node in beside}
        main = set(net.nodes) - set().union(*regions.values()) if regions else set(net.nodes)
        followed: set[str] = set()
        while True:
            inside = main.union(*(regions[id] for id in followed))
            self.wanted |= set().union(*(net.asked(id) for id in inside))
            self._hidden(inside)
            more = {
                node.id
                for node in beside
                if node.id not in followed
                and (
                    not self._leaves_be(node)
                    or regions[node.id] & self.concerned
                    or any(self.writes(id) for id in regions[node.id])
                )
            }
            if not more:
                return frozenset(followed)
            followed |= more

    def _leaves_be(self, node: Node) -> bool:
        """Whether an event on a boundary, or an event sub-process, interrupts nothing."""
        if node.type == "boundaryEvent":
            return not node.interrupting
        return not any(start.interrupting for start in self.net.starts(node.id))

    def _hidden(self, inside: Collection[str]) -> None:
        """What hides a wanted field is wanted too."""
        for id in inside:
            form = self.net.forms.get(self.net.nodes[id].form or "")
            size = -1
            while form and size != len(self.wanted):
                size = len(self.wanted)
                for _, _, hides in fields(form, self.wanted):
                    self.wanted |= {name.partition(".")[0] for hide in hides for name in hide.names}

    def writes(self, id: str) -> set[str]:
        """The wanted values that a node gives."""
        node = self.net.nodes[id]
        form = self.net.forms.get(node.form or "")
        own = {name.partition(".")[0] for name in form.fields} if form else set()
        if node.result:  # a table's answers: what no form asks for
            own |= {name for name in self.wanted - self.net.asking if name.startswith(f"{node.result}_")}
        return own & self.wanted

    def _live(self) -> Mapping[str, frozenset[str]]:
        """The values on which something after each node may still depend."""
        net, live = self.net, {id: frozenset[str]() for id in self.net.nodes}
        writes = {id: self.writes(id) for id in net.nodes}
        reads = {id: net.asked(id) & self.wanted for id in net.nodes}
        shown = {id: self._shown(id) for id in net.nodes}
        after = {id: list(net.after(id)) for id in net.nodes}
        changed = True
        while changed:
            changed = False
            for id in reversed(list(net.nodes)):
                out = reads[id].union(*(live[each] for each in after[id]))
                found = frozenset((out - writes[id]) | shown[id])
                if found != live[id]:
                    live[id], changed = found, True
        beside = [id for id in self.followed if net.nodes[id].triggered_by_event]
        self.always = frozenset().union(*(live[id] for each in beside for id in self._inside(each)))
        return live

    def _inside(self, scope: str) -> list[str]:
        return [node.id for node in self.net.members.get(scope, ())]

    def _shown(self, id: str) -> set[str]:
        """The values that decide which fields of a node's form are shown, unless the form itself gives them."""
        form = self.net.forms.get(self.net.nodes[id].form or "")
        hides = (hide for _, _, several in fields(form, self.wanted) for hide in several) if form else ()
        return {name.partition(".")[0] for hide in hides for name in hide.names} - self.writes(id)
