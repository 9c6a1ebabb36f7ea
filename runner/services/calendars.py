"""Editing a province's calendar: every edit is a new revision, and earlier revisions never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from runner.domain.calendar import Calendar
from runner.domain.deployment import Revision
from runner.domain.person import Person, Role
from runner.domain.working_day import Day
from runner.errors import NotFound
from runner.services import holiday, text_rules
from runner.services.version_cache import Versions
from runner.store import registry
from runner.store.session import Database

Edit = Callable[[Calendar], Calendar]


class CalendarForbidden(NotFound):
    """Không tìm thấy lịch làm việc của {province}."""


class Calendars:
    """The calendars of provinces. A running deadline keeps the revision that counted it; a new one takes the newest."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def get(self, province: str) -> Calendar:
        """The calendar in force in a province. Raises `CalendarUnknown`."""
        with self.database.read() as tx:
            return self.versions.calendar_in_force(tx, province)

    def revisions(self, province: str) -> list[Revision]:
        """Who edited a province's calendar when and why, the oldest first."""
        with self.database.read() as tx:
            return registry.revisions(tx, province)

    def set_days(self, province: str, days: Iterable[Day], reason: str, person: Person, now: datetime) -> Calendar:
        """Write days into the table, replacing its rows for them. Raises `CalendarForbidden`, `ReasonMissing`."""

        def edited(calendar: Calendar) -> Calendar:
            return replace(calendar, days={**calendar.days, **{day.date: day for day in days}})

        return self._revise(province, edited, reason, person, now)

    def add_years(self, province: str, years: Iterable[int], reason: str, person: Person, now: datetime) -> Calendar:
        """Add the public holidays of more years; days that the table has stay as they are."""
        wanted = sorted(set(years))

        def edited(calendar: Calendar) -> Calendar:
            known = {day.date: day for day in holiday.days(wanted)} | dict(calendar.days)
            return replace(calendar, days=known, years=calendar.years | set(wanted))

        return self._revise(province, edited, reason, person, now)

    def _revise(self, province: str, edit: Edit, reason: str, person: Person, now: datetime) -> Calendar:
        if (province, Role.ADMINISTRATOR) not in person.groups:
            raise CalendarForbidden(province=province)
        stated = text_rules.reason(reason)
        with self.database.change() as tx:
            before = self.versions.calendar_in_force(tx, province)
            calendar = replace(edit(before), revision=before.revision + 1)
            revision = Revision(province, calendar.revision, now, person.id, stated)
            registry.revise(tx, revision, calendar.to_json())
        return calendar
