"""``motcua replay`` proves that the journals say what happened; ``motcua rebuild`` makes the read tables from them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click

from runner.app import Runner
from runner.cli import exit
from runner.cli.command import Reply, command, option
from runner.cli.console import Console
from runner.domain.person import SYSTEM
from runner.errors import Divergence
from runner.language import say

_CASES = click.argument("references", metavar="[CASE]...", nargs=-1)
_ALL = option("--all", "every", is_flag=True, help="Mọi hồ sơ.")


@command(
    "replay",
    "Kiểm tra lại hồ sơ từ nhật ký, so với những gì đã ghi, và đối chiếu tệp đính kèm. Mã thoát 1 khi có chỗ"
    " không khớp.",
)
@_CASES
@_ALL
def replay(console: Console, references: Sequence[str], every: bool) -> Reply:
    runner = console.runner

    def prove(case: int) -> Divergence | None:
        return runner.audit.replay(case, SYSTEM) or runner.attachments.check(case, SYSTEM)

    return _each(_case_ids(runner, references, every), prove, "{count} hồ sơ khớp với nhật ký khi kiểm tra lại.")


@command("rebuild", "Lập lại sổ hồ sơ, việc, mốc thời hạn và sự cố từ nhật ký.")
@_CASES
@_ALL
def rebuild(console: Console, references: Sequence[str], every: bool) -> Reply:
    runner = console.runner

    def do(case: int) -> Divergence | None:
        try:
            runner.audit.rebuild(case)
        except Divergence as divergence:
            return divergence
        return None

    return _each(_case_ids(runner, references, every), do, "{count} hồ sơ đã lập lại từ nhật ký.")


def _case_ids(runner: Runner, references: Sequence[str], every: bool) -> list[int]:
    if every == bool(references):
        raise click.UsageError(say("Hãy nêu hồ sơ, hoặc --all."), click.get_current_context())
    return runner.audit.cases() if every else [runner.audit.find(reference) for reference in references]


def _each(cases: Sequence[int], do: Callable[[int], Divergence | None], done: str) -> Reply:
    """Go through the cases with a progress bar; the first divergence of each is printed first."""
    shown = sys.stderr.isatty()
    with click.progressbar(cases, label=say("Hồ sơ"), file=sys.stderr, show_pos=True, hidden=not shown) as bar:
        found = [divergence for divergence in map(do, bar) if divergence]
    lines = [exit.sentence(each) for each in found] + [say(done, count=len(cases) - len(found))]
    facts = {"cases": len(cases), "divergences": [each.facts for each in found]}
    return Reply(facts, lines, exit.FINDINGS if found else exit.OK)
