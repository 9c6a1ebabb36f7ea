"""A diagram stays within what a person can read and the engine can run: see docs/lint.md, "size"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.engine.diagram import BPMN, SUB_PROCESSES, Diagram
from runner.engine.lint.content import Content
from runner.engine.lint.finding import Finding, error, spot

MAX_NODES = 300
"""The engine's parser recurses along a chain and overflows between 300 and 500 nodes."""
MAX_FLOWS = 1_000
MAX_ELEMENTS = 20_000
MAX_NESTING = 8


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    everything = spot(diagram.root)
    if (count := len(diagram.nodes)) > MAX_NODES:
        yield error(
            everything, "Sơ đồ có {count} nút, nhiều hơn mức cho phép là {limit}.", count=count, limit=MAX_NODES
        )
        return
    if (count := len(diagram.flows)) > MAX_FLOWS:
        yield error(
            everything, "Sơ đồ có {count} luồng, nhiều hơn mức cho phép là {limit}.", count=count, limit=MAX_FLOWS
        )
        return
    if (count := sum(1 for _ in diagram.root.iter())) > MAX_ELEMENTS:
        yield error(
            everything, "Tệp có {count} phần tử XML, nhiều hơn mức cho phép là {limit}.",
            count=count, limit=MAX_ELEMENTS,
        )  # fmt: skip
        return
    tags = [f"{{{BPMN}}}{name}" for name in SUB_PROCESSES]
    for element in diagram.root.iter(*tags):
        if sum(1 for _ in element.iterancestors(*tags)) == MAX_NESTING:
            yield error(spot(element), "Tiểu quy trình lồng nhau quá {limit} cấp.", limit=MAX_NESTING)
            return
