"""An event-based gateway waits for what may happen first: see docs/lint.md, "event-gateway" (BPMN 10.6.6)."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import targets
from runner.lint.content import Content
from runner.lint.finding import Finding, error, title


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for node in diagram.nodes.values():
        if node.type != "eventBasedGateway":
            continue
        if len(node.outgoing) < 2:
            yield error(
                node, "Cổng chờ sự kiện “{what}” cần ít nhất hai nhánh; hãy vẽ thêm, hoặc xóa cổng.", what=title(node)
            )
        awaited: dict[str, Node] = {}
        for target in targets(diagram, node.id):
            event = diagram.nodes[target]
            if event.message and awaited.setdefault(event.message, event) is not event:
                yield error(
                    event,
                    "“{what}” và “{other}” cùng chờ thông điệp “{message}” sau một cổng chờ sự kiện: chỉ một nhánh "
                    "được đi. Đặt cho mỗi sự kiện một thông điệp riêng.",
                    what=title(event),
                    other=title(awaited[event.message]),
                    message=event.message,
                )
            if event.type != "intermediateCatchEvent":
                yield error(
                    event,
                    "Sau cổng chờ sự kiện “{gateway}” phải là sự kiện chờ, không phải “{what}”.",
                    gateway=title(node),
                    what=title(event),
                )
            elif len(event.incoming) > 1:
                yield error(
                    event,
                    "“{what}” đứng sau cổng chờ sự kiện nên chỉ được có một luồng vào; hãy xóa luồng kia.",
                    what=title(event),
                )
