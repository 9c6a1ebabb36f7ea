"""``motcua law`` judges cases and diagrams by the rules of law; ``motcua rules`` shows and revises the rules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from runner import formatting
from runner.app import Runner
from runner.audit.rules import DrawnVerdicts, JudgedCase
from runner.cli import exit, text
from runner.cli.command import Reply, command, group, option
from runner.cli.console import Console
from runner.cli.parameter import PATH, PERSON
from runner.domain.person import SYSTEM
from runner.errors import NotFound
from runner.language import say
from runner.law import reader
from runner.law.diagram import Verdict
from runner.law.rule import Rule
from runner.law.violation import Violation
from runner.reports.rules import VERDICTS
from runner.services import laws

_PROVINCE = click.argument("province")


@command(
    "law",
    "Xét hồ sơ theo các quy tắc của pháp luật; --diagrams xét sơ đồ. Mã thoát: 0 không trái, 1 có chỗ trái, 4"
    " có hồ sơ không xét được.",
)
@click.argument("references", metavar="[CASE]...", nargs=-1)
@option("--all", "every", is_flag=True, help="Mọi hồ sơ.")
@option("--diagrams", is_flag=True, help="Các sơ đồ đang áp dụng.")
def law(console: Console, references: Sequence[str], every: bool, diagrams: bool) -> Reply:
    runner = console.runner
    if sum((every, bool(references), diagrams)) != 1:
        raise click.UsageError(say("Hãy nêu hồ sơ, hoặc --all, hoặc --diagrams."), click.get_current_context())
    if diagrams:
        return _drawn(runner)
    ids = runner.audit.cases() if every else [runner.audit.find(reference) for reference in references]
    shown, now = sys.stderr.isatty(), runner.clock.now()
    judged: list[JudgedCase] = []
    lines: list[str] = []
    with click.progressbar(ids, label=say("Hồ sơ"), file=sys.stderr, show_pos=True, hidden=not shown) as bar:
        for id in bar:
            found, said = _judged(runner, id, now)
            lines += said
            if found:
                judged.append(found)
    broken = [(each.case.id, violation) for each in judged for violation in each.violations]
    faults = len(ids) - sum(each.fault is None for each in judged)
    lines.append(
        say(
            "{cases} hồ sơ đã xét, {violations} chỗ trái quy tắc, {faults} hồ sơ không xét được.",
            cases=len(ids) - faults,
            violations=len(broken),
            faults=faults,
        )
    )
    facts = {
        "cases": len(ids) - faults,
        "faults": faults,
        "violations": [_facts(case, violation) for case, violation in broken],
    }
    return Reply(facts, lines, exit.NOT_FOUND if faults else exit.FINDINGS if broken else exit.OK)


def _judged(runner: Runner, id: int, now: Any) -> tuple[JudgedCase | None, list[str]]:
    """A case as it was judged, of which only the violations are kept, and what is said of it."""
    try:
        found = runner.rule_audit.judge(id, SYSTEM, now)
    except NotFound as error:
        return None, [exit.sentence(error)]
    if found.fault:
        return found, [exit.sentence(found.fault)]
    lines: list[str] = []
    for violation in found.violations:
        lines += _said(found, violation)
    return found, lines


def _said(found: JudgedCase, violation: Violation) -> list[str]:
    head = say(
        "Hồ sơ {case}, mục {seq}: {rule}",
        case=found.case.number or f"#{found.case.id}",
        seq=violation.seq,
        rule=violation.rule.said,
    )
    return [head, *text.hung(f"{violation.why} ({violation.rule.source})", "  ")]


def _facts(case: int, violation: Violation) -> dict[str, object]:
    return {
        "case": case,
        "seq": violation.seq,
        "at": formatting.iso(violation.at),
        "rule": violation.rule.id,
        "element": violation.element,
        "why": violation.why,
        "source": str(violation.rule.source),
    }


def _drawn(runner: Runner) -> Reply:
    now, found = runner.clock.now(), list[DrawnVerdicts]()
    for province in runner.laws.provinces():
        found += runner.rule_audit.drawn(runner.laws.get(province), now)
    verdicts = [(each, verdict) for each in found for verdict in each.verdicts]
    facts = [
        {
            "procedure": each.version.procedure.code,
            "rule": verdict.rule.id,
            "verdict": verdict.verdict,
            "why": verdict.why,
            "path": list(verdict.path),
        }
        for each, verdict in verdicts
    ]
    bad = any(verdict.verdict in (Verdict.BROKEN, Verdict.UNDECIDED) for _, verdict in verdicts)
    return Reply(facts, _drawn_lines(found), exit.FINDINGS if bad else exit.OK)


def _drawn_lines(found: Sequence[DrawnVerdicts]) -> Iterator[str]:
    for each in found:
        yield text.styled(each.version.procedure.code, bold=True)
        for verdict in each.verdicts:
            yield from text.hung(f"{say(VERDICTS[verdict.verdict])}: {verdict.rule.said}", "  ", "    ")
            if verdict.why:
                way = " › ".join(verdict.path)
                yield from text.hung(
                    f"{verdict.why} {say('Đường đi: {way}.', way=way) if way else ''}".rstrip(), "    "
                )


# -- the rules themselves ----------------------------------------------------------------------------------------------


@command("show", "In các quy tắc đang áp dụng của một tỉnh.")
@_PROVINCE
def show(console: Console, province: str) -> Reply:
    book = console.runner.laws.get(province)
    found = {name: reader.read(data, checked=True) for name, data in book.files.items()}
    facts = {
        "province": province,
        "revision": book.revision,
        "files": {name: [_rule(each) for each in rules] for name, rules in found.items()},
    }
    title = say("Quy tắc của {province}, bản {number}", province=province, number=book.revision)
    lines: list[str] = [text.styled(title, bold=True)]
    for name, rules in found.items():
        lines += ["", name]
        for each in rules:
            lines += text.hung(f"{each.id}: {each.said}", "  ", "    ")
            lines += text.hung(f"{each.pattern} · {each.source}", "    ")
    return Reply(facts, lines)


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "sentence": rule.said,
        "pattern": rule.pattern,
        "refuse": rule.refuse,
        "source": str(rule.source),
    }


@command("revisions", "Các bản của quy tắc: ai sửa gì, lúc nào, vì sao.")
@_PROVINCE
def revisions(console: Console, province: str) -> Reply:
    found = console.runner.laws.revisions(province)
    facts = [
        {"revision": each.revision, "at": formatting.iso(each.at), "by": each.by, "reason": each.reason}
        for each in found
    ]
    lines: list[str] = []
    for each in found:
        at = formatting.moment(each.at)
        lines.append(text.styled(say("Bản {number} · {at} · {by}", number=each.revision, at=at, by=each.by), bold=True))
        lines += text.hung(each.reason, "  ")
    return Reply(facts, lines)


@command("export", "In một tệp quy tắc đang áp dụng.")
@_PROVINCE
@click.argument("name", default=reader.NAME)
def export(console: Console, province: str, name: str) -> Reply:
    file = console.runner.laws.file(province, name).decode()
    return Reply({"province": province, "name": name, "content": file}, file.splitlines())


def _editing(function: Callable[..., Any]) -> Callable[..., Any]:
    why = option("--reason", default="", metavar="TEXT", help="Lý do.")
    apply = option("--apply", is_flag=True, help="Áp dụng; không có thì chỉ xem trước, không ghi gì.")
    return PERSON(why(apply(function)))


@command("put", "Kiểm tra một tệp quy tắc, và với --apply đưa vào áp dụng như bản mới của tỉnh.")
@_PROVINCE
@click.argument("path", type=PATH)
@_editing
def put(console: Console, province: str, path: Path, person: str, reason: str, apply: bool) -> Reply:
    runner, who, name = console.runner, console.acting(person), path.name
    data = laws.check(name, path.read_bytes())
    rules = reader.read(data)
    lines = [f"- {each.id}: {each.said}" for each in rules]
    facts = {"province": province, "name": name, "rules": [each.id for each in rules], "applied": apply}
    if not apply:
        return Reply(facts, [*lines, say("Mới là xem trước, chưa ghi gì; thêm --apply và --reason để áp dụng.")])
    book = runner.laws.revise(province, name, data, reason, who, runner.clock.now())
    done = say("Quy tắc của {province} nay là bản {number}.", province=province, number=book.revision)
    return Reply(facts | {"revision": book.revision}, [*lines, done])


rules = group(
    "rules",
    "Quy tắc của pháp luật: xem, xem các bản, lấy về, sửa.",
    [show, revisions, export, put],
)
