"""Proof that the record is whole: replays cases from their journals, and rebuilds the read tables from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from runner.domain import deadline as deadlines
from runner.domain.case import GOING_ON, Case, Incident
from runner.domain.deadline import DayCount, Deadline
from runner.domain.deployment import VersionAltered
from runner.domain.entry import Migrate, Start
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.procedure import Province
from runner.engine.advance import Advance
from runner.engine.instance import Instance
from runner.errors import Divergence
from runner.services.access import CaseUnknown, Organisations, holds, permitted
from runner.services.case_transaction import CaseTransactions
from runner.services.replay import rebuild, replay
from runner.services.version import Version
from runner.store import case as cases
from runner.store.session import Transaction


@dataclass(frozen=True, slots=True)
class ReplayedEntry:
    """One entry of a case and what it changed on replay, `version` being the one on which the case is after it.

    Its lanes and agencies have the names of that time. `promise` is the case's deadline after it, `deadlines` those of
    the tasks then open, by task id.
    """

    entry: Entry
    version: Version
    advance: Advance | None
    promise: Deadline | None
    deadlines: Mapping[str, Deadline]


class Audit:
    """Replays and rebuilds. Only `rebuild` writes.

    A person reads the cases of the provinces in which they have a lane; all others are `CaseUnknown`.
    """

    def __init__(self, transactions: CaseTransactions) -> None:
        self.transactions = transactions

    def cases(self) -> list[int]:
        """The ids of all cases, in ascending order."""
        with self.transactions.database.read() as tx:
            return cases.ids(tx)

    def find(self, reference: str) -> int:
        """The id of the case that ``12``, ``#12`` or the case's number means. Raises `CaseUnknown`."""
        plain = reference.removeprefix("#")
        if plain.isdecimal() and plain.isascii() and len(plain) < 19:
            return int(plain)
        with self.transactions.database.read() as tx:
            found = cases.find(tx, reference)
        if found is None:
            raise CaseUnknown(case=reference)
        return found.id

    def incidents(self, person: Person = SYSTEM, role: Role = Role.ADMINISTRATOR) -> list[tuple[Case, Incident]]:
        """Every open incident of the cases for which a person has a role, or of all, with its case."""
        versions = self.transactions.versions
        with self.transactions.database.read() as tx:
            if person is SYSTEM:
                return cases.open_incidents(tx)
            places = versions.organisations_in_force(tx)
            found = cases.open_incidents(tx, {province for province, _ in person.groups})
            return [each for each in found if self._concerned(tx, each[0], person, role, places)]

    def _concerned(self, tx: Transaction, case: Case, person: Person, role: Role, places: Organisations) -> bool:
        try:
            version = self.transactions.versions.get(tx, case.version)
        except VersionAltered:
            return role in person.lanes(case.province)
        return holds(person, role, version, places.get(case.province, version.province))

    def replay(self, case: int, person: Person) -> Divergence | None:
        """The first entry at which a replay of a case diverges from its journal; None when it replays.

        Raises `CaseUnknown` when there is no such journal.
        """
        with self.transactions.database.read() as tx:
            found = cases.get(tx, case)
            if found is None and person is SYSTEM and cases.entries(tx, case):
                return Divergence(case=case, seq=0, what="missing")
            found = permitted(tx, self.transactions.versions, found, case, person)
            try:
                replay(tx, self.transactions.versions, found)
            except Divergence as divergence:
                return divergence
        return None

    def history(self, case: int, person: Person) -> tuple[Case, Instance, list[ReplayedEntry]]:
        """A case as it is now, and entry by entry. Raises `CaseUnknown` or `Divergence`."""
        with self.transactions.database.read() as tx:
            found = permitted(tx, self.transactions.versions, cases.get(tx, case), case, person)
            versions, own = self.transactions.versions, list[Version]()
            steps: list[ReplayedEntry] = []

            def watch(entry: Entry, advance: Advance | None, instance: Instance) -> None:
                if isinstance(entry.body, Start | Migrate):
                    own.append(versions.get(tx, entry.body.version))
                organisation = versions.organisation(tx, found.province, entry.organisation)
                steps.append(replayed(entry, named(own[-1], organisation), advance, instance))

            instance = replay(tx, versions, found, watch)
            return found, instance, steps

    def journal(self, case: int, person: Person) -> list[Entry]:
        """The entries of a case, also of one that does not replay. Raises `CaseUnknown`."""
        with self.transactions.database.read() as tx:
            permitted(tx, self.transactions.versions, cases.get(tx, case), case, person)
            return cases.entries(tx, case)

    def version(self, case: Case) -> Version:
        """The version of a case, with the names of lanes and agencies now, or at the end of a case that is over."""
        versions = self.transactions.versions
        with self.transactions.database.read() as tx:
            if case.status in GOING_ON:
                organisation = versions.organisation_in_force(tx, case.province)
            else:
                last = max((entry.organisation for entry in cases.entries(tx, case.id)), default=0)
                organisation = versions.organisation(tx, case.province, last)
            return named(versions.get(tx, case.version), organisation)

    def explain(self, province: str, deadline: Deadline) -> tuple[DayCount, ...]:
        """A deadline's derivation day by day, by the revision of the province's calendar that counted it."""
        with self.transactions.database.read() as tx:
            return deadlines.explain(deadline, self.transactions.versions.calendar(tx, province, deadline.revision))

    def rebuild(self, case: int) -> None:
        """Delete the rows of a case from the read tables and make them again from its journal.

        Raises `CaseUnknown`, or `Divergence` when the journal does not replay; the rows are then as they were.
        """
        with self.transactions.database.change() as tx:
            cases.lock(tx, case)  # no other transaction appends between the read and the write
            entries = cases.entries(tx, case)
            if not entries:
                raise CaseUnknown(case=case)
            rebuild(tx, self.transactions.versions, entries)


def named(version: Version, organisation: Province | None) -> Version:
    """A version with the names of an organisation; without one with those of its own file."""
    return replace(version, province=organisation) if organisation else version


def replayed(entry: Entry, version: Version, advance: Advance | None, instance: Instance) -> ReplayedEntry:
    open_tasks = {task: instance.deadline(task) for task in instance.tasks}
    return ReplayedEntry(
        entry, version, advance, instance.legal.deadline, {task: due for task, due in open_tasks.items() if due}
    )
