"""The runner: settings, clock, database and services, wired once. No globals: whoever needs it is handed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from runner.clock import Clock, SystemClock
from runner.config import Settings
from runner.errors import Refused
from runner.services.accounts import Accounts
from runner.services.attachments import Attachments, StorageLimits
from runner.services.audit import Audit
from runner.services.calendars import Calendars
from runner.services.case_transaction import CaseTransactions
from runner.services.cases import Cases
from runner.services.demonstration import Demonstration
from runner.services.health import Health
from runner.services.mail import mail
from runner.services.outbox import Outbox
from runner.services.people import People
from runner.services.procedures import Procedures
from runner.services.tasks import Tasks
from runner.services.timers import Timers
from runner.services.version import Versions
from runner.services.worklist import Worklist
from runner.store import idempotency
from runner.store.schema import migrate
from runner.store.session import Database

RESULTS_KEPT = timedelta(hours=24)
"""How long a repeated request is recognised by its ``Idempotency-Key``."""


class DemoInProduction(Refused):
    """Cơ sở dữ liệu trình diễn không dùng được khi vận hành thật."""


@dataclass(frozen=True, slots=True)
class Tick:
    """What one sweep did: timers fired and failed, messages delivered."""

    fired: int
    failed: int
    delivered: int


class Runner:
    """Everything that runs procedures, on one database."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.database = Database(settings.database)
        versions = Versions()
        transactions = CaseTransactions(self.database, versions)
        self.transactions = transactions
        self.procedures = Procedures(self.database, versions)
        self.calendars = Calendars(self.database, versions)
        self.people = People(self.database)
        self.accounts = Accounts(self.database)
        self.demonstration = Demonstration(self.database)
        self.health = Health(self.database)
        self.cases = Cases(transactions)
        self.tasks = Tasks(transactions)
        room = StorageLimits(settings.file_mb, settings.case_mb, settings.case_files)
        self.attachments = Attachments(transactions, room)
        self.worklist = Worklist(self.database)
        self.timers = Timers(transactions)
        self.outbox = Outbox(transactions, mail(settings.mail))
        self.audit = Audit(transactions)

    def guard(self) -> None:
        """For whoever serves or works here. Raises `DemoInProduction`: the passwords of one are known to everybody."""
        if self.settings.production and (self.demonstration.marked() or self.accounts.demonstration()):
            raise DemoInProduction

    def migrate(self) -> None:
        """Make the database's tables, or bring them and what is in them to this version's."""
        migrate(self.database)
        self.audit.catch_up()

    def tick(self) -> Tick:
        """One sweep: fire what is due, deliver the outbox, forget what is over, check-point outside of requests."""
        now = self.clock.now()
        sweep = self.timers.fire_due(now)
        delivered = self.outbox.deliver(now)
        with self.database.change() as tx:
            idempotency.forget(tx, now - RESULTS_KEPT)
        self.accounts.forget(now)
        self.attachments.sweep(now)
        self.health.ticked(now)
        self.database.checkpoint()
        return Tick(sweep.fired, sweep.failed, delivered)

    def close(self) -> None:
        """Close the database's connections."""
        self.database.close()
