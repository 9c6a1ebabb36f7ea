"""The limits of the steps sum to the legal term on every way, counted in its unit: see docs/lint.md, "term"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from fractions import Fraction

from runner import feel
from runner.bpmn import Node, timer
from runner.bpmn.graph import boundaries, reached, targets
from runner.bpmn.timer import TimerRule, TimerUnreadable
from runner.domain.case import ClockMark
from runner.domain.limit import Unit
from runner.domain.procedure import Step
from runner.lint.conformance.comparison import Subject, step_row
from runner.lint.finding import Finding, error, short, title
from runner.lint.rules.steps import limits

MAX_WAYS = 200
"""Different sets of steps that ways may pass; a decision has a handful."""
_WRITTEN = re.compile(r"[0-9]+(?:,[0-9]+)?")


def check(subject: Subject) -> Iterator[Finding]:
    yield from _words(subject)
    yield from _unit(subject)
    yield from _timers(subject)
    yield from _sum(subject)


def _words(subject: Subject) -> Iterator[Finding]:
    """As many days are counted as the words say, which receipts and pages show."""
    term = subject.facts.time
    rows: list[tuple[str, str, Fraction | None]] = [(term.text, term.text, term.limit_days)]
    rows += [(step_row(step), step.duration.text, step.duration.days) for step in subject.facts.steps]
    for row, words, days in rows:
        said = _WRITTEN.search(words)
        if said and Fraction(said[0].replace(",", ".")) != days:
            yield error(
                subject.process,
                "Dữ kiện ghi thời hạn của “{row}” là “{text}”, nhưng đếm là {days} ngày.",
                row=short(row),
                text=short(words),
                days=_number(days or Fraction(0)),
            )


def _unit(subject: Subject) -> Iterator[Finding]:
    unit, drawn = subject.facts.time.unit, subject.process.properties.get("calendar", "")
    if drawn != unit:
        yield error(
            subject.process,
            "Thời hạn “{row}” đếm theo {unit}, nhưng sơ đồ ghi calendar = {drawn}.",
            row=short(subject.facts.time.text),
            unit=unit,
            drawn=short(drawn or "–"),
        )


def _timers(subject: Subject) -> Iterator[Finding]:
    """A task has no timer but the limit of its step; one that waits for the applicant may have a reminder."""
    limiting = {event.id for around in limits(subject.diagram).values() for event in around[:1]}
    around = boundaries(subject.diagram)
    reminded = False
    for task in subject.tasks:
        for event in around.get(task.id, ()):
            if event.event == "timer" and subject.timed(task) and event.id in limiting:
                yield from _named(subject.steps[task.properties["step"]], task, event)
                continue
            if event.event != "timer":
                continue
            if not subject.timed(task) and event.id not in limiting and _reminds(subject, task, event):
                reminded = True
            elif subject.step(task) and not subject.timed(task):
                yield error(
                    event,
                    "Bước “{row}” không có thời hạn, nên “{what}” không được gắn hẹn giờ.",
                    row=step_row(subject.steps[task.properties["step"]]),
                    what=title(task),
                )
            else:
                yield error(
                    event, "Hẹn giờ ở “{what}” không phải thời hạn của bước nào trong quyết định.", what=title(task)
                )
    if subject.clock.remind_after_days and not reminded:
        yield error(
            subject.process,
            "Thiếu hẹn giờ không ngắt PT{hours}H ở việc chờ (clock = pause), dẫn đến việc nhắc (notify_applicant).",
            hours=24 * subject.clock.remind_after_days,
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


def _reminds(subject: Subject, task: Node, event: Node) -> bool:
    rule = _rule(event)
    lapse = timedelta(days=subject.clock.remind_after_days or 0)
    after = reached([event.id], lambda id: targets(subject.diagram, id))
    return (
        task.properties.get("clock") == ClockMark.PAUSE
        and not event.interrupting
        and rule is not None
        and bool(lapse)
        and rule.lapse == lapse
        and any(subject.diagram.nodes[id].topic == "notify_applicant" for id in after)
    )


def _rule(event: Node) -> TimerRule | None:
    try:
        return timer.read(event.timer, Unit.WORKING_DAYS) if event.timer else None
    except (TimerUnreadable, feel.FeelError):
        return None  # said by the rule "timers"


def _sum(subject: Subject) -> Iterator[Finding]:
    allowed = subject.facts.time.limit_days
    starts = [node for node in subject.main.values() if node.properties.get("clock") == ClockMark.START]
    sums = {steps: _days(subject, steps) for start in starts for steps in ways(subject, start.id)}
    if not sums:
        return  # said by the rule "legal-clock"
    longest = max(sums, key=lambda steps: sums[steps])
    if sums[longest] != allowed:
        yield error(
            starts[0],
            "Thời hạn “{row}” là {allowed} ngày, nhưng đường dài nhất ({steps}) cộng lại là {sum} ngày.",
            row=short(subject.facts.time.text),
            allowed=_number(allowed),
            steps=" + ".join(sorted(longest)),
            sum=_number(sums[longest]),
        )


def _days(subject: Subject, steps: Iterable[str]) -> Fraction:
    """The limits of `steps` as drawn, each once: its tasks share one budget, and returns get no new one."""
    drawn: dict[str, Fraction] = {}
    for id, around in limits(subject.diagram).items():
        step = subject.diagram.nodes[id].properties.get("step", "")
        for rule in filter(None, map(_rule, around)):
            if rule.limit:
                drawn[step] = max(drawn.get(step, Fraction(0)), rule.limit.days)
    return sum((drawn.get(step, Fraction(0)) for step in steps), Fraction(0))


def _number(days: Fraction) -> str:
    return f"{float(days):g}"


def ways(subject: Subject, start: str) -> set[frozenset[str]]:
    """The sets of timed steps that a case can pass from `start` until the clock stops; of each, the largest ones.

    What a case can come back to counts as one place that it passes as a whole: coming back adds no time.
    """
    places = _knots(subject, start)
    passed = {
        knot: frozenset(step for id in knot if (step := _timed_step(subject, id))) for knot in set(places.values())
    }
    following = {
        knot: {places[to] for id in knot for to in _running(subject, id) if to in places} - {knot} for knot in passed
    }
    found: dict[frozenset[str], set[frozenset[str]]] = {}
    for knot in _latest_first(places[start], following):
        after = {steps for to in following[knot] for steps in found[to]} or {frozenset()}
        joined = {passed[knot] | steps for steps in after}
        found[knot] = _largest(joined)
    return found[places[start]]


def _largest(sets: set[frozenset[str]]) -> set[frozenset[str]]:
    kept = {each for each in sets if not any(each < other for other in sets)}
    return kept if len(kept) <= MAX_WAYS else {frozenset().union(*kept)}


def _timed_step(subject: Subject, id: str) -> str:
    node = subject.main[id]
    return node.properties["step"] if node.type == "userTask" and subject.timed(node) else ""


def _running(subject: Subject, id: str) -> Iterable[str]:
    """What follows while the clock goes on."""
    return () if subject.main[id].properties.get("clock") == ClockMark.STOP else subject.after[id]


def _knots(subject: Subject, start: str) -> dict[str, frozenset[str]]:
    """For each node after `start`, the nodes that one comes back to it from."""
    after = {
        id: reached(_running(subject, id), lambda at: _running(subject, at))
        for id in reached([start], lambda at: _running(subject, at))
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
