"""Fires timers that are due, one of which gives up a draft. One that keeps failing becomes an incident."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from runner.domain.entry import Command, Discard, FireTimer
from runner.domain.person import SYSTEM
from runner.domain.task import DRAFT_TIMER
from runner.engine.errors import NotDue
from runner.errors import Conflict, IncidentRaised, MotcuaError
from runner.services.access import CaseUnknown
from runner.services.case_transaction import CaseTransactions
from runner.services.cases import discard
from runner.services.record import record_incident
from runner.store import timer as timers
from runner.store.timer import Failure

BATCH = 200
"""Timers looked up at once; a sweep takes as many batches as there are."""
TRIES = 3
"""After so many failures a timer becomes an incident."""
BACKOFF = timedelta(minutes=1)
"""The wait after the first failure; it doubles with each further one."""

log = logging.getLogger(__name__)


class TimerBroken(IncidentRaised):
    """Mốc thời hạn {timer} không kích hoạt được sau {tries} lần thử: {reason}"""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep did: how many timers fired, and how many failed (to be retried, or now incidents), and why."""

    fired: int
    failed: int
    errors: tuple[Exception, ...] = field(default=(), compare=False)


class Timers:
    """Fires what is due. Any number of processes may sweep at once: each skips a case that another one holds."""

    def __init__(self, transactions: CaseTransactions) -> None:
        self.transactions = transactions

    def fire_due(self, now: datetime) -> Sweep:
        """Fire every timer that is due at `now` (aware), each in its own transaction."""
        fired, errors = 0, list[Exception]()
        seen: set[tuple[int, str]] = set()
        while True:
            with self.transactions.database.read() as tx:
                due = [each for each in timers.due(tx, now, BATCH + len(seen)) if each not in seen]
            if not due:
                return Sweep(fired, len(errors), tuple(errors))
            for case, timer in due:
                seen.add((case, timer))
                try:
                    fired += self._fire(case, timer, now)
                except Exception as error:  # one timer's fault does not stop the others
                    errors.append(error)
                    self._failed(case, timer, error, now)

    def next_due(self, after: datetime, until: datetime, case: int | None = None) -> datetime | None:
        """The first moment after `after`, and not after `until`, at which a timer (of `case`) is due."""
        with self.transactions.database.read() as tx:
            return timers.next_due(tx, after, until, case)

    def _fire(self, case: int, timer: str, now: datetime) -> bool:
        with self.transactions.database.read() as tx:
            if timers.get(tx, case, timer) is None:  # another process fired it; the case need not load
                return False
        try:
            with self.transactions.attempt(case, SYSTEM, now, skip_locked=True) as change:
                timers.forgive(change.tx, case, timer)
                if timer == DRAFT_TIMER:
                    discard(change)
                else:
                    change.do(FireTimer(timer))
        except (Conflict, NotDue, CaseUnknown):
            return False  # another transaction fired, moved or holds it
        return True

    def _failed(self, case: int, timer: str, error: Exception, now: datetime) -> None:
        """Count the failure and set the next try; after the last one, write an incident, which people retry."""
        log.warning("timer %s of case %s failed: %s", timer, case, error)
        with self.transactions.database.change() as tx:
            before = timers.failure(tx, case, timer)
            tries = before.tries + 1 if before else 1
            again = None if tries >= TRIES else now + BACKOFF * 2 ** (tries - 1)
            timers.fail(tx, Failure(case, timer, tries, again, str(error)))
            if again is None:
                reason = str(error) if isinstance(error, MotcuaError) else f"{type(error).__name__}: {error}"
                broken = TimerBroken(timer=timer, tries=tries, reason=reason)
                failed: Command = Discard() if timer == DRAFT_TIMER else FireTimer(timer)
                record_incident(tx, case, broken, failed, SYSTEM, now)
