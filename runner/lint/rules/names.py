"""What people read on the screen has a name: see docs/lint.md, "names"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import ACTIVITIES, Diagram
from runner.lint.content import Content
from runner.lint.finding import Finding, short, warning


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for process in diagram.processes.values():
        if not process.name.strip():
            yield warning(process, "Quy trình chưa có tên.")
    for node in diagram.nodes.values():
        if node.type in ACTIVITIES and not node.name:
            yield warning(node, "“{id}” chưa có tên.", id=short(node.id))
        if node.type != "exclusiveGateway" or len(node.outgoing) < 2:
            continue
        if not node.name:
            yield warning(node, "Cổng “{id}” chưa có tên; hãy đặt tên là một câu hỏi.", id=short(node.id))
        for flow in (diagram.flows[id] for id in node.outgoing):
            if not flow.name.strip():
                yield warning(flow, "Nhánh “{id}” chưa có tên; hãy đặt tên là một câu trả lời.", id=short(flow.id))
