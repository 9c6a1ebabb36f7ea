"""``motcua office``: an office at work, made by running it with a moved clock."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from runner.cli import office
from runner.cli.demo import MAIL
from runner.clock import FixedClock
from runner.demo import script
from runner.domain.case import Case
from runner.domain.person import SYSTEM, Role
from runner.domain.task import Task
from runner.reports import receipt
from tests.cli.conftest import Terminal
from tests.world import ROOT, World, local

NOW = "2026-11-23 09:00"
ALL = next(person for person in script.people() if person.id == "quantri")


class Office(World):
    """The office of the demonstration on one day."""

    def __init__(self, url: str, folder: Path, now: str = NOW) -> None:
        super().__init__(url, folder, now)
        self.letters = folder / "mail"
        self.runner.migrate()
        for person in script.people():
            self.runner.people.save(person)
        self.played = office.play(self.runner, ROOT)

    @property
    def every(self) -> list[tuple[Case, list[Task], int]]:
        """Each case with its open tasks and the number of its incidents."""
        found = [self.runner.cases.get(case, ALL) for case in self.played]
        return [
            (case, [task for task in tasks if task.closed is None], len(incidents)) for case, tasks, incidents in found
        ]


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    return Office(f"sqlite:///{folder}/office.db", folder)


def test_there_is_a_person_in_each_role_of_each_province_and_two_analysts(at_work: Office) -> None:
    groups = Counter(group for person in script.people() for group in person.groups)
    for procedure in ("ben-tre/39", "ha-tinh/QT.BC.01"):
        version = at_work.runner.procedures.in_force(procedure, at_work.runner.clock.now())
        for lane in (*version.province.lanes, Role.ADMINISTRATOR, Role.ANALYST, Role.AUDITOR):
            assert groups.pop((version.province.code, lane)) == (2 if lane == Role.ANALYST else 1), lane
    assert not groups


def test_the_people_of_the_lanes_can_be_written_to(at_work: Office) -> None:
    addresses = [person.email for person in script.people()]
    assert len(set(addresses)) == len(addresses) and all(each.endswith(".example") for each in addresses)
    told = b"".join(letter.read_bytes() for letter in at_work.letters.iterdir())
    assert b"thu.vo@stttt.hatinh.example" in told  # the director, of an apology that was not sent


def test_every_receipt_speaks_of_the_procedure_that_it_is_of(at_work: Office) -> None:
    titles = {
        version.procedure.title.casefold() for version in at_work.runner.procedures.current(at_work.runner.clock.now())
    }
    printed = set()
    for case, _, _ in at_work.every:
        if case.number:
            paper = receipt.describe(at_work.runner.audit, case.id, SYSTEM)
            title = paper.version.procedure.title
            spoken = "\n".join((paper.request, *(each.name for each in paper.papers))).casefold()
            assert {each for each in titles if each in spoken and each not in title.casefold()} == set()
            assert title.casefold() in paper.request.casefold()
            assert title.casefold() in paper.papers[0].name.casefold()
            printed.add(case.procedure)
    assert printed == {"ben-tre/39", "ha-tinh/QT.BC.01"}


def test_every_state_can_be_seen_in_both_provinces(at_work: Office) -> None:
    for province in ("ben-tre", "ha-tinh"):
        cases = [(case, tasks) for case, tasks, _ in at_work.every if case.province == province]
        states = {(case.status, case.outcome) for case, _ in cases}
        assert {("finished", "granted"), ("finished", "refused"), ("cancelled", ""), ("open", "")} <= states
        assert {case.clock for case, _ in cases} >= {"running", "paused", "stopped"}
        assert any(case.due and case.due < at_work.now for case, _ in cases if case.status == "open")
        late = [task for _, tasks in cases for task in tasks if task.due and task.due < at_work.now]
        assert late and all(task.late for task in late)
        assert any(task.due and task.due > at_work.now for _, tasks in cases for task in tasks)
        assert any(task.owner for _, tasks in cases for task in tasks)
        assert {"Task_apology_draft"} <= {task.element for _, tasks in cases for task in tasks}


def test_one_case_was_settled_late_and_the_others_in_time(at_work: Office) -> None:
    kept = [case.verdict for case, _, _ in at_work.every if case.status == "finished" and case.clock == "stopped"]
    assert kept.count("late") == 1 and len(kept) > 6


def test_every_lane_has_something_to_do(at_work: Office) -> None:
    waiting = {(case.province, task.lane) for case, tasks, _ in at_work.every for task in tasks}
    for procedure in ("ben-tre/39", "ha-tinh/QT.BC.01"):
        version = at_work.runner.procedures.in_force(procedure, at_work.runner.clock.now())
        assert {(version.province.code, lane) for lane in version.province.lanes} <= waiting


def test_one_case_has_an_incident_from_a_version_that_was_mended_since(at_work: Office) -> None:
    [case] = [case for case, _, incidents in at_work.every if incidents]
    [(_, incident)] = at_work.runner.audit.incidents()
    assert incident.kind == "NoRuleFits"
    numbers = {each.digest: each.number for each in at_work.runner.procedures.versions_of()}
    assert numbers[case.version] == 2
    assert numbers[at_work.runner.procedures.in_force("ha-tinh/QT.BC.01", at_work.runner.clock.now()).digest] == 3


def test_nothing_is_in_the_future_and_everything_replays(at_work: Office) -> None:
    assert len(at_work.played) == 44
    deployed = {each.digest: each.at for each in at_work.runner.procedures.versions_of()}
    assert all(deployed[case.version] <= case.started for case, _, _ in at_work.every)
    for case in at_work.played:
        _, _, steps = at_work.runner.audit.history(case, SYSTEM)
        moments = [step.entry.at for step in steps]
        assert moments == sorted(moments) and moments[-1] <= at_work.now
        assert at_work.runner.audit.replay(case, SYSTEM) is None


@pytest.mark.parametrize("now", ["2026-02-24 03:00", "2026-05-03 23:30", "2026-09-05 12:00"])
def test_it_can_be_played_on_any_day(tmp_path: Path, now: str) -> None:
    """After Tết, on a Sunday after two holidays, on a Saturday."""
    office = Office(f"sqlite:///{tmp_path}/office.db", tmp_path, now)
    assert Counter(case.status for case, _, _ in office.every) == {
        "draft": 3,
        "open": 28,
        "finished": 11,
        "cancelled": 2,
    }


def test_the_command_plays_once_and_sends_no_mail(bare: Terminal) -> None:
    bare.clock = FixedClock(local(NOW))
    bare("init")
    assert "Đã tạo 44 hồ sơ trình diễn; 28 hồ sơ đang được giải quyết." in bare("office", "--content", ROOT).stdout
    assert bare.json("office", "--content", ROOT) == {"cases": []}
    assert bare.json("replay", "--all").items() >= {"cases": 44, "found": 0}.items()
    assert not (bare.folder / "mail").exists()
    assert MAIL.startswith("spool:")


def test_real_data_is_left_alone(office: Terminal) -> None:
    refused: Any = office("office", "--content", ROOT, code=3)
    assert "dữ liệu thật" in refused.stderr
    assert office.json("replay", "--all")["cases"] == 0
