"""The slip of apology is issued in time, or the diagram tells those who must know: see docs/lint.md, "apology"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from runner import feel
from runner.bpmn import Node, timer
from runner.bpmn.graph import boundaries, reached
from runner.domain.limit import Unit
from runner.domain.person import LaneKind
from runner.domain.procedure import Procedure
from runner.feel.tree import Name
from runner.feel.tree import Node as Tree
from runner.lint import expression
from runner.lint.conformance.comparison import FORM, Comparison, condition
from runner.lint.finding import Finding, error, title, warning

PAPER = f"{FORM} 04"
DUE = "case_due"
NOTED = "“{what}” không có trong quyết định: hãy gắn ghi chú bắt đầu bằng “Bổ sung của phần mềm”."

Values = Mapping[str, object]


def check(comparison: Comparison) -> Iterator[Finding]:
    facts, found = comparison.facts.apology, moments(comparison)
    if comparison.former and _former(comparison):
        yield warning(
            comparison.process,
            "Phiếu xin lỗi vẽ theo lối cũ: việc lập phiếu mở ra khi đã hết ngày cuối cùng ban hành nên phiếu luôn "
            "muộn, và hồ sơ kịp hạn cũng vẫn phải lập phiếu; hãy ghi apology.opens_working_days_before = {opens} vào "
            "dữ kiện rồi vẽ lại theo mục “apology” của docs/lint.md.",
            opens=max(facts.opens, facts.working_days_before + 1),
        )
        return
    for sub in found["other"]:
        yield error(sub, "“{what}” không bắt đầu vào lúc nào mà quyết định nêu.", what=title(sub))
    if facts.warning_only != too_short(comparison.facts):
        yield error(
            comparison.process,
            "Thời hạn “{row}” không kịp lập phiếu xin lỗi: dữ kiện phải ghi apology.warning_only = true."
            if not facts.warning_only
            else "Thời hạn “{row}” kịp lập phiếu xin lỗi: dữ kiện không được ghi apology.warning_only = true.",
            row=comparison.facts.time.text,
        )
    if facts.warning_only:
        yield from _warned(comparison, found)
    else:
        yield from _written(comparison, found["open"])
        yield from _reported(comparison, found)


def too_short(facts: Procedure) -> bool:
    """Whether the last day of issuing the slip may be the day of receipt, or earlier.

    So many calendar days have at least the working days that no week takes away.
    """
    days = facts.time.limit_days
    if facts.time.unit == Unit.CALENDAR_DAYS:
        days -= 2 * ceil(days / 7)
    return days < facts.apology.working_days_before + 1


def moments(comparison: Comparison) -> dict[str, list[Node]]:
    """The event sub-processes by the moment that starts them.

    They are when writing the slip ``open``s, at its ``limit``, when the case is ``due``, and any ``other``.
    """
    facts, found = comparison.facts.apology, dict[str, list[Node]](open=[], limit=[], due=[], other=[])
    known = (
        (Name((DUE,)), "due"),
        (_tree(_limit(comparison)), "limit"),
        (_tree(_before(facts.opens)), "open"),
    )
    for sub in _events(comparison):
        drawn = _moment(_start(comparison, sub))
        found[next((name for tree, name in known if drawn == tree), "other")].append(sub)
    return found


def _written(comparison: Comparison, subs: Sequence[Node]) -> Iterator[Finding]:
    """One sub-process asks whether a slip is needed, and writes, signs and sends it."""
    facts = comparison.facts.apology
    if facts.opens <= facts.working_days_before:
        yield error(
            comparison.process,
            "Việc lập phiếu xin lỗi mở trước hạn {opens} ngày làm việc, phải sớm hơn ngày cuối cùng ban hành "
            "({days} ngày): hãy sửa apology.opens_working_days_before.",
            opens=facts.opens,
            days=facts.working_days_before,
        )
    if len(subs) != 1:
        yield error(
            comparison.process,
            "Phiếu xin lỗi ({paper}) phải có đúng một tiểu quy trình sự kiện bắt đầu lúc "
            "=working_days_before(case_due, {days}).",
            paper=PAPER,
            days=facts.opens,
        )
    for sub in subs:
        tasks = _tasks(comparison, sub)
        if not any(comparison.carries(task, PAPER) for task in tasks):
            yield error(sub, "Không việc nào trong “{what}” lập {paper}.", what=title(sub), paper=PAPER)
        if not facts.in_decision and not comparison.added(sub.id):
            yield error(sub, NOTED, what=title(sub))
        for task in tasks:
            if not _limited(comparison, task):
                yield error(
                    task,
                    "“{what}” phải gắn đúng một hẹn giờ không ngắt lúc ={moment}, hết ngày cuối cùng ban hành phiếu.",
                    what=title(task),
                    moment=_limit(comparison),
                )
        yield from _asking(comparison, sub)


def _asking(comparison: Comparison, sub: Node) -> Iterator[Finding]:
    """The first task asks whether a slip is needed at all, which no decision does."""
    in_time, needed = _answers(comparison, sub)
    first = _first(comparison, sub)
    if not in_time or not needed:
        yield error(
            first or sub,
            "“{what}” phải hỏi trước: kịp hạn, không cần phiếu (thì không còn việc nào); hay cần phiếu.",
            what=title(first or sub),
        )
    elif first and not comparison.added_beside(first):
        yield error(first, NOTED, what=title(first))


def _reported(comparison: Comparison, found: Mapping[str, list[Node]]) -> Iterator[Finding]:
    """The director hears of a slip that is late, the lead of a case that is due although somebody said otherwise."""
    writing = next(iter(found["open"]), None)
    first = _first(comparison, writing) if writing else None
    in_time, needed = _answers(comparison, writing) if writing else ([], [])
    sent = dict.fromkeys(_ticks(comparison, writing), True) if writing else {}
    waiting, done = [{}, *needed], [{**each, **sent} for each in needed if sent]
    late, check = found["limit"], found["due"]
    for moment, subs in ((_limit(comparison), late), (DUE, check)):
        if len(subs) != 1:
            yield error(
                comparison.process, "Phải có đúng một tiểu quy trình sự kiện bắt đầu lúc ={moment}.", moment=moment
            )
    for sub in late:
        told = [LaneKind.DIRECTOR in _told(comparison, sub, each) for each in waiting]
        if not all(told) or any(_told(comparison, sub, each) for each in [*in_time, *done]):
            yield error(
                sub,
                "“{what}” phải báo lãnh đạo Sở (notify_lane, lane = director) khi, và chỉ khi, chưa ai trả lời "
                "hoặc phiếu cần mà chưa gửi.",
                what=title(sub),
            )
    for sub in check:
        named = [_told(comparison, sub, each, first.id if first else "") for each in in_time]
        if not all(named) or any(_told(comparison, sub, each) for each in [*waiting, *done]):
            yield error(
                sub,
                "“{what}” phải báo (notify_lane) khi, và chỉ khi, đã có người trả lời là kịp hạn, và nêu người ấy "
                "(done_by = {task}).",
                what=title(sub),
                task=first.id if first else "–",
            )


def _warned(comparison: Comparison, found: Mapping[str, list[Node]]) -> Iterator[Finding]:
    """Where there is no time for a slip, the lead is warned instead."""
    if len(found["limit"]) != 1:
        yield error(
            comparison.process,
            "Thời hạn không kịp lập phiếu xin lỗi: phải có đúng một tiểu quy trình sự kiện bắt đầu lúc "
            "={moment}, báo trước cho lãnh đạo phòng.",
            moment=_limit(comparison),
        )
    for sub in found["limit"]:
        if LaneKind.LEAD not in _told(comparison, sub, {}):
            yield error(sub, "“{what}” phải báo lãnh đạo phòng (notify_lane, lane = division_lead).", what=title(sub))
        if not comparison.added(sub.id):
            yield error(sub, NOTED, what=title(sub))
    for sub in (*found["open"], *found["limit"], *found["due"]):
        for task in _tasks(comparison, sub):
            yield error(task, "Thời hạn không kịp lập phiếu xin lỗi, nên không có việc “{what}”.", what=title(task))


def _former(comparison: Comparison) -> bool:
    """Whether the slip is drawn as release 0.1.0 asked for it.

    Writing it opens when the last day of issuing is over; at the due moment a lane is notified if it is not sent.
    """
    facts, events = comparison.facts.apology, _events(comparison)
    before, due = _tree(_before(facts.working_days_before)), Name((DUE,))
    drawn = {_moment(_start(comparison, sub)): sub for sub in events}
    if len(events) != 2 or drawn.keys() != {before, due}:
        return False
    writing, late = drawn[before], drawn[due]
    flows = [flow for flow in comparison.diagram.flows.values() if flow.parent == late.id]
    sent = {name: True for flow in flows if (asked := condition(flow)) for name in asked.names}
    return (
        any(comparison.carries(task, PAPER) for task in _tasks(comparison, writing))
        and (facts.in_decision or comparison.added(writing.id))
        and bool(_told(comparison, late, {}))
        and not (sent and _told(comparison, late, sent))
    )


# -- what a sub-process does ------------------------------------------------------------------------------------------


def _answers(comparison: Comparison, sub: Node) -> tuple[list[Values], list[Values]]:
    """The answers of the first task of `sub` after which nothing is left to do, and those after which something is."""
    first, form = _first(comparison, sub), None
    if first:
        form = comparison.form(first)
    flows = [flow for flow in comparison.diagram.flows.values() if flow.parent == sub.id]
    asked = {name for flow in flows if (found := condition(flow)) for name in found.names}
    fields = [form.fields[name] for name in sorted(asked) if name in form.fields] if form else []
    in_time: list[Values] = []
    needed: list[Values] = []
    for field in fields:
        for option in field.options:
            left = [node for node in _passed(comparison, sub, {field.key: option.value}) if node.type == "userTask"]
            (needed if len(left) > 1 else in_time).append({field.key: option.value})
    return in_time, needed


def _ticks(comparison: Comparison, sub: Node) -> Iterator[str]:
    """The boxes that must be ticked to complete the tasks of `sub`."""
    for form in filter(None, map(comparison.form, _tasks(comparison, sub))):
        yield from (path for path, field in form.fields.items() if field.type == "checkbox" and field.required)


def _told(comparison: Comparison, sub: Node, values: Values, by: str | None = None) -> set[LaneKind | None]:
    """The kinds of the lanes that `sub` notifies when a case has `values`; `by`: where it names who did that task."""
    return {
        comparison.content.kinds.get(node.properties.get("lane", ""))
        for node in _passed(comparison, sub, values)
        if node.topic == "notify_lane" and (by is None or node.properties.get("done_by") == by)
    }


def _passed(comparison: Comparison, sub: Node, values: Values) -> list[Node]:
    """The nodes of `sub` that a case with `values` passes."""
    diagram = comparison.diagram

    def on(id: str) -> list[str]:
        flows = [diagram.flows[flow] for flow in diagram.nodes[id].outgoing]
        true = [flow for flow in flows if (found := condition(flow)) and feel.evaluate(found, values) is True]
        taken = true[:1] or [flow for flow in flows if flow.default or flow.condition is None]
        return [flow.target for flow in taken if flow.target in diagram.nodes]

    start = _start(comparison, sub)
    return [diagram.nodes[id] for id in sorted(reached([start.id], on))] if start else []


def _events(comparison: Comparison) -> list[Node]:
    """The event sub-processes of the procedure."""
    nodes = comparison.diagram.nodes.values()
    return [node for node in nodes if node.triggered_by_event and node.parent == comparison.process.id]


def _start(comparison: Comparison, sub: Node) -> Node | None:
    nodes = comparison.diagram.nodes.values()
    return next((node for node in nodes if node.parent == sub.id and node.type == "startEvent"), None)


def _first(comparison: Comparison, sub: Node) -> Node | None:
    """The task that comes first in `sub`."""
    start = _start(comparison, sub)
    targets = [comparison.diagram.flows[flow].target for flow in start.outgoing] if start else []
    return next((task for task in _tasks(comparison, sub) if task.id in targets), None)


def _tasks(comparison: Comparison, sub: Node) -> list[Node]:
    return [node for node in comparison.diagram.nodes.values() if node.parent == sub.id and node.type == "userTask"]


def _limited(comparison: Comparison, task: Node) -> bool:
    """Whether the one timer beside `task` is the limit of the slip."""
    around = [event for event in boundaries(comparison.diagram).get(task.id, ()) if event.timer]
    limit = _tree(_limit(comparison))
    return len(around) == 1 and not around[0].interrupting and _moment(around[0]) == limit


def _before(days: int) -> str:
    return f"working_days_before({DUE}, {days})"


def _limit(comparison: Comparison) -> str:
    """The close of the last day of issuing the slip; a case that was paused may be due in the middle of a day."""
    return f"day_close({_before(comparison.facts.apology.working_days_before)})"


def _tree(text: str) -> Tree | None:
    found = expression.read(text, timer.FUNCTIONS)
    return found.tree if isinstance(found, feel.Expression) else None


def _moment(event: Node | None) -> Tree | None:
    """The expression by which an event's timer finds its moment."""
    text = event.timer.expression.strip() if event and event.timer else ""
    return _tree(text.removeprefix("=")) if text.startswith("=") else None
