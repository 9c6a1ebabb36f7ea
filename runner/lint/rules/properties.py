"""Extension properties that the runner does not read are most likely misspelt: see docs/lint.md, "properties"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner.bpmn import ACTIVITIES, BPMN, CAMUNDA, FLOW_NODES, Diagram, local
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, spot, warning

_OUTCOME = re.compile(r"[a-z][a-z0-9_]{0,39}")

KNOWN: dict[str, frozenset[str]] = {
    "process": frozenset({"calendar"}),
    **{name: frozenset({"clock"}) for name in FLOW_NODES},
    **{name: frozenset({"clock", "step"}) for name in ACTIVITIES},
    "serviceTask": frozenset({"clock", "step", "lane", "wait", "done_by"}),
    "endEvent": frozenset({"clock", "outcome"}),
}
"""The properties that the runner reads, by element."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for holder in diagram.root.iter(f"{{{BPMN}}}extensionElements"):
        owner = holder.getparent()
        if owner is None:
            continue
        seen: set[str] = set()
        for item in holder.iterfind(f"{{{CAMUNDA}}}properties/{{{CAMUNDA}}}property"):
            name = item.get("name", "")
            if name not in KNOWN.get(local(owner), ()):
                yield warning(
                    spot(item),
                    "Thuộc tính mở rộng “{name}” không có nghĩa ở {element} và sẽ bị bỏ qua.",
                    name=short(name),
                    element=local(owner),
                )
            elif name in seen:
                yield error(spot(item), "Thuộc tính mở rộng “{name}” ghi hai lần.", name=name)
            seen.add(name)
    for node in diagram.nodes.values():
        outcome = node.properties.get("outcome")
        if node.type == "endEvent" and outcome is not None and not _OUTCOME.fullmatch(outcome):
            yield error(
                node, "Kết quả “{value}” phải là một từ không dấu như granted, not_accepted.", value=short(outcome)
            )
