"""The apology goes out before the case is late, or the diagram notifies a lane: see docs/lint.md, "apology"."""

from __future__ import annotations

from collections.abc import Iterator

from runner import feel
from runner.bpmn import Node, timer
from runner.bpmn.graph import reached
from runner.feel.tree import Name
from runner.lint import expression
from runner.lint.conformance.comparison import FORM, Comparison, condition
from runner.lint.finding import Finding, error, title

PAPER = f"{FORM} 04"
DUE = "case_due"


def check(comparison: Comparison) -> Iterator[Finding]:
    yield from _before(comparison)
    yield from _late(comparison)


def moments(comparison: Comparison) -> dict[str, list[Node]]:
    """The event sub-processes that start ``before`` the case is due as the facts say, ``due``, and at any ``other``."""
    found: dict[str, list[Node]] = {"before": [], "due": [], "other": []}
    early = expression.read(
        f"working_days_before({DUE}, {comparison.facts.apology.working_days_before})", timer.FUNCTIONS
    )
    for sub in comparison.diagram.nodes.values():
        if not sub.triggered_by_event or sub.parent != comparison.process.id:
            continue
        start = next(
            (n for n in comparison.diagram.nodes.values() if n.parent == sub.id and n.type == "startEvent"), None
        )
        text = start.timer.expression if start and start.timer else ""
        drawn = expression.read(text.removeprefix("="), timer.FUNCTIONS) if text.startswith("=") else None
        tree = drawn.tree if isinstance(drawn, feel.Expression) else None
        if isinstance(early, feel.Expression) and tree == early.tree:
            found["before"].append(sub)
        else:
            found["due" if tree == Name((DUE,)) else "other"].append(sub)
    return found


def _before(comparison: Comparison) -> Iterator[Finding]:
    found, days = moments(comparison), comparison.facts.apology.working_days_before
    if len(found["before"]) != 1:
        yield error(
            comparison.process,
            "Phiếu xin lỗi ({paper}) phải có đúng một tiểu quy trình sự kiện bắt đầu lúc "
            "=working_days_before(case_due, {days}).",
            paper=PAPER,
            days=days,
        )
    for sub in found["before"]:
        tasks = [n for n in comparison.diagram.nodes.values() if n.parent == sub.id and n.type == "userTask"]
        if not any(comparison.carries(task, PAPER) for task in tasks):
            yield error(sub, "Không việc nào trong “{what}” lập {paper}.", what=title(sub), paper=PAPER)
        if not comparison.facts.apology.in_decision and not comparison.added(sub.id):
            yield error(
                sub,
                "“{what}” không có trong quyết định: hãy gắn ghi chú bắt đầu bằng “Bổ sung của phần mềm”.",
                what=title(sub),
            )
    for sub in found["other"]:
        yield error(sub, "“{what}” không bắt đầu vào lúc nào mà quyết định nêu.", what=title(sub))


def _late(comparison: Comparison) -> Iterator[Finding]:
    subs = moments(comparison)["due"]
    if len(subs) != 1:
        yield error(
            comparison.process,
            "Phải có đúng một tiểu quy trình sự kiện bắt đầu lúc =case_due, báo phiếu xin lỗi ban hành muộn.",
        )
    for sub in subs:
        sent = sorted(_asked(comparison, sub))
        if not _notifies(comparison, sub, {}) or (sent and _notifies(comparison, sub, dict.fromkeys(sent, True))):
            yield error(
                sub,
                "“{what}” phải báo lãnh đạo (notify_lane) khi, và chỉ khi, phiếu xin lỗi chưa được gửi.",
                what=title(sub),
            )


def _asked(comparison: Comparison, sub: Node) -> set[str]:
    flows = [flow for flow in comparison.diagram.flows.values() if flow.parent == sub.id]
    return {name for flow in flows if (found := condition(flow)) for name in found.names}


def _notifies(comparison: Comparison, sub: Node, values: dict[str, bool]) -> bool:
    """Whether `sub` notifies a lane when a case has `values`."""

    def on(id: str) -> list[str]:
        flows = [comparison.diagram.flows[flow] for flow in comparison.diagram.nodes[id].outgoing]
        true = [flow for flow in flows if (found := condition(flow)) and feel.evaluate(found, values) is True]
        taken = true[:1] or [flow for flow in flows if flow.default or flow.condition is None]
        return [flow.target for flow in taken if flow.target in comparison.diagram.nodes]

    starts = [n.id for n in comparison.diagram.nodes.values() if n.parent == sub.id and n.type == "startEvent"]
    passed = (comparison.diagram.nodes[id] for id in reached(starts, on))
    return any(node.topic == "notify_lane" for node in passed)
