"""One run comes to one outcome: see docs/lint.md, "outcomes".

Branches that run side by side may not end the case differently, for then the last one would silently win. Two terminate
end events may (BPMN 13.5.6): the first takes the other branch away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, islice

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import boundaries, reached, targets
from runner.lint.content import Content
from runner.lint.finding import Finding, error, title

MAX_PAIRS = 2_000
"""Pairs of branches that are compared; a drawing that a person can read has a few."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    ends = {
        node.id: outcome
        for node in diagram.nodes.values()
        if node.type == "endEvent" and node.parent in diagram.processes and (outcome := node.properties.get("outcome"))
    }
    if len(set(ends.values())) < 2:
        return
    told: set[tuple[str, str]] = set()
    around = boundaries(diagram)
    pairs = ((split, pair) for split in _splits(diagram) for pair in combinations(split[1], 2))
    for (split, _), pair in islice(pairs, MAX_PAIRS):
        for one, other in _both(diagram, around, split, pair, ends):
            if (one.id, other.id) not in told:
                told |= {(one.id, other.id), (other.id, one.id)}
                yield error(
                    other,
                    "“{one}” ({first}) và “{other}” ({second}) nằm trên hai nhánh cùng chạy sau “{split}”, nên một hồ "
                    "sơ có thể có cả hai kết quả; hãy nhập các nhánh trước khi kết thúc.",
                    one=title(one),
                    first=ends[one.id],
                    other=title(other),
                    second=ends[other.id],
                    split=title(split),
                )


def _splits(diagram: Diagram) -> Iterator[tuple[Node, list[str]]]:
    """What runs on in several branches at once, and where these begin."""
    for node in diagram.nodes.values():
        if node.type == "parallelGateway" and len(node.outgoing) > 1:
            yield node, list(dict.fromkeys(targets(diagram, node.id)))
    for host, events in boundaries(diagram).items():
        beside = [event.id for event in events if not event.interrupting]
        if beside:
            yield diagram.nodes[host], [*list(targets(diagram, host))[:1], *beside]


def _both(
    diagram: Diagram, around: Mapping[str, list[Node]], split: Node, pair: tuple[str, str], ends: dict[str, str]
) -> Iterator[tuple[Node, Node]]:
    """The ends with different outcomes of which the two branches reach one each, and not only after they join."""

    def onward(id: str) -> Iterator[str]:
        yield from targets(diagram, id)
        yield from (event.id for event in around.get(id, ()))

    def walked(start: str, fences: set[str]) -> set[str]:
        return reached([start], lambda id: () if id in fences else onward(id))

    shared = set.intersection(*(walked(start, {split.id}) for start in pair))
    joins = {id for id in shared if diagram.nodes[id].type == "parallelGateway" and len(diagram.nodes[id].incoming) > 1}
    first, second = ([id for id in ends if id in walked(start, joins | {split.id})] for start in pair)
    for one in first:
        for other in second:
            final = all(diagram.nodes[id].event == "terminate" for id in (one, other))
            if ends[one] != ends[other] and not final:
                yield diagram.nodes[one], diagram.nodes[other]
