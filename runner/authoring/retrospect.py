"""Last year on the draft: what of the closed cases of a period would have been late, each run again in memory.

A case is run at its recorded moments first. Where the draft does not go that way at those moments, it is run with its
recorded working times; where it then needs an answer that nobody gave, it is counted and named. It is no forecast:
people work by the limits that they have. Nothing is written to the database.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from threading import Lock
from typing import Final

from runner.authoring.impact import Impacts, obstacle
from runner.authoring.rerun import History, Rerun
from runner.clock import ZONE, processor_time
from runner.domain.case import Case
from runner.domain.entry import Command
from runner.domain.journal import Entry
from runner.domain.person import Person
from runner.domain.retrospect import CaseRetrospect, Fidelity, Pass
from runner.domain.task import Task, TaskOutcome
from runner.domain.timeliness import Verdict, overdue
from runner.engine.advance import Advance, Moment
from runner.engine.instance import Instance
from runner.engine.migration import Recorded
from runner.errors import Divergence, MotcuaError
from runner.services import service_tasks
from runner.services.replay import replay
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import impact as store
from runner.store.session import Transaction

BATCH: Final = 50
KEPT: Final = 8
"""Periods whose results stay in the memory of a process."""


@dataclass
class Progress:
    """How far a period has been run again: the cases that are left, and what was found of the others."""

    left: list[int]
    found: list[CaseRetrospect] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.left) + len(self.found)


class Retrospects:
    """The closed cases of periods on drafts, for the drafts' analysts; others get `DraftUnknown`."""

    def __init__(self, impacts: Impacts) -> None:
        self.impacts = impacts
        self._kept: OrderedDict[tuple[str, date, date], Progress] = OrderedDict()
        self._lock = Lock()

    def go_on(self, draft: int, person: Person, first: date, last: date, seconds: float) -> Progress:
        """Run the cases that ended from `first` to `last` for about so long, or until all are known."""
        target = self.impacts.judge(draft, person).target
        with self._lock:
            progress = self._progress(target, first, last)
            elapsed = processor_time()
            while progress.left and elapsed() < seconds:
                with self.impacts.database.read() as tx:
                    cases = store.by_id(tx, progress.left[:BATCH])
                    progress.found += [run(tx, self.impacts.versions, target, case) for case in cases]
                progress.left = progress.left[BATCH:]
        return progress

    def of(self, target: Version, first: date, last: date) -> Iterator[CaseRetrospect]:
        """Every closed case of a period, one after the other on one snapshot."""
        with self.impacts.database.read() as tx:
            ids = store.closed(tx, target.procedure.code, *_span(first, last))
            for start in range(0, len(ids), BATCH):
                for case in store.by_id(tx, ids[start : start + BATCH]):
                    yield run(tx, self.impacts.versions, target, case)

    def _progress(self, target: Version, first: date, last: date) -> Progress:
        """What is known of a period; cases that ended since it was last asked for are among those left."""
        key = target.digest, first, last
        progress = self._kept.setdefault(key, Progress([]))
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        known = {each.case for each in progress.found}
        with self.impacts.database.read() as tx:
            ended = store.closed(tx, target.procedure.code, *_span(first, last))
        progress.left = [case for case in ended if case not in known]
        return progress


def run(tx: Transaction, versions: Versions, target: Version, case: Case) -> CaseRetrospect:
    """A closed case on `target`."""
    history = History()

    def watch(entry: Entry, advance: Advance | None, instance: Instance) -> None:
        if advance and isinstance(entry.body, Command):
            calendar = versions.calendar(tx, case.province, entry.calendar)
            moment = Moment(entry.at, calendar, service_tasks.recorded(entry.done), entry.actor)
            history.add(Recorded(entry.seq, entry.body, moment), advance, instance)

    before = case.verdict == Verdict.LATE
    try:
        replay(tx, versions, case, watch)
    except Divergence as error:
        return CaseRetrospect(case.id, case.number, Fidelity.STOPPED, before=before, obstacle=obstacle(error))
    for fidelity, way in ((Fidelity.EXACT, Rerun.exactly), (Fidelity.RETIMED, Rerun.retimed)):
        rerun = Rerun(target, history)
        try:
            way(rerun)
        except MotcuaError as error:
            refused = error
        else:
            passes = tuple(_passes(history.done, rerun.done, rerun.assumed))
            return CaseRetrospect(case.id, case.number, fidelity, passes, before, rerun.late)
    return CaseRetrospect(case.id, case.number, Fidelity.STOPPED, before=before, obstacle=obstacle(refused))


def _passes(before: dict[str, Task], after: dict[str, Task], assumed: set[str]) -> Iterator[Pass]:
    for id, task in (before | after).items():
        if task.outcome == TaskOutcome.DONE and (_due(before, id) or _due(after, id)):
            yield Pass(id, task.name, task.step, _late(before, id), _late(after, id), id in assumed)


def _due(tasks: dict[str, Task], id: str) -> bool:
    return id in tasks and tasks[id].due is not None


def _late(tasks: dict[str, Task], id: str) -> bool | None:
    task = tasks.get(id)
    return overdue(task.due, task.closed) if task and task.closed else None


def _span(first: date, last: date) -> Sequence[datetime]:
    return datetime.combine(first, time(), ZONE), datetime.combine(last + timedelta(days=1), time(), ZONE)
