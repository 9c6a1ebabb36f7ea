"""Where a case may go from a task: the user tasks that a diagram puts next, as far as it can be said beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from runner import feel
from runner.bpmn import SUB_PROCESSES
from runner.engine.definition import Definition

CHOOSES: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


@dataclass(frozen=True, slots=True)
class Onward:
    """The elements of the user tasks that may come next, in the diagram's order; `ends` where the case may end instead.

    `asked` are the names of values by which gateways on the way decide.
    """

    tasks: tuple[str, ...]
    ends: bool
    asked: frozenset[str]


def onward(definition: Definition, element: str, known: Mapping[str, Any]) -> Onward:
    """What comes after the task `element` where `known` are the values by which gateways decide.

    A gateway that asks for a value that is not known may go every way that is not excluded.
    """
    way = _Way(definition, known)
    way.leave(element)
    return Onward(tuple(dict.fromkeys(way.tasks)), way.ends, frozenset(way.asked))


class _Way:
    """Walks along the flows, each element once."""

    def __init__(self, definition: Definition, known: Mapping[str, Any]) -> None:
        self.definition, self.known = definition, known
        self.targets = {
            flow: (target, condition)
            for (_, target), flows in definition.ways.items()
            for flow, condition in flows.items()
        }
        self.tasks: list[str] = []
        self.asked: set[str] = set()
        self.ends = False
        self.seen: set[str] = set()

    def leave(self, element: str) -> None:
        node = self.definition.nodes[element]
        flows = [flow for flow in node.outgoing if flow in self.targets]
        for flow in self._chosen(element, flows) if node.type in CHOOSES else flows:
            self._enter(self.targets[flow][0])
        if not flows:
            self._end(node.parent)

    def _enter(self, element: str) -> None:
        if element in self.seen:
            return
        self.seen.add(element)
        node = self.definition.nodes[element]
        if node.type == "userTask":
            self.tasks.append(element)
        elif node.type in SUB_PROCESSES and (begin := self._begin(element)):
            self._enter(begin)
        else:
            self.leave(element)

    def _begin(self, process: str) -> str:
        """The start of a sub-process, "" where nothing is drawn in it."""
        nodes = self.definition.nodes.values()
        return next((each.id for each in nodes if each.parent == process and each.type == "startEvent"), "")

    def _end(self, around: str) -> None:
        """Nothing follows within `around`: what follows it goes on, if it is a part of something."""
        if around in self.definition.nodes:
            self.leave(around)
        else:
            self.ends = True

    def _chosen(self, gateway: str, flows: list[str]) -> list[str]:
        default, possible = self.definition.nodes[gateway].default, list[str]()
        for flow in flows:
            condition = self.definition.conditions.get(self.targets[flow][1])
            if condition is None:
                continue
            names = {name.partition(".")[0] for name in condition.names}
            self.asked |= names
            holds = feel.evaluate(condition, self.known) if names <= self.known.keys() else None
            if holds is True and self.definition.nodes[gateway].type == "exclusiveGateway":
                return [*possible, flow]
            if holds is not False:
                possible.append(flow)
        rest = [flow for flow in flows if flow == default or self.targets[flow][1] == ""]
        return [*possible, *rest]
