"""A trial: what the office would do with a version that is not in force, to the minute, and without touching it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from runner.domain.calendar import Calendar
from runner.domain.person import SYSTEM
from runner.errors import YearMissing
from runner.reports import timeline
from runner.scenario import format as scripts
from runner.scenario import writer
from runner.scenario.format import ScenarioStep, Script
from runner.scenario.player import Deviation
from runner.scenario.trial import MOST_STEPS, TooManySteps, Trial, Trials, breaks, without_last
from runner.services import content, holiday
from runner.services.bundle import Bundle
from runner.services.tasks import FormRefused
from runner.store import table
from tests.procedures.dossier import Dossier
from tests.procedures.values import ANSWERS
from tests.services import office
from tests.world import ROOT, World, local

TRIALS = Trials()
POST = content.load(ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn", ROOT)


def calendar(bundle: Bundle) -> Calendar:
    return holiday.calendar(bundle.province, 1)


def small(folder: Path) -> Bundle:
    """The procedure with two branches, a message and automatic work."""
    return content.load(office.write(folder), folder)


def do(trial: Trial, element: str, **values: Any) -> None:
    """Complete a task as it usually is, but for `values`."""
    view = trial.view(element)
    assert view, f"{element} is not open"
    typed = ANSWERS[view.task.form] | values
    trial.take(ScenarioStep(do=element, values=typed, late_reason="Mất điện" if view.overdue(trial.now) else ""))


def again(script: Script) -> Script:
    """The script as it comes back from a browser."""
    return scripts.parse(writer.write(script), "trial", lambda _: b"")


def due(trial: Trial) -> dict[str, str]:
    return trial.run.found(("due",))["due"]  # type: ignore[no-any-return]


def test_over_a_weekend_and_over_tet_the_days_off_do_not_count() -> None:
    with TRIALS.open(POST, calendar(POST), TRIALS.begin(POST, local("2026-03-06 15:00"))) as trial:
        do(trial, "Task_B1_receive")
        # Half a day from 15:00 on Friday: two of the 3,5 hours of that afternoon, and 3/7 of Monday's four hours.
        assert due(trial) == {"Task_B2_forward": "2026-03-09 09:13"}
        assert trial.run.found(("promise",)) == {"promise": "2026-03-24 17:00"}
        timer = trial.next_timer
        assert timer and timer.minute == local("2026-03-09 09:13")
        assert "B2. Chuyển hồ sơ" in timer.name
    with TRIALS.open(POST, calendar(POST), TRIALS.begin(POST, local("2027-02-03 10:00"))) as trial:
        do(trial, "Task_B1_receive")
        # Off: 4 to 10 February. Twelve days after the 3rd: 11, 12, 15 to 19, 22 to 26.
        assert trial.run.found(("promise",)) == {"promise": "2027-02-26 17:00"}
        # Half a day from 10:00: 3/8 of that morning, and 5/8 of the 3,5 hours of the afternoon.
        assert due(trial) == {"Task_B2_forward": "2027-02-03 15:42"}
        tet, weekend = breaks(trial.calendar, trial.now)
        assert (tet.first, tet.last, tet.festive) == (
            local("2027-02-04 00:00").date(),
            local("2027-02-10 00:00").date(),
            True,
        )
        assert (tet.opening, weekend.opening) == (local("2027-02-11 07:30"), local("2027-02-15 07:30"))
        do(trial, "Task_B2_forward")
        trial.take(trial.until(tet.opening))
        assert trial.now == local("2027-02-11 07:30")
        [promise, appraisal] = trial.timeline.marks
        # Six days from 10:00 on the 3rd: the days of Tết stand in the reason.
        assert appraisal.due == local("2027-02-18 10:00")
        assert "không tính 04/02 (29 Tết)" in appraisal.why
        assert promise.due == local("2027-02-26 17:00")


ACTS = ["do", "do", "do", "timer", "day", "hours", "supplement", "refuse"]
DECISIONS = {
    "supplement": {"appraisal_decision": "supplement", "appraisal_reason": "Thiếu bản sao"},
    "refuse": {"appraisal_decision": "not_eligible", "appraisal_reason": "Không đủ điều kiện"},
}
STARTS = ["2026-02-12 16:50", "2026-03-06 15:00", "2027-02-02 08:00", "2026-04-28 11:29"]
"""Before Tết, before a weekend, before the next Tết, before the holidays of spring."""


@settings(max_examples=8)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=10), start=st.sampled_from(STARTS))
def test_deadlines_are_those_of_the_engine_whatever_is_done(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str], start: str
) -> None:
    folder = tmp_path_factory.mktemp("walk")
    world = World(f"sqlite:///{folder}/office.db", folder, start)
    world.runner.migrate()
    world.deploy(ROOT / "bpmn/ha-tinh/QT.BC.01.bpmn", provinces=("ha-tinh",)).start("ha-tinh/QT.BC.01")
    script = TRIALS.begin(POST, local(start))
    for act in acts:
        with TRIALS.open(POST, calendar(POST), again(script)) as trial:
            walk(trial, act)
            for step in trial.steps[len(script.scenarios[0].steps) :]:
                follow(world, step, trial.calendar)
            mine, script = trial.timeline, trial.plain
        real = timeline.describe(world.runner.audit, world.runner.procedures, world.case, SYSTEM, world.now)
        assert [(each.name, each.due, each.why) for each in mine.marks] == [
            (each.name, each.due, each.why) for each in real.marks
        ]
        assert (mine.states, mine.case.status, mine.case.due) == (real.states, real.case.status, real.case.due)
    world.runner.close()


def walk(trial: Trial, act: str) -> None:
    """One more step of a walk; a deed goes to the task that is open first."""
    timer, opened = trial.next_timer, list(due(trial))
    if act == "timer" and timer:
        trial.take(trial.until(timer.minute))
    elif act == "day":
        trial.take(trial.until(trial.calendar.add(trial.now, 2)))
    elif act == "hours":
        trial.take(trial.until(trial.now + timedelta(hours=3)))
    elif opened:
        try:
            do(trial, opened[0], **(DECISIONS.get(act, {}) if opened[0] == "Task_B3_appraise" else {}))
        except FormRefused:
            do(trial, opened[0])


def follow(world: World, step: ScenarioStep, calendar: Calendar) -> None:
    """Do the same in an office whose worker ticks whenever something is due."""
    until = step.moment(world.now, calendar)
    world.runner.tick()
    while moment := world.runner.timers.next_due(world.now, until):
        world.clock.set(moment)
        world.runner.tick()
    world.clock.set(until)
    if step.do:
        world.do(step.do, **step.values, late_reason=step.late_reason)


def test_messages_automatic_work_and_a_withdrawal_are_part_of_a_trial(tmp_path: Path) -> None:
    bundle = small(tmp_path)
    with TRIALS.open(bundle, calendar(bundle), TRIALS.begin(bundle, local("2026-03-02 08:00"))) as trial:
        trial.take(ScenarioStep(do="Task_count", values=office.COUNTED))
        trial.take(ScenarioStep(do="Task_weigh", values={**office.WEIGHED, "weighed_on": "02/03/2026"}))
        assert [wait.wait.id for wait in trial.timeline.waits] == ["supplement_received"]
        trial.take(ScenarioStep(message="supplement_received"))
        assert due(trial) == {}
        trial.settle()
        assert list(due(trial)) == ["Task_last"]
        script = again(trial.plain)
    assert [step.message or step.do for step in without_last(script).scenarios[0].steps] == [
        "start",
        "Task_count",
        "Task_weigh",
    ]
    with TRIALS.open(bundle, calendar(bundle), script) as trial:
        assert list(due(trial)) == ["Task_last"]
        trial.take(ScenarioStep(withdraw="Người nộp xin rút"))
        assert trial.timeline.case.status == "cancelled"


def test_what_the_form_refuses_is_no_step_and_the_last_step_can_be_taken_back() -> None:
    with TRIALS.open(POST, calendar(POST), TRIALS.begin(POST, local("2026-03-02 08:00"))) as trial:
        with pytest.raises(FormRefused) as refused:
            do(trial, "Task_B1_receive", applicant_name="")
        assert [fault.path for fault in refused.value.faults] == ["applicant_name"]
        do(trial, "Task_B1_receive")
        assert len(trial.steps) == 2
        shorter = without_last(trial.plain)
    with TRIALS.open(POST, calendar(POST), again(shorter)) as trial:
        assert list(due(trial)) == ["Task_B1_receive"]


def test_a_step_that_the_changed_draft_no_longer_takes_ends_the_trial_there(tmp_path: Path) -> None:
    bundle = small(tmp_path)
    script = TRIALS.begin(bundle, local("2026-03-02 08:00"))
    steps = (*script.scenarios[0].steps, ScenarioStep(do="Task_gone"), ScenarioStep(at="2026-03-03 08:00"))
    script = replace(script, scenarios=(replace(script.scenarios[0], steps=steps),))
    with TRIALS.open(bundle, calendar(bundle), script) as trial:
        assert trial.stopped and trial.stopped.number == 2
        assert "Task_gone" in str(trial.stopped.error)
        assert [step.do for step in trial.plain.scenarios[0].steps] == ["start"]


def test_a_trial_does_not_go_on_for_ever(tmp_path: Path) -> None:
    bundle = small(tmp_path)
    with TRIALS.open(bundle, calendar(bundle), TRIALS.begin(bundle, local("2026-03-02 08:00"))) as trial:
        trial.steps *= MOST_STEPS
        with pytest.raises(TooManySteps):
            trial.take(ScenarioStep(at="2026-03-02 09:00"))


def test_a_drawing_that_waits_for_minutes_in_a_circle_does_not_run_for_years(tmp_path: Path) -> None:
    circle = (
        re.sub(r'<sequenceFlow id="Flow_Timer_take_[^>]*>', "", office.diagram())
        .replace("<timeDuration>P3D<", "<timeDuration>PT1M<")
        .replace(
            "</process>",
            '<sequenceFlow id="Flow_again" sourceRef="Timer_take" targetRef="Task_weigh"/></process>',
        )
    )
    bundle = content.load(office.write(tmp_path, circle), tmp_path)
    begun = TRIALS.begin(bundle, local("2026-03-02 08:00"))
    with (
        TRIALS.open(bundle, calendar(bundle), begun) as trial,
        pytest.raises(Deviation, match="quay lại quá nhiều lần"),
    ):
        trial.take(trial.until(local("2030-03-03 08:00")))


def test_the_year_that_the_calendar_lacks_is_named() -> None:
    with TRIALS.open(POST, calendar(POST), TRIALS.begin(POST, local("2031-12-29 08:00"))) as trial:
        assert trial.stopped and isinstance(trial.stopped.error, YearMissing)
        assert (trial.case, trial.steps) == (0, [])


def test_many_begin_to_try_at_once_in_a_process_that_has_just_started() -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from runner.scenario.scratch import _empty\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    assert len(set(pool.map(lambda _: _empty(), range(8)))) == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_offices_database_stays_as_it_was(database_url: str, tmp_path: Path) -> None:
    world = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2026-03-02 08:00")

    def rows() -> list[object]:
        with world.runner.database.read() as tx:
            return [list(tx.execute(select(each))) for each in table.metadata.sorted_tables]

    before = rows()
    script = TRIALS.begin(POST, local("2026-03-02 08:00"))
    with TRIALS.open(POST, world.runner.procedures.calendar("ha-tinh"), script) as trial:
        do(trial, "Task_B1_receive")
        trial.take(trial.until(local("2026-03-10 08:00")))
        trial.take(ScenarioStep(withdraw="Xin rút"))
        trial.recorded("thu", "Thử")
    assert rows() == before
    assert not world.spool.exists()
    world.runner.close()
