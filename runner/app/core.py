"""The services of the work itself: tasks, cases, calendars, accounts. The first use of one imports and makes it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from runner.clock import Clock, SystemClock
from runner.config import Settings
from runner.store.session import Database

if TYPE_CHECKING:
    from runner.services.accounts import Accounts
    from runner.services.applicants import Applicants
    from runner.services.attachments import Attachments
    from runner.services.audit import Audit
    from runner.services.board import Board
    from runner.services.calendars import Calendars
    from runner.services.case_transaction import CaseTransactions
    from runner.services.cases import Cases
    from runner.services.demonstration import Demonstration
    from runner.services.find import Find
    from runner.services.gathering import Gathering
    from runner.services.health import Health
    from runner.services.laws import Laws
    from runner.services.many_tasks import ManyTasks
    from runner.services.migrations import Migrations
    from runner.services.organisations import Organisations
    from runner.services.outbox import Outbox
    from runner.services.people import People
    from runner.services.procedures import Procedures
    from runner.services.readings import Readings
    from runner.services.recounts import Recounts
    from runner.services.retention import Retention
    from runner.services.saved_filters import SavedFilters
    from runner.services.settlements import Settlements
    from runner.services.tasks import Tasks
    from runner.services.timers import Timers
    from runner.services.version_cache import Versions
    from runner.services.worklist import Worklist


class CoreServices:
    """What runs procedures, on one database."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.database = Database(settings.database)

    @cached_property
    def versions(self) -> Versions:
        from runner.services.version_cache import Versions

        return Versions()

    @cached_property
    def transactions(self) -> CaseTransactions:
        from runner.services.case_transaction import CaseTransactions

        return CaseTransactions(self.database, self.versions)

    @cached_property
    def procedures(self) -> Procedures:
        from runner.services.procedures import Procedures

        return Procedures(self.database, self.versions, production=self.settings.production)

    @cached_property
    def calendars(self) -> Calendars:
        from runner.services.calendars import Calendars

        return Calendars(self.database, self.versions)

    @cached_property
    def organisations(self) -> Organisations:
        from runner.services.organisations import Organisations

        return Organisations(self.database, self.versions)

    @cached_property
    def laws(self) -> Laws:
        from runner.services.laws import Laws

        return Laws(self.database, self.versions)

    @cached_property
    def recounts(self) -> Recounts:
        from runner.services.recounts import Recounts

        return Recounts(self.transactions)

    @cached_property
    def migrations(self) -> Migrations:
        from runner.services.migrations import Migrations

        return Migrations(self.transactions)

    @cached_property
    def people(self) -> People:
        from runner.services.people import People

        return People(self.database, self._now)

    @cached_property
    def accounts(self) -> Accounts:
        from runner.services.accounts import Accounts

        return Accounts(self.database)

    @cached_property
    def demonstration(self) -> Demonstration:
        from runner.services.demonstration import Demonstration

        return Demonstration(self.database)

    @cached_property
    def health(self) -> Health:
        from runner.services.health import Health

        return Health(self.database)

    @cached_property
    def readings(self) -> Readings:
        from runner.services.readings import Readings

        return Readings(self.database, self.versions)

    @cached_property
    def cases(self) -> Cases:
        from runner.services.cases import Cases

        return Cases(self.transactions)

    @cached_property
    def tasks(self) -> Tasks:
        from runner.services.tasks import Tasks

        return Tasks(self.transactions)

    @cached_property
    def many_tasks(self) -> ManyTasks:
        from runner.services.many_tasks import ManyTasks

        return ManyTasks(self.tasks)

    @cached_property
    def attachments(self) -> Attachments:
        from runner.services.attachments import Attachments, StorageLimits

        limits = StorageLimits(self.settings.file_mb, self.settings.case_mb, self.settings.case_files)
        return Attachments(self.transactions, limits)

    @cached_property
    def applicants(self) -> Applicants:
        from runner.services.applicants import Applicants

        return Applicants(self.transactions)

    @cached_property
    def worklist(self) -> Worklist:
        from runner.services.worklist import Worklist

        return Worklist(self.database, lambda: self.versions)

    @cached_property
    def saved_filters(self) -> SavedFilters:
        from runner.services.saved_filters import SavedFilters

        return SavedFilters(self.database)

    @cached_property
    def dossiers(self) -> Find:
        from runner.services.find import Find

        return Find(self.database, lambda: self.versions)

    @cached_property
    def settlements(self) -> Settlements:
        from runner.services.settlements import Settlements

        return Settlements(self.database, lambda: self.versions)

    @cached_property
    def gathering(self) -> Gathering:
        from runner.services.gathering import Gathering

        return Gathering(self.settlements)

    @cached_property
    def board(self) -> Board:
        from runner.services.board import Board

        return Board(self.database)

    @cached_property
    def timers(self) -> Timers:
        from runner.services.timers import Timers

        return Timers(self.transactions)

    @cached_property
    def outbox(self) -> Outbox:
        from runner.services.mail import mail
        from runner.services.outbox import Outbox

        return Outbox(self.transactions, mail(self.settings.mail, self.settings.mail_ca))

    @cached_property
    def retention(self) -> Retention:
        from runner.services.retention import Retention

        return Retention(self.transactions)

    @cached_property
    def audit(self) -> Audit:
        from runner.services.audit import Audit

        return Audit(self.transactions)

    def _now(self) -> datetime:
        return self.clock.now()  # asked each time: a demonstration sets its clock
