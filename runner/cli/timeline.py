"""The timeline of a case in a terminal, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from runner import formatting
from runner.app import Runner
from runner.cli import text
from runner.cli.case_summary import due_of, standing, title, wait_lines
from runner.cli.deadline import day_facts, derivation
from runner.domain.person import SYSTEM
from runner.language import say
from runner.reports import timeline
from runner.reports.timeline import Event, Mark, Timeline
from runner.reports.wait import WaitReport


def read(runner: Runner, case: int) -> Timeline:
    """The timeline of a case. Raises `CaseUnknown` or `Divergence`."""
    return timeline.describe(runner.audit, runner.procedures, case, SYSTEM, runner.clock.now())


def facts(line: Timeline, explain: bool) -> dict[str, object]:
    """The timeline as JSON values; `explain` adds the days of every deadline."""
    case = line.case
    return {
        "case": case.id,
        "number": case.number,
        "procedure": case.procedure,
        "title": line.version.procedure.title,
        "version": case.version,
        "subject": case.subject,
        "status": case.status,
        "outcome": case.outcome,
        "clock": case.clock,
        "received": formatting.iso(case.received),
        "due": formatting.iso(case.due),
        "verdict": case.verdict,
        "waits": [wait_facts(each) for each in line.waits],
        "events": [_event_facts(event, explain) for event in line.events],
    }


def lines(line: Timeline, explain: bool) -> Iterator[str]:
    """The timeline for a person to read; `explain` adds the days of every deadline."""
    case = line.case
    yield text.styled(title(case), bold=True)
    yield from text.hung(f"{line.version.procedure.title} ({case.procedure})", "")
    if case.subject:
        yield case.subject
    yield from text.hung(standing(case), "")
    for event in line.events:
        yield ""
        yield text.styled(f"{formatting.moment(event.entry.at)} · {event.who}", bold=True)
        for sentence in event.sentences:
            for each in text.hung(sentence, "  ", "    "):
                yield text.styled(each, fg="red") if event.late else each
        for mark in event.marks:
            yield from _mark_lines(mark, explain)
    if line.waits:
        yield ""
        yield text.styled(say("Hồ sơ đang chờ"), bold=True)
        yield from wait_lines(line.waits)


def _mark_lines(mark: Mark, explain: bool) -> Iterator[str]:
    name = say("→ {task} · {lane}", task=mark.name, lane=mark.lane) if mark.task else say("→ Hẹn trả kết quả")
    yield from text.hung(name, "  ", "    ")
    if not mark.due:
        return
    due = due_of(mark.due, late=False)
    if mark.shared:
        yield from text.hung(say("{due}, chung của bước {step}", due=due, step=mark.shared), "    ", "      ")
        return
    yield from text.hung(f"{due} = {mark.why}", "    ", "      ")
    yield from derivation(mark.days, "      ") if explain else ()


def wait_facts(report: WaitReport) -> dict[str, object]:
    """What a case waits for, as JSON values; names as in the REST interface."""
    wait = report.wait
    return {
        "kind": wait.kind,
        "element": wait.element,
        "id": wait.id,
        "name": report.name,
        "lane": report.lane,
        "due": formatting.iso(wait.due),
        "host": wait.host,
        "missing": list(wait.missing),
        "detail": report.sentence,
    }


def _event_facts(event: Event, explain: bool) -> dict[str, object]:
    entry = event.entry
    return {
        "seq": entry.seq,
        "at": formatting.iso(entry.at),
        "actor": entry.actor,
        "who": event.who,
        "kind": entry.kind,
        "said": list(event.sentences),
        "deadlines": [_mark_facts(mark, explain) for mark in event.marks],
    }


def _mark_facts(mark: Mark, explain: bool) -> dict[str, object]:
    facts: dict[str, object] = {
        "task": mark.task.id if mark.task else None,
        "name": mark.name,
        "due": formatting.iso(mark.due),
        "why": mark.why,
    }
    return facts | ({"days": [day_facts(day) for day in mark.days]} if explain else {})
