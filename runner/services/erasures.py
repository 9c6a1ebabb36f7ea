"""Lawful erasure: an administrator asks for it, a director of the province approves, the case goes on without the data.

One transaction takes the personal values out of the journal, the read tables, the files, the drafts, the answers to
repeated requests and the outbox; the worker then takes away the e-mails that were written into a folder. The replay of
what is left is the proof that the case stands where it stood.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runner.domain import erasure, personal
from runner.domain.case import Case
from runner.domain.circumstances import Actor, Circumstances
from runner.domain.deployment import VersionAltered
from runner.domain.entry import Erase, Migrate, Start, write
from runner.domain.journal import SALT, Entry, canonical
from runner.domain.person import LaneKind, Person, Role
from runner.domain.record import RecordKind
from runner.domain.redaction import Redaction
from runner.errors import Conflict, Divergence, NotFound, Refused
from runner.services import confirmation, holds, text_rules
from runner.services.access import does, permitted
from runner.services.access import holds as has_role
from runner.services.case_transaction import CaseTransactions
from runner.services.mail import Mail
from runner.services.replay import rebuild, replay
from runner.store import case as cases
from runner.store import erasure as erasures
from runner.store import record_event, registry
from runner.store.erasure import Request
from runner.store.session import Transaction

SETTLED = timedelta(minutes=5)
"""So long after an erasure no message that was claimed before it can still be written."""
APPROVED, REFUSED = "approved", "refused"


class NotForErasure(Refused):
    """Chỉ quản trị viên của tỉnh đề nghị xóa dữ liệu cá nhân."""


class NotDirector(Refused):
    """Chỉ lãnh đạo có thẩm quyền ký của tỉnh duyệt việc xóa dữ liệu cá nhân."""


class SamePerson(Refused):
    """Người duyệt việc xóa phải khác người đề nghị."""


class CaseHeld(Refused):
    """Hồ sơ {case} đang được giữ lại theo yêu cầu ({ground}), nên chưa xóa được dữ liệu."""


class NothingToErase(Refused):
    """Hồ sơ {case} không còn dữ liệu cá nhân nào để xóa."""


class CourseDepends(Refused):
    """Quá trình của hồ sơ {case} phụ thuộc vào dữ liệu cá nhân, nên không xóa được mà vẫn kiểm tra lại được."""


class AskedAlready(Conflict):
    """Đã có đề nghị xóa dữ liệu của hồ sơ {case} đang chờ duyệt."""


class RequestUnknown(NotFound):
    """Không tìm thấy đề nghị xóa {request}."""


class DecidedAlready(Conflict):
    """Đề nghị xóa này đã được người khác quyết định."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits, with the case that it is about."""

    request: Request
    case: Case


@dataclass(frozen=True, slots=True)
class ErasureDone:
    """What an erasure took out of a case: the numbers of entries, and the fields; `entry` is its own."""

    case: int
    entry: int
    entries: Sequence[int]
    fields: Sequence[str]


class Erasures:
    """Asks for erasures, decides them and carries them out."""

    def __init__(self, transactions: CaseTransactions) -> None:
        self.transactions = transactions
        self.database, self.versions = transactions.database, transactions.versions

    def ask(self, case: int, ground: str, person: Person, now: datetime) -> Request:
        """Ask for the personal data of a case to be erased; `ground` is the article of law or the order.

        Raises `CaseUnknown`, `NotForErasure`, `CaseHeld`, `AskedAlready`, `ReasonMissing`.
        """
        with self.database.change() as tx:
            found = permitted(tx, self.versions, cases.lock(tx, case), case, person)
            self._may_ask(tx, found, person)
            _not_held(tx, found)
            if any(each.case == case for each in erasures.pending(tx)):
                raise AskedAlready(case=_name(found))
            return erasures.ask(tx, case, text_rules.reason(ground), person.id, now)

    def pending(self, person: Person) -> list[Asked]:
        """The requests that wait, of the provinces in which this person approves, administers or audits."""
        with self.database.read() as tx:
            found = [Asked(each, case) for each in erasures.pending(tx) if (case := cases.get(tx, each.case))]
            return [each for each in found if self._concerns(tx, each.case, person)]

    def approve(self, request: int, person: Person, now: datetime) -> ErasureDone:
        """Approve a request, and erase at once.

        Raises `RequestUnknown`, `DecidedAlready`, and what `carry_out` raises.
        """
        with self.database.change() as tx:
            asked = self._waiting(tx, request, person)
            requester = registry.person(tx, asked.by)
            if requester is None:
                raise NotForErasure
            done = self._carry_out(tx, asked.case, asked.ground, requester, person, now)
            if not erasures.decide(tx, request, person.id, now, APPROVED):
                raise DecidedAlready
            return done

    def refuse(self, request: int, person: Person, now: datetime) -> None:
        """Refuse a request, as a director, or take it back, as the person who asked."""
        with self.database.change() as tx:
            self._waiting(tx, request, person)
            if not erasures.decide(tx, request, person.id, now, REFUSED):
                raise DecidedAlready

    def carry_out(self, case: int, ground: str, requester: Person, approver: Person, now: datetime) -> ErasureDone:
        """Erase the personal data of a case, for two people who are both known.

        Raises `CaseUnknown`, `NotForErasure`, `NotDirector`, `SamePerson`, `CaseHeld`, `NothingToErase`,
        `CourseDepends`, or `Divergence` for a case that does not replay.
        """
        with self.database.change() as tx:
            return self._carry_out(tx, case, ground, requester, approver, now)

    def sweep(self, mail: Mail, now: datetime) -> int:
        """Take away the e-mails of erased cases that were written into a folder; how many cases were done.

        A message that was claimed before the erasure may be written after it, so that each case is swept until then.
        """
        with self.database.read() as tx:
            waiting = [(case, at, erasures.keys(tx, case)) for case, at in erasures.queued(tx)]
        for case, at, keys in waiting:
            for key in keys:
                mail.forget(key)
            if now - at >= SETTLED:
                with self.database.change() as tx:
                    erasures.done(tx, case, at)
        if waiting:
            self.database.truncate_log()
        return len(waiting)

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _carry_out(
        self, tx: Transaction, case: int, ground: str, requester: Person, approver: Person, now: datetime
    ) -> ErasureDone:
        found = permitted(tx, self.versions, cases.lock(tx, case), case, requester)
        self._may_ask(tx, found, requester)
        self._may_approve(tx, found, approver)
        if requester.id == approver.id:
            raise SamePerson
        confirmation.expect_proof(approver)
        _not_held(tx, found)
        entries = cases.entries(tx, case)
        instance = replay(tx, self.versions, found)
        plan = _planned(entries, personal.keys(self._forms(tx, entries)))
        if not plan.fields:
            raise NothingToErase(case=_name(found))
        instance.values = plan.redaction.values(instance.values)
        instance.salt = salt = secrets.token_bytes(SALT)
        stated = plan.redaction.text(text_rules.reason(ground))
        kept = {str(seq): payload for seq, payload in plan.kept.items()}
        body = Erase(stated, requester.id, requester.name, plan.fields, kept)
        revision, seq = self.versions.newest(tx, found.province).revision, found.seq + 1
        who = Actor.of(approver, found.province)
        payload = write(body, Circumstances(who, organisation=revision, via=approver.via))
        made = Entry.make(case, seq, now, approver.id, body.kind, payload, instance.digest(), found.head, salt)
        cases.append(tx, made)
        erasures.erase(tx, case, seq, plan.kept)
        try:
            tables = rebuild(tx, self.versions, cases.entries(tx, case))
        except Divergence as error:
            raise CourseDepends(case=_name(found)) from error
        erasures.forget(tx, case)
        erasures.reword(tx, case, plan.redaction.text)
        erasures.rewrite(tx, {key: message.values for key, (_, message) in tables.messages.items()})
        erasures.queue(tx, case, now)
        facts = {"entry": seq, "entries": sorted(plan.kept), "fields": list(plan.fields), "ground": stated}
        facts |= {"requested_by": requester.id}
        record_event.append(tx, RecordKind.ERASURE, approver.id, now, str(case), facts, found.province)
        return ErasureDone(case, seq, sorted(plan.kept), plan.fields)

    def _forms(self, tx: Transaction, entries: Sequence[Entry]) -> list[Any]:
        """The forms of every version on which the case has run."""
        versions = [each.body.version for each in entries if isinstance(each.body, Start | Migrate)]
        return [form for digest in versions for form in self.versions.get(tx, digest).forms.values()]

    def _may_ask(self, tx: Transaction, case: Case, person: Person) -> None:
        version = self.versions.get(tx, case.version)
        place = self.versions.organisation_in_force(tx, case.province) or version.province
        if not has_role(person, Role.ADMINISTRATOR, version, place):
            raise NotForErasure

    def _may_approve(self, tx: Transaction, case: Case, person: Person) -> None:
        if not self._directs(tx, case, person):
            raise NotDirector

    def _directs(self, tx: Transaction, case: Case, person: Person) -> bool:
        place = self.versions.organisation_in_force(tx, case.province)
        place = place or self.versions.get(tx, case.version).province
        return any(does(person, place, lane) for lane in place.of_kind(LaneKind.DIRECTOR))

    def _concerns(self, tx: Transaction, case: Case, person: Person) -> bool:
        roles = (Role.ADMINISTRATOR, Role.AUDITOR)
        try:
            version = self.versions.get(tx, case.version)
        except VersionAltered:
            return any(role in person.lanes(case.province) for role in roles)
        place = self.versions.organisation_in_force(tx, case.province) or version.province
        return any(has_role(person, each, version, place) for each in roles) or self._directs(tx, case, person)

    def _waiting(self, tx: Transaction, id: int, person: Person) -> Request:
        """A request for the person who asked and for those who decide. Raises `RequestUnknown`, `DecidedAlready`."""
        asked = erasures.request(tx, id)
        found = cases.lock(tx, asked.case) if asked else None
        if asked is None or found is None or (asked.by != person.id and not self._directs(tx, found, person)):
            raise RequestUnknown(request=id)
        if asked.verdict:
            raise DecidedAlready
        return asked


@dataclass(frozen=True, slots=True)
class _Plan:
    redaction: Redaction
    fields: tuple[str, ...]
    kept: Mapping[int, Mapping[str, Any]]


def _planned(entries: Sequence[Entry], keys: frozenset[str]) -> _Plan:
    """What is to be erased of a journal: the entries with what stands for them, and the fields.

    The entry whose salt stands before the states goes too, or the values could be guessed from these.
    """
    payloads = {each.seq: payload for each in entries if (payload := erasure.payload_of(each)) is not None}
    redaction = Redaction.of(payloads.values(), keys)
    kept = {seq: redaction.payload(payload) for seq, payload in payloads.items()}
    changed = {seq for seq, payload in kept.items() if canonical(payload) != canonical(payloads[seq])}
    first = erasure.last(entries) or 1
    if changed and first in payloads:
        changed.add(first)
    return _Plan(redaction, redaction.fields, {seq: kept[seq] for seq in sorted(changed)})


def _not_held(tx: Transaction, case: Case) -> None:
    if held := holds.current(tx, case.id):
        raise CaseHeld(case=_name(case), ground=held.ground)


def _name(case: Case) -> str:
    return case.number or f"#{case.id}"
