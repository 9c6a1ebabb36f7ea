"""Changes of a whole case: start it, deliver a message, withdraw or discard it, retry or close an incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from runner.domain.case import Case, ChangeResult, Incident
from runner.domain.deployment import ProcedureUnknown
from runner.domain.entry import Attempt, Cancel, CloseIncident, DeliverMessage, Discard, Start
from runner.domain.form import FieldFault
from runner.domain.person import Person, Role
from runner.domain.semantics import CURRENT
from runner.domain.task import Task
from runner.engine.errors import NotWaiting
from runner.engine.wait import WaitKind
from runner.errors import NotFound, Refused
from runner.services import draft, text_rules
from runner.services.access import CaseUnknown, does, holds, permitted
from runner.services.case_transaction import CaseTransaction, CaseTransactions
from runner.services.once import Once
from runner.services.record import append_record_entry
from runner.services.tasks import UNKNOWN, FormRefused
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import draft as drafts
from runner.store.session import Transaction


class IncidentUnknown(NotFound):
    """Không tìm thấy sự cố {incident} còn mở của hồ sơ {case}."""


class NothingToRetry(Refused):
    """Sự cố này không có thao tác nào để thử lại; hãy đóng sự cố kèm lý do."""


class MessageForOthers(Refused):
    """Thông báo “{message}” do {lanes} ghi nhận; tài khoản này không có vai trò ấy."""


class Cases:
    """The services on cases. Each change is one entry and returns a `ChangeResult`; `now` is aware.

    A person sees the cases of the provinces in which they have a lane; others get `CaseUnknown`.
    """

    def __init__(self, transactions: CaseTransactions) -> None:
        self.transactions = transactions

    def start(
        self,
        procedure: str,
        person: Person,
        now: datetime,
        values: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> ChangeResult:
        """Begin a case. `values` become the person's draft of the first task, whose form checks them.

        Raises `ProcedureUnknown` for people outside the lane in which the diagram starts.
        """
        drafted = draft.checked(values or {})
        once = Once(key, {"start": procedure, "values": values}) if key else None
        with self.transactions.new_case(procedure, person, now, once) as case:
            if not does(person, case.organisation, case.version.opening_lane):
                raise ProcedureUnknown(procedure=procedure)
            case.do(Start(case.version.digest, {}, CURRENT))
            for task in case.opened if drafted else ():
                if does(person, case.organisation, task.lane):
                    drafts.save(case.tx, case.row.id, task.id, person.id, drafted, now)
        return case.result

    def message(
        self,
        case: int,
        message: str,
        person: Person,
        now: datetime,
        key: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> ChangeResult:
        """Deliver a message that the case waits for. Raises `NotWaiting`.

        Raises `MessageForOthers` for people outside the lanes in which the diagram waits for it. No diagram declares
        fields of a message, so `values` raise `FormRefused`.
        """
        once = Once(key, {"message": message, "case": case}) if key else None
        with self.transactions.case(case, person, now, once) as change:
            if values:
                paths = (f"values.{each}" for each in values)
                raise FormRefused(tuple(FieldFault(path, UNKNOWN, {"field": path}) for path in paths))
            awaited = [each for each in change.instance.waits if each.kind == WaitKind.MESSAGE and each.id == message]
            if not awaited:
                raise NotWaiting(message=message)
            place = change.organisation
            lanes = {place.performer(change.version.reporting_lane(each.lane)) for each in awaited}
            if lanes.isdisjoint(person.lanes(place.code)):
                names = map(place.label, sorted(lanes))
                raise MessageForOthers(message=message, lanes=", ".join(names))
            change.do(DeliverMessage(message, {}))
        return change.result

    def cancel(self, case: int, reason: str, person: Person, now: datetime) -> ChangeResult:
        """End a case that the applicant withdraws. Raises `StillDraft`, `CaseUnknown` outside the opening lane."""
        with self.transactions.case(case, person, now) as change:
            if not does(person, change.organisation, change.version.opening_lane):
                raise CaseUnknown(case=case)
            change.do(Cancel(text_rules.reason(reason)))
        return change.result

    def discard(self, case: int, person: Person, now: datetime, key: str | None = None) -> ChangeResult:
        """End a draft, with what was typed into its tasks. Raises `CaseUnknown` for others than its creator."""
        once = Once(key, {"discard": case}) if key else None
        with self.transactions.case(case, person, now, once) as change:
            if change.row.creator != person.id:
                raise CaseUnknown(case=case)
            discard(change)
        return change.result

    def retry(self, case: int, incident: int, person: Person, now: datetime) -> ChangeResult:
        """Repeat the command of an incident. If it succeeds, its entry also closes the incident."""
        with self.transactions.case(case, person, now) as change:
            attempt = _open_incident(change.tx, self.transactions.versions, change.row, incident, person).attempt
            if attempt is None:
                raise NothingToRetry
            tried = Attempt.from_payload(attempt)
            change.do(replace(tried.command, incident=incident, on_behalf_of=tried.actor))
        return change.result

    def resolve(self, case: int, incident: int, reason: str, person: Person, now: datetime) -> None:
        """Close an incident without a retry. The state of the case stays as it was; the case need not even replay."""
        with self.transactions.database.change() as tx:
            found = permitted(tx, self.transactions.versions, cases.lock(tx, case), case, person)
            _open_incident(tx, self.transactions.versions, found, incident, person)
            append_record_entry(tx, found, CloseIncident(incident, text_rules.reason(reason)), person, now)

    def get(self, case: int, person: Person) -> tuple[Case, list[Task], list[Incident]]:
        """A case with its tasks and incidents, as the read tables have it."""
        with self.transactions.database.read() as tx:
            found = permitted(tx, self.transactions.versions, cases.get(tx, case), case, person)
            return found, cases.tasks(tx, case), cases.incidents(tx, case)


def discard(change: CaseTransaction) -> None:
    """End the draft that is being changed, with what was typed into its tasks. Raises `NotDraft`."""
    for task in change.instance.tasks:
        drafts.discard(change.tx, change.row.id, task)
    change.do(Discard())


def _open_incident(tx: Transaction, versions: Versions, case: Case, incident: int, person: Person) -> Incident:
    version = versions.get(tx, case.version)
    place = versions.organisation_in_force(tx, case.province) or version.province
    found = next((each for each in cases.incidents(tx, case.id) if each.id == incident and each.closed is None), None)
    if found is None or not holds(person, Role.ADMINISTRATOR, version, place):
        raise IncidentUnknown(incident=incident, case=case.id)
    return found
