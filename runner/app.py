"""The runner: settings, clock, database and services, wired once. No globals: callers pass it on.

The first use of a service imports and makes it, so that a command which reads a list never waits for the engine.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runner.clock import Clock, SystemClock
from runner.config import DATABASE, Settings
from runner.errors import Refused
from runner.store import private
from runner.store.session import Database

if TYPE_CHECKING:
    from runner.audit.course import Courses
    from runner.audit.find import Find
    from runner.audit.many.counting import ManyCases
    from runner.authoring.approvals import Approvals
    from runner.authoring.beginning import NewProcedures
    from runner.authoring.catalogue import Catalogue
    from runner.authoring.desktop import Desktop
    from runner.authoring.drafts import Drafts
    from runner.authoring.impact import Impacts
    from runner.authoring.retrospect import Retrospects
    from runner.authoring.tally import Tallies
    from runner.record.note import Verifier
    from runner.services.accounts import Accounts
    from runner.services.attachments import Attachments
    from runner.services.audit import Audit
    from runner.services.calendars import Calendars
    from runner.services.case_transaction import CaseTransactions
    from runner.services.cases import Cases
    from runner.services.demonstration import Demonstration
    from runner.services.doctor import Doctor
    from runner.services.health import Health
    from runner.services.migrations import Migrations
    from runner.services.organisations import Organisations
    from runner.services.outbox import Outbox
    from runner.services.people import People
    from runner.services.procedures import Procedures
    from runner.services.record_beginning import RecordBeginning
    from runner.services.record_key import HeadSigner
    from runner.services.record_log import RecordLog
    from runner.services.recounts import Recounts
    from runner.services.tasks import Tasks
    from runner.services.timers import Timers
    from runner.services.version_cache import Versions
    from runner.services.worklist import Worklist

RESULTS_KEPT = timedelta(hours=24)
"""How long a request with the same ``Idempotency-Key`` counts as repeated."""
MIGRATED_AT_ONCE = 100
"""Cases that one tick migrates, so that timers and messages wait for a second at most."""


class DemoInProduction(Refused):
    """Cơ sở dữ liệu trình diễn không dùng được khi vận hành thật."""


class RestoreUnfinished(Refused):
    """Cơ sở dữ liệu đang được khôi phục, hoặc lần khôi phục trước chưa xong; hãy khôi phục lại vào một cơ sở dữ liệu trống."""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick did: timers fired and failed, messages delivered."""

    fired: int
    failed: int
    delivered: int


class Runner:
    """Everything that runs procedures, on one database."""

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
    def procedure_drafts(self) -> Drafts:
        from runner.authoring.drafts import Drafts

        return Drafts(self.database)

    @cached_property
    def tallies(self) -> Tallies:
        from runner.authoring.tally import Tallies

        return Tallies(self.database)

    @cached_property
    def desktop(self) -> Desktop:
        from runner.authoring.desktop import Desktop

        return Desktop(self.database, self.procedure_drafts, self.approvals)

    @cached_property
    def catalogue(self) -> Catalogue:
        from runner.authoring.catalogue import Catalogue

        return Catalogue(self.procedures, self.procedure_drafts, self.tallies)

    @cached_property
    def new_procedures(self) -> NewProcedures:
        from runner.authoring.beginning import NewProcedures

        return NewProcedures(self.procedures, self.procedure_drafts)

    @cached_property
    def approvals(self) -> Approvals:
        from runner.authoring.approvals import Approvals

        return Approvals(self.database, self.versions)

    @cached_property
    def calendars(self) -> Calendars:
        from runner.services.calendars import Calendars

        return Calendars(self.database, self.versions)

    @cached_property
    def organisations(self) -> Organisations:
        from runner.services.organisations import Organisations

        return Organisations(self.database, self.versions)

    @cached_property
    def recounts(self) -> Recounts:
        from runner.services.recounts import Recounts

        return Recounts(self.transactions)

    @cached_property
    def record_beginning(self) -> RecordBeginning:
        from runner.services.record_beginning import RecordBeginning

        return RecordBeginning(self.database)

    @cached_property
    def record_log(self) -> RecordLog:
        from runner.services.head_file import HeadFile
        from runner.services.record_log import RecordLog

        heads = self.settings.heads_file
        return RecordLog(self.database, self._signer(), HeadFile(heads) if heads else None)

    def make_key(self, name: str) -> Verifier:
        """Make the key that signs heads, in the file that the settings name.

        Raises `KeyMissing` where they name none, `KeyExists`, `KeyInvalid`.
        """
        from runner.services.record_key import KeyFile, KeyMissing

        if self.settings.key_file is None:
            raise KeyMissing(path="MOTCUA_RECORD_KEY")
        return KeyFile(self.settings.key_file).make(name)

    def found_key(self) -> None:
        """Make a key where there is none, beside an SQLite database that is not in production."""
        from runner.services.record_key import KeyFile

        file = None if self.settings.production or self.settings.record_signer else self.settings.key_file
        if file and self.database.file and not KeyFile(file).exists():
            self.make_key(f"localhost/motcua-{secrets.token_hex(4)}")

    def _signer(self) -> HeadSigner | None:
        from runner.record.note import Verifier
        from runner.services.record_key import KeyFile, SigningCommand

        if self.settings.record_signer:
            return SigningCommand(self.settings.record_signer, Verifier.read(self.settings.record_public))
        file = KeyFile(path) if (path := self.settings.key_file) else None
        return file if file and file.exists() else None

    @cached_property
    def migrations(self) -> Migrations:
        from runner.services.migrations import Migrations

        return Migrations(self.transactions)

    @cached_property
    def impacts(self) -> Impacts:
        from runner.authoring.impact import Impacts

        return Impacts(self.database, self.versions, self.procedure_drafts)

    @cached_property
    def retrospects(self) -> Retrospects:
        from runner.authoring.retrospect import Retrospects

        return Retrospects(self.impacts)

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
    def doctor(self) -> Doctor:
        from runner.services.doctor import Doctor

        return Doctor(self.database)

    @cached_property
    def cases(self) -> Cases:
        from runner.services.cases import Cases

        return Cases(self.transactions)

    @cached_property
    def tasks(self) -> Tasks:
        from runner.services.tasks import Tasks

        return Tasks(self.transactions)

    @cached_property
    def attachments(self) -> Attachments:
        from runner.services.attachments import Attachments, StorageLimits

        limits = StorageLimits(self.settings.file_mb, self.settings.case_mb, self.settings.case_files)
        return Attachments(self.transactions, limits)

    @cached_property
    def worklist(self) -> Worklist:
        from runner.services.worklist import Worklist

        return Worklist(self.database, lambda: self.versions)

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
    def audit(self) -> Audit:
        from runner.services.audit import Audit

        return Audit(self.transactions)

    @cached_property
    def courses(self) -> Courses:
        from runner.audit.course import Courses

        return Courses(self.audit, self.procedures)

    @cached_property
    def find(self) -> Find:
        from runner.audit.find import Find

        return Find(self.database, self.versions)

    def _now(self) -> datetime:
        return self.clock.now()  # asked each time: a demonstration sets its clock

    @cached_property
    def many_cases(self) -> ManyCases:
        from runner.audit.many.counting import ManyCases

        return ManyCases(self.database, self.versions)

    def guard(self) -> None:
        """Called before pages or worker start.

        Raises `DemoInProduction`, as a demonstration's passwords are public, `RecordBehind` and `RestoreUnfinished`.
        """
        self._expect_restored()
        if self.settings.production and (self.demonstration.marked() or self.accounts.demonstration()):
            raise DemoInProduction
        self.record_log.guard()

    def _expect_restored(self) -> None:
        from runner.store import epoch

        with self.database.read() as tx:
            if epoch.restoring(tx):
                raise RestoreUnfinished

    def migrate(self) -> None:
        """Make the database's tables, or upgrade them and their content to this version."""
        from runner.store.schema import migrate

        with private.alone():
            migrate(self.database)
        self.record_beginning.catch_up(self.clock.now())
        self.audit.catch_up()

    def protect(self) -> list[Path]:
        """Give the application's role its rights, and close the files of SQLite to others; those that were open.

        A folder is closed where it is the one that this program makes, not where somebody chose it.
        """
        from runner.store import rights

        if self.settings.database_role:
            rights.grant(self.database, self.settings.database_role)
        if not (file := self.database.file):
            return []
        folder = [file.parent] if self.settings.database == DATABASE and private.open_to_others(file.parent) else []
        private.close(wide := [*folder, *private.wide(file)])
        return wide

    def tick(self) -> Tick:
        """Fire due timers, deliver the outbox, delete what has expired, and make a checkpoint outside of requests."""
        from runner.store import idempotency

        self._expect_restored()
        now = self.clock.now()
        self.recounts.run(now)  # first, so that no timer fires by a deadline that has moved
        self.migrations.run(now, limit=MIGRATED_AT_ONCE)
        sweep = self.timers.fire_due(now)
        delivered = self.outbox.deliver(now)
        with self.database.change() as tx:
            idempotency.forget(tx, now - RESULTS_KEPT)
        self.accounts.forget(now)
        self.attachments.sweep(now)
        self.record_log.work(now)
        self.health.ticked(now)
        self.database.checkpoint()
        return Tick(sweep.fired, sweep.failed, delivered)

    def finish(self) -> None:
        """Called when a worker ends: nothing that happened waits for the next one to be in the log."""
        self.record_log.finish(self.clock.now())

    def close(self) -> None:
        """Close the database's connections."""
        self.database.close()
