"""An event sub-process waits beside the main flow, which must end for good: see docs/lint.md, "event-subprocess".

The engine runs every event sub-process beside the main flow, so its start must say that it does not interrupt. A main
flow that merely ran out would leave the case open until the waiting timer fires; a terminate end event (BPMN 10.5.3)
takes the timer away.
"""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import Diagram
from runner.bpmn.graph import boundaries, members, reached, targets
from runner.lint.content import Content
from runner.lint.finding import Finding, error, title, warning
from runner.lint.rules.steps import cut_short


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    scopes = members(diagram)
    cut = {event.id for event in cut_short(diagram, content).values()}  # the rule "steps" reports these
    for nodes in scopes.values():
        main = _main_flow(diagram, cut, [node.id for node in nodes if node.type == "startEvent"])
        waits = any(node.triggered_by_event for node in nodes)
        for start in (start for sub in nodes if sub.triggered_by_event for start in scopes.get(sub.id, ())):
            if start.type == "startEvent" and start.interrupting:
                yield error(
                    start,
                    '“{what}” phải là loại không ngắt (isInterrupting="false"): việc chính vẫn tiếp tục.',
                    what=title(start),
                )
        for end in nodes:
            if end.type != "endEvent":
                continue
            if waits and end.id in main and end.event != "terminate":
                yield error(
                    end,
                    "“{what}” phải là kết thúc toàn bộ (terminate), vì có tiểu quy trình sự kiện đang chờ.",
                    what=title(end),
                )
            if end.id not in main and end.incoming and end.event == "terminate":
                yield warning(
                    end, "“{what}” kết thúc toàn bộ hồ sơ từ một nhánh chạy song song với việc chính.", what=title(end)
                )


def _main_flow(diagram: Diagram, cut: set[str], starts: list[str]) -> set[str]:
    """What the start events lead to, not by way of a boundary event that lets (or, in `cut`, should let) work go on."""
    attached = boundaries(diagram)

    def onward(id: str) -> Iterator[str]:
        yield from targets(diagram, id)
        yield from (event.id for event in attached.get(id, ()) if event.interrupting and event.id not in cut)

    return reached((start for start in starts if start in diagram.nodes), onward)
