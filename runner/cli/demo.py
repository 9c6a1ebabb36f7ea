"""``motcua demo``: a dossier of each province from receipt to result, played with a clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from runner.app import Runner
from runner.cli import exit, scenario, text, timeline
from runner.cli.command import Reply, command
from runner.cli.console import Console, content_root
from runner.cli.parameter import CONTENT, EXPLAIN
from runner.demo import DOSSIERS
from runner.domain.person import SYSTEM
from runner.errors import Divergence, Refused
from runner.language import say
from runner.reports.timeline import Timeline
from runner.scenario import format as scripts
from runner.scenario.format import Script
from runner.scenario.player import ScenarioPlayer, ScenarioResult

DATABASE = "sqlite:///var/demo.db"
MAIL = "spool:var/demo-mail"
"""A demonstration sends no mail."""


class NotForDemo(Refused):
    """Cơ sở dữ liệu {database} đang có dữ liệu thật nên không dùng để trình diễn."""


@command("demo", "Trình diễn: mỗi tỉnh một hồ sơ, từ tiếp nhận đến trả kết quả, rồi kiểm tra lại từ nhật ký.")
@EXPLAIN
@CONTENT
def demo(console: Console, explain: bool, content: Path | None) -> Reply:
    runner = _prepared(console)
    plays = [scripts.read(path) for path in sorted(DOSSIERS.glob("*.toml"))]
    # In force before the first dossier of the plays, which go back in time.
    runner.procedures.deploy(content_root(content) / "bpmn", SYSTEM, min(script.begins for script in plays))
    played = [_played(runner, script) for script in plays]
    timelines = [timeline.read(runner, each.case) for each in played]
    cases = runner.audit.cases()
    faults = [fault for case in cases if (fault := runner.audit.replay(case, SYSTEM))]
    facts = {
        "database": console.place,
        "cases": [timeline.facts(line, explain) for line in timelines],
        "replayed": len(cases),
        "divergences": [fault.facts for fault in faults],
    }
    return Reply(facts, _lines(console, played, timelines, len(cases), faults, explain), exit.FINDINGS if faults else 0)


def _prepared(console: Console) -> Runner:
    """A runner on the database of the demonstration: its own, unless this call names one. Raises `NotForDemo`."""
    if not console.explicit:
        console.use(DATABASE)
    console.settings = replace(console.settings, mail=MAIL)
    runner = console.found()
    if not runner.demonstration.marked():
        if runner.audit.cases() or runner.people.all() or runner.procedures.versions_of():
            raise NotForDemo(database=console.place)
        runner.demonstration.mark()
    return runner


def _played(runner: Runner, script: Script) -> ScenarioResult:
    """The one dossier of a script. Raises `ScenarioFailed` where it does not fit the diagram any more."""
    [dossier] = script.scenarios
    played = ScenarioPlayer(runner, script).play(dossier)
    if played.failure:
        raise played.failure
    return played


def _lines(
    console: Console,
    played: Sequence[ScenarioResult],
    timelines: Sequence[Timeline],
    cases: int,
    faults: Sequence[Divergence],
    explain: bool,
) -> Iterator[str]:
    for each, line in zip(played, timelines, strict=True):
        yield text.styled("─" * text.width(), dim=True)
        yield from timeline.lines(line, explain)
        yield from scenario.refusals(each)
        yield ""
    yield text.styled("─" * text.width(), dim=True)
    yield from map(exit.sentence, faults)
    said = say("{count} hồ sơ khớp với nhật ký khi kiểm tra lại.", count=cases - len(faults))
    yield text.styled(said, fg="red" if faults else "green", bold=True)
    yield say("Xem lại: motcua --database {database} case {case} --explain", database=console.url, case=played[-1].case)
