"""Recorded journals replay for ever, on the versions and calendars that they ran on and on nothing else."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from runner.domain.calendar import Calendar
from runner.domain.entry import Command, Start, Submit
from runner.domain.journal import chain_fault
from runner.domain.person import SYSTEM
from runner.domain.semantics import CURRENT
from runner.engine.advance import Moment
from runner.engine.errors import NotDue, TimerGone
from runner.engine.instance import Instance
from runner.errors import Divergence
from runner.services import service_tasks
from runner.services.audit import Audit
from runner.services.bundle import Bundle
from runner.services.case_transaction import CaseTransactions
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store.session import Database
from tests.journals import golden

WHOLE = [name for name in golden.names() if golden.read(name).diverges is None]
BROKEN = [name for name in golden.names() if name not in WHOLE]


def loaded(database: Database, name: str) -> tuple[Audit, int]:
    """An audit of an otherwise empty database that holds this one journal."""
    with database.change() as tx:
        case = golden.read(name).load(tx)
    return Audit(CaseTransactions(database, Versions())), case


def test_runs_of_both_procedures_and_one_that_must_diverge_are_kept() -> None:
    assert {golden.read(name).province for name in WHOLE} >= {"ben-tre", "ha-tinh", "bench"}
    assert len(WHOLE) >= 6 and len(BROKEN) == 1


@pytest.mark.parametrize("name", golden.names())
def test_the_files_of_a_recorded_version_are_those_of_its_digest(name: str) -> None:
    kept = golden.read(name)
    for version in kept.versions:
        assert Bundle(kept.procedure, golden.files(version), {}).digest == version


@pytest.mark.parametrize("name", golden.names())
def test_the_chain_of_a_recorded_journal_is_whole(name: str) -> None:
    assert chain_fault(golden.read(name).entries) is None


@pytest.mark.parametrize("name", WHOLE)
def test_a_recorded_journal_replays_to_the_states_that_it_recorded(database: Database, name: str) -> None:
    audit, case = loaded(database, name)
    recorded = golden.read(name)
    assert audit.replay(case, SYSTEM) is None
    row, instance, steps = audit.history(case, SYSTEM)
    assert [step.entry for step in steps] == recorded.entries
    assert instance.digest() == recorded.entries[-1].state

    audit.rebuild(case)
    with database.read() as tx:
        row = cases.get(tx, case) or row
        left = [task.id for task in cases.tasks(tx, case) if task.closed is None], cases.timers(tx, case)
    assert (row.outcome or row.status, row.seq, left) == (recorded.outcome, recorded.entries[-1].seq, ([], []))
    assert audit.replay(case, SYSTEM) is None


def test_a_step_was_due_when_it_opened_and_would_not_be_by_the_rules_of_today(database: Database) -> None:
    """The journal is of a procedure of twenty calendar days whose people each took their whole limit."""
    audit, case = loaded(database, "due_when_opened")
    _, instance, steps = audit.history(case, SYSTEM)
    calendar = Calendar.from_json(golden.read("due_when_opened").calendars[0])
    first, today = (Instance(instance.definition, instance.legal.limit) for _ in range(2))
    moved: set[str] = set()
    for entry in (step.entry for step in steps):
        command, moment = entry.body, Moment(entry.at, calendar, service_tasks.recorded(entry.done))
        assert isinstance(command, Command)
        first.apply(command, moment)
        if isinstance(command, Submit) and command.task == "Task_5_record#1":
            break
        with suppress(TimerGone, NotDue):  # a limit of then may not be one of today
            today.apply(replace(command, semantics=CURRENT) if isinstance(command, Start) else command, moment)
        moved |= {id for id, task in first.tasks.items() if id in today.tasks and today.tasks[id].due != task.due}
    last = first.tasks["Task_6_notify#1"]
    assert last.due == last.opened, "it was late as soon as it was there"
    assert moved & {"Task_3_submit#1", "Task_4_approve#1"}, "today an earlier step would have yielded"


@pytest.mark.parametrize("name", BROKEN)
def test_a_journal_whose_state_does_not_fit_diverges_at_that_entry(database: Database, name: str) -> None:
    audit, case = loaded(database, name)
    found = audit.replay(case, SYSTEM)
    assert found is not None
    assert found.facts == {"case": case, "seq": golden.read(name).diverges, "what": "state"}
    assert (
        str(found)
        == f"Mục nhật ký số {golden.read(name).diverges} của hồ sơ {case} không khớp khi kiểm tra lại: state."
    )
    with pytest.raises(Divergence):
        audit.rebuild(case)
