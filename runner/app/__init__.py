"""The runner: settings, clock, database and services, wired once. No globals: callers pass it on.

The first use of a service imports and makes it, so that a command which reads a list never waits for the engine.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.audit import AuditServices
from runner.app.authoring import AuthoringServices
from runner.config import DATABASE
from runner.domain.person import SYSTEM, Person
from runner.errors import Busy, Refused
from runner.store import private

if TYPE_CHECKING:
    from runner.audit.verification.rebuilding import Done

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


class Runner(AuthoringServices, AuditServices):
    """Everything that runs procedures, on one database."""

    def guard(self) -> None:
        """Called before pages or worker start.

        Raises `DemoInProduction`, as a demonstration's passwords are public, `RecordBehind` and `RestoreUnfinished`.
        """
        with suppress(Busy):  # pages may start before their database
            self._expect_restored()
        if self.settings.production and (self.demonstration.marked() or self.accounts.demonstration()):
            raise DemoInProduction
        self.record_log.guard()

    def _expect_restored(self) -> None:
        from runner.store import epoch

        with self.database.read() as tx:
            if epoch.restoring(tx):
                raise RestoreUnfinished

    def migrate(self, reason: str | None = None, person: Person = SYSTEM) -> Done | None:
        """Make the database's tables, or upgrade them and their content to this version.

        Where a migration asked for read tables to be filled from journals, what came of it. Rows that say something
        else than their journal stay, unless there is a `reason` to make them anew.
        """
        from runner.store.schema import migrate

        with private.alone():
            migrate(self.database)
        self.record_beginning.catch_up(self.clock.now())
        return self.verification.rebuilding.catch_up(self.clock.now(), reason, person)

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
        self.mining_jobs.forget(now)
        self.retention.erasures.sweep(self.outbox.mail, now)
        self.record_log.work(now)
        self.health.ticked(now)
        self.database.checkpoint()
        return Tick(sweep.fired, sweep.failed, delivered)

    def finish(self) -> None:
        """Called when a worker ends: nothing that happened waits for the next one to be in the log."""
        self.record_log.finish(self.clock.now())

    def close(self) -> None:
        """Stop what is written in the background, and close the database's connections."""
        if "mining_jobs" in self.__dict__:
            self.mining_jobs.close()
        self.database.close()
