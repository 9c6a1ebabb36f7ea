"""One change of one case: one transaction, one journal entry. Every service changes cases this way:

with transactions.case(id, person, now, once) as case:
    …  # checks, under the lock of the case
    case.do(Submit(…))
return case.result
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from typing import NoReturn

from runner.domain.calendar import Calendar
from runner.domain.case import GOING_ON, Case, ChangeResult
from runner.domain.circumstances import Actor, Circumstances
from runner.domain.entry import Command, Migrate, Start, write
from runner.domain.journal import SALT, START, Entry, instant
from runner.domain.person import Person
from runner.domain.procedure import Province
from runner.domain.task import Task
from runner.engine.advance import Moment
from runner.engine.errors import EngineFault
from runner.engine.instance import Instance
from runner.engine.migration import Migration
from runner.errors import Divergence, IncidentRaised, MotcuaError, Refused
from runner.law.event import Lens
from runner.services import service_tasks
from runner.services.access import permitted
from runner.services.case_cache import CaseCache
from runner.services.law_check import heed
from runner.services.migration import migrate
from runner.services.once import Once, earlier_answer, keep_answer
from runner.services.projection import closed_incidents, project
from runner.services.record import record_incident
from runner.services.replay import replay
from runner.services.version import Version
from runner.services.version_cache import InForce, Versions
from runner.store import case as cases
from runner.store.session import Database, Transaction

log = logging.getLogger(__name__)

CACHED_CASES = 512
"""How many cases a process keeps in memory; it replays the others when they change."""


class CaseInTrouble(IncidentRaised):
    """Hồ sơ {case} không khớp với nhật ký (mục nhật ký số {seq}); đã ghi sự cố, hãy báo người quản trị."""


class IncidentNoted(IncidentRaised):
    """{reason} Sự cố đã được ghi vào hồ sơ {case}, dữ liệu vừa nhập được giữ lại để thử lại."""


class CaseNotBegun(Refused):
    """Chưa lập được hồ sơ, chưa có gì được ghi lại; hãy báo người quản trị. Lý do: {reason}"""


class _AnsweredBefore(Exception):
    """Ends the block of a request that was answered before."""


class CaseTransaction:
    """A case under its lock: `row` as the read tables have it, `instance` as its journal has it.

    The block writes into `tx` what else belongs to the change. `do` sets `command`, and `opened`: the tasks that the
    command opened.
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
        in_force: InForce | None = None,
    ) -> None:
        self.tx, self.row, self.instance = tx, row, instance
        self.person, self.now = person, now
        self.command: Command | None = None
        self.opened: tuple[Task, ...] = ()
        self.answer: ChangeResult | None = None
        self._versions, self._once = versions, once
        self.in_force = in_force or versions.newest(tx, row.province)
        """By what this change counts, and by what it is permitted."""

    @property
    def version(self) -> Version:
        """The procedure version on which the case runs."""
        return self._versions.get(self.tx, self.row.version)

    @property
    def calendar(self) -> Calendar:
        """The calendar by which this change counts."""
        return self.in_force.calendar

    @property
    def organisation(self) -> Province:
        """The organisation by which this change is permitted."""
        return self.in_force.organisation or self.version.province

    @property
    def lens(self) -> Lens:
        """The rules of law in force, as they look at the version of the case."""
        return self._versions.lens(self.tx, self.version, self.in_force.rules)

    def expect_in_force(self) -> None:
        """Raises `ProcedureRepealed` where the procedure of the case is."""
        self._versions.in_force(self.tx, self.row.procedure, self.now)

    @property
    def result(self) -> ChangeResult:
        """The answer to the request, once the block has ended."""
        if self.answer is None:
            raise RuntimeError("nothing was done")
        return self.answer

    def do(self, command: Command) -> None:
        """Carry out the one command of this change: engine, entry, read tables. The end of the block commits it.

        Raises what the engine raises. For a request that was answered before, the block ends here.
        """
        if self.command is not None:
            raise RuntimeError("one change is one entry")
        self.command = command
        case, now = self.row, self.now
        calendar = self.calendar
        if isinstance(command, Migrate):
            self.instance, advance = self.migrated(command)
        else:
            moment = Moment(now, calendar, service_tasks.performer(self.tx, self.version, now), self.person.id)
            advance = self.instance.apply(command, moment)
        with _faults_as_incidents():
            who = Actor.of(self.person, case.province)
            heed(self, who)
            payload = write(
                command,
                Circumstances(
                    who,
                    calendar.revision,
                    advance.performed,
                    self.in_force.revision,
                    self.person.via,
                ),
            )
            salt = secrets.token_bytes(SALT)
            if isinstance(command, Start):
                self.instance.salt = salt
            state, by = self.instance.digest(), self.person.id
            entry = Entry.make(case.id, case.seq + 1, now, by, command.kind, payload, state, case.head, salt)
        closed = closed_incidents(self.tx, entry)
        with _faults_as_incidents():
            projection = project(entry, case, self.instance, advance, closed)
        cases.save(self.tx, projection)
        self.row = projection.case
        self.opened = tuple(task for task in advance.tasks if task.closed is None and task.opened == now)
        result = _result(self.row, self.opened)
        if self._once:
            keep_answer(self.tx, self.person, self._once, result, now)
        self.answer = result

    def migrated(self, command: Migrate) -> Migration:
        """The case on another version, as `command` asks. Raises `MigrationBlocked`."""
        tx, versions = self.tx, self._versions
        version, entries = versions.get(tx, command.version), cases.entries(tx, self.row.id)
        return migrate(tx, versions, entries, self.instance, version, command.semantics, self.now)


@contextmanager
def _faults_as_incidents() -> Iterator[None]:
    """What breaks on the way from a command to its entry is for people to mend, as what breaks in the engine is."""
    try:
        yield
    except MotcuaError:
        raise
    except Exception as error:
        raise EngineFault(reason=f"{type(error).__name__}: {error}") from error


class _AnsweredCase(CaseTransaction):
    """Stands for the case of a request that was answered before: whatever the block asks of it ends the block."""

    def __init__(self, answer: ChangeResult) -> None:
        self.answer, self.command = answer, None

    def __getattr__(self, name: str) -> NoReturn:
        raise _AnsweredBefore

    def do(self, command: Command) -> None:
        raise _AnsweredBefore


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
            found = cases.lock(tx, case_id, skip_locked=skip_locked)
            in_force = self.versions.newest(tx, found.province) if found else None
            organisation = in_force.organisation if in_force else None
            row = permitted(tx, self.versions, found, case_id, person, organisation)
            instance = self.cache.take(row) or replay(tx, self.versions, row)
            return CaseTransaction(self.versions, tx, row, instance, person, now, once, in_force)

        return self._change(begin, person, once)

    @contextmanager
    def new_case(
        self, procedure: str, person: Person, now: datetime, once: Once | None = None
    ) -> Iterator[CaseTransaction]:
        """The first change of a new case, of the version of `procedure` in force. Raises `ProcedureUnknown`.

        Where the engine cannot go on, there is no case, and so no incident: this raises `CaseNotBegun`.
        """

        def begin(tx: Transaction) -> CaseTransaction:
            version = self.versions.in_force(tx, procedure, now)
            row = Case(
                id=cases.create(tx),
                province=version.province.code,
                procedure=version.procedure.code,
                version=version.digest,
                started=now,
                seq=0,
                head=START,
            )
            instance = Instance(version.definition, version.limit)
            return CaseTransaction(self.versions, tx, row, instance, person, now, once)

        try:
            with self._change(begin, person, once) as case:
                yield case
        except IncidentRaised as error:
            log.error("no case of %s can begin: %s", procedure, error, exc_info=error)
            raise CaseNotBegun(reason=str(error)) from error

    def record_incident(
        self, case_id: int, error: IncidentRaised | Divergence, command: Command | None, person: Person, now: datetime
    ) -> None:
        """Write an incident into the journal, in a transaction of its own."""
        with self.database.change() as tx:
            record_incident(tx, case_id, error, command, person, now)

    @contextmanager
    def _change(
        self, begin: Callable[[Transaction], CaseTransaction], person: Person, once: Once | None
    ) -> Iterator[CaseTransaction]:
        """The transaction around a block; a request that was answered before ends it without an error."""
        case: CaseTransaction | None = None
        committed = False
        try:
            with self.database.change() as tx:
                answer = earlier_answer(tx, person, once)
                case = _AnsweredCase(answer) if answer else begin(tx)
                yield case
                if case.command is not None and case.answer is None:
                    raise RuntimeError("the block went on after its command had failed")
            committed = True
        except _AnsweredBefore:
            pass
        except MotcuaError:
            # Of two copies sent at once, the one that came late may fail by what the other has done.
            with self.database.read() as tx:
                answer = earlier_answer(tx, person, once)
            if answer is None:
                raise
            if case is None:  # the block has not begun
                with suppress(_AnsweredBefore):
                    yield _AnsweredCase(answer)
            else:
                case.answer = answer
        finally:
            if case and not isinstance(case, _AnsweredCase):
                self._put_back(case, committed)

    def _put_back(self, case: CaseTransaction, committed: bool) -> None:
        """Keep the case in memory if it stands at the end of its journal: not touched by the engine, or committed."""
        if case.command is None:
            current = case.row.seq > 0  # a new case has no journal yet
        else:
            current = committed and case.row.status in GOING_ON  # a finished case is not needed again
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
