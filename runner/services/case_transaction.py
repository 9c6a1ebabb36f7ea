"""One change of one case: one transaction, one journal entry. Every service that touches a case goes through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from inspect import cleandoc
from typing import Any, cast

from runner.domain.case import Case, CaseStatus
from runner.domain.entry import read_command
from runner.domain.form.attachment import attached
from runner.domain.journal import START, Entry, canonical, digest, instant
from runner.domain.person import SYSTEM, Person
from runner.engine.advance import Advance, Moment
from runner.engine.instance import Instance
from runner.errors import Divergence, IncidentRaised, MotcuaError, NotFound, Refused
from runner.services import service_tasks
from runner.services.case_cache import CaseCache
from runner.services.projection import project, project_record_entry, solved
from runner.services.replay import replay
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import attachment as attachments
from runner.store import case as cases
from runner.store import idempotency
from runner.store.session import Database, Transaction

KEY_LENGTH = 200

LIVE_CASES = 512
"""How many cases a process keeps in memory; the others are replayed when they are touched."""


class CaseUnknown(NotFound):
    """Không tìm thấy hồ sơ {case}."""


class KeyInvalid(Refused):
    """Khóa chống gửi trùng phải có từ 1 đến 200 ký tự in được."""


class KeyReused(Refused):
    """Khóa chống gửi trùng này đã được dùng cho một yêu cầu khác."""


class CaseInTrouble(IncidentRaised):
    """Hồ sơ {case} không dựng lại được từ nhật ký (bút toán {seq}: {what}); đã ghi sự cố, hãy báo người quản trị."""


class IncidentNoted(IncidentRaised):
    """{reason} Sự cố đã được ghi vào hồ sơ {case}, dữ liệu vừa nhập được giữ lại để thử lại."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is about to be done, as the journal will have it: a kind of entry and its facts."""

    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What a change came to, as plain JSON values, so that the same request can be given the same answer again.

    `version` is that of the case; `opened` are the ids of the tasks now open because of the change; `due` (of the
    case) is ISO 8601 in UTC or None.
    """

    case: int
    version: str
    seq: int
    status: str
    outcome: str
    number: str | None
    clock: str
    due: str | None
    opened: list[str]


@dataclass(frozen=True, slots=True)
class Once:
    """A request with its ``Idempotency-Key``: however often it comes, it has one effect and one answer."""

    key: str
    request: Mapping[str, Any]

    def __post_init__(self) -> None:
        if not 1 <= len(self.key) <= KEY_LENGTH or not self.key.isprintable():
            raise KeyInvalid

    @property
    def digest(self) -> bytes:
        """The SHA-256 of what is asked, to tell a repeated request from another one with the same key."""
        return digest(canonical(self.request))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change led to: its entry, the case's row, what the engine did, and the case in memory."""

    entry: Entry
    case: Case
    advance: Advance
    instance: Instance

    @property
    def answer(self) -> ChangeResult:
        case, due = self.case, self.case.due
        opened = [task.id for task in self.advance.tasks if task.closed is None and task.opened == self.entry.at]
        moment = instant(due) if due else None
        return ChangeResult(
            case.id, case.version, case.seq, case.status, case.outcome, case.number, case.clock, moment, opened
        )


Allow = Callable[[Version], None]
"""Raises when a case of this version may not be begun."""

Then = Callable[[Transaction, Outcome], None]
"""What else belongs to the same transaction."""

Prepare = Callable[[Transaction, Case, Instance], Command]
"""Checks what is asked against the case as it is, under its lock, and says what is to be done."""


class CaseTransactions:
    """Loads cases, changes them, and keeps the ones in use in memory. Safe to share between threads."""

    def __init__(self, database: Database, versions: Versions, live_cases: int = LIVE_CASES) -> None:
        self.database = database
        self.versions = versions
        self.live = CaseCache(live_cases)

    def start(
        self, procedure: str, person: Person, now: datetime, allow: Allow, then: Then, once: Once | None = None
    ) -> ChangeResult:
        """Begin a case of the version of `procedure` in force, if `allow` lets it be; `then` is part of the change."""

        def begin(tx: Transaction) -> Outcome:
            version = self.versions.in_force(tx, procedure)
            allow(version)
            case = Case(
                id=cases.create(tx),
                province=version.province.code,
                procedure=version.procedure.code,
                version=version.digest,
                started=now,
                seq=0,
                head=START,
            )
            act = Command("start", {"version": version.digest, "values": {}})
            outcome = self._apply(tx, case, Instance(version.definition, version.limit), act, person, now)
            then(tx, outcome)
            return outcome

        return self._commit(person, now, begin, once)

    def change(
        self, case_id: int, person: Person, now: datetime, prepare: Prepare, once: Once | None = None
    ) -> ChangeResult:
        """Change a case. Raises `CaseUnknown`, or whatever `prepare` raises; nothing is then changed.

        What the engine cannot go on with is an incident: it is noted in the journal together with what was tried, and
        told as `IncidentNoted` (or `CaseInTrouble`, when the case does not replay).
        """
        tried: list[Command] = []

        def remembered(tx: Transaction, case: Case, instance: Instance) -> Command:
            tried.append(prepare(tx, case, instance))
            return tried[0]

        try:
            return self.attempt(case_id, person, now, remembered, once)
        except Divergence as error:
            self.note(case_id, error, None, person, now)
            with self.database.read() as tx:
                case = cases.get(tx, case_id)
            if case is None or (person is not SYSTEM and not person.lanes(case.province)):
                raise CaseUnknown(case=case_id) from error  # trouble, too, is nobody else's business
            raise CaseInTrouble(**error.facts) from error
        except IncidentRaised as error:
            # Retrying an incident in vain is no new one: it stays open.
            if not tried or "incident" not in tried[0].facts:
                self.note(case_id, error, tried[0] if tried else None, person, now)
            raise IncidentNoted(reason=str(error), case=case_id) from error

    def attempt(
        self,
        case_id: int,
        person: Person,
        now: datetime,
        prepare: Prepare,
        once: Once | None = None,
        *,
        skip_locked: bool = False,
    ) -> ChangeResult:
        """Change a case, noting nothing when it fails. With `skip_locked`, one held elsewhere counts as unknown."""

        def go_on(tx: Transaction) -> Outcome:
            case = cases.lock(tx, case_id, skip_locked=skip_locked)
            if case is None:
                raise CaseUnknown(case=case_id)
            instance = self.live.take(case) or replay(tx, self.versions, case)
            try:
                act = prepare(tx, case, instance)
            except MotcuaError:
                self.live.put(case, instance)  # nothing has touched it
                raise
            return self._apply(tx, case, instance, act, person, now)

        return self._commit(person, now, go_on, once)

    def _commit(
        self, person: Person, now: datetime, do: Callable[[Transaction], Outcome], once: Once | None
    ) -> ChangeResult:
        try:
            with self.database.change() as tx:
                if kept := _answered(tx, person, once):
                    return kept
                outcome = do(tx)
                if once:
                    idempotency.save(tx, person.id, once.key, once.digest, asdict(outcome.answer), now)
        except MotcuaError:
            # The same request, sent twice at once: on PostgreSQL this one waited for the other and then came too late.
            if once:
                with self.database.read() as tx:
                    if kept := _answered(tx, person, once):
                        return kept
            raise
        # Only after the commit: a finished case is not needed again, any other is at this entry now.
        if outcome.case.status == CaseStatus.OPEN:
            self.live.put(outcome.case, outcome.instance)
        return outcome.answer

    def note(
        self, case_id: int, error: IncidentRaised | Divergence, act: Command | None, person: Person, now: datetime
    ) -> None:
        """Write an incident into the journal, in a transaction of its own."""
        with self.database.change() as tx:
            self.note_in(tx, case_id, error, act, person, now)

    def note_in(
        self,
        tx: Transaction,
        case_id: int,
        error: IncidentRaised | Divergence,
        act: Command | None,
        person: Person,
        now: datetime,
    ) -> None:
        """Write an incident into the journal; one that is open already is not repeated.

        That a case does not replay is said once, whichever entry the replay then stumbles over first.
        """
        case = cases.lock(tx, case_id)
        if case is None:
            return
        kind, facts = type(error).__name__, {key: str(value) for key, value in error.facts.items()}
        attempt = {"kind": act.kind, "facts": dict(act.facts), "actor": person.id} if act else None
        known = [each for each in cases.incidents(tx, case_id) if each.closed is None]
        if any(each.kind == kind and (act is None or (each.facts, each.attempt) == (facts, attempt)) for each in known):
            return
        told = {"kind": kind, "template": cleandoc(type(error).__doc__ or ""), "facts": facts, "attempt": attempt}
        self.speak(tx, case, "incident", told, SYSTEM, now)
        if act and (digests := {file.sha256 for file in attached(act.facts)}):
            # What was tried in vain is kept to be tried again, and so are its files.
            attachments.keep(tx, case_id, act.facts["task"], person.id, digests, case.seq + 1)

    def speak(
        self, tx: Transaction, case: Case, kind: str, facts: Mapping[str, Any], person: Person, now: datetime
    ) -> None:
        """Append an entry that leaves the case's state as it was: an incident, or that one is closed.

        A journal that lost its end, or was given another, is spoken about too, behind the end of both; the case's row
        then stays where it was, so that the replay goes on saying what is wrong.
        """
        last = next(reversed(cases.entries(tx, case.id)), None)
        whole = last is not None and (last.seq, last.hash) == (case.seq, case.head)
        seq = max(case.seq, last.seq if last else 0) + 1
        state, previous = (last.state, last.hash) if last else (START, case.head)
        entry = Entry.make(
            case.id, seq, now, person.id, kind, {**facts, "who": who(person, case.province)}, state, previous
        )
        change = project_record_entry(tx, entry, case)
        cases.save(tx, change if whole else replace(change, case=case))

    def _apply(
        self, tx: Transaction, case: Case, instance: Instance, act: Command, person: Person, now: datetime
    ) -> Outcome:
        version = self.versions.get(tx, case.version)
        calendar = self.versions.calendar_in_force(tx, case.province)
        command = read_command(act.kind, act.facts)
        advance = instance.apply(command, Moment(now, calendar, service_tasks.performer(tx, version, now)))
        payload = {**act.facts, "calendar": calendar.revision, "who": who(person, case.province)}
        if advance.performed:
            payload["done"] = advance.performed
        entry = Entry.make(case.id, case.seq + 1, now, person.id, act.kind, payload, instance.digest(), case.head)
        change = project(entry, case, instance, advance, solved(tx, entry))
        cases.save(tx, change)
        return Outcome(entry, change.case, advance, instance)


def _answered(tx: Transaction, person: Person, once: Once | None) -> ChangeResult | None:
    """What the same request was answered before. Raises `KeyReused` when its key was another request's."""
    kept = idempotency.get(tx, person.id, once.key) if once else None
    if kept is None or once is None:
        return None
    if kept.request_sha256 != once.digest:
        raise KeyReused
    return ChangeResult(**cast(dict[str, Any], kept.answer))


def who(person: Person, province: str) -> dict[str, object]:
    """The actor as the journal keeps it: name and lanes as they were at that moment."""
    return {"name": person.name, "lanes": person.lanes(province)}
