"""Editing a province's calendar: every edit is a new revision, and earlier revisions never change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from runner.domain.calendar import Calendar, local_date
from runner.domain.calendar_edit import Difference, Edit, NothingChanged, differences
from runner.domain.deployment import Decision, Revision
from runner.domain.person import LaneKind, Person, Role
from runner.domain.procedure import Province
from runner.errors import Conflict, NotFound
from runner.services import holiday, recounts, text_rules
from runner.services.access import of_kind, role
from runner.services.version_cache import Versions
from runner.store import recount, registry
from runner.store.session import Database, Transaction

WARNED = timedelta(days=60)
"""How long before a year is missing administrators are warned: a dossier may take so long."""


READERS = (Role.ADMINISTRATOR, Role.ANALYST, Role.AUDITOR)
"""The roles that read a calendar and its revisions, beside directors; administrators edit it."""


class CalendarForbidden(NotFound):
    """Không tìm thấy lịch làm việc của {province}."""


class CalendarMoved(Conflict):
    """Lịch làm việc vừa được sửa (nay là bản {revision}); hãy xem trước lại."""


class Calendars:
    """The calendars of provinces. A running deadline keeps the revision that counted it until it is counted anew."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def get(self, province: str) -> Calendar:
        """The calendar in force in a province. Raises `CalendarUnknown`."""
        with self.database.read() as tx:
            return self.versions.calendar_in_force(tx, province)

    def readable(self, person: Person) -> set[str]:
        """The provinces whose calendar a person may read."""
        with self.database.read() as tx:
            places = self.versions.organisations_in_force(tx)
            known = set(registry.calendars(tx))
        directed = {province for province, _ in of_kind(person, places, LaneKind.DIRECTOR)}
        return known & (directed | {province for province, lane in person.groups if role(lane) in READERS})

    def read(self, province: str, person: Person) -> Calendar:
        """The calendar in force, for a person who may read it. Raises `CalendarForbidden`."""
        if province not in self.readable(person):
            raise CalendarForbidden(province=province)
        return self.get(province)

    def provinces(self) -> list[str]:
        """The provinces that have a calendar."""
        with self.database.read() as tx:
            return registry.calendars(tx)

    def revisions(self, province: str) -> list[Revision]:
        """Who edited a province's calendar when and why, the oldest first."""
        with self.database.read() as tx:
            return registry.revisions(tx, province)

    def decisions(self, province: str) -> dict[int, Decision]:
        """What directors decided of promises that would move earlier, by the number of the revision."""
        with self.database.read() as tx:
            return recount.decisions(tx, province)

    def revision(self, province: str, number: int) -> Calendar:
        """A calendar as it was in a revision. Raises `CalendarUnknown`."""
        with self.database.read() as tx:
            return self.versions.calendar(tx, province, number)

    def edited(self, province: str, edit: Edit, person: Person) -> tuple[Calendar, Calendar]:
        """The calendar in force and what `edit` would make of it; nothing is stored.

        Raises `CalendarForbidden`, `NothingChanged`, or what the edit raises.
        """
        with self.database.read() as tx:
            return self._edited(tx, province, edit, person)

    def revise(
        self, province: str, edit: Edit, reason: str, person: Person, now: datetime, base: int | None = None
    ) -> Calendar:
        """Store an edit as the next revision, and queue the cases that it concerns for a recount.

        `base` is the revision of which the edit was previewed: raises `CalendarMoved` where another is in force. Raises
        `ReasonMissing` and what `edited` raises.
        """
        stated = text_rules.reason(reason)
        with self.database.change() as tx:
            before, after = self._edited(tx, province, edit, person)
            if base not in (None, before.revision):
                raise CalendarMoved(revision=before.revision)
            registry.revise(tx, Revision(province, after.revision, now, person.id, stated), after.to_json())
            cases = [case.id for case in recounts.affected(tx, before, after)]
            recount.queue(tx, province, after.revision, cases)
        return after

    def compared(self, province: Province) -> tuple[Calendar, list[Difference]]:
        """The calendar in force, and what the province's facts have otherwise than it. Raises `CalendarUnknown`."""
        known = self.get(province.code)
        return known, differences(known, holiday.calendar(province, known.revision))

    def running_out(self, now: datetime) -> dict[str, date]:
        """The last day before a year is missing, by province."""
        with self.database.read() as tx:
            calendars = [self.versions.calendar_in_force(tx, province) for province in registry.calendars(tx)]
        return {each.province: each.known_until(local_date(now)) for each in calendars}

    def year_missing(self, now: datetime, provinces: Collection[str]) -> dict[str, int]:
        """The year that is missing within `WARNED`, by province of these."""
        last = local_date(now) + WARNED
        return {
            province: until.year + 1
            for province, until in self.running_out(now).items()
            if province in provinces and until < last
        }

    def _edited(self, tx: Transaction, province: str, edit: Edit, person: Person) -> tuple[Calendar, Calendar]:
        if (province, Role.ADMINISTRATOR) not in person.groups:
            raise CalendarForbidden(province=province)
        before = self.versions.calendar_in_force(tx, province)
        after = replace(edit(before), revision=before.revision + 1)
        if after.to_json() == before.to_json() | {"revision": after.revision}:
            raise NothingChanged
        return before, after
