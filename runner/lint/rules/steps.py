"""The steps of the decision and their time limits, as drawn and as decided: see docs/lint.md, "steps"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from runner.bpmn import ACTIVITIES, Diagram, Node
from runner.bpmn.graph import boundaries
from runner.bpmn.timer import ELAPSED
from runner.domain.limit import Limit, Unit
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, title, warning
from runner.lint.rules.clock import before_receipt


def limits(diagram: Diagram) -> Mapping[str, list[Node]]:
    """The boundary events that set the time limit of each user task: durations in days that do not interrupt."""
    return {
        task.id: [
            event
            for event in around
            if event.timer and event.timer.kind == "duration" and not event.interrupting and _allowed(event)
        ]
        for id, around in boundaries(diagram).items()
        if (task := diagram.nodes[id]).type == "userTask"
    }


def cut_short(diagram: Diagram, content: Content | None) -> Mapping[str, Node]:
    """The timers, by their task, that are drawn as the limit of a step and would take the task away when it is over."""
    steps, found = content.steps if content else None, limits(diagram)
    return {
        id: event
        for id, around in boundaries(diagram).items()
        if not found.get(id) and "step" in (task := diagram.nodes[id]).properties and task.type == "userTask"
        if steps is None or steps.get(task.properties["step"]) is not None
        for event in around
        if event.interrupting and _allowed(event)
    }


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    found, cut = limits(diagram), cut_short(diagram, content)
    steps = content.steps if content else None
    unreceived = before_receipt(diagram)
    for around in found.values():
        for extra in around[1:]:
            yield error(extra, "Một việc chỉ có một thời hạn; “{what}” là thời hạn thừa.", what=title(extra))
    for node in diagram.nodes.values():
        step = node.properties.get("step")
        if step is None or node.type not in ACTIVITIES:
            continue
        if steps is not None and step not in steps:
            yield error(node, "Quyết định không có bước “{step}” ghi ở “{what}”.", step=short(step), what=title(node))
        elif node.id in cut:
            yield _cuts(cut[node.id], node)
        elif node.type == "userTask":
            drawn = found.get(node.id, [])[:1]
            expected = _expected(diagram, found, steps, step) if drawn or node.id not in unreceived else None
            lapse = None if drawn else _lapse(diagram, node)
            yield from [_lapses(lapse, step, expected)] if lapse and expected else _limit(node, drawn, expected)
    if steps is not None:
        carried = {node.properties.get("step") for node in diagram.nodes.values()}
        for process in list(diagram.processes.values())[:1]:
            for step in steps:
                if step not in carried:
                    yield warning(process, "Bước “{step}” của quyết định không có trong sơ đồ.", step=step)


def _cuts(event: Node, task: Node) -> Finding:
    return error(
        event,
        "Hẹn giờ “{what}” là loại ngắt: hết giờ thì việc “{task}” bị bỏ. Thời hạn của bước phải là loại không ngắt "
        '(cancelActivity="false"; trong trình vẽ: viền nét đứt).',
        what=title(event),
        task=title(task),
    )


def _lapse(diagram: Diagram, task: Node) -> Node | None:
    """The timer of a day or more of real time that stands where the limit of a task should."""
    for event in boundaries(diagram).get(task.id, ()):
        text = event.timer.expression.strip() if event.timer and event.timer.kind == "duration" else ""
        if (found := ELAPSED.fullmatch(text)) and int(found[1]) >= (24 if found[2] == "H" else 24 * 60):
            return event
    return None


def _lapses(event: Node, step: str, days: str) -> Finding:
    return error(
        event,
        "“{drawn}” đếm giờ liên tục, cả đêm và ngày nghỉ; bước “{step}” có {days} ngày, hãy viết P{days}D.",
        drawn=event.timer.expression if event.timer else "",
        step=short(step),
        days=days,
    )


def _expected(
    diagram: Diagram, found: Mapping[str, list[Node]], steps: Mapping[str, str | None] | None, step: str
) -> str | None:
    """The limit of `step` in days: as decided, or (without facts) as its first task with a limit has it."""
    if steps is not None:
        return steps[step]
    same = (id for id in found if found[id] and diagram.nodes[id].properties.get("step") == step)
    return next((_days(found[id][0]) for id in same), None)


def _allowed(event: Node) -> Limit | None:
    return Limit.parse(event.timer.expression.strip(), Unit.WORKING_DAYS) if event.timer else None


def _days(event: Node) -> str | None:
    limit = _allowed(event)
    return f"{float(limit.days):g}" if limit and limit.unit == Unit.WORKING_DAYS else None


def _limit(task: Node, drawn: list[Node], expected: str | None) -> Iterator[Finding]:
    step = short(task.properties["step"])
    if expected is None and drawn and _days(drawn[0]) is not None:
        yield error(drawn[0], "Bước “{step}” không có thời hạn trong quyết định nhưng có trong sơ đồ.", step=step)
    if expected is None:
        return
    if not drawn:
        yield error(
            task,
            "Việc “{what}” thuộc bước “{step}” có thời hạn {days} ngày nhưng chưa gắn hẹn giờ P{days}D không ngắt.",
            what=title(task),
            step=step,
            days=expected,
        )
    elif (days := _days(drawn[0])) is None or Fraction(days) != Fraction(expected):
        yield error(
            drawn[0],
            "Thời hạn của bước “{step}” là {days} ngày (P{days}D), nhưng sơ đồ ghi {drawn}.",
            step=step,
            days=expected,
            drawn=drawn[0].timer.expression if drawn[0].timer else "",
        )
