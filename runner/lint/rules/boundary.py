"""A boundary event sits on an activity that can wait: see docs/lint.md, "boundary"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.bpmn import ACTIVITIES, Diagram, Node
from runner.bpmn.graph import boundaries
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for event in diagram.nodes.values():
        if event.type != "boundaryEvent":
            continue
        host = diagram.nodes.get(event.attached_to or "")
        if host is None:
            yield error(
                event,
                "“{what}” gắn vào “{id}”, là phần tử không có; hãy kéo nó vào cạnh một việc, hoặc xóa.",
                what=title(event),
                id=short(event.attached_to or ""),
            )
        elif host.parent != event.parent:
            yield error(
                event,
                "“{what}” phải nằm cùng cấp với “{host}” mà nó gắn vào; hãy kéo nó vào một việc cùng cấp.",
                what=title(event),
                host=title(host),
            )
        elif host.type not in ACTIVITIES or host.triggered_by_event:
            yield error(
                event,
                "“{what}” không gắn được vào “{host}” ({type}); chỉ gắn vào việc, tiểu quy trình.",
                what=title(event),
                host=title(host),
                type=host.type,
            )
        if event.event not in ("timer", "message"):
            yield error(event, "Sự kiện gắn kèm “{what}” phải là hẹn giờ hoặc thông điệp.", what=title(event))
    for events in boundaries(diagram).values():
        yield from _contradicting(events)


def _contradicting(events: Sequence[Node]) -> Iterator[Finding]:
    """The events on one activity that wait for one message, where one of them ends the activity."""
    for event in events:
        others = [other for other in events if other is not event and other.message == event.message]
        if event.message and event.interrupting and others:
            yield error(
                event,
                "“{what}” và “{other}” gắn vào cùng một việc và cùng chờ thông điệp “{message}”, mà “{what}” ngắt việc "
                "ấy: không rõ thông điệp dẫn đi đâu. Đặt cho mỗi sự kiện một thông điệp riêng.",
                what=title(event),
                other=title(others[0]),
                message=event.message,
            )
