"""What a draft does to the running cases of its procedure: each is replayed on it, and nothing is written to any case.

A case is *unaffected* when it would be in the same state and has the same before it: equal digests (rules, values,
tasks, deadlines, timers, clock), equal open tasks and rounds of steps, the same limit of the whole unless that is
promised already, and every element that it waits at or can still come to is and does the same on both versions. It is
*blocked* when it has an open incident, does not replay, or is not taken by the draft (`MigrationBlocked`). It is
*migratable* otherwise; its open tasks may then be due at other moments.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from inspect import cleandoc
from threading import Lock
from typing import Final

from runner.authoring.ahead import Comparison, Outlook
from runner.authoring.drafts import Drafts, assembled
from runner.bpmn import Diagram
from runner.clock import processor_time
from runner.domain.case import GOING_ON, Case
from runner.domain.deployment import ProcedureUnknown
from runner.domain.impact import CaseImpact, Grade, Obstacle, TaskImpact
from runner.domain.journal import Entry
from runner.domain.person import Person, Role
from runner.domain.semantics import CURRENT
from runner.engine.instance import Instance
from runner.engine.migration import Migration, MigrationBlocked
from runner.errors import Divergence, MotcuaError
from runner.services.access import CaseUnknown, permitted
from runner.services.migration import migrate, without_incident
from runner.services.procedures import VersionUnknown
from runner.services.replay import replay
from runner.services.version import Version, compiled
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import impact as store
from runner.store import registry
from runner.store.session import Database, Transaction

BATCH: Final = 50
"""Cases that are looked at on one snapshot of the database, and whose results are kept in one transaction."""
KEPT_VERSIONS: Final = 4
"""Drafts that stay compiled in a process."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How far the cases of a procedure have been looked at, and how many have each grade. `digest`: of the draft."""

    digest: str
    total: int
    grades: Mapping[Grade, int]

    @property
    def counted(self) -> int:
        return sum(self.grades.values())


class Impacts:
    """What drafts do to running cases, for their analysts: looked at piece by piece, and kept until something changes.

    A result names the entry at which it found the case and the digest of the draft, so that a case that went on, or
    another save of the draft, is looked at anew, and an interrupted run goes on where it was. Whoever may not see a
    draft gets `DraftUnknown`; a draft that cannot run raises what compiling raises.
    """

    def __init__(self, database: Database, versions: Versions, drafts: Drafts) -> None:
        self.database = database
        self.versions = versions
        self.drafts = drafts
        self._judges: OrderedDict[tuple[int, int], Judge] = OrderedDict()
        self._lock = Lock()

    def figures(self, draft: int, person: Person, now: datetime) -> Figures:
        """How far it is."""
        judge = self.judge(draft, person)
        code, digest = judge.target.procedure.code, judge.target.digest
        with self.database.read() as tx:
            return Figures(digest, store.count(tx, code, digest), store.grades(tx, draft, code, digest, now))

    def go_on(self, draft: int, person: Person, now: datetime, seconds: float) -> None:
        """Look at cases for about so long (of the processor), or until all are known."""
        judge, elapsed = self.judge(draft, person), processor_time()
        code, digest = judge.target.procedure.code, judge.target.digest
        while elapsed() < seconds:
            with self.database.read() as tx:
                pending = store.pending(tx, draft, code, digest, BATCH)
                found = [judge.judge(tx, case, now) for case in pending]
            if not found:
                return
            with self.database.change() as tx:
                store.keep(tx, draft, digest, found)

    def cases(
        self,
        draft: int,
        person: Person,
        now: datetime,
        grades: Sequence[Grade],
        after: int = 0,
        limit: int | None = None,
    ) -> list[tuple[Case, CaseImpact]]:
        """What was found of the cases with these grades behind the case `after`, by number."""
        target = self.judge(draft, person).target
        with self.database.read() as tx:
            return list(store.found(tx, draft, target.procedure.code, target.digest, now, grades, after, limit))

    def case(self, draft: int, person: Person, case: int, now: datetime) -> tuple[Case, CaseImpact]:
        """One case of the procedure as it stands, looked at now. Raises `CaseUnknown`."""
        judge = self.judge(draft, person)
        with self.database.read() as tx:
            found = permitted(tx, self.versions, cases.get(tx, case), case, person)
            if found.procedure != judge.target.procedure.code or found.status not in GOING_ON:
                raise CaseUnknown(case=case)
            return found, judge.judge(tx, found, now)

    def picture(
        self, draft: int, person: Person, case: int, now: datetime
    ) -> tuple[Diagram, Instance | None, Obstacle | None]:
        """One case on the draft's diagram: the case there, or as it is with what keeps it from going there.

        The diagram is the old one where only that has the element that keeps it; the case is None where it does not
        replay. Raises `CaseUnknown`.
        """
        found, impact = self.case(draft, person, case, now)
        target, obstacle = self.judge(draft, person).target, impact.obstacle
        with self.database.read() as tx:
            old, entries = self.versions.get(tx, found.version), list[Entry]()
            try:
                before = replay(tx, self.versions, found, lambda entry, *_: entries.append(entry))
                if obstacle is None:
                    moved = migrate(tx, self.versions, entries, before, target, CURRENT, now)
                    return target.diagram, moved.instance, None
            except Divergence:
                return old.diagram, None, obstacle
        known = obstacle.element in target.definition.nodes or not obstacle.element
        return (target if known else old).diagram, before, obstacle

    def of(self, target: Version, now: datetime) -> Iterator[tuple[Case, CaseImpact]]:
        """All running cases of a procedure, one after the other on one snapshot; nothing is kept."""
        judge = Judge(self.versions, target)
        with self.database.read() as tx:
            for case in store.running(tx, target.procedure.code, target.digest):
                yield case, judge.judge(tx, case, now)

    def deployed(self, procedure: str, number: int | None, person: Person, now: datetime) -> Version:
        """A stored version of a procedure, None being the one in force. Raises `ProcedureUnknown`, `VersionUnknown`."""
        with self.database.read() as tx:
            known = {row.number: row for row in registry.versions(tx) if row.procedure == procedure}
            if not any((row.province, Role.ANALYST) in person.groups for row in known.values()):
                raise ProcedureUnknown(procedure=procedure)
            if number is None:
                return self.versions.in_force(tx, procedure, now)
            if number not in known:
                raise VersionUnknown(procedure=procedure, number=number)
            return self.versions.get(tx, known[number].digest)

    def judge(self, draft: int, person: Person) -> Judge:
        """Judges by the newest save of a draft."""
        found = self.drafts.get(draft, person)
        key = draft, found.save
        with self._lock:
            if key in self._judges:
                self._judges.move_to_end(key)
                return self._judges[key]
        files = self.drafts.files(draft, person, found.save)
        judge = Judge(self.versions, compiled(assembled(found.procedure, files)))
        with self._lock:
            self._judges[key] = judge
            while len(self._judges) > KEPT_VERSIONS:
                self._judges.popitem(last=False)
        return judge


class Judge:
    """Says what `target` does to cases of older versions of its procedure."""

    def __init__(self, versions: Versions, target: Version) -> None:
        self.versions, self.target = versions, target
        self._outlook = Outlook(target)
        self._comparisons: dict[str, Comparison] = {}

    def judge(self, tx: Transaction, case: Case, now: datetime) -> CaseImpact:
        """What becomes of a case that goes on; nothing is written."""
        entries: list[Entry] = []
        try:
            without_incident(tx, case.id)
            before = replay(tx, self.versions, case, lambda entry, *_: entries.append(entry))
            found = migrate(tx, self.versions, entries, before, self.target, CURRENT, now)
        except (MigrationBlocked, Divergence) as error:
            return CaseImpact(case.id, case.seq, case.version, Grade.BLOCKED, obstacle=obstacle(error))
        old = self.versions.get(tx, case.version)
        if self._unaffected(old, before, found):
            return CaseImpact(case.id, case.seq, case.version, Grade.UNAFFECTED)
        tasks = tuple(_tasks(old, before, self.target, found.instance))
        return CaseImpact(
            case.id, case.seq, case.version, Grade.MIGRATABLE, tasks, passed_over=found.advance.passed_over
        )

    def _unaffected(self, old: Version, before: Instance, found: Migration) -> bool:
        after = found.instance
        same = (
            before.digest() == after.digest()
            and before.tasks == after.tasks
            and before.timers == after.timers
            and before.legal.rounds == after.legal.rounds
            and before.legal.limit == after.legal.limit
        )
        if not same:
            return False
        if old.digest not in self._comparisons:
            self._comparisons[old.digest] = Comparison(Outlook(old), self._outlook)
        return self._comparisons[old.digest].same_ahead(before, after)


def _tasks(old: Version, before: Instance, new: Version, after: Instance) -> Iterator[TaskImpact]:
    """The open tasks of both versions."""
    for id, task in (before.tasks | after.tasks).items():
        was, will = before.tasks.get(id), after.tasks.get(id)
        yield TaskImpact(
            id,
            task.name,
            task.step,
            was.due if was else None,
            will.due if will else None,
            old.definition.limits.get(task.element),
            new.definition.limits.get(task.element),
            opens=was is None,
            closes=will is None,
        )


def obstacle(error: MotcuaError) -> Obstacle:
    """Why a case stays on its version, as it is kept."""
    facts = {key: value if isinstance(value, int) else str(value) for key, value in error.facts.items()}
    seq, element = int(str(facts.get("seq", 0))), str(facts.get("element", ""))
    return Obstacle(seq, element, cleandoc(type(error).__doc__ or ""), facts)
