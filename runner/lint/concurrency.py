"""Which sequence flows may hold tokens at the same time, whatever the conditions say.

The relation is the structural one of Kovalyov and Esparza (1996): it may hold of two flows that never hold tokens
together, never the other way round. What it denies is therefore certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import boundaries


@dataclass(frozen=True, slots=True)
class _Step:
    """What takes a token from each place of `taken` and puts one on each of `given`."""

    taken: tuple[str, ...]
    given: tuple[str, ...]


class Concurrency:
    """The flows of a diagram that tokens may stand on together, each process and sub-process by itself."""

    def __init__(self, diagram: Diagram) -> None:
        steps, begun = list(_steps(diagram)), list(_begun(diagram))
        self._numbers = {place: number for number, place in enumerate(dict.fromkeys(_places(steps, begun)))}
        self._beside = _related(self._numbers, steps, begun)

    def reached(self, flow: str) -> bool:
        """Whether a token may ever come to `flow`."""
        return flow in self._numbers and bool(self._beside[self._numbers[flow]] & _MARKED)

    def together(self, one: str, other: str) -> bool:
        """Whether tokens may stand on both flows at once; on a flow and itself, whether two may."""
        known = self._numbers
        return one in known and other in known and bool(self._beside[known[one]] & _bit(known[other]))


_MARKED = 1
"""The bit that says that a token may come to the place at all; the others say which places it may stand beside."""


def _bit(number: int) -> int:
    return 2 << number


def _places(steps: Iterable[_Step], begun: Iterable[str]) -> Iterator[str]:
    yield from begun
    for step in steps:
        yield from step.taken
        yield from step.given


def _begun(diagram: Diagram) -> Iterator[str]:
    """The places that hold a token when their process or sub-process begins."""
    return (_inside(node) for node in diagram.nodes.values() if node.type == "startEvent")


def _inside(node: Node) -> str:
    """The place of a token that is in a node."""
    return f"{node.id}?"


def _steps(diagram: Diagram) -> Iterator[_Step]:
    attached: Mapping[str, Sequence[Node]] = boundaries(diagram)
    for node in diagram.nodes.values():
        inside = _inside(node)
        if node.type == "parallelGateway":
            yield _Step(node.incoming, node.outgoing)
            continue
        yield from (_Step((flow,), (inside,)) for flow in node.incoming)
        if node.type in ("exclusiveGateway", "eventBasedGateway"):
            yield from (_Step((inside,), (flow,)) for flow in node.outgoing)
        else:
            yield _Step((inside,), node.outgoing)
        for event in attached.get(node.id, ()):
            stays = () if event.interrupting else (inside,)
            yield _Step((inside,), (_inside(event), *stays))


def _related(numbers: Mapping[str, int], steps: Sequence[_Step], begun: Sequence[str]) -> list[int]:
    """For each place the bits of those beside it: the least relation that holds of what begins and of every step."""
    beside = [0] * len(numbers)
    todo = set[int]()
    takers: dict[int, list[tuple[list[int], list[int]]]] = {}
    for step in steps:
        taken, given = [numbers[each] for each in step.taken], [numbers[each] for each in step.given]
        for place in taken:
            takers.setdefault(place, []).append((taken, given))

    def relate(place: int, others: int) -> None:
        new = others & ~beside[place]
        if new:
            beside[place] |= new
            todo.add(place)
        for other in _numbered(new):
            if not beside[other] & _bit(place):
                beside[other] |= _bit(place)
                todo.add(other)

    for start in begun:
        relate(numbers[start], _MARKED)
    while todo:
        for taken, given in takers.get(todo.pop(), ()):
            if _together(beside, taken):
                common = _MARKED | reduce(and_, (beside[place] for place in taken))
                for index, place in enumerate(given):
                    relate(place, common | sum(map(_bit, {*given[:index], *given[index + 1 :]})))
    return beside


def _numbered(bits: int) -> Iterator[int]:
    """The numbers of the places in `bits`."""
    bits >>= 1
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _together(beside: Sequence[int], places: Sequence[int]) -> bool:
    """Whether all `places` may hold tokens at once."""
    return all(
        beside[one] & _MARKED and all(beside[one] & _bit(other) for other in places[index + 1 :])
        for index, one in enumerate(places)
    )
