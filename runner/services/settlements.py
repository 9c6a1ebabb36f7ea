"""The report II.06a/VPCP/KSTT: how the dossiers of a period stand, of those cases that a person answers for or checks.

Leads and directors have the cases of their agencies and of procedures in which they have a part; auditors and
administrators those of their role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from runner.domain.case import Case
from runner.domain.deployment import VersionAltered
from runner.domain.person import LaneKind, Person, Role
from runner.domain.settlement import Period, Settlement, total
from runner.domain.task import Task
from runner.errors import YearMissing
from runner.services.access import of_kind, role
from runner.services.organisation_cache import OrganisationCache
from runner.services.scope import Places, seen
from runner.services.version import Version
from runner.store import many, registry, settlement
from runner.store.session import Database, Transaction

if TYPE_CHECKING:
    from runner.services.version_cache import Versions

READERS: Final = (LaneKind.LEAD, LaneKind.DIRECTOR, Role.AUDITOR, Role.ADMINISTRATOR)
"""For whom the report is."""
LISTED: Final = 200
"""The most late dossiers that are listed by themselves; the register has all of them."""


class Grouping(StrEnum):
    """What a row of the form stands for."""

    PROCEDURE = "procedure"
    KIND = "kind"
    AGENCY = "agency"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which dossiers are meant; "" filters nothing. `agency` is an agency's name, `kind` that of `Procedure.kind`."""

    province: str = ""
    agency: str = ""
    procedure: str = ""
    kind: str = ""

    def fits(self, version: Version) -> bool:
        """Whether the dossiers of a version are meant."""
        return (
            self.province in ("", version.province.code)
            and self.agency in ("", version.office.name)
            and self.procedure in ("", version.procedure.code)
            and self.kind in ("", version.procedure.kind)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form: `key` is the code or the name by which it is grouped, `version` the newest that is in it."""

    key: str
    version: Version | None
    figures: Settlement


@dataclass(frozen=True, slots=True)
class LateCase:
    """A dossier that was settled late or is overdue at the end of the period.

    `tasks` are those that were open when it fell due, or else the last one opened before. `days`: the working days
    from its due moment until it was settled or the period ended; None where the calendar has no such year.
    """

    case: Case
    version: Version | None
    tasks: Sequence[Task]
    settled: datetime | None
    days: float | None


class Settlements:
    """Counts from the read tables; writes nothing."""

    def __init__(self, database: Database, versions: Callable[[], Versions]) -> None:
        self.database = database
        self.versions = versions
        self.organisations = OrganisationCache()

    def choices(self, person: Person) -> list[Version]:
        """The versions whose cases the person reports on, by code, the newest of each last."""
        with self.database.read() as tx:
            return list(self._versions(tx, person, Scope()).values())

    def rows(self, person: Person, scope: Scope, period: Period, by: Grouping) -> list[Row]:
        """The form's rows, sorted by their key."""
        with self.database.read() as tx:
            known = self._versions(tx, person, scope)
            found: dict[str, Row] = {}
            for digest, figures in settlement.counts(tx, _places(known), period).items():
                version = known[digest]
                key = _key(version, by)
                before = found.get(key)
                found[key] = Row(key, version, before.figures + figures if before else figures)
        return [found[key] for key in sorted(found)]

    def trend(self, person: Person, scope: Scope, periods: Sequence[Period]) -> list[Settlement]:
        """The form's sums for each of several periods."""
        with self.database.read() as tx:
            places = _places(self._versions(tx, person, scope))
            return [total(settlement.counts(tx, places, each).values()) for each in periods]

    def late(self, person: Person, scope: Scope, period: Period) -> list[LateCase]:
        """At most `LISTED` of the late dossiers in the form, those first that fell due first."""
        with self.database.read() as tx:
            known = self._versions(tx, person, scope)
            cases = settlement.late(tx, _places(known), period, LISTED)
            tasks = many.tasks(tx, [case.id for case in cases])
            return [self._late(tx, case, known, tasks.get(case.id, []), period) for case in cases]

    def _late(
        self, tx: Transaction, case: Case, known: Mapping[str, Version], tasks: Sequence[Task], period: Period
    ) -> LateCase:
        settled = case.legal_clock_stopped_at or case.ended
        if settled is not None and settled >= period.until:
            settled = None
        due = case.due or period.until
        calendar = self.versions().calendar_in_force(tx, case.province)
        days = None
        with suppress(YearMissing):
            days = float(calendar.between(due, settled or period.until) / 2)
        held = [task for task in tasks if task.opened <= due and (task.closed is None or task.closed > due)]
        steps = [task for task in held if task.step]  # an apology is written beside the step that is late
        return LateCase(case, known.get(case.version), steps or held or tasks[-1:], settled, days)

    def _versions(self, tx: Transaction, person: Person, scope: Scope) -> dict[str, Version]:
        """The versions, by digest, of which a person reports on cases that are meant."""
        places = self.places(tx, person)
        found = {}
        for row in registry.versions(tx):
            only = places.get(row.province, [])
            if only is not None and row.digest not in only:
                continue
            try:
                version = self.versions().get(tx, row.digest)
            except VersionAltered:  # the verification tells of it; what it is called is not known
                continue
            if scope.fits(version):
                found[row.digest] = version
        return found

    def meant(self, tx: Transaction, person: Person, scope: Scope) -> Places:
        """The provinces, and of each the versions, whose cases are meant."""
        return _places(self._versions(tx, person, scope))

    def reports(self, person: Person) -> bool:
        """Whether the person reports on cases, and not only works on some."""
        with self.database.read() as tx:
            return bool(self.places(tx, person))

    def places(self, tx: Transaction, person: Person) -> Places:
        """The provinces on which a person reports, and where that is less, the versions whose cases are theirs."""
        organisations = self.organisations.organisations_in_force(tx)
        answers = of_kind(person, organisations, *(each for each in READERS if isinstance(each, LaneKind)))
        checks = {(code, lane) for code, lane in person.groups if role(lane) in READERS}
        lanes: dict[str, list[str]] = {}
        for code, lane in sorted(answers | checks):
            lanes.setdefault(code, []).append(lane)
        return seen(tx, self.versions, organisations, lanes)


def _places(known: Mapping[str, Version]) -> Places:
    places: dict[str, list[str] | None] = {}
    for digest, version in known.items():
        own = places.setdefault(version.province.code, [])
        if own is not None:
            own.append(digest)
    return places


def _key(version: Version, by: Grouping) -> str:
    if by == Grouping.PROCEDURE:
        return version.procedure.code
    if by == Grouping.KIND:
        return version.procedure.kind
    return version.office.name if by == Grouping.AGENCY else version.province.code
