"""What is done to a case as a whole: begin it, tell it a message, end it, mend an incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from runner.domain.case import Case, Incident
from runner.domain.person import Person, Role
from runner.domain.task import Task
from runner.engine.instance import Instance, NotWaiting
from runner.errors import NotFound, Refused
from runner.services import draft
from runner.services import text_rules as why
from runner.services.case_transaction import (
    CaseTransactions,
    CaseUnknown,
    ChangeResult,
    Command,
    Once,
    Outcome,
    Prepare,
)
from runner.services.version import ProcedureUnknown, Version
from runner.store import case as cases
from runner.store import draft as drafts
from runner.store.session import Transaction


class IncidentUnknown(NotFound):
    """Không tìm thấy sự cố {incident} còn mở của hồ sơ {case}."""


class NothingToRetry(Refused):
    """Sự cố này không có thao tác nào để thử lại; hãy đóng sự cố kèm lý do."""


class Cases:
    """The services on cases. Each change is one entry, told as an `ChangeResult`; `now` is aware.

    A person sees the cases of the provinces in which they have a lane; for all others a case does not exist.
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
        """Begin a case. `values` are kept as the person's draft of the first task, which is where they are checked.

        Only members of the lane in which the diagram starts may; for others the procedure does not exist.
        """

        def allow(version: Version) -> None:
            if (version.province.code, version.opening_lane) not in person.groups:
                raise ProcedureUnknown(procedure=procedure)

        drafted = draft.checked(values or {})

        def prefill(tx: Transaction, outcome: Outcome) -> None:
            for task in outcome.advance.tasks if drafted else ():
                if task.closed is None and (outcome.case.province, task.lane) in person.groups:
                    drafts.save(tx, outcome.case.id, task.id, person.id, drafted, now)

        once = Once(key, {"start": procedure, "values": values}) if key else None
        return self.transactions.start(procedure, person, now, allow, prefill, once)

    def message(self, case: int, message: str, person: Person, now: datetime, key: str | None = None) -> ChangeResult:
        """Tell the case that something it waits for has happened. Raises `NotWaiting`.

        Only members of the lane in which the diagram waits for it may.
        """

        def prepare(tx: Transaction, found: Case, instance: Instance) -> Command:
            lanes = {node.lane for node in instance.definition.nodes.values() if node.message == message}
            if not lanes.intersection(person.lanes(found.province)):
                raise NotWaiting(message=message)
            return Command("message", {"message": message, "values": {}})

        once = Once(key, {"message": message, "case": case}) if key else None
        return self.transactions.change(case, person, now, _seen(person, prepare), once)

    def cancel(self, case: int, reason: str, person: Person, now: datetime) -> ChangeResult:
        """End a case that the applicant withdraws. Only members of the lane that takes dossiers in may."""

        def prepare(tx: Transaction, found: Case, instance: Instance) -> Command:
            version = self.transactions.versions.get(tx, found.version)
            if (found.province, version.opening_lane) not in person.groups:
                raise CaseUnknown(case=case)
            return Command("cancel", {"reason": why.reason(reason)})

        return self.transactions.change(case, person, now, _seen(person, prepare))

    def retry(self, case: int, incident: int, person: Person, now: datetime) -> ChangeResult:
        """Do again what an incident stopped; when it goes well the incident is closed by the same entry."""

        def prepare(tx: Transaction, found: Case, instance: Instance) -> Command:
            attempt = _open_incident(tx, found, incident, person).attempt
            if attempt is None:
                raise NothingToRetry
            facts: Any = attempt["facts"]
            return Command(str(attempt["kind"]), {**facts, "incident": incident, "for": attempt["actor"]})

        return self.transactions.change(case, person, now, _seen(person, prepare))

    def resolve(self, case: int, incident: int, reason: str, person: Person, now: datetime) -> None:
        """Close an incident without doing anything again. The case's state stays as it was, even if it cannot load."""
        with self.transactions.database.change() as tx:
            found = cases.lock(tx, case)
            if found is None or not person.lanes(found.province):
                raise CaseUnknown(case=case)
            _open_incident(tx, found, incident, person)
            facts = {"incident": incident, "reason": why.reason(reason)}
            self.transactions.speak(tx, found, "resolve", facts, person, now)

    def get(self, case: int, person: Person) -> tuple[Case, list[Task], list[Incident]]:
        """A case with its tasks and incidents, as the read tables have it."""
        with self.transactions.database.read() as tx:
            found = cases.get(tx, case)
            if found is None or not person.lanes(found.province):
                raise CaseUnknown(case=case)
            return found, cases.tasks(tx, case), cases.incidents(tx, case)


def _seen(person: Person, prepare: Prepare) -> Prepare:
    """`prepare`, once it is sure that the person belongs to the case's province; else the case does not exist."""

    def checked(tx: Transaction, case: Case, instance: Instance) -> Command:
        if not person.lanes(case.province):
            raise CaseUnknown(case=case.id)
        return prepare(tx, case, instance)

    return checked


def _open_incident(tx: Transaction, case: Case, incident: int, person: Person) -> Incident:
    found = next((each for each in cases.incidents(tx, case.id) if each.id == incident and each.closed is None), None)
    if found is None or (case.province, Role.ADMINISTRATOR) not in person.groups:
        raise IncidentUnknown(incident=incident, case=case.id)
    return found
