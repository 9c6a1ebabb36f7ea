"""The slip of apology goes out before the case is late, or its lateness is told: see docs/lint.md, "apology"."""

from __future__ import annotations

from collections.abc import Iterator

from runner import feel
from runner.bpmn import Node, timer
from runner.bpmn.graph import reached
from runner.feel.tree import Name
from runner.lint import expression
from runner.lint.conformance.comparison import FORM, Subject, condition
from runner.lint.finding import Finding, error, title

PAPER = f"{FORM} 04"
DUE = "case_due"


def check(subject: Subject) -> Iterator[Finding]:
    yield from _before(subject)
    yield from _late(subject)


def moments(subject: Subject) -> dict[str, list[Node]]:
    """The event sub-processes that start ``before`` the case is due as the facts say, ``due``, and at any ``other``."""
    found: dict[str, list[Node]] = {"before": [], "due": [], "other": []}
    early = expression.read(f"working_days_before({DUE}, {subject.facts.apology.working_days_before})", timer.FUNCTIONS)
    for sub in subject.diagram.nodes.values():
        if not sub.triggered_by_event or sub.parent != subject.process.id:
            continue
        start = next((n for n in subject.diagram.nodes.values() if n.parent == sub.id and n.type == "startEvent"), None)
        text = start.timer.expression if start and start.timer else ""
        drawn = expression.read(text.removeprefix("="), timer.FUNCTIONS) if text.startswith("=") else None
        tree = drawn.tree if isinstance(drawn, feel.Expression) else None
        if isinstance(early, feel.Expression) and tree == early.tree:
            found["before"].append(sub)
        else:
            found["due" if tree == Name((DUE,)) else "other"].append(sub)
    return found


def _before(subject: Subject) -> Iterator[Finding]:
    found, days = moments(subject), subject.facts.apology.working_days_before
    if len(found["before"]) != 1:
        yield error(
            subject.process,
            "Phiếu xin lỗi ({paper}) phải có đúng một tiểu quy trình sự kiện bắt đầu lúc "
            "=working_days_before(case_due, {days}).",
            paper=PAPER,
            days=days,
        )
    for sub in found["before"]:
        tasks = [n for n in subject.diagram.nodes.values() if n.parent == sub.id and n.type == "userTask"]
        if not any(subject.carries(task, PAPER) for task in tasks):
            yield error(sub, "Không việc nào trong “{what}” lập {paper}.", what=title(sub), paper=PAPER)
        if not subject.facts.apology.in_decision and not subject.added(sub.id):
            yield error(
                sub,
                "“{what}” không có trong quyết định: hãy gắn ghi chú bắt đầu bằng “Bổ sung của phần mềm”.",
                what=title(sub),
            )
    for sub in found["other"]:
        yield error(sub, "“{what}” không bắt đầu vào lúc nào mà quyết định nêu.", what=title(sub))


def _late(subject: Subject) -> Iterator[Finding]:
    subs = moments(subject)["due"]
    if len(subs) != 1:
        yield error(
            subject.process,
            "Phải có đúng một tiểu quy trình sự kiện bắt đầu lúc =case_due, báo phiếu xin lỗi ban hành muộn.",
        )
    for sub in subs:
        sent = sorted(_asked(subject, sub))
        if not _told(subject, sub, {}) or (sent and _told(subject, sub, dict.fromkeys(sent, True))):
            yield error(
                sub,
                "“{what}” phải báo lãnh đạo (notify_lane) khi, và chỉ khi, phiếu xin lỗi chưa được gửi.",
                what=title(sub),
            )


def _asked(subject: Subject, sub: Node) -> set[str]:
    flows = [flow for flow in subject.diagram.flows.values() if flow.parent == sub.id]
    return {name for flow in flows if (found := condition(flow)) for name in found.names}


def _told(subject: Subject, sub: Node, values: dict[str, bool]) -> bool:
    """Whether somebody is told where these fields are known."""

    def on(id: str) -> list[str]:
        flows = [subject.diagram.flows[flow] for flow in subject.diagram.nodes[id].outgoing]
        true = [flow for flow in flows if (found := condition(flow)) and feel.evaluate(found, values) is True]
        taken = true[:1] or [flow for flow in flows if flow.default or flow.condition is None]
        return [flow.target for flow in taken if flow.target in subject.diagram.nodes]

    starts = [n.id for n in subject.diagram.nodes.values() if n.parent == sub.id and n.type == "startEvent"]
    passed = (subject.diagram.nodes[id] for id in reached(starts, on))
    return any(node.topic == "notify_lane" for node in passed)
