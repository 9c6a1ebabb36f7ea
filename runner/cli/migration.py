"""``motcua impact``, ``motcua migrate``: what a version does to running cases; moving them to it, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import click

from runner import formatting
from runner.cli import text
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.parameter import DATE, REASON
from runner.domain.calendar import local_date
from runner.domain.case import Case, CaseStatus
from runner.domain.impact import CaseImpact, Grade
from runner.domain.migration import MigrationOrder, OrderStatus
from runner.domain.retrospect import CaseRetrospect, Fidelity, summaries
from runner.language import say
from runner.reports import impact as words
from runner.services.migrations import returnable

GRADES = {
    Grade.MIGRATABLE: "Chuyển được",
    Grade.OVERDUE: "Quá hạn ngay nếu chuyển",
    Grade.BLOCKED: "Không chuyển được",
    Grade.UNAFFECTED: "Không bị ảnh hưởng",
}
FIDELITIES = {
    Fidelity.EXACT: "Đúng thời điểm đã ghi: {count} hồ sơ",
    Fidelity.RETIMED: "Xếp lại thời gian: {count} hồ sơ",
    Fidelity.STOPPED: "Dừng giữa đường: {count} hồ sơ",
}
_BY = option("--as", "person", metavar="ACCOUNT", required=True, help="Tài khoản của chuyên viên phân tích.")
_CASES = click.argument("cases", metavar="[CASE…]", nargs=-1)


@command("impact", "Một bản nháp hay phiên bản làm gì với từng hồ sơ đang chạy; không ghi gì vào hồ sơ.")
@click.argument("subject", metavar="DRAFT|PROCEDURE")
@option("--version", "number", type=int, help="Phiên bản của thủ tục; không nêu thì phiên bản đang áp dụng.")
@option("--since", type=DATE, help="Thay vì hồ sơ đang chạy: hồ sơ kết thúc từ ngày này, chạy lại trong bộ nhớ.")
@option("--until", type=DATE, help="Đến hết ngày này; không nêu thì đến hôm nay.")
@_BY
def impact(
    console: Console, subject: str, number: int | None, since: date | None, until: date | None, person: str
) -> Reply:
    impacts, who, now = console.runner.impacts, console.acting(person), console.runner.clock.now()
    target = (
        impacts.judge(int(subject), who).target if subject.isdecimal() else impacts.deployed(subject, number, who, now)
    )
    if since:
        return _past(console.runner.retrospects.of(target, since, until or local_date(now)))
    found = list(impacts.of(target, now))
    facts = [_facts(case, each, each.graded(now)) for case, each in found]
    grades = Counter(each.graded(now) for _, each in found)
    lines = [f"{say(name)}: {grades[grade]}" for grade, name in GRADES.items()]
    lines += [line for case, each in found for line in _lines(case, each, each.graded(now))]
    counts = {str(grade): grades[grade] for grade in Grade}
    return Reply({"version": target.digest, "grades": counts, "cases": facts}, lines)


@command("migrate", "Chuyển hồ sơ đang chạy sang phiên bản đang áp dụng, từng hồ sơ một; --back chuyển về.")
@click.argument("procedure")
@_CASES
@option("--all", "every", is_flag=True, help="Mọi hồ sơ chuyển được; với --back: mọi hồ sơ đã chuyển.")
@option("--back", is_flag=True, help="Về phiên bản mà hồ sơ đã chạy trước khi chuyển.")
@REASON
@_BY
def migrate(
    console: Console, procedure: str, cases: Sequence[str], every: bool, back: bool, reason: str, person: str
) -> Reply:
    runner, who, now = console.runner, console.acting(person), console.runner.clock.now()
    target = runner.impacts.deployed(procedure, None, who, now).digest
    asked = {runner.audit.find(each) for each in cases}
    if back:
        standing = runner.migrations.to(target)
        chosen = {case.id for case, order in standing if returnable(case, order) and (every or case.id in asked)}
        runner.migrations.order_back(target, chosen, who, reason, now)
    else:
        found = runner.impacts.of(runner.procedures.version(target), now)
        wanted = {
            case.id: each.seq
            for case, each in found
            if case.id in asked or (every and each.graded(now) == Grade.MIGRATABLE)
        }
        chosen = set(wanted)
        runner.migrations.order(target, wanted, who, reason, now)
    runner.migrations.run(now)
    orders = runner.migrations.back(target) if back else runner.migrations.to(target)
    done = [(case, order) for case, order in orders if case.id in chosen and order.at == now]
    refused = sum(order.status != OrderStatus.DONE for _, order in done)
    lines = [say("{done} đã chuyển, {refused} không chuyển.", done=len(done) - refused, refused=refused)]
    lines += [line for case, order in done for line in _order_lines(case, order)]
    return Reply([_order_facts(case, order) for case, order in done], lines, 1 if refused else 0)


def _past(found: Iterator[CaseRetrospect]) -> Reply:
    """The three grades, each by itself."""
    kept = list(found)
    facts: dict[str, Any] = {}
    lines: list[str] = []
    heads = tuple(map(say, ("Bước", "Lượt làm", "Trễ thật", "Trễ nếu theo bản nháp")))
    for fidelity, summary in summaries(kept).items():
        rows = {**dict(sorted(summary.steps.items())), "": summary.whole}
        facts[fidelity] = {"cases": summary.cases}
        lines.append(text.styled(say(FIDELITIES[fidelity], count=summary.cases), bold=True))
        if fidelity == Fidelity.STOPPED:
            continue
        facts[fidelity]["steps"] = {
            key: {"done": row.done, "late_before": sorted(row.before), "late_after": sorted(row.after)}
            for key, row in rows.items()
        }
        cells = [
            (key or say("Cả hồ sơ"), str(row.done), str(row.late_before), str(row.late_after))
            for key, row in rows.items()
        ]
        lines += text.table(cells, heads, "  ") if summary.cases else ()
    stopped = [(each.case, words.obstacle(each.obstacle)) for each in kept if each.obstacle]
    facts[Fidelity.STOPPED]["stopped"] = [{"case": case, "sentence": sentence} for case, sentence in stopped]
    lines += [line for case, sentence in stopped for line in text.hung(f"#{case}: {sentence}", "  ", "    ")]
    lines.append(say("Không phải dự báo: người ta làm theo hạn đang có."))
    return Reply(facts, lines)


def _name(case: Case) -> str:
    return f"#{case.id}" if case.status == CaseStatus.DRAFT or not case.number else case.number


def _lines(case: Case, found: CaseImpact, grade: Grade) -> Iterator[str]:
    yield text.styled(f"{_name(case)} · {say(GRADES[grade])}", bold=True)
    if found.obstacle:
        yield from text.hung(words.obstacle(found.obstacle), "  ")
    for task in found.tasks:
        before, after = (formatting.moment(at) if at else say("không có hạn") for at in (task.before, task.after))
        span = before if before == after else f"{before} → {after}"
        why = words.reason(task)
        yield from text.hung(f"{task.name}: {span}{f' ({why})' if why else ''}", "  ", "    ")


def _facts(case: Case, found: CaseImpact, grade: Grade) -> dict[str, Any]:
    obstacle = found.obstacle
    return {
        "case": case.id,
        "number": case.number,
        "version": case.version,
        "entry": found.seq,
        "grade": grade,
        "tasks": [task.to_json() for task in found.tasks],
        "passed_over": list(found.passed_over),
        "obstacle": obstacle
        and {"entry": obstacle.seq, "element": obstacle.element, "sentence": words.obstacle(obstacle)},
    }


def _order_lines(case: Case, order: MigrationOrder) -> Iterator[str]:
    result = say("mục nhật ký {entry}", entry=order.entry) if order.entry else words.fault(order)
    yield from text.hung(f"{_name(case)}: {result}", "  ", "    ")


def _order_facts(case: Case, order: MigrationOrder) -> dict[str, Any]:
    return {
        "case": case.id,
        "from": order.source,
        "to": order.version,
        "status": order.status,
        "entry": order.entry,
        "fault": words.fault(order) or None,
    }
