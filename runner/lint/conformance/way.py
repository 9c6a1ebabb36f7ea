"""The ways that a case can take through a diagram, as the legal clock sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from runner.bpmn import Node
from runner.bpmn.graph import reached
from runner.domain.case import ClockMark
from runner.domain.limit import Limit
from runner.lint.conformance.comparison import Comparison

MAX_WAYS = 500
"""A decision has a dozen ways; a diagram with more of them is not looked at whole."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a way. `mark` is what it does to the clock; without one it is a round of `step`, named `name`.

    `share` says how many rounds of the way use up the step's limit together, `last` whether this is the last of them.
    """

    step: str = ""
    name: str = ""
    limit: Limit | None = None
    mark: ClockMark | None = None
    share: int = 1
    last: bool = True


Way = tuple[Stage, ...]


def ways(comparison: Comparison, limits: Mapping[str, Limit]) -> list[Way]:
    """The ways from the start until the clock stops or the case ends, with at most one return and one supplement.

    A *return* goes back to a step that was left. The shortest come first; one that another way begins with is left
    out. `limits` are those of the tasks. No more than `MAX_WAYS`.
    """
    places = {id: node for id, node in comparison.main.items() if id in limits or "clock" in node.properties}
    onward = {id: _next(comparison, places, comparison.after[id]) for id in places}
    starts = [id for id, node in comparison.main.items() if node.type == "startEvent" and _is_outer(comparison, node)]
    begin = [id for id in starts if id in places] + _next(comparison, places, [id for id in starts if id not in places])
    found: dict[Way, None] = {}
    seen: set[tuple[str, Way]] = set()
    todo: list[tuple[str, Way]] = [(id, ()) for id in begin]
    while todo and len(found) < MAX_WAYS:
        id, before = todo.pop(0)
        way = _extended(before, places[id], limits.get(id))
        if (id, way) in seen or not _allowed(way):
            continue
        seen.add((id, way))
        stopped = places[id].properties.get("clock") == ClockMark.STOP
        following = [] if stopped else onward[id]
        if following:
            todo += [(to, way) for to in following]
        else:
            found.setdefault(way)
    return sorted((_shared(way) for way in _longest(found)), key=len)


def _is_outer(comparison: Comparison, node: Node) -> bool:
    return node.parent == comparison.process.id


def _next(comparison: Comparison, places: Mapping[str, Node], ids: Iterable[str]) -> list[str]:
    """The places that come next after `ids`, these included."""
    found = reached(ids, lambda at: () if at in places else comparison.after[at])
    return sorted(found & places.keys())


def _extended(way: Way, node: Node, limit: Limit | None) -> Way:
    mark = node.properties.get("clock")
    if mark == ClockMark.START and not any(stage.mark == ClockMark.START for stage in way):
        way = (*way, Stage(mark=ClockMark.START))
    elif mark == ClockMark.PAUSE:
        return (*way, Stage(name=node.name, mark=ClockMark.PAUSE))
    if limit is None:
        return way
    step = node.properties.get("step") or node.id
    if way and way[-1].step == step:
        return way
    if len(way) > 1 and way[-1].mark == ClockMark.START and way[-2].step == step:
        way = (*way[:-2], way[-1])  # the same round goes on: its time counts from where the clock starts
    return (*way, Stage(step, node.name, limit))


def _allowed(way: Way) -> bool:
    """Whether there is at most one supplement and one return: a round of a step that was met before the last one."""
    steps = [stage.step for stage in way if stage.step]
    returns = sum(steps.index(to) < steps.index(step) for step, to in pairwise(steps))
    return returns <= 1 and sum(stage.mark == ClockMark.PAUSE for stage in way) <= 1


def _longest(found: Mapping[Way, None]) -> list[Way]:
    return [way for way in found if not any(way != other and way == other[: len(way)] for other in found)]


def _shared(way: Way) -> Way:
    rounds = Counter(stage.step for stage in way)
    met: Counter[str] = Counter()
    made = []
    for stage in way:
        met[stage.step] += 1
        share = rounds[stage.step] if stage.step else 1
        made.append(replace(stage, share=share, last=not stage.step or met[stage.step] == share))
    return tuple(made)
