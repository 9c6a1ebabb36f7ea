"""A parallel join joins the branches of one parallel fork, all and no others: see docs/lint.md, "parallel".

A join whose branches can never all hold a token is an error. The other mistakes are warnings: to prove that no token is
ever left over costs too much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, islice

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import reached, targets
from runner.lint.concurrency import Concurrency
from runner.lint.content import Content
from runner.lint.finding import Finding, error, title, warning


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    gateways = [node for node in diagram.nodes.values() if node.type == "parallelGateway"]
    joins = [node for node in gateways if len(node.incoming) > 1]
    fences = {join.id for join in joins}
    for split in gateways:
        if len(split.outgoing) > 1:
            yield from _meets_unjoined(diagram, split, fences)
    stuck = list(_never_complete(diagram, joins)) if joins else []
    yield from stuck
    left = [join for join in joins if join.id not in {finding.element for finding in stuck}]
    for choice in diagram.nodes.values():
        if choice.type in ("exclusiveGateway", "eventBasedGateway") and len(choice.outgoing) > 1:
            yield from _awaited_both(diagram, choice, left, fences)


def _never_complete(diagram: Diagram, joins: list[Node]) -> Iterator[Finding]:
    """The joins at which tokens arrive that never go on; not those behind such a one, where none arrive."""
    flows = Concurrency(diagram)
    for join in joins:
        if all(map(flows.reached, join.incoming)):
            apart = (pair for pair in combinations(join.incoming, 2) if not flows.together(*pair))
            for one, other in islice(apart, 1):
                yield error(
                    join,
                    "Cổng “{what}” không bao giờ đủ nhánh: “{one}” và “{other}” không thể cùng tới đó, nên hồ sơ sẽ "
                    "chờ mãi. Các nhánh của một lựa chọn thì nhập bằng cổng loại trừ.",
                    what=title(join),
                    one=title(diagram.nodes[diagram.flows[one].source]),
                    other=title(diagram.nodes[diagram.flows[other].source]),
                )


def _region(diagram: Diagram, flow: str, fences: set[str]) -> set[str]:
    """The nodes that `flow` leads to, up to and including the first of `fences` on each way."""
    target = diagram.flows[flow].target
    starts = [target] if target in diagram.nodes else []
    return reached(starts, lambda id: () if id in fences else targets(diagram, id))


def _meets_unjoined(diagram: Diagram, split: Node, joins: set[str]) -> Iterator[Finding]:
    regions = [_region(diagram, flow, joins | {split.id}) for flow in split.outgoing]
    times = Counter(id for region in regions for id in region)
    for id, node in diagram.nodes.items():
        if times[id] > 1 and id not in joins and node.type != "endEvent":
            yield warning(
                node,
                "Các nhánh song song tách ở “{split}” gặp nhau tại “{what}” mà không qua cổng nhập song song: "
                "phần sau sẽ chạy nhiều lần.",
                split=title(split),
                what=title(node),
            )
            return


def _awaited_both(diagram: Diagram, choice: Node, joins: list[Node], fences: set[str]) -> Iterator[Finding]:
    """The joins that wait for two flows of which `choice` takes but one."""
    regions = [(flow, _region(diagram, flow, fences | {choice.id})) for flow in choice.outgoing]
    for join in joins:
        arrivals = {
            frozenset(id for id in join.incoming if id == flow or diagram.flows[id].source in region - fences)
            for flow, region in regions
            if join.id in region
        }
        if any(one.isdisjoint(other) for one, other in combinations(arrivals, 2)):
            yield warning(
                join,
                "Cổng “{what}” chờ cả những nhánh mà “{choice}” chỉ chọn một: hồ sơ sẽ chờ mãi.",
                what=title(join),
                choice=title(choice),
            )
