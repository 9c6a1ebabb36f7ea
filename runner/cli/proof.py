"""``motcua replay`` proves that the record says what happened; ``motcua rebuild`` makes the read tables anew."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from runner.app import Runner
from runner.audit.verification import words
from runner.audit.verification.rebuilding import Done
from runner.cli import exit
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.cli.operator import operator
from runner.domain.verification import Check, Finding, Report
from runner.language import say

_CASES = click.argument("references", metavar="[CASE]...", nargs=-1)
_ALL = option("--all", "every", is_flag=True, help="Mọi hồ sơ, và những gì ở ngoài hồ sơ.")
BECAUSE = option("--because", "reason", metavar="TEXT", help="Lý do lập lại sổ dù sổ đang khác nhật ký; được ghi lại.")


@command(
    "replay",
    "Kiểm tra lại hồ sơ: chạy lại từ nhật ký, so từng cột của các sổ, phiên bản, người thao tác, tệp đính kèm. Mã"
    " thoát 1 khi có chỗ không khớp.",
)
@_CASES
@_ALL
def replay(console: Console, references: Sequence[str], every: bool) -> Reply:
    runner = console.runner
    chosen = _chosen(runner, references, every)
    with progress(len(chosen) if chosen is not None else runner.verification.count()) as watch:
        report = runner.verification.run(runner.clock.now(), chosen=chosen, watch=watch)
    for case in chosen or ():
        runner.readings.note(case, operator(), "verification", runner.clock.now())
    facts, lines, code = found(report)
    return Reply(facts, [*lines, words.summary(report)], code)


@command("rebuild", "Lập lại sổ hồ sơ, việc, mốc thời hạn và sự cố từ nhật ký; sổ khác nhật ký thì phải nêu lý do.")
@_CASES
@_ALL
@BECAUSE
def rebuild(console: Console, references: Sequence[str], every: bool, reason: str | None) -> Reply:
    runner = console.runner
    chosen = _chosen(runner, references, every)
    with progress(len(chosen) if chosen is not None else runner.verification.count()) as watch:
        rebuild = runner.verification.rebuilding.rebuild
        done = rebuild(chosen, runner.clock.now(), reason=reason, person=operator(), watch=watch)
    lines = [*rebuilt(done), say("{count} hồ sơ đã khớp, không phải lập lại.", count=done.whole)]
    return Reply(rebuilt_facts(done), lines, exit.FINDINGS if done.refused or done.waiting else exit.OK)


def rebuilt(done: Done) -> list[str]:
    """What did not agree with the journals, and what was done about it."""
    lines = [words.sentence(each) for each in done.findings]
    if done.filled:
        lines.append(say("{count} hồ sơ: đã điền từ nhật ký những gì bản nâng cấp cần.", count=done.filled))
    if done.rebuilt:
        lines.append(say("{count} hồ sơ đã lập lại từ nhật ký; khác biệt đã được ghi.", count=done.rebuilt))
    if done.refused:
        lines.append(say("{count} hồ sơ không lập lại được: nhật ký của chúng không khớp.", count=done.refused))
    if done.waiting:
        lines.append(
            say(
                "{count} hồ sơ có sổ khác nhật ký, được giữ nguyên; xem xong hãy dùng “motcua rebuild --because”.",
                count=done.waiting,
            )
        )
    return lines


def rebuilt_facts(done: Done) -> dict[str, object]:
    """The same as JSON values."""
    counts = {name: getattr(done, name) for name in ("whole", "filled", "rebuilt", "refused", "waiting")}
    return counts | {"findings": [_facts(each) for each in done.findings]}


def found(report: Report) -> tuple[dict[str, object], list[str], int]:
    """What a verification found, as JSON values and as lines, and the exit code."""
    tally = report.tally
    lines = [words.sentence(each) for each in tally.findings]
    if tally.found > len(tally.findings):
        lines.append(say("… và {count} chỗ nữa.", count=tally.found - len(tally.findings)))
    facts: dict[str, object] = {name: getattr(tally, name) for name in ("cases", "entries", "diverging", "found")}
    facts["findings"] = [_facts(each) for each in tally.findings]
    return facts, lines, exit.FINDINGS if tally.found else exit.OK


def standing(report: Report) -> dict[str, object]:
    """What is proven, by which head and since when, as JSON values."""
    return {
        "checks": {check.value: report.word(check).value for check in Check},
        "leaves": report.tally.checked.get(Check.LOG, 0),
        "waiting": report.tally.waiting,
        "head": report.head,
        "witnessed": report.witnessed,
        "since": report.tally.since.get(Check.LOG),
    }


@contextmanager
def progress(length: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on the terminal; what it hands out takes the number of cases that are done."""
    with click.progressbar(
        length=length, label=say("Hồ sơ"), file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty()
    ) as bar:
        yield lambda done: bar.update(done - bar.pos)


def _facts(finding: Finding) -> dict[str, object]:
    return finding.to_json() | {"sentence": words.sentence(finding)}


def _chosen(runner: Runner, references: Sequence[str], every: bool) -> list[int] | None:
    """The cases that are named; None for all."""
    if every == bool(references):
        raise click.UsageError(say("Hãy nêu hồ sơ, hoặc --all."), click.get_current_context())
    return None if every else [runner.verification.expect(runner.audit.find(each)) for each in references]
