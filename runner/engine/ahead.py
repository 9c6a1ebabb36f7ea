"""What lies ahead of each task of a diagram until the legal clock stops: how much time, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import reached
from runner.domain.case import ClockMark
from runner.domain.limit import Limit, Unit
from runner.engine.reserve import onward_from

_NONE = Fraction(0)
_REPEATED = 6
"""Of so many steps that have several tasks a way takes the limit once; of those beyond it, each time."""
_WORKING = Fraction(5, 7)
"""Of the days of a week those that work, where a limit in weeks stands among limits in working days."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """By user task: the days on the longest way on, and the place of its step; `apologies` are those of the slip.

    A way goes on until the legal clock stops or the way ends, and does not go back: tasks have the order in which a
    case comes to them. It takes the limit of each step but the task's own once. From a task that only goes back, it
    begins with the shortest way back to one from which a way leads on.
    """

    days: Mapping[str, Fraction]
    place: Mapping[str, int]
    apologies: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Stop:
    """A user task on the ways: its step and days, the user tasks that come next, and whether a way ends behind it."""

    step: str
    days: Fraction
    next: frozenset[str]
    ends: bool


def ahead(
    diagrams: Sequence[Diagram], process: str, limits: Mapping[str, Limit], unit: Unit, legal: frozenset[str]
) -> Ahead:
    """What lies ahead in `process`, whose tasks have these `limits`; `legal` are events that wait for its due date."""
    nodes = {node.id: node for diagram in diagrams for node in diagram.nodes.values()}
    onward = onward_from(diagrams, nodes)
    for node in nodes.values():
        if node.properties.get("clock") == ClockMark.STOP:
            onward[node.id] = []
    stops = {}
    tasks = {node.id: node for node in nodes.values() if node.type == "userTask"}
    for id, node in tasks.items():
        met = reached(onward[id], lambda at: () if at in tasks else onward[at])
        ends = not onward[id] or any(not onward[each] for each in met - tasks.keys())
        step = node.properties.get("step") or id
        stops[id] = _Stop(step, _days(limits.get(id), unit), frozenset(met & tasks.keys()), ends)
    starts = [node.id for node in nodes.values() if node.type == "startEvent" and node.parent == process]
    beside = onward_from(diagrams, nodes, beside=True)
    order = dict.fromkeys(id for id in (*_topological(beside, starts), *nodes) if id in tasks)
    steps = {step: place for place, step in enumerate(dict.fromkeys(stops[id].step for id in order))}
    place = {id: steps[stop.step] for id, stop in stops.items()}
    return Ahead(_longest(stops, list(order)), place, _apologies(nodes, legal))


def _days(limit: Limit | None, unit: Unit) -> Fraction:
    if limit is None:
        return _NONE
    return limit.days * _WORKING if unit == Unit.WORKING_DAYS and limit.unit != unit else limit.days


def _longest(stops: Mapping[str, _Stop], order: Sequence[str]) -> dict[str, Fraction]:
    """The days of the longest way on from each task."""
    onward = _onward(stops, order)
    several = Counter(stop.step for stop in stops.values())
    repeated = [step for step, count in several.items() if count > 1][:_REPEATED]
    met = [frozenset(some) for size in range(len(repeated) + 1) for some in combinations(repeated, size)]
    found: dict[tuple[str, frozenset[str]], Fraction] = {}
    for id, to in onward.items():  # behind each of its own
        for before in met:
            seen = before | {stops[id].step} & set(repeated)
            ways = (
                (_NONE if stops[each].step in (*seen, stops[id].step) else stops[each].days) + found[each, seen]
                for each in to
            )
            found[id, before] = max(ways, default=_NONE)
    return {id: found[id, frozenset()] for id in stops}


def _onward(stops: Mapping[str, _Stop], order: Sequence[str]) -> dict[str, list[str]]:
    """The tasks that come next on a way from each, those that come later first."""
    place = {id: number for number, id in enumerate(order)}
    onward: dict[str, list[str]] = {}
    for id in reversed(order):
        forward = [to for to in stops[id].next if place[to] > place[id] and to in onward]
        if forward or stops[id].ends:
            onward[id] = forward
    while back := {
        id: to for id in order if id not in onward if (to := [each for each in stops[id].next if each in onward])
    }:
        onward |= back
    return onward | {id: [] for id in order if id not in onward}


def _topological(onward: Mapping[str, Sequence[str]], starts: Sequence[str]) -> list[str]:
    """The nodes from `starts` on, each before those that it leads to, as far as the ways do not go back."""
    seen, order = set(starts), list[str]()
    todo = [(id, iter(onward[id])) for id in starts]
    while todo:
        at, rest = todo[-1]
        following = next((to for to in rest if to not in seen), None)
        if following is None:
            order.append(at)
            todo.pop()
        else:
            seen.add(following)
            todo.append((following, iter(onward[following])))
    return order[::-1]


def _apologies(nodes: Mapping[str, Node], legal: frozenset[str]) -> frozenset[str]:
    """The tasks of what begins beside the case when its due date comes near."""
    begun = {node.parent for node in nodes.values() if node.id in legal and node.type == "startEvent"}
    return frozenset(node.id for node in nodes.values() if node.type == "userTask" and node.parent in begun)
