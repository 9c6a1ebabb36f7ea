"""Who opens a dossier or takes it away without a part in it: the record tells of it in the request that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from runner.domain.case import Case
from runner.domain.deployment import VersionAltered
from runner.domain.person import SYSTEM, Person, Role, via
from runner.domain.procedure import Province
from runner.domain.record import RecordKind
from runner.services.access import concerns, role
from runner.services.version import Version
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import record_event, record_list
from runner.store.session import Database, Transaction

ONCE_IN: Final = timedelta(minutes=10)
"""One person looks at one page of one case through one channel: within it, that is one reading."""


class Readings:
    """The record of readings and exports."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def note(self, case: int, person: Person, page: str, now: datetime) -> None:
        """Tell that a person opens `page` of a case, unless they work on it by a lane of its diagram or its agency.

        Who runs a command has no part in any. A database that nobody may write, as seized evidence, is told nothing.
        """
        if self.database.sealed:
            return
        if person.id != SYSTEM.id and not any(role(lane) in set(Role) for _, lane in person.groups):
            return
        with self.database.read() as tx:
            outside = self._outside(tx, person, case)
            if outside is None:
                return
            number, province = outside
            facts = {"page": page, "number": number, "via": via(person)}
            told = record_list.recent(tx, RecordKind.READ, str(case), person.id, now - ONCE_IN)
            if any(each.facts == facts for each in told):
                return
        with self.database.change() as tx:
            record_event.append(tx, RecordKind.READ, person.id, now, str(case), facts, province)

    def export(self, what: str, person: Person, facts: Mapping[str, Any], now: datetime, province: str = "") -> None:
        """Tell that a person takes data away: `what` is the list or the dossier, the facts say how many and which."""
        with self.database.change() as tx:
            told = dict(facts) | {"via": via(person)}
            record_event.append(tx, RecordKind.EXPORT, person.id, now, what, told, province)

    def _outside(self, tx: Transaction, person: Person, case: int) -> tuple[str, str] | None:
        """The number and the province of a case in which a person has no part; None of others."""
        if person.id == SYSTEM.id:  # a replay looks at rows that cannot be read, too
            return cases.name(tx, case)
        found = cases.get(tx, case)
        return None if found is None or self._inside(tx, person, found) else (found.number or "", found.province)

    def _inside(self, tx: Transaction, person: Person, case: Case) -> bool:
        try:
            version = self.versions.get(tx, case.version)
        except VersionAltered:
            return False
        organisation = self.versions.organisation_in_force(tx, case.province) or version.province
        return has_part(person, version, organisation)


def has_part(person: Person, version: Version, organisation: Province) -> bool:
    """Whether a person works on the cases of a version by a lane, not by a role alone."""
    lanes = person.lanes(organisation.code)
    return any(role(lane) not in set(Role) and concerns(lane, version, organisation) for lane in lanes)
