"""A file holds one procedure: one process that starts by itself, and those it calls: see docs/lint.md, "process"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram
from runner.domain.limit import Unit
from runner.lint.content import Content
from runner.lint.finding import Finding, error, spot, title
from runner.lint.rules.extensions import dialect

CALENDARS = tuple(Unit)


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    called = {node.called for node in diagram.nodes.values()}
    main = [process for process in diagram.processes.values() if process.executable and process.id not in called]
    if not main:
        yield error(spot(diagram.root), 'Sơ đồ không có quy trình nào chạy được (isExecutable="true").')
    for process in main[1:]:
        yield error(
            process,
            "Sơ đồ chỉ được có một quy trình chạy được; hãy xóa “{what}”, hoặc gọi nó bằng callActivity.",
            what=title(process),
        )
    for process in diagram.processes.values():
        if not process.executable:
            yield error(process, 'Quy trình “{what}” không chạy được: thiếu isExecutable="true".', what=title(process))
        calendar = process.properties.get("calendar")
        if process in main and calendar not in CALENDARS and not (content and content.called) and not dialect(diagram):
            yield error(
                process,
                "Quy trình cần thuộc tính mở rộng calendar là {allowed}, để biết cách đếm ngày.",
                allowed=" / ".join(CALENDARS),
            )
