"""Versions of procedures, revisions of calendars and organisations: read from the store once and kept in memory."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from runner.domain.calendar import Calendar
from runner.domain.deployment import ProcedureUnknown, VersionAltered
from runner.domain.procedure import Province
from runner.errors import CalendarUnknown, DiagramInvalid, FileInvalid
from runner.formatting import moment
from runner.services.bundle import Bundle
from runner.services.law_cache import LawCache
from runner.services.organisation_cache import OrganisationCache
from runner.services.version import (
    ProcedureRepealed,
    ProcedureReplaced,
    Version,
    compiled,
)
from runner.store import organisation as organisations
from runner.store import registry
from runner.store.session import Transaction


class InForce(NamedTuple):
    """By what a change of a case counts, and by what it is permitted: the organisation and its revision, and the rules.

    Before any version of the province was deployed there is none: None and 0.
    """

    calendar: Calendar
    organisation: Province | None
    revision: int
    rules: int = 0


class Versions(OrganisationCache, LawCache):
    """Deployed versions. Stored versions and revisions never change, so they stay in memory for good."""

    def __init__(self) -> None:
        OrganisationCache.__init__(self)
        LawCache.__init__(self)
        self._versions: dict[str, Version] = {}
        self._calendars: dict[tuple[str, int], Calendar] = {}

    def get(self, tx: Transaction, digest: str) -> Version:
        """The version with `digest`. Raises `VersionAltered` where the stored files are not those that it names."""
        if digest not in self._versions:
            deployed = registry.version(tx, digest)
            if deployed is None:
                raise ProcedureUnknown(procedure=digest)
            try:
                bundle = Bundle.stored(deployed.procedure, registry.files(tx, digest))
                whole = bundle.digest == digest
            except (FileInvalid, DiagramInvalid, TypeError, ValueError) as error:  # text where bytes were, too
                raise VersionAltered(procedure=deployed.procedure) from error
            if not whole:
                raise VersionAltered(procedure=deployed.procedure)
            self.keep(compiled(bundle))
        return self._versions[digest]

    def keep(self, version: Version) -> None:
        """Keep a stored version in memory."""
        self._versions[version.digest] = version

    def keep_calendar(self, calendar: Calendar) -> None:
        """Remember a revision of a calendar that is stored."""
        self._calendars[calendar.province, calendar.revision] = calendar

    def in_force(self, tx: Transaction, procedure: str, now: datetime) -> Version:
        """The version on which cases of `procedure` start at `now`. Raises `ProcedureUnknown`, `ProcedureRepealed`."""
        found = registry.in_force(tx, procedure, now)
        if found is None:
            raise ProcedureUnknown(procedure=procedure)
        if found.version is None:
            facts = {"procedure": procedure, "since": moment(found.effective)}
            if found.successor:
                raise ProcedureReplaced(**facts, successor=found.successor)
            raise ProcedureRepealed(**facts)
        return self.get(tx, found.version)

    def calendar(self, tx: Transaction, province: str, revision: int) -> Calendar:
        """A revision of a province's calendar. Raises `CalendarUnknown`."""
        key = (province, revision)
        if key not in self._calendars:
            content = registry.calendar(tx, province, revision)
            if content is None:
                raise CalendarUnknown(province=province)
            self.keep_calendar(Calendar.from_json(content))
        return self._calendars[key]

    def calendar_in_force(self, tx: Transaction, province: str) -> Calendar:
        """The newest revision of a province's calendar. Raises `CalendarUnknown`."""
        revision = registry.calendar_revision(tx, province)
        if revision is None:
            raise CalendarUnknown(province=province)
        return self.calendar(tx, province, revision)

    def newest(self, tx: Transaction, province: str) -> InForce:
        """The newest revisions of a province. Raises `CalendarUnknown`."""
        calendar, organisation, rules = organisations.newest(tx, province)
        if calendar is None:
            raise CalendarUnknown(province=province)
        revision = organisation or 0
        found = self.calendar(tx, province, calendar), self.organisation(tx, province, revision)
        return InForce(*found, revision, rules or 0)
