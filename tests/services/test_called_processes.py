"""Processes that procedures call: part of their callers' versions, never procedures of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.cli.lint import Examined, examine
from runner.services.bundle import Bundle
from runner.services.content import CalledAlone, load
from runner.services.procedures import LintFailed
from runner.services.version import compiled
from runner.services.version_cache import Versions
from runner.store import registry
from tests.engine.diagrams import HEAD, chain, element, end, extension, user
from tests.services import office as drawn
from tests.services.office import ANALYST, CLERK, CODE, COUNT, COUNTED, KEEPER, WEIGH, WEIGHED, Office
from tests.world import World

ASIDE = "bpmn/mau/called/dem.bpmn"
COUNTING = (
    HEAD
    + element(
        "process",
        "mau_dem",
        element("startEvent", "Start_count", name="Nhận việc đếm")
        + user("Task_count", lane="one_stop_clerk", form="so-luong")
        + end("End_count")
        + chain("Start_count", "Task_count", "End_count"),
        name="Đếm",
        isExecutable="true",
    )
    + "</definitions>"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The office's content with its counting moved into a process that the procedure calls."""
    calling = element("callActivity", "Call_count", name="Đếm", calledElement="mau_dem")
    text, count = re.subn('<userTask id="Task_count".*?</userTask>', calling, drawn.diagram())
    assert count == 1
    root = tmp_path / "content"
    drawn.write(root, text.replace("Task_count", "Call_count"))
    (root / ASIDE).parent.mkdir()
    (root / ASIDE).write_text(COUNTING)
    return root


def faults(examined: Examined) -> list[tuple[str, str, str | None]]:
    """What is found, but for how it is drawn and named."""
    assert not examined.reason
    found = [(each.severity, each.rule, each.element) for each in examined.findings]
    return [each for each in found if each[1] not in ("drawn", "geometry", "names", "legal-clock")]


def test_a_case_runs_through_the_called_process_and_replays(office: Office, root: Path) -> None:
    [done] = office.runner.procedures.deploy(root, ANALYST, office.now)
    assert (done.version.procedure.code, done.number) == (CODE, 2)
    with office.runner.database.read() as tx:
        assert Versions().get(tx, done.version.digest).definition.nodes == done.version.definition.nodes
    office.begin()
    assert {"Task_count", "Task_weigh"} == set(office.open)
    office.forget().submit(COUNT, COUNTED, CLERK)
    office.submit(WEIGH, WEIGHED)
    assert {"Call_count", "Start_count", "Task_count", "End_count"} <= set(office.route)
    assert office.proved()


def test_a_change_of_the_called_process_is_a_new_version_of_its_caller(root: Path) -> None:
    before = load(root / f"bpmn/{CODE}.bpmn", root)
    (root / ASIDE).write_text(COUNTING.replace("Nhận việc đếm", "Đếm lại"))
    after = load(root / f"bpmn/{CODE}.bpmn", root)
    assert before.files.keys() == after.files.keys() >= {ASIDE}
    assert before.digest != after.digest


def test_a_called_process_is_not_deployed_alone(office: Office, root: Path) -> None:
    with pytest.raises(CalledAlone, match=r"dem\.bpmn"):
        office.runner.procedures.deploy(root / ASIDE, ANALYST, office.now)


def test_what_is_wrong_in_a_called_process_keeps_its_caller_from_being_deployed(office: Office, root: Path) -> None:
    (root / ASIDE).write_text(COUNTING.replace('formRef="so-luong"', 'formRef="khong-co"'))
    with pytest.raises(LintFailed, match="khong-co") as error:
        office.runner.procedures.deploy(root, ANALYST, office.now)
    assert ASIDE in str(error.value)


def test_caller_and_called_are_clean_together(root: Path) -> None:
    assert faults(examine(root / f"bpmn/{CODE}.bpmn")) == faults(examine(root / ASIDE)) == []


def test_the_legal_clock_may_start_in_a_called_process(root: Path) -> None:
    drawing = root / f"bpmn/{CODE}.bpmn"
    text = drawing.read_text()
    assert text.count('"clock" value="start"') == 1
    drawing.write_text(text.replace('"clock" value="start"', '"clock" value="stop"'))
    assert faults(examine(drawing)) == [("error", "clock", "mau_hai-nhanh")]
    (root / ASIDE).write_text(COUNTING.replace("></userTask>", ">" + extension({"clock": "start"}) + "</userTask>"))
    assert faults(examine(drawing)) == faults(examine(root / ASIDE)) == []


def test_a_called_process_without_a_caller_gets_a_warning(root: Path) -> None:
    drawn.write(root)
    assert faults(examine(root / ASIDE)) == [("warning", "calls", "mau_dem")]


@pytest.mark.parametrize("elsewhere", ["bpmn/mau/dem.bpmn", "bpmn/khac/called/dem.bpmn", "bpmn/mau/called/dem-2.bpmn"])
def test_a_process_that_is_not_in_called_is_not_there(office: Office, root: Path, elsewhere: str) -> None:
    (root / elsewhere).parent.mkdir(exist_ok=True, parents=True)
    (root / ASIDE).rename(root / elsewhere)
    assert faults(examine(root / f"bpmn/{CODE}.bpmn")) == [("error", "calls", "Call_count")]
    with pytest.raises(LintFailed, match="mau_dem"):
        office.runner.procedures.deploy(root / f"bpmn/{CODE}.bpmn", ANALYST, office.now)


def test_processes_that_call_each_other_for_ever_are_refused(root: Path) -> None:
    (root / ASIDE).write_text(
        COUNTING.replace("<endEvent", '<callActivity id="Call_back" calledElement="mau_hai-nhanh"/><endEvent')
    )
    assert faults(examine(root / f"bpmn/{CODE}.bpmn")) == [("error", "calls", "Call_count")]


def test_an_older_version_whose_called_process_lies_beside_its_caller_still_runs(office: World, root: Path) -> None:
    new = load(root / f"bpmn/{CODE}.bpmn", root)
    files = {name.replace("/called/", "/"): data for name, data in new.files.items()}
    old = Bundle.stored(CODE, files)
    with office.runner.database.change() as tx:
        registry.deploy(tx, old.digest, CODE, "mau", files, office.now, KEEPER.id)
        registry.enforce(tx, CODE, old.digest, office.now, KEEPER.id)
    assert office.runner.procedures.version(old.digest).definition.nodes == compiled(new).definition.nodes
    office.start(CODE)
    assert office.row.version == old.digest
    office.do("Task_count", amount="3")
    assert office.proved()
