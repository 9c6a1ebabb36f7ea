"""Counts running deadlines anew after an edit of the calendar: shown first, then one entry in each case's journal.

The queue of cases is stored with the revision, in one transaction. Whoever works on it takes case by case, each in a
transaction of its own, so that an interrupted run goes on where it was: the worker does so at every tick.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from runner.clock import ZONE
from runner.domain.calendar import Calendar
from runner.domain.calendar_edit import changed_days
from runner.domain.case import Case, CaseStatus
from runner.domain.deployment import Decision, PendingRecount
from runner.domain.entry import Recount
from runner.domain.person import SYSTEM, LaneKind, Person
from runner.domain.task import Task
from runner.engine.advance import Moment
from runner.engine.errors import PromiseEarlier
from runner.engine.instance import Instance
from runner.engine.legal_clock import LegalClock
from runner.errors import Conflict, Divergence, IncidentRaised, MotcuaError, NotFound, Refused
from runner.services import text_rules
from runner.services.access import CaseUnknown, of_kind
from runner.services.case_transaction import CaseTransactions
from runner.services.confirmation import expect_proof
from runner.services.replay import replay
from runner.store import case as cases
from runner.store import recount as recounts
from runner.store import registry
from runner.store.session import Transaction

BATCH = 200

log = logging.getLogger(__name__)


class NothingToDecide(NotFound):
    """Không có ngày hẹn nào đang chờ lãnh đạo duyệt."""


class RecountUnfinished(Conflict):
    """Còn {count} hồ sơ đang được tính lại; hãy đợi tính xong rồi duyệt."""


class PromisesMoved(Conflict):
    """Lịch làm việc vừa được sửa (nay là bản {revision}); hãy xem lại các ngày hẹn rồi quyết định."""


class DecidesOwnEdit(Refused):
    """Người sửa lịch không tự duyệt việc dời ngày hẹn sớm hơn; cần một lãnh đạo khác."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A due moment that a recount moves: of an open task, or (`task` None) of the case."""

    task: Task | None
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """What a recount does to a case. `printed`: the applicant has a receipt with the promise on it."""

    case: Case
    moved: tuple[Moved, ...]

    @property
    def printed(self) -> bool:
        return self.case.number is not None

    @property
    def promise(self) -> Moved | None:
        """The promise, where it moves."""
        return next((each for each in self.moved if each.task is None), None)

    @property
    def earlier(self) -> bool:
        """Whether the promise moves earlier, for which a director is asked."""
        return self.promise is not None and self.promise.after < self.promise.before


@dataclass(frozen=True, slots=True)
class Run:
    """How many cases a run counted anew, and how many more wait for a director."""

    counted: int
    waiting: int


class Recounts:
    """The cases that a revision of the calendar concerns."""

    def __init__(self, transactions: CaseTransactions) -> None:
        self.transactions = transactions

    def preview(
        self, before: Calendar, after: Calendar, now: datetime, limit: int | None = None
    ) -> tuple[list[Effect], int]:
        """What open cases an edit moves, and how many cases beyond `limit` it may concern that were not looked at."""
        with self.transactions.database.read() as tx:
            found = affected(tx, before, after)
            seen = found[:limit]
            effects = [_effect(case, self._instance(tx, case), after, now) for case in seen]
        return [effect for effect in effects if effect and effect.moved], len(found) - len(seen)

    def run(self, now: datetime, person: Person = SYSTEM, limit: int | None = None) -> Run:
        """Count the cases of the queue anew, at most `limit`. `person` is the actor of the entries."""
        counted = waiting = 0
        for number, pending in enumerate(self._ready()):
            if limit is not None and number >= limit:
                break
            try:
                done = self._recount(pending, person, now)
            except PromiseEarlier:
                waiting += self._ask(pending, now)
                continue
            except (IncidentRaised, CaseUnknown) as error:  # an administrator tries the incident again
                log.warning("case %s is not counted anew: %s", pending.case, error)
                self._drop(pending)
            except MotcuaError as error:  # such as a year that is missing, or a busy database: the next run tries again
                log.warning("case %s is not counted anew yet: %s", pending.case, error)
            else:
                counted += done
        return Run(counted, waiting)

    def waiting(self, province: str) -> list[tuple[Case, PendingRecount]]:
        """The cases whose promise would move earlier, which wait for a director."""
        with self.transactions.database.read() as tx:
            return recounts.waiting(tx, province)

    def unfinished(self, province: str) -> int:
        """How many cases are still to be counted."""
        with self.transactions.database.read() as tx:
            return recounts.ready_count(tx, province)

    def decide(
        self, province: str, approved: bool, reason: str, person: Person, now: datetime, base: int | None = None
    ) -> Decision:
        """A director lets promises move earlier by the calendar in force, or keeps them as the applicants have them.

        `base` is the revision by which the promises were shown: raises `PromisesMoved` where they wait for another.
        Raises `NothingToDecide` (also for people who are no directors of the province), `DecidesOwnEdit`,
        `RecountUnfinished`, `ReasonMissing`.
        """
        stated = text_rules.reason(reason)
        expect_proof(person)
        with self.transactions.database.change() as tx:
            place = self.transactions.versions.organisations_in_force(tx)
            if province not in {code for code, _ in of_kind(person, place, LaneKind.DIRECTOR)}:
                raise NothingToDecide
            if not (asked := recounts.waiting(tx, province)):
                raise NothingToDecide
            if left := recounts.ready_count(tx, province):
                raise RecountUnfinished(count=left)
            revision = asked[0][1].revision
            if base not in (None, revision):
                raise PromisesMoved(revision=revision)
            if person.id in self._editors(tx, province, min(case.started for case, _ in asked)):
                raise DecidesOwnEdit
            decision = Decision(province, revision, approved, now, person.id, stated)
            recounts.decide(tx, decision)
        return decision

    def _ready(self) -> Iterator[PendingRecount]:
        after = 0
        while True:
            with self.transactions.database.read() as tx:
                batch = recounts.ready(tx, after, BATCH)
            if not batch:
                return
            yield from batch
            after = batch[-1].case

    def _recount(self, pending: PendingRecount, person: Person, now: datetime) -> bool:
        """Count a case, unless that is done. Raises `PromiseEarlier` where a director is to be asked."""
        who = person if person.lanes(pending.province) else SYSTEM
        with self.transactions.case(pending.case, who, now) as case:
            calendar = self.transactions.versions.calendar_in_force(case.tx, pending.province)
            recounts.done(case.tx, pending.case)
            if case.row.status != CaseStatus.OPEN or _counted_by(case.instance.legal) <= {calendar.revision}:
                return False
            revision = registry.revisions(case.tx, pending.province)[-1]
            decision = recounts.decisions(case.tx, pending.province).get(calendar.revision)
            approved_by = decision.by if decision and decision.approved else None
            director = registry.person(case.tx, approved_by) if approved_by else None
            case.do(Recount(revision.reason, approved_by, director.name if director else None))
        return True

    def _ask(self, pending: PendingRecount, now: datetime) -> bool:
        """Put a case before the director: from which moment to which the promise would move."""
        with self.transactions.database.read() as tx:
            calendar = self.transactions.versions.calendar_in_force(tx, pending.province)
            case = cases.get(tx, pending.case)
            effect = _effect(case, self._instance(tx, case), calendar, now) if case else None
        if effect is None or effect.promise is None:
            return False
        with self.transactions.database.change() as tx:
            recounts.wait(tx, pending, effect.promise.before, effect.promise.after)
        return True

    def _editors(self, tx: Transaction, province: str, since: datetime) -> set[str]:
        """Who has changed the working time of the calendar since then: a later edit does not hide an earlier one."""
        versions, edits = self.transactions.versions, registry.revisions(tx, province)[1:]
        return {
            each.by
            for each in edits
            if each.at >= since
            and changed_days(
                versions.calendar(tx, province, each.revision - 1), versions.calendar(tx, province, each.revision)
            )
        }

    def _drop(self, pending: PendingRecount) -> None:
        with self.transactions.database.change() as tx:
            recounts.done(tx, pending.case)

    def _instance(self, tx: Transaction, case: Case) -> Instance | None:
        """The case in memory; None where its journal does not replay."""
        try:
            return replay(tx, self.transactions.versions, case)
        except Divergence:
            return None


def affected(tx: Transaction, before: Calendar, after: Calendar) -> list[Case]:
    """The open cases of the province in which a deadline may depend on a day that the edit changes."""
    changed = changed_days(before, after)
    if changed is None:
        return []
    begin, end = (datetime.combine(day, time(), ZONE) for day in (changed[0], changed[1] + timedelta(days=1)))
    return recounts.affected(tx, before.province, begin, end)


def _effect(case: Case, instance: Instance | None, calendar: Calendar, now: datetime) -> Effect | None:
    """What a recount of `instance`, which is spoilt by it, moves; None where there is none to be made."""
    if instance is None:
        return None
    promise, tasks = instance.legal.due, dict(instance.tasks)
    try:
        instance.recount(Moment(now, calendar, lambda _: None), approved=True)
    except IncidentRaised:
        return None
    pairs = [
        (None, promise, instance.legal.due),
        *((task, task.due, instance.tasks[id].due) for id, task in tasks.items()),
    ]
    return Effect(case, tuple(Moved(task, old, new) for task, old, new in pairs if old and new and old != new))


def _counted_by(legal: LegalClock) -> set[int]:
    """The revisions by which the deadlines that run were counted."""
    return {each.revision for each in (legal.deadline, *legal.rounds.values()) if each}
