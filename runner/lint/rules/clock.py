"""Where the legal clock starts, pauses and stops: see docs/lint.md, "clock"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.bpmn import EVENTS, TASKS, Diagram
from runner.bpmn.graph import boundaries, reached, targets
from runner.domain.case import ClockMark
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title, warning

MARKS = tuple(ClockMark)
_WAIT = frozenset({"userTask", "intermediateCatchEvent", "eventBasedGateway"})
_MARKED = TASKS | EVENTS | _WAIT


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    marked = [(node, node.properties["clock"]) for node in diagram.nodes.values() if "clock" in node.properties]
    for node, mark in marked:
        if mark not in MARKS:
            yield error(
                node,
                "Thuộc tính mở rộng clock chỉ nhận {allowed}, không nhận “{value}”.",
                allowed=" / ".join(MARKS),
                value=short(mark),
            )
        elif node.type not in takers(mark):
            yield error(
                node, "Không đặt được clock = {mark} ở “{what}” ({type}).", mark=mark, what=title(node), type=node.type
            )
    if content and content.called:  # the clock runs already, or its caller starts it
        return
    called = [node for other in (content.diagrams if content else ()) for node in other.nodes.values()]
    marks = {mark for _, mark in marked} | {node.properties.get("clock") for node in called}
    for process in list(diagram.processes.values())[:1]:
        if marks & {ClockMark.PAUSE, ClockMark.STOP} and ClockMark.START not in marks:
            yield error(process, "Đồng hồ pháp lý có lúc dừng nhưng không có nơi bắt đầu (clock = start).")
        elif ClockMark.START not in marks:
            yield warning(process, "Không phần tử nào bắt đầu đồng hồ pháp lý (clock = start): hồ sơ sẽ không có hạn.")


def takers(mark: str) -> frozenset[str]:
    """The types of the elements that may have the mark: a pause lasts as long as something is waited for."""
    return _WAIT if mark == ClockMark.PAUSE else _MARKED


def before_receipt(diagram: Diagram) -> frozenset[str]:
    """The nodes that a case comes to only before its legal clock starts; none where nothing starts it.

    A dossier that is not received has no time limit: neither has a task here, whatever its step.
    """
    around = boundaries(diagram)
    first = {node.id for node in diagram.nodes.values() if node.properties.get("clock") == ClockMark.START}
    begin = {n.id for n in diagram.nodes.values() if n.type == "startEvent" and n.parent in diagram.processes}

    def on(id: str) -> Iterable[str]:
        return (*targets(diagram, id), *(event.id for event in around.get(id, ())))

    before = reached(begin - first, lambda id: (each for each in on(id) if each not in first))
    return frozenset(before - reached(first, on)) if first else frozenset()
