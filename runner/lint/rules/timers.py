"""Timers keep to a grammar that the working calendar can count: see docs/lint.md, "timers"."""

from __future__ import annotations

from collections.abc import Iterator

from runner import feel
from runner.bpmn import Diagram, Node, timer
from runner.bpmn.timer import TimerRule, TimerUnreadable
from runner.domain.limit import Unit
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title

NAMES = frozenset({"case_due", "now"})
"""What an expression of a timer may ask for."""


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for node in diagram.nodes.values():
        if node.event == "timer":
            yield from _timer(node)


def _timer(node: Node) -> Iterator[Finding]:
    if node.timer is None or not node.timer.expression:
        yield error(node, "Hẹn giờ “{what}” chưa có thời hạn.", what=title(node))
        return
    text = node.timer.expression
    if node.timer.kind == "cycle":
        yield error(node, "Hẹn giờ lặp lại “{text}” không được dùng.", text=short(text))
        return
    try:
        rule = timer.read(node.timer, Unit.WORKING_DAYS)
    except TimerUnreadable as fault:
        yield error(node, "Hẹn giờ “{what}” không dùng được. {reason}", what=title(node), reason=fault)
    except feel.FeelError as fault:
        yield error(node, "Biểu thức thời điểm “{text}” không đọc được. {reason}", text=short(text), reason=fault)
    else:
        yield from _rule(node, rule, text)


def _rule(node: Node, rule: TimerRule, text: str) -> Iterator[Finding]:
    if rule.expression is not None:
        for name in sorted(rule.expression.names - NAMES):
            yield error(
                node, "Biểu thức thời điểm chỉ được dùng tên case_due và now, không dùng “{name}”.", name=short(name)
            )
        return
    if node.timer and node.timer.kind == "date":
        yield error(
            node,
            "Thời điểm “{text}” phải là biểu thức bắt đầu bằng dấu =, như =working_days_before(case_due, 1).",
            text=short(text),
        )
    if (rule.limit and not rule.limit.days) or (rule.lapse is not None and not rule.lapse):
        yield error(node, "Thời hạn “{text}” phải lớn hơn 0 và chỉ lẻ nửa ngày.", text=short(text))
