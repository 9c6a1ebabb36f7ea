"""The state of the installation: for probes, for monitoring, and for the warning on every page."""

from __future__ import annotations

from datetime import datetime, timedelta

from runner.domain.journal import instant
from runner.store import schema, setting, statistics
from runner.store.session import Database
from runner.store.statistics import Counts

SILENCE = timedelta(minutes=2)
"""After so long without a tick, every page warns that no worker watches the deadlines."""
_TICK = "tick"


class Health:
    """Reads the state; writes only the time of the last tick."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def ticked(self, now: datetime) -> None:
        """Note that a worker finished a sweep."""
        with self.database.change() as tx:
            setting.save(tx, _TICK, instant(now))

    def last_tick(self) -> datetime | None:
        """When a worker last finished a sweep; None when none ever did."""
        with self.database.read() as tx:
            at = setting.get(tx, _TICK)
        return datetime.fromisoformat(at) if at else None

    def watched(self, now: datetime) -> bool:
        """Whether a worker has ticked lately."""
        last = self.last_tick()
        return last is not None and now - last < SILENCE

    def ready(self) -> bool:
        """Whether the database answers and has the tables of this version."""
        return schema.is_newest(self.database)

    def counts(self, now: datetime) -> Counts:
        """How many cases, tasks, timers and messages wait."""
        with self.database.read() as tx:
            return statistics.counts(tx, now)
