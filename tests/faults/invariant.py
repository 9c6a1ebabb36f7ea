"""What must hold after every fault: the record is whole, and equals the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any

from runner.app import Runner
from runner.domain.journal import chain_fault
from runner.domain.person import SYSTEM
from runner.services.audit import ReplayedEntry
from runner.store import case as cases
from runner.store import timer as timers

REBUILT = 60
"""How many cases, drawn by lot, are made anew from their journals; all are replayed."""


def check(runner: Runner, seed: int = 0) -> None:
    """Every case: its chain holds, it loads, its replay comes to the tables' state, each timer fired once and in time.

    Of `REBUILT` of them the rows of the read tables are dropped and made again, and come out equal.
    """
    ids = runner.audit.cases()
    for case in ids:
        with runner.database.read() as tx:
            assert chain_fault(cases.entries(tx, case)) is None, case
        row, instance, steps = runner.audit.history(case, SYSTEM)
        submitted_once(steps)
        waiting = fired_once(case, steps)
        tables = rows(runner, case)
        assert (row.seq, row.status) == (len(steps), instance.status), case
        assert waiting == {timer.id: timer.due for timer in tables["timers"]}, case
        assert {task.id: task for task in tables["tasks"] if task.closed is None} == instance.tasks, case
    for case in Random(seed).sample(ids, min(REBUILT, len(ids))):
        before = rows(runner, case)
        runner.audit.rebuild(case)
        assert rows(runner, case) == before, case


def rows(runner: Runner, case: int) -> dict[str, Any]:
    """Everything that the read tables have of a case."""
    with runner.database.read() as tx:
        return {
            "case": cases.get(tx, case),
            "tasks": cases.tasks(tx, case),
            "timers": cases.timers(tx, case),
            "incidents": cases.incidents(tx, case),
        }


def submitted_once(steps: Iterable[ReplayedEntry]) -> None:
    """No task was completed twice."""
    done = Counter(step.entry.body.task for step in steps if step.entry.kind == "submit")
    assert not [task for task, times in done.items() if times > 1], done


def fired_once(case: int, steps: Iterable[ReplayedEntry]) -> dict[str, datetime | None]:
    """No timer fired twice, before it was due or unarmed; the timers that wait in the end, with their due moments."""
    waiting: dict[str, datetime | None] = {}
    for step in steps:
        if step.entry.kind == "timer":
            due = waiting[step.entry.body.timer]
            assert due is not None and due <= step.entry.at, (case, step.entry)
        if step.advance:
            for timer in step.advance.disarmed:
                del waiting[timer]
            waiting |= {timer.id: timer.due for timer in step.advance.armed}
    return waiting


def nothing_due(runner: Runner, now: datetime) -> None:
    """No timer that should have fired by `now` still waits."""
    with runner.database.read() as tx:
        assert timers.due(tx, now, 10) == []


def kinds(runner: Runner, case: int) -> list[str]:
    """The kinds of a case's entries, in order."""
    with runner.database.read() as tx:
        return [entry.kind for entry in cases.entries(tx, case)]
