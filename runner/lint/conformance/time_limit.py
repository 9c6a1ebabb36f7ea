"""The limits of the steps sum to the legal term on every way, counted in its unit: see docs/lint.md, "term"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction

from runner import feel, formatting
from runner.bpmn import Node, timer
from runner.bpmn.graph import boundaries, reached, targets
from runner.bpmn.timer import TimerRule, TimerUnreadable
from runner.domain.case import ClockMark
from runner.domain.limit import Unit
from runner.domain.procedure import Step
from runner.lint.conformance.comparison import Comparison, step_row
from runner.lint.finding import Finding, error, short, title
from runner.lint.rules.steps import limits

MAX_WAYS = 200
"""Different sets of steps that ways may pass; a decision has a handful."""
_WRITTEN = re.compile(r"[0-9]+(?:,[0-9]+)?")


def check(comparison: Comparison) -> Iterator[Finding]:
    yield from _words(comparison)
    yield from _unit(comparison)
    yield from _timers(comparison)
    yield from _sum(comparison)


def _words(comparison: Comparison) -> Iterator[Finding]:
    """As many days are counted as the words say, which receipts and pages show."""
    term = comparison.facts.time
    rows: list[tuple[str, str, Fraction | None]] = [(term.text, term.text, term.limit_days)]
    rows += [(step_row(step), step.duration.text, step.duration.days) for step in comparison.facts.steps]
    for row, words, days in rows:
        written = _WRITTEN.search(words)
        if written and Fraction(written[0].replace(",", ".")) != days:
            yield error(
                comparison.process,
                "Dữ kiện ghi thời hạn của “{row}” là “{text}”, nhưng đếm là {days} ngày.",
                row=short(row),
                text=short(words),
                days=formatting.number(days or Fraction(0)),
            )


def _unit(comparison: Comparison) -> Iterator[Finding]:
    unit, drawn = comparison.facts.time.unit, comparison.process.properties.get("calendar", "")
    if drawn != unit:
        yield error(
            comparison.process,
            "Thời hạn “{row}” đếm theo {unit}, nhưng sơ đồ ghi calendar = {drawn}.",
            row=short(comparison.facts.time.text),
            unit=unit,
            drawn=short(drawn or "–"),
        )


def _timers(comparison: Comparison) -> Iterator[Finding]:
    """A task has no timer but the limit of its step; one that waits for the applicant may have a reminder."""
    limiting = {event.id for around in limits(comparison.diagram).values() for event in around[:1]}
    around = boundaries(comparison.diagram)
    reminded = False
    for task in comparison.tasks:
        for event in around.get(task.id, ()):
            if event.event == "timer" and comparison.timed(task) and event.id in limiting:
                yield from _named(comparison.steps[task.properties["step"]], task, event)
                continue
            if event.event != "timer":
                continue
            if not comparison.timed(task) and event.id not in limiting and _reminds(comparison, task, event):
                reminded = True
            elif task.id in comparison.unreceived:
                yield error(event, "“{what}” ở trước khi tiếp nhận hồ sơ nên không được gắn hẹn giờ.", what=title(task))
            elif comparison.step(task) and not comparison.timed(task):
                yield error(
                    event,
                    "Bước “{row}” không có thời hạn, nên “{what}” không được gắn hẹn giờ.",
                    row=step_row(comparison.steps[task.properties["step"]]),
                    what=title(task),
                )
            else:
                yield error(
                    event, "Hẹn giờ ở “{what}” không phải thời hạn của bước nào trong quyết định.", what=title(task)
                )
    if comparison.clock.remind_after_days and not reminded:
        yield error(
            comparison.process,
            "Thiếu hẹn giờ không ngắt PT{hours}H ở việc chờ (clock = pause), dẫn đến việc nhắc (notify_applicant).",
            hours=24 * comparison.clock.remind_after_days,
        )


def _named(step: Step, task: Node, event: Node) -> Iterator[Finding]:
    """A limit is called as the decision writes it: ``01 ngày làm việc`` is not ``01 ngày``."""
    if " ".join(event.name.split()) != step.duration.text:
        yield error(
            event,
            "Bước “{row}” có thời hạn “{text}”, nhưng hẹn giờ ở “{what}” tên “{name}”.",
            row=step_row(step),
            text=short(step.duration.text),
            what=title(task),
            name=short(event.name or "–"),
        )


def _reminds(comparison: Comparison, task: Node, event: Node) -> bool:
    rule = _rule(event)
    lapse = timedelta(days=comparison.clock.remind_after_days or 0)
    after = reached([event.id], lambda id: targets(comparison.diagram, id))
    return (
        task.properties.get("clock") == ClockMark.PAUSE
        and not event.interrupting
        and rule is not None
        and bool(lapse)
        and rule.lapse == lapse
        and any(comparison.diagram.nodes[id].topic == "notify_applicant" for id in after)
    )


def _rule(event: Node) -> TimerRule | None:
    try:
        return timer.read(event.timer, Unit.WORKING_DAYS) if event.timer else None
    except (TimerUnreadable, feel.FeelError):
        return None  # the rule "timers" reports it


def _sum(comparison: Comparison) -> Iterator[Finding]:
    allowed = comparison.facts.time.limit_days
    starts = [node for node in comparison.main.values() if node.properties.get("clock") == ClockMark.START]
    sums = {steps: _days(comparison, steps) for start in starts for steps in ways(comparison, start.id)}
    if not sums:
        return  # the rule "legal-clock" reports it
    longest = max(sums, key=lambda steps: sums[steps])
    if sums[longest] != allowed:
        yield error(
            starts[0],
            "Thời hạn “{row}” là {allowed} ngày, nhưng đường dài nhất ({steps}) cộng lại là {sum} ngày.",
            row=short(comparison.facts.time.text),
            allowed=formatting.number(allowed),
            steps=" + ".join(sorted(longest)),
            sum=formatting.number(sums[longest]),
        )


def _days(comparison: Comparison, steps: Iterable[str]) -> Fraction:
    """The limits of `steps` as drawn, each once: its tasks share one budget, and returns get no new one."""
    drawn: dict[str, Fraction] = {}
    for id, around in limits(comparison.diagram).items():
        step = comparison.diagram.nodes[id].properties.get("step", "")
        for rule in filter(None, map(_rule, around)):
            if rule.limit:
                drawn[step] = max(drawn.get(step, Fraction(0)), rule.limit.days)
    return sum((drawn.get(step, Fraction(0)) for step in steps), Fraction(0))


def ways(comparison: Comparison, start: str) -> set[frozenset[str]]:
    """The sets of timed steps that a case can pass from `start` until the clock stops; of each, the largest ones.

    What a case can come back to counts as one place that it passes as a whole: coming back adds no time.
    """
    places = _components(comparison, start)
    passed: dict[frozenset[str], frozenset[str]] = {}
    following: dict[frozenset[str], set[frozenset[str]]] = {}
    for component in set(places.values()):
        passed[component] = frozenset(step for id in component if (step := _timed_step(comparison, id)))
        after = {places[to] for id in component for to in _running(comparison, id) if to in places}
        following[component] = after - {component}
    found: dict[frozenset[str], set[frozenset[str]]] = {}
    for component in _latest_first(places[start], following):
        sets = {steps for to in following[component] for steps in found[to]} or {frozenset()}
        found[component] = _largest({passed[component] | steps for steps in sets})
    return found[places[start]]


def _largest(sets: set[frozenset[str]]) -> set[frozenset[str]]:
    kept = {each for each in sets if not any(each < other for other in sets)}
    return kept if len(kept) <= MAX_WAYS else {frozenset().union(*kept)}


def _timed_step(comparison: Comparison, id: str) -> str:
    node = comparison.main[id]
    return node.properties["step"] if node.type == "userTask" and comparison.timed(node) else ""


def _running(comparison: Comparison, id: str) -> Iterable[str]:
    """What follows while the clock goes on."""
    return () if comparison.main[id].properties.get("clock") == ClockMark.STOP else comparison.after[id]


def _components(comparison: Comparison, start: str) -> dict[str, frozenset[str]]:
    """For each node after `start`, the nodes that one comes back to it from."""
    after = {
        id: reached(_running(comparison, id), lambda at: _running(comparison, at))
        for id in reached([start], lambda at: _running(comparison, at))
    }
    return {id: frozenset({id, *(to for to in on if to in after and id in after[to])}) for id, on in after.items()}


def _latest_first(
    start: frozenset[str], following: dict[frozenset[str], set[frozenset[str]]]
) -> Iterator[frozenset[str]]:
    """Every place after all that follow on it, without recursion."""
    done: set[frozenset[str]] = set()
    todo = [start]
    while todo:
        if left := following[todo[-1]] - done:
            todo.extend(left)
        elif (place := todo.pop()) not in done:
            done.add(place)
            yield place
