"""One change of one case: one transaction, one journal entry. Every service changes cases this way:

with transactions.case(id, person, now, once) as case:
    …  # checks, under the lock of the case
    case.do(Submit(…))
return case.result
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from runner.domain.case import Case, CaseStatus, ChangeResult
from runner.domain.entry import Actor, Circumstances, Command, write
from runner.domain.journal import START, Entry, instant
from runner.domain.person import Person
from runner.domain.task import Task
from runner.engine.advance import Moment
from runner.engine.instance import Instance
from runner.errors import Divergence, IncidentRaised, MotcuaError
from runner.services import service_tasks
from runner.services.access import permitted
from runner.services.case_cache import CaseCache
from runner.services.once import Once, earlier_answer, keep_answer
from runner.services.projection import closed_incidents, project
from runner.services.record import record_incident
from runner.services.replay import replay
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store.session import Database, Transaction

CACHED_CASES = 512
"""How many cases a process keeps in memory; it replays the others when they change."""


class CaseInTrouble(IncidentRaised):
    """Hồ sơ {case} không khớp với nhật ký (mục nhật ký số {seq}: {what}); đã ghi sự cố, hãy báo người quản trị."""


class IncidentNoted(IncidentRaised):
    """{reason} Sự cố đã được ghi vào hồ sơ {case}, dữ liệu vừa nhập được giữ lại để thử lại."""


class _AnsweredBefore(Exception):
    """Ends the block of a request that was answered before."""


class CaseTransaction:
    """A case under its lock: `row` as the read tables have it, `instance` as its journal has it.

    The block writes into `tx` what else belongs to the change. `do` sets `command`, and `opened`: the tasks that the
    command opened. `earlier` is the answer to the same request when it came before.
    """

    def __init__(
        self,
        versions: Versions,
        tx: Transaction,
        row: Case,
        instance: Instance,
        person: Person,
        now: datetime,
        once: Once | None,
        earlier: ChangeResult | None,
    ) -> None:
        self.tx, self.row, self.instance = tx, row, instance
        self.person, self.now = person, now
        self.command: Command | None = None
        self.opened: tuple[Task, ...] = ()
        self.earlier = earlier
        self._versions, self._once = versions, once
        self._result: ChangeResult | None = None

    @property
    def version(self) -> Version:
        """The procedure version on which the case runs."""
        return self._versions.get(self.tx, self.row.version)

    @property
    def result(self) -> ChangeResult:
        """The answer to the request, once the block has ended."""
        result = self.earlier or self._result
        if result is None:
            raise RuntimeError("nothing was done")
        return result

    def do(self, command: Command) -> None:
        """Carry out the one command of this change: engine, entry, read tables. The end of the block commits it.

        Raises what the engine raises. For a request that was answered before, the block ends here.
        """
        if self.command is not None:
            raise RuntimeError("one change is one entry")
        if self.earlier is not None:
            raise _AnsweredBefore
        self.command = command
        case, now = self.row, self.now
        calendar = self._versions.calendar_in_force(self.tx, case.province)
        moment = Moment(now, calendar, service_tasks.performer(self.tx, self.version, now))
        advance = self.instance.apply(command, moment)
        payload = write(
            command, Circumstances(Actor.of(self.person, case.province), calendar.revision, advance.performed)
        )
        state = self.instance.digest()
        entry = Entry.make(case.id, case.seq + 1, now, self.person.id, command.kind, payload, state, case.head)
        projection = project(entry, case, self.instance, advance, closed_incidents(self.tx, entry))
        cases.save(self.tx, projection)
        self.row = projection.case
        self.opened = tuple(task for task in advance.tasks if task.closed is None and task.opened == now)
        self._result = _result(self.row, self.opened)
        if self._once:
            keep_answer(self.tx, self.person, self._once, self._result, now)

    def answered(self, database: Database) -> bool:
        """Whether the same request has an answer: from before, or, sent twice at once, from its other copy."""
        if self.earlier is None and self._once:
            with database.read() as tx:
                self.earlier = earlier_answer(tx, self.person, self._once)
        return self.earlier is not None


class CaseTransactions:
    """Loads cases, changes them, and keeps those in use in memory. Safe to share between threads."""

    def __init__(self, database: Database, versions: Versions, cached_cases: int = CACHED_CASES) -> None:
        self.database = database
        self.versions = versions
        self.cache = CaseCache(cached_cases)

    @contextmanager
    def case(self, case_id: int, person: Person, now: datetime, once: Once | None = None) -> Iterator[CaseTransaction]:
        """A change of a case. Raises `CaseUnknown`, or what the block raises; nothing is then changed.

        Where the engine cannot go on, the journal gets an incident with the command, and this raises `IncidentNoted`;
        where the case does not replay, it gets an incident without one, and this raises `CaseInTrouble`.
        """
        case: CaseTransaction | None = None
        try:
            with self.attempt(case_id, person, now, once) as case:
                yield case
        except Divergence as error:
            self.record_incident(case_id, error, None, person, now)
            raise CaseInTrouble(**error.facts) from error
        except IncidentRaised as error:
            command = case.command if case else None
            # A retry of an incident that fails opens no second one: the first stays open.
            if command is None or command.incident is None:
                self.record_incident(case_id, error, command, person, now)
            raise IncidentNoted(reason=str(error), case=case_id) from error

    def attempt(
        self, case_id: int, person: Person, now: datetime, once: Once | None = None, *, skip_locked: bool = False
    ) -> AbstractContextManager[CaseTransaction]:
        """The same without the incident. With `skip_locked`, a case that another transaction holds is `CaseUnknown`."""

        def begin(tx: Transaction) -> CaseTransaction:
            row = permitted(cases.lock(tx, case_id, skip_locked=skip_locked), case_id, person)
            earlier = earlier_answer(tx, person, once)
            instance = self.cache.take(row) or replay(tx, self.versions, row)
            return CaseTransaction(self.versions, tx, row, instance, person, now, once, earlier)

        return self._change(begin)

    def new_case(
        self, procedure: str, person: Person, now: datetime, once: Once | None = None
    ) -> AbstractContextManager[CaseTransaction]:
        """The first change of a new case, of the version of `procedure` in force. Raises `ProcedureUnknown`."""

        def begin(tx: Transaction) -> CaseTransaction:
            version = self.versions.in_force(tx, procedure)
            earlier = earlier_answer(tx, person, once)
            row = Case(
                id=earlier.case if earlier else cases.create(tx),
                province=version.province.code,
                procedure=version.procedure.code,
                version=version.digest,
                started=now,
                seq=0,
                head=START,
            )
            instance = Instance(version.definition, version.limit)
            return CaseTransaction(self.versions, tx, row, instance, person, now, once, earlier)

        return self._change(begin)

    def record_incident(
        self, case_id: int, error: IncidentRaised | Divergence, command: Command | None, person: Person, now: datetime
    ) -> None:
        """Write an incident into the journal, in a transaction of its own."""
        with self.database.change() as tx:
            record_incident(tx, case_id, error, command, person, now)

    @contextmanager
    def _change(self, begin: Callable[[Transaction], CaseTransaction]) -> Iterator[CaseTransaction]:
        """The transaction around a block; a repeated request ends it without an error, even where a check raises."""
        case: CaseTransaction | None = None
        committed = False
        try:
            with self.database.change() as tx:
                case = begin(tx)
                yield case
            committed = True
        except (MotcuaError, _AnsweredBefore):
            if case is None or not case.answered(self.database):
                raise
        finally:
            if case:
                self._put_back(case, committed)

    def _put_back(self, case: CaseTransaction, committed: bool) -> None:
        """Keep the case in memory if it stands at the end of its journal: not touched by the engine, or committed."""
        if case.command is None:
            current = case.row.seq > 0  # a new case has no journal yet
        else:
            current = committed and case.row.status == CaseStatus.OPEN  # a finished case is not needed again
        if current:
            self.cache.put(case.row, case.instance)


def _result(case: Case, opened: tuple[Task, ...]) -> ChangeResult:
    return ChangeResult(
        case=case.id,
        version=case.version,
        seq=case.seq,
        status=case.status,
        outcome=case.outcome,
        number=case.number,
        clock=case.clock,
        due=instant(case.due) if case.due else None,
        opened=[task.id for task in opened],
    )
