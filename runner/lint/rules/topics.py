"""Automatic work is asked for by a topic that the runner knows: see docs/lint.md, "topics"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.bpmn import BPMN, CAMUNDA, Diagram
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, spot, title

TOPICS: Mapping[str, frozenset[str]] = {
    "allot_number": frozenset(),
    "pin_fee": frozenset(),
    "notify_applicant": frozenset({"wait"}),
    "notify_lane": frozenset({"lane", "done_by", "wait"}),
}
"""The topics, with the extension properties that say how each is done; ``wait`` is for those done outside."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    lanes = (content or Content()).kinds
    for task in diagram.root.iter(f"{{{BPMN}}}serviceTask"):
        if task.get(f"{{{CAMUNDA}}}type") != "external":
            yield error(spot(task), 'Việc tự động cần camunda:type="external" và camunda:topic.')
    for node in diagram.nodes.values():
        if node.type != "serviceTask":
            continue
        if node.topic not in TOPICS:
            yield error(
                node,
                "Việc tự động “{what}” cần chủ đề (topic) là một trong: {allowed}.",
                what=title(node),
                allowed=", ".join(TOPICS),
            )
        lane = node.properties.get("lane")
        if node.topic == "notify_lane" and lane not in lanes:
            yield error(
                node,
                "Việc “{what}” cần thuộc tính mở rộng lane là một trong: {allowed}.",
                what=title(node),
                allowed=", ".join(lanes),
            )
        if (by := node.properties.get("done_by")) is not None:
            named = diagram.nodes.get(by)
            if "done_by" not in TOPICS.get(node.topic or "", ()) or named is None or named.type != "userTask":
                yield error(
                    node,
                    "Thuộc tính mở rộng done_by chỉ dùng với notify_lane và là id của một việc, không phải “{value}”.",
                    value=short(by),
                )
        wait = node.properties.get("wait")
        if wait not in (None, "true", "false"):
            yield error(
                node, "Thuộc tính mở rộng wait chỉ nhận true hoặc false, không nhận “{value}”.", value=short(wait)
            )
