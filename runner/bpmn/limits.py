"""How large a diagram may be to be read by a person, run by the engine and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from runner.bpmn import BPMN, SUB_PROCESSES, Diagram
from runner.language import say

MAX_NODES = 300
"""The engine's parser recurses along a chain and overflows between 300 and 500 nodes."""
MAX_FLOWS = 1_000
MAX_ELEMENTS = 20_000
MAX_NESTING = 8
"""Of sub-processes."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that is exceeded, and the element where that shows."""

    element: etree._Element
    template: str
    facts: Mapping[str, int]

    @property
    def message(self) -> str:
        """The sentence in the current language."""
        return say(self.template, **self.facts)


def exceeded(diagram: Diagram) -> Excess | None:
    """The first limit that a diagram exceeds, None for a diagram within all of them."""
    root = diagram.root
    if (count := len(diagram.nodes)) > MAX_NODES:
        template = "Sơ đồ có {count} nút, nhiều hơn mức cho phép là {limit}."
        return Excess(root, template, {"count": count, "limit": MAX_NODES})
    if (count := len(diagram.flows)) > MAX_FLOWS:
        template = "Sơ đồ có {count} luồng, nhiều hơn mức cho phép là {limit}."
        return Excess(root, template, {"count": count, "limit": MAX_FLOWS})
    if (count := sum(1 for _ in root.iter())) > MAX_ELEMENTS:
        template = "Tệp có {count} phần tử XML, nhiều hơn mức cho phép là {limit}."
        return Excess(root, template, {"count": count, "limit": MAX_ELEMENTS})
    tags = [f"{{{BPMN}}}{name}" for name in SUB_PROCESSES]
    for element in root.iter(*tags):
        if sum(1 for _ in element.iterancestors(*tags)) == MAX_NESTING:
            return Excess(element, "Tiểu quy trình lồng nhau quá {limit} cấp.", {"limit": MAX_NESTING})
    return None
