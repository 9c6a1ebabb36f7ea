"""The legal clock runs while the officers work and only then: see docs/lint.md, "legal-clock"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Node
from runner.bpmn.graph import reached
from runner.domain.case import ClockMark, ClockState
from runner.lint.conformance.comparison import Comparison, step_row
from runner.lint.conformance.intake import ALLOT
from runner.lint.finding import Finding, error, title, warning


def check(comparison: Comparison) -> Iterator[Finding]:
    yield from _marks(comparison)
    for id, entered in states_at(comparison).items():
        node = comparison.main[id]
        if node.properties.get("clock") == ClockMark.START and ClockState.IDLE not in entered:
            yield error(node, "Khi tới “{what}” (clock = start) thì đồng hồ đã chạy.", what=title(node))
        if node.type == "userTask":
            yield from _task(comparison, node, frozenset(_marked(node, state) for state in entered))


def _marks(comparison: Comparison) -> Iterator[Finding]:
    first, last = comparison.clock.starts_with, comparison.clock.stops_after
    marked = {
        mark: [n for n in comparison.diagram.nodes.values() if n.properties.get("clock") == mark] for mark in ClockMark
    }
    if not marked[ClockMark.START]:
        yield error(
            comparison.process,
            "Thời hạn tính từ bước “{row}”, nhưng không việc nào ghi clock = start.",
            row=step_row(comparison.steps[first]),
        )
    unnumbered = _without_number(comparison)
    early = [node for node in marked[ClockMark.START] if node.id in unnumbered]
    for node in early[:1] if comparison.former else ():
        yield warning(
            node,
            "Thời hạn tính từ “{what}” (clock = start), trước khi cấp mã hồ sơ (allot_number), nên hồ sơ mới lập dở đã "
            "có trong sổ và bị tính ngày; hãy vẽ việc đầu tiên của bước {step} sau khi cấp mã, ghi clock = start ở đó "
            "và bỏ hẹn giờ, clock = pause ở trước, theo mục “legal-clock” của docs/lint.md.",
            what=title(node),
            step=first,
        )
    for node in marked[ClockMark.START]:
        if node in early and not comparison.former:
            yield error(
                node,
                "Có thể tới “{what}” (clock = start) trước khi cấp mã hồ sơ (allot_number): hồ sơ chưa được tiếp nhận "
                "thì chưa tính thời hạn.",
                what=title(node),
            )
        if node.properties.get("step") != first or node.id not in comparison.main:
            yield error(
                node,
                "Thời hạn tính từ bước “{row}”, không phải từ “{what}”.",
                row=step_row(comparison.steps[first]),
                what=title(node),
            )
    for step in last:
        if not any(node.properties.get("step") == step for node in marked[ClockMark.STOP]):
            yield error(
                comparison.process,
                "Hết tính thời hạn khi xong bước “{row}”, nhưng bước ấy thiếu clock = stop.",
                row=step_row(comparison.steps[step]),
            )
    for node in marked[ClockMark.STOP]:
        if node.id not in comparison.main:
            yield error(node, "“{what}” chạy bên cạnh việc chính nên không được ghi clock = stop.", what=title(node))
        elif node.properties.get("step") not in last:
            yield error(
                node,
                "“{what}” ghi clock = stop, nhưng theo quyết định thời hạn kết thúc khi xong bước {steps}; hãy xóa ở "
                "đây.",
                what=title(node),
                steps=", ".join(last),
            )
    for node in marked[ClockMark.PAUSE]:
        if node.id not in comparison.main:
            yield error(node, "“{what}” chạy bên cạnh việc chính nên không được dừng đồng hồ.", what=title(node))


def _without_number(comparison: Comparison) -> set[str]:
    """The nodes of the main flow to which a case can come before it has its number."""
    starts = [id for id, node in comparison.main.items() if node.type == "startEvent" and not node.incoming]
    return reached(starts, lambda id: () if comparison.main[id].topic == ALLOT else comparison.after[id])


def _task(comparison: Comparison, task: Node, states: frozenset[str]) -> Iterator[Finding]:
    pausing = task.properties.get("clock") == ClockMark.PAUSE
    if comparison.timed(task) and pausing:
        yield error(
            task,
            "“{what}” có thời hạn của bước nên không thể đồng thời dừng đồng hồ (clock = pause).",
            what=title(task),
        )
    elif comparison.timed(task) and states != {ClockState.RUNNING}:
        if ClockState.IDLE in states:
            yield error(
                task,
                "Bước “{row}” nằm trong thời hạn, nhưng có thể tới “{what}” khi đồng hồ chưa bắt đầu.",
                row=step_row(comparison.steps[task.properties["step"]]),
                what=title(task),
            )
        if ClockState.STOPPED in states:
            yield error(
                task,
                "Bước “{row}” nằm trong thời hạn, nhưng có thể tới “{what}” khi đồng hồ đã dừng hẳn.",
                row=step_row(comparison.steps[task.properties["step"]]),
                what=title(task),
            )
    elif not comparison.timed(task) and not pausing and ClockState.RUNNING in states:
        yield error(
            task,
            "“{what}” không thuộc thời hạn của bước nào, nhưng đồng hồ vẫn chạy: cần clock = pause ở đây "
            "hoặc clock = stop ở trước.",
            what=title(task),
        )
    elif pausing and states != {ClockState.RUNNING}:
        yield error(task, "“{what}” dừng đồng hồ (clock = pause) khi đồng hồ không chạy.", what=title(task))
    if waits_for_applicant(comparison, task) and comparison.timed(task):
        yield error(
            task,
            "“{what}” chờ người nộp hồ sơ; thời gian ấy không được tính cho bước “{row}”.",
            what=title(task),
            row=step_row(comparison.steps[task.properties["step"]]),
        )


def waits_for_applicant(comparison: Comparison, task: Node) -> bool:
    """Whether something comes to the task from outside: a message flow from a pool that is a black box."""
    outside = {each.id for each in comparison.diagram.participants if not each.process}
    return any(each.target == task.id and each.source in outside for each in comparison.diagram.message_flows)


def states_at(comparison: Comparison) -> dict[str, set[ClockState]]:
    """The states in which the clock can be when a case comes to each node of the main flow."""
    found: dict[str, set[ClockState]] = {id: set() for id in comparison.main}
    todo = [
        (id, ClockState.IDLE) for id, node in comparison.main.items() if node.type == "startEvent" and not node.incoming
    ]
    while todo:
        id, state = todo.pop()
        if state in found[id]:
            continue
        found[id].add(state)
        node = comparison.main[id]
        during = _marked(node, state)
        after = (
            ClockState.STOPPED
            if node.properties.get("clock") == ClockMark.STOP and during == ClockState.RUNNING
            else during
        )
        todo += [(to, after) for to in comparison.after[id] if to in comparison.main]
    return found


def _marked(node: Node, state: ClockState) -> ClockState:
    """The state while a case is at the node."""
    return ClockState.RUNNING if node.properties.get("clock") == ClockMark.START and state == ClockState.IDLE else state
