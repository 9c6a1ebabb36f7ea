"""Every process and sub-process starts at one place: see docs/lint.md, "starts"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram, Node
from runner.bpmn.graph import members, reached, targets
from runner.lint.content import Content
from runner.lint.finding import Finding, error, title

SUPERFLUOUS = "“{what}” chỉ được có một sự kiện bắt đầu, là “{first}”; hãy xóa “{extra}”."


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    for scope, nodes in members(diagram).items():
        place = diagram.processes.get(scope) or diagram.nodes.get(scope)
        if place is None:
            continue
        starts = [node for node in nodes if node.type == "startEvent"]
        first = max(starts, key=lambda start: _standing(diagram, start), default=None)
        if first is None:
            yield error(place, "“{what}” không có sự kiện bắt đầu; hãy vẽ một sự kiện bắt đầu.", what=title(place))
        else:
            for extra in (start for start in starts if start is not first):
                yield error(
                    extra,
                    SUPERFLUOUS,
                    what=title(place),
                    first=title(first),
                    extra=title(extra),
                )
        on_event = scope in diagram.nodes and diagram.nodes[scope].triggered_by_event
        for start in starts:
            if on_event and start.event != "timer":
                yield error(start, "Tiểu quy trình sự kiện “{what}” phải bắt đầu bằng hẹn giờ.", what=title(place))
            if not on_event and start.event is not None:
                yield error(start, "“{what}” phải bắt đầu bằng sự kiện không kèm điều kiện nào.", what=title(place))
        if not any(node.type == "endEvent" for node in nodes):
            yield error(place, "“{what}” không có sự kiện kết thúc; hãy vẽ một sự kiện kết thúc.", what=title(place))


def _standing(diagram: Diagram, start: Node) -> tuple[int, bool]:
    """What tells a start from one drawn by mistake: how far it leads, then whether it has a name."""
    return len(reached([start.id], lambda id: targets(diagram, id))), bool(start.name)
