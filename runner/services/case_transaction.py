"""One change of one case: one transaction, one journal entry. Every service that changes a case does it here.

with transactions.case(id, person, now, once) as case:
    …  # checks against the case as it is, under its lock
    case.do(Submit(…))
return case.result
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from runner.domain.case import Case, CaseStatus, ChangeResult
from runner.domain.entry import Actor, Circumstances, Command, write
from runner.domain.journal import START, Entry, instant
from runner.domain.person import Person
from runner.domain.task import Task
from runner.engine.advance import Moment
from runner.engine.instance import Instance
from runner.errors import Divergence, IncidentRaised, MotcuaError
from runner.services import once as requests
from runner.services import service_tasks
from runner.services.access import permitted
from runner.services.case_cache import CaseCache
from runner.services.once import Once
from runner.services.projection import project, solved
from runner.services.record import record_incident
from runner.services.replay import replay
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store.session import Database, Transaction

CACHED_CASES = 512
"""How many cases a process keeps in memory; the others are replayed when they are touched."""


class CaseInTrouble(IncidentRaised):
    """Hồ sơ {case} không dựng lại được từ nhật ký (bút toán {seq}: {what}); đã ghi sự cố, hãy báo người quản trị."""


class IncidentNoted(IncidentRaised):
    """{reason} Sự cố đã được ghi vào hồ sơ {case}, dữ liệu vừa nhập được giữ lại để thử lại."""


class _Repeated(Exception):
    """Ends the block of a request that was answered before."""


class CaseTransaction:
    """A case under its lock: `row` as the read tables have it, `instance` in memory as its journal has it.

    `tx` is for what else belongs to the same change. `command` is what `do` was told, for an incident to name.
    """

    def __init__(
        self, versions: Versions, tx: Transaction, row: Case, instance: Instance, person: Person, now: datetime
    ) -> None:
        self.tx, self.row, self.instance = tx, row, instance
        self.person, self.now = person, now
        self.command: Command | None = None
        self.opened: tuple[Task, ...] = ()
        self.once: Once | None = None
        self.stored: ChangeResult | None = None
        self.spoilt = False
        self._versions = versions
        self._result: ChangeResult | None = None

    @property
    def version(self) -> Version:
        """The procedure version on which the case runs."""
        return self._versions.get(self.tx, self.row.version)

    @property
    def result(self) -> ChangeResult:
        """What the change came to, once the block has ended."""
        if self._result is None:
            raise RuntimeError("nothing was done")
        return self._result

    def do(self, command: Command) -> None:
        """Carry out the one command of this change: engine, entry, read tables. The end of the block commits it.

        Raises what the engine raises. A request that was answered before ends here, with the answer of then.
        """
        if self.command is not None:
            raise RuntimeError("one change is one entry")
        if self.stored is not None:
            raise _Repeated
        self.command, self.spoilt = command, True
        case, now = self.row, self.now
        calendar = self._versions.calendar_in_force(self.tx, case.province)
        moment = Moment(now, calendar, service_tasks.performer(self.tx, self.version, now))
        advance = self.instance.apply(command, moment)
        payload = write(
            command, Circumstances(Actor.of(self.person, case.province), calendar.revision, advance.performed)
        )
        state = self.instance.digest()
        entry = Entry.make(case.id, case.seq + 1, now, self.person.id, command.kind, payload, state, case.head)
        projection = project(entry, case, self.instance, advance, solved(self.tx, entry))
        cases.save(self.tx, projection)
        self.row = projection.case
        self.opened = tuple(task for task in advance.tasks if task.closed is None and task.opened == now)
        self._result = _result(self.row, self.opened)
        if self.once:
            requests.store(self.tx, self.person, self.once, self._result, now)

    def repeated(self, result: ChangeResult) -> None:
        """Answer as the same request was answered before."""
        self._result = result


class CaseTransactions:
    """Loads cases, changes them, and keeps the ones in use in memory. Safe to share between threads."""

    def __init__(self, database: Database, versions: Versions, cached_cases: int = CACHED_CASES) -> None:
        self.database = database
        self.versions = versions
        self.cache = CaseCache(cached_cases)

    @contextmanager
    def case(self, case_id: int, person: Person, now: datetime, once: Once | None = None) -> Iterator[CaseTransaction]:
        """A change of a case. Raises `CaseUnknown`, or what the block raises; nothing is then changed.

        What the engine cannot go on with is an incident: the journal gets it together with the command that was tried,
        and `IncidentNoted` is raised (or `CaseInTrouble`, when the case does not replay).
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
            # Retrying an incident in vain is no new one: it stays open.
            if command is None or command.incident is None:
                self.record_incident(case_id, error, command, person, now)
            raise IncidentNoted(reason=str(error), case=case_id) from error

    @contextmanager
    def attempt(
        self, case_id: int, person: Person, now: datetime, once: Once | None = None, *, skip_locked: bool = False
    ) -> Iterator[CaseTransaction]:
        """The same, noting nothing when it fails. With `skip_locked`, a case held elsewhere counts as unknown."""
        with self._change(partial(self._locked, case_id, person, now, skip_locked), person, once) as case:
            yield case

    @contextmanager
    def new_case(
        self, procedure: str, person: Person, now: datetime, once: Once | None = None
    ) -> Iterator[CaseTransaction]:
        """The first change of a new case, of the version of `procedure` in force. Raises `ProcedureUnknown`."""
        with self._change(partial(self._new, procedure, person, now), person, once) as case:
            yield case

    def record_incident(
        self, case_id: int, error: IncidentRaised | Divergence, command: Command | None, person: Person, now: datetime
    ) -> None:
        """Write an incident into the journal, in a transaction of its own."""
        with self.database.change() as tx:
            record_incident(tx, case_id, error, command, person, now)

    @contextmanager
    def _change(
        self, begin: Callable[[Transaction, ChangeResult | None], CaseTransaction], person: Person, once: Once | None
    ) -> Iterator[CaseTransaction]:
        case: CaseTransaction | None = None
        try:
            with self.database.change() as tx:
                stored = requests.stored(tx, person, once)
                case = begin(tx, stored)
                case.once, case.stored = once, stored
                yield case
        except (MotcuaError, _Repeated):
            answered = self._answered(case, person, once)
            if case is None or answered is None:
                raise
            case.repeated(answered)
            return
        finally:
            # A case that the engine has touched is worth keeping only if the commit went well.
            if case and not case.spoilt and case.row.seq:
                self.cache.put(case.row, case.instance)
        if case.spoilt and case.row.status == CaseStatus.OPEN:  # a finished case is not needed again
            self.cache.put(case.row, case.instance)

    def _answered(self, case: CaseTransaction | None, person: Person, once: Once | None) -> ChangeResult | None:
        """The answer that the same request got before, or just now: sent twice at once, this one may have come late."""
        if once is None or (case and case.stored):
            return case.stored if case else None
        with self.database.read() as tx:
            return requests.stored(tx, person, once)

    def _locked(
        self, case_id: int, person: Person, now: datetime, skip_locked: bool, tx: Transaction, _: ChangeResult | None
    ) -> CaseTransaction:
        row = permitted(cases.lock(tx, case_id, skip_locked=skip_locked), case_id, person)
        instance = self.cache.take(row) or replay(tx, self.versions, row)
        return CaseTransaction(self.versions, tx, row, instance, person, now)

    def _new(
        self, procedure: str, person: Person, now: datetime, tx: Transaction, stored: ChangeResult | None
    ) -> CaseTransaction:
        version = self.versions.in_force(tx, procedure)
        row = Case(
            id=stored.case if stored else cases.create(tx),  # a repeated request takes no number
            province=version.province.code,
            procedure=version.procedure.code,
            version=version.digest,
            started=now,
            seq=0,
            head=START,
        )
        instance = Instance(version.definition, version.limit)
        return CaseTransaction(self.versions, tx, row, instance, person, now)


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
