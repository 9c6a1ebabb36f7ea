"""What the scenarios of a draft come to, before and after the draft changes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from runner.domain.calendar import Calendar
from runner.language import speaking
from runner.scenario import writer
from runner.scenario.format import ScenarioStep
from runner.scenario.results import CannotRenew, OtherProcedure, Scenarios, SharedMissing, file_name, of_procedure
from runner.scenario.scratch import Compiler
from runner.scenario.trial import Trials
from runner.services import holiday
from runner.services.bundle import Bundle, FileMissing
from runner.services.content import load
from tests.procedures.values import ANSWERS
from tests.world import ROOT, local

CODE = "ha-tinh/QT.BC.01"
DIAGRAM = f"bpmn/{CODE}.bpmn"
POST = load(ROOT / DIAGRAM, ROOT)
OURS = ROOT / f"tests/procedures/{CODE}.toml"
SHARED = {"values.toml": (ROOT / "tests/procedures/values.toml").read_bytes()}
TRIALS = Trials()


@pytest.fixture
def scenarios() -> Scenarios:
    return Scenarios(TRIALS.compiler)


def calendar() -> Calendar:
    return holiday.calendar(POST.province, 1)


def changed(old: bytes, new: bytes) -> Bundle:
    """The procedure with something else in its diagram."""
    assert old in POST.files[DIAGRAM]
    return Bundle.stored(CODE, {**POST.files, DIAGRAM: POST.files[DIAGRAM].replace(old, new)})


def clicked(title: str = "Chờ thẩm định") -> bytes:
    """The file that a trial left: received, forwarded, a day passed."""
    with TRIALS.open(POST, calendar(), TRIALS.begin(POST, local("2026-03-02 08:00"))) as trial:
        for element in ("Task_B1_receive", "Task_B2_forward"):
            view = trial.view(element)
            assert view
            trial.take(ScenarioStep(do=element, values=ANSWERS[view.task.form]))
        trial.take(trial.until(local("2026-03-03 08:00")))
        return writer.write(trial.recorded(file_name(title), title))


def test_what_was_clicked_goes_as_it_went_until_a_limit_changes(scenarios: Scenarios) -> None:
    files = {"scenarios/a.toml": clicked(), DIAGRAM: b""}
    before = scenarios.results(POST, calendar(), files)
    [good] = before.outcomes
    assert (good.failure, good.name, good.title, good.steps, good.followed) == (
        "",
        "cho-tham-dinh",
        "Chờ thẩm định",
        4,
        4,
    )
    shorter = changed(b">P6D<", b">P5D<")
    [bad] = scenarios.results(shorter, calendar(), files).failed
    assert (bad.followed, bad.key) == (2, "due")
    assert (bad.found, bad.wanted) == (
        {"Task_B3_appraise": "2026-03-09 08:00"},
        {"Task_B3_appraise": "2026-03-10 08:00"},
    )
    assert "2026-03-09 08:00" in bad.failure and "2026-03-10 08:00" in bad.failure
    renewed = scenarios.renewed(shorter, calendar(), "scenarios/a.toml", files["scenarios/a.toml"])
    assert scenarios.results(shorter, calendar(), {"scenarios/a.toml": renewed}).failed == []
    assert len(scenarios.results(POST, calendar(), {"scenarios/a.toml": renewed}).failed) == 1


def test_a_scenario_whose_step_is_gone_says_so_and_is_not_renewed(scenarios: Scenarios) -> None:
    gone = changed(b'"Task_B2_forward"', b'"Task_B2_send"')
    file = clicked()
    [outcome] = scenarios.results(gone, calendar(), {"scenarios/a.toml": file}).failed
    assert outcome.followed == 1
    assert "Task_B2_send" in outcome.failure
    with pytest.raises(CannotRenew, match="bước 3"):
        scenarios.renewed(gone, calendar(), "scenarios/a.toml", file)


def test_our_own_scenarios_can_be_brought_along_with_the_values_that_they_share(scenarios: Scenarios) -> None:
    file = of_procedure(POST, OURS.name, OURS.read_bytes(), SHARED)
    results = scenarios.results(POST, calendar(), {"scenarios/ours.toml": file})
    assert len(results.outcomes) == len(re.findall(rb"(?m)^\[\[scenarios\]\]", OURS.read_bytes()))
    assert results.failed == []
    missed = results.coverage.missed(results.coverage.elements)
    assert missed and all(id.startswith(("Timer_", "End_late_")) for id in missed)
    assert 0 < results.coverage.percent < 100
    assert set(results.coverage.missed(results.coverage.flows)) < set(POST.diagram.flows)


def test_what_is_no_scenario_of_the_procedure_is_told(scenarios: Scenarios) -> None:
    other = (ROOT / "tests/procedures/ha-tinh/QT.BC.02.toml").read_bytes()
    with pytest.raises(OtherProcedure, match="QT"):
        of_procedure(POST, "x.toml", other, SHARED)
    with pytest.raises(SharedMissing, match="values"):
        of_procedure(POST, "x.toml", OURS.read_bytes(), {})
    files = {"scenarios/broken.toml": b"procedure = ", "scenarios/other.toml": other.replace(b"shared", b"# shared")}
    broken, foreign = scenarios.results(POST, calendar(), files).outcomes
    assert (broken.name, broken.followed) == ("broken", 0)
    assert broken.failure and "QT.BC.02" in foreign.failure


def test_results_are_kept_for_the_very_draft_and_the_very_file() -> None:
    scenarios = Scenarios(TRIALS.compiler, kept=1)
    files = {"scenarios/a.toml": clicked()}
    assert not scenarios.known(POST, calendar(), files)
    first = scenarios.results(POST, calendar(), files)
    assert scenarios.known(POST, calendar(), files)
    assert scenarios.results(POST, calendar(), files).outcomes[0] is first.outcomes[0]
    assert not scenarios.known(changed(b">P6D<", b">P5D<"), calendar(), files)
    assert not scenarios.known(POST, replace(calendar(), revision=2), files)
    assert not scenarios.known(POST, calendar(), {"scenarios/a.toml": clicked("Khác")})
    with speaking("en"):
        assert not scenarios.known(POST, calendar(), files)
    scenarios.results(POST, calendar(), {"scenarios/b.toml": clicked("Khác")})
    assert not scenarios.known(POST, calendar(), files)


def test_a_draft_that_cannot_run_says_why() -> None:
    files = {name: data for name, data in POST.files.items() if not name.endswith("province.toml")}
    with pytest.raises(FileMissing, match="province"):
        Compiler().version(Bundle.stored(CODE, files))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Bổ sung một lần, đúng hạn", "bo-sung-mot-lan-dung-han"),
        ("Đường dài", "duong-dai"),
        ("…", ""),
        ("x" * 99, "x" * 60),
    ],
)
def test_a_file_is_named_by_what_the_scenario_is_called(title: str, name: str) -> None:
    assert file_name(title) == name


def test_every_file_is_found_below_the_folder(scenarios: Scenarios) -> None:
    found = scenarios.results(POST, calendar(), {"scenarios/b.toml": clicked(), "scenarios/a.toml": clicked("Khác")})
    assert [each.file for each in found.outcomes] == ["scenarios/a.toml", "scenarios/b.toml"]
