"""Every procedure is played through its scenarios (``<province>/<code>.toml``), on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from runner.app import Runner
from runner.config import Settings
from runner.domain.case import Case
from runner.domain.person import SYSTEM
from runner.domain.task import Task
from runner.reports import control_slip
from runner.scenario import format as scripts
from runner.scenario.format import Script
from runner.scenario.player import ScenarioPlayer
from runner.services import content
from runner.services.version import Version, compiled
from tests.audit.connected import connected, everything
from tests.world import ROOT, local

FOLDER = Path(__file__).parent
DIAGRAMS = {path.relative_to(ROOT / "bpmn").with_suffix("").as_posix(): path for path in content.procedures(ROOT)}
KINDS = {
    "granted",
    "refused",
    "supplement",
    "reminded",
    "counter-supplement",
    "counter-refused",
    "returned-lead",
    "returned-director",
    "apology",
    "apology-late",
    "apology-in-time",
    "tet",
    "outside-hours",
    "withdrawn",
}
INSPECTIONS = {"inspected-granted", "inspected-refused", "inspection-revised"}


def file(procedure: str) -> Path:
    return FOLDER / f"{procedure}.toml"


def version(procedure: str) -> Version:
    return compiled(content.load(DIAGRAMS[procedure], ROOT))


@pytest.fixture
def runner(database_url: str, tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(Settings(database=database_url, mail=f"spool:{tmp_path / 'mail'}"))
    yield runner
    runner.close()


@pytest.mark.parametrize("procedure", DIAGRAMS)
def test_every_scenario_goes_as_it_says(runner: Runner, database_url: str, procedure: str) -> None:
    runner.procedures.deploy(DIAGRAMS[procedure], SYSTEM, local("2026-01-05 08:00"))
    script = scripts.read(file(procedure))
    player = ScenarioPlayer(runner, script)
    assert [str(failure) for each in script.scenarios if (failure := player.play(each).failure)] == []
    # The slip comes from the journal, which is the same on both databases.
    for case in runner.audit.cases() if database_url.startswith("sqlite") else ():
        found, tasks, _ = runner.cases.get(case, SYSTEM)
        if found.number:
            slip = control_slip.describe(runner.audit, case, SYSTEM)
            assert [(row.at, row.giver_work, row.receiver_work) for row in slip.rows[1:]] == hand_overs(found, tasks)
        connected(runner.courses.read(case, SYSTEM, everything), tasks)


def hand_overs(case: Case, tasks: Sequence[Task]) -> list[tuple[datetime, str, str]]:
    """What the control slip of a case should say: when the work of which desk went to which, "" for the applicant.

    In these procedures one task follows the other; of those at the counter before the dossier was accepted, the last
    counts.
    """
    way = sorted((task for task in tasks if not task.element.startswith("Task_apology")), key=lambda task: task.opened)
    way = way[max(place for place, task in enumerate(way) if task.element.endswith("_receive")) :]
    desks = [(task.closed, (task.lane, task.step), f"bước {task.step}" if task.step else task.name) for task in way]
    return [
        (max(closed, case.received or closed), work, after)
        for (closed, desk, work), (_, other, after) in pairwise([*desks, (None, ("", ""), "")])
        if closed and desk != other
    ]


@pytest.mark.parametrize("procedure", DIAGRAMS)
def test_every_procedure_has_every_kind_of_scenario(procedure: str) -> None:
    found, script = version(procedure), scripts.read(file(procedure))
    kinds = KINDS | {f"late-{step.id}" for step in found.procedure.steps if step.duration.days}
    kinds |= INSPECTIONS if "Gateway_inspection_passed" in found.definition.nodes else set()
    kinds |= {"refusal-returned"} if "Gateway_B3_lead" in found.definition.nodes else set()
    kinds |= {"counter-returned"} if "End_returned" in found.definition.nodes else set()
    names = [scenario.name for scenario in script.scenarios]
    assert kinds <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("procedure", DIAGRAMS)
def test_the_scenarios_pass_every_element_but_the_late_marks_of_side_ways(procedure: str) -> None:
    nodes = version(procedure).definition.nodes
    passed = set(routes(scripts.read(file(procedure))))
    late = {id for id in nodes if id.startswith(("Timer_", "End_late_"))}
    assert passed <= set(nodes)
    assert set(nodes) - passed - late == set()


@pytest.mark.parametrize("procedure", DIAGRAMS)
def test_every_fee_of_the_decision_is_asked_in_some_scenario(procedure: str) -> None:
    fees = {(fee.case, fee.amount) for fee in version(procedure).procedure.fees}
    facts = [scenario.facts for scenario in scripts.read(file(procedure)).scenarios if scenario.facts]
    assert {(each["fee_case"], each["fee_amount"]) for each in facts} == fees


def routes(script: Script) -> Iterator[str]:
    for scenario in script.scenarios:
        assert scenario.route, f"{scenario.name} does not say its route"
        yield from scenario.route
