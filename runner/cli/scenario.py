"""``motcua try``: scenarios of procedures played on a database of their own, with a clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from runner import formatting
from runner.app import Runner
from runner.cli import exit, text, timeline
from runner.cli.command import Reply, command, option
from runner.cli.console import Console, content_root
from runner.cli.parameter import CONTENT, EXPLAIN, PATH
from runner.config import find_root
from runner.domain.person import SYSTEM
from runner.errors import NotFound
from runner.language import say
from runner.reports.timeline import Timeline
from runner.scenario import format as scripts
from runner.scenario.format import Scenario, Script
from runner.scenario.player import ScenarioPlayer, ScenarioResult


class ScenarioUnknown(NotFound):
    """Không có kịch bản “{name}”; hãy chọn một trong: {known}."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """A scenario of a file, how it went, and the timeline of its case (None when it did not begin)."""

    file: Path
    scenario: Scenario
    played: ScenarioResult
    timeline: Timeline | None


@command("try", "Chạy thử kịch bản của thủ tục trên cơ sở dữ liệu tạm, với đồng hồ được chỉnh. Mã thoát 1 nếu khác.")
@click.argument("files", nargs=-1, required=True, type=PATH)
@option("--only", multiple=True, metavar="NAME", help="Chỉ chạy kịch bản có tên này.")
@option("--brief", is_flag=True, help="Không in quá trình xử lý, chỉ in kết quả của từng kịch bản.")
@EXPLAIN
@CONTENT
def try_files(
    console: Console, files: Sequence[Path], only: Sequence[str], brief: bool, explain: bool, content: Path | None
) -> Reply:
    read = [(file, _only(scripts.read(file), only)) for file in files]
    if not any(script.scenarios for _, script in read):
        known = {each.name for file in files for each in scripts.read(file).scenarios}
        raise ScenarioUnknown(name=", ".join(only), known=", ".join(sorted(known)))
    tried = [each for file, script in read if script.scenarios for each in _tried(console, file, script, content)]
    failed = any(each.played.failure for each in tried)
    return Reply(
        [_facts(each, explain) for each in tried], _lines(tried, brief, explain), int(failed) and exit.FINDINGS
    )


def _only(script: Script, names: Sequence[str]) -> Script:
    return replace(script, scenarios=tuple(each for each in script.scenarios if not names or each.name in names))


def _tried(console: Console, file: Path, script: Script, content: Path | None) -> Iterator[_Tried]:
    """Play a script on a database that is thrown away."""
    root = find_root(content or file) or content_root(content)
    with TemporaryDirectory() as folder:
        settings = replace(console.settings, database=f"sqlite:///{folder}/try.db", mail=f"spool:{folder}/mail")
        runner = Runner(settings, console.clock)
        try:
            runner.migrate()
            runner.procedures.deploy(root / f"bpmn/{script.procedure}.bpmn", SYSTEM, script.begins)
            player = ScenarioPlayer(runner, script)
            for scenario in script.scenarios:
                played = player.play(scenario)
                yield _Tried(file, scenario, played, timeline.read(runner, played.case) if played.case else None)
        finally:
            runner.close()


def _facts(tried: _Tried, explain: bool) -> dict[str, object]:
    failure = tried.played.failure
    return {
        "file": str(tried.file),
        "scenario": tried.scenario.name,
        "line": tried.scenario.line,
        "as_expected": failure is None,
        "failure": str(failure) if failure else None,
        "case": timeline.facts(tried.timeline, explain) if tried.timeline else None,
    }


def _lines(tried: Sequence[_Tried], brief: bool, explain: bool) -> Iterator[str]:
    for each in tried:
        if not brief:
            yield text.styled("─" * text.width(), dim=True)
            yield from timeline.lines(each.timeline, explain) if each.timeline else ()
            yield from refusals(each.played)
            yield ""
        if failure := each.played.failure:
            yield from (text.styled(line, fg="red") for line in text.hung(f"✗ {each.file}: {failure}", "", "  "))
        else:
            yield text.styled(f"✓ {each.scenario.name}", fg="green") + f"  {each.scenario.title}"
    failed = sum(each.played.failure is not None for each in tried)
    said = say(
        "{count} kịch bản: {good} đúng như mong đợi, {bad} khác.",
        count=len(tried),
        good=len(tried) - failed,
        bad=failed,
    )
    yield text.styled(said, fg="red" if failed else "green", bold=True)


def refusals(played: ScenarioResult) -> Iterator[str]:
    """What was refused on the way, for a person to read."""
    for at, refusal in played.refusals:
        yield ""
        yield say("{moment}, hệ thống không nhận:", moment=formatting.moment(at))
        yield from (text.styled(said, fg="yellow") for said in text.hung(refusal, "  "))
