"""How a case stands, in a terminal: after a change, as a title, with its open tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from runner import formatting
from runner.app import Runner
from runner.cli import text
from runner.cli.command import Reply
from runner.domain.case import Case, CaseStatus, ChangeResult
from runner.domain.person import Person
from runner.domain.task import Task
from runner.language import say
from runner.reports import vocabulary

if TYPE_CHECKING:
    from runner.reports.wait import WaitReport


def reply(runner: Runner, result: ChangeResult, person: Person) -> Reply:
    """What a change by `person` came to, with the tasks that are open now or, without any, what the case waits for."""
    case, tasks, _ = runner.cases.get(result.case, person)
    due = datetime.fromisoformat(result.due) if result.due else None
    facts = asdict(result) | {"due": formatting.iso(due)}
    lines = [*summary(case), *open_tasks(tasks)]
    if case.status == CaseStatus.OPEN and len(lines) == 2:
        from runner.reports import wait

        _, instance, _ = runner.audit.history(case.id, person)
        lines += wait_lines(wait.describe(instance, runner.procedures.version(case.version)))
    return Reply(facts, lines)


def summary(case: Case) -> Iterator[str]:
    """The case in a line or two: which, how it stands, what was promised."""
    yield title(case)
    yield "  " + standing(case)


def title(case: Case) -> str:
    """``Hồ sơ #3 · 000.00.06.H27-220926-0001``, as far as it has a number."""
    name = say("Hồ sơ #{id}", id=case.id)
    return f"{name} · {case.number}" if case.number else name


def standing(case: Case) -> str:
    """``đang giải quyết · đang tính thời hạn · nhận 08:30 ngày 26/09/2022 · hẹn trả …``."""
    parts = [say(vocabulary.STATUSES.get(case.status, case.status))]
    if case.outcome:
        parts.append(say(vocabulary.OUTCOMES.get(case.outcome, case.outcome)))
    if case.status == CaseStatus.OPEN:
        parts.append(say(vocabulary.CLOCKS.get(case.clock, case.clock)))
    if case.received:
        parts.append(say("nhận {moment}", moment=formatting.moment(case.received)))
    if case.due:
        parts.append(say("hẹn trả kết quả {moment}", moment=formatting.moment(case.due)))
    if case.verdict:
        parts.append(say(vocabulary.VERDICTS[case.verdict]).lower())
    return " · ".join(parts)


def open_tasks(tasks: Iterable[Task]) -> Iterator[str]:
    """A table of the open tasks."""
    rows = [(task.id, due_of(task.due, task.late), task.name) for task in tasks if task.closed is None]
    return text.table(rows, indent="  ")


def wait_lines(reports: Iterable[WaitReport]) -> Iterator[str]:
    """A line for each thing that a case waits for."""
    for report in reports:
        yield from text.hung(f"{report.sentence}.", "  ", "    ")


def due_of(due: datetime | None, late: bool) -> str:
    """When a task is due, and whether that is over: ``quá hạn 09:00 ngày 26/09/2022``."""
    if due is None:
        return say("không có hạn")
    return say("quá hạn {moment}" if late else "hạn {moment}", moment=formatting.moment(due))
