"""A call activity calls a process that exists and that does not call it back: see docs/lint.md, "calls"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram
from runner.bpmn.graph import reached
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title, warning
from runner.lint.rules.ids import ID


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    others = content.diagrams if content else ()
    calls = _calls(diagram, *others)
    executable = {process.id for other in others for process in other.processes.values() if process.executable}
    if content and content.uncalled:
        for process in list(diagram.processes.values())[:1]:
            yield warning(process, "Không sơ đồ nào gọi quy trình “{what}”.", what=title(process))
    for node in diagram.nodes.values():
        if node.type != "callActivity":
            continue
        if node.called is None:
            yield error(
                node, "“{what}” chưa ghi gọi quy trình nào; hãy ghi id của quy trình ở calledElement.", what=title(node)
            )
        elif node.called in diagram.processes or node.called in executable:
            if _process_around(diagram, node.id) in reached([node.called], lambda id: calls.get(id, ())):
                yield error(node, "“{what}” gọi vòng lại chính quy trình chứa nó.", what=title(node))
        elif not ID.fullmatch(node.called) or content is not None:
            yield error(
                node, "“{what}” gọi quy trình “{id}”, là quy trình không có.", what=title(node), id=short(node.called)
            )


def _calls(*diagrams: Diagram) -> dict[str, set[str]]:
    """The processes that each process of the diagrams calls."""
    calls: dict[str, set[str]] = {}
    for diagram in diagrams:
        for node in diagram.nodes.values():
            if node.called is not None:
                calls.setdefault(_process_around(diagram, node.id), set()).add(node.called)
    return calls


def _process_around(diagram: Diagram, id: str) -> str:
    seen = {id}
    while (node := diagram.nodes.get(id)) is not None and node.parent not in seen:
        id = node.parent
        seen.add(id)
    return id
