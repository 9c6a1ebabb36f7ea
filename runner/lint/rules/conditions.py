"""Conditions stand on the flows out of exclusive gateways, written in FEEL: see docs/lint.md, "conditions"."""

from __future__ import annotations

from collections.abc import Iterator

from runner import feel
from runner.bpmn import Diagram
from runner.lint import expression
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for flow in diagram.flows.values():
        if flow.condition is None:
            continue
        source = diagram.nodes.get(flow.source)
        if source is not None and (source.type != "exclusiveGateway" or len(source.outgoing) < 2):
            yield error(
                flow,
                "Điều kiện chỉ đặt trên luồng ra của cổng loại trừ có nhiều nhánh, không đặt ở luồng “{what}”.",
                what=title(flow),
            )
        if not flow.condition:
            yield error(flow, "Luồng “{what}” có điều kiện trống.", what=title(flow))
            continue
        found = expression.read(flow.condition)
        if isinstance(found, feel.FeelError):
            yield error(
                flow, "Điều kiện “{condition}” không đọc được. {reason}", condition=short(flow.condition), reason=found
            )
        elif name := expression.unnameable(found):
            yield error(flow, "Điều kiện không được dùng tên “{name}”.", name=short(name))
