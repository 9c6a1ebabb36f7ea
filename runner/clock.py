"""Time: the only module that asks the operating system for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from time import perf_counter, thread_time
from typing import Protocol

ZONE = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The zone of all provinces. A fixed offset (Viet Nam has no daylight saving): no machine can move a deadline."""


class Clock(Protocol):
    """Returns the present moment, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until `set` or `advance`."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """Move to `now`, which must be aware."""
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware moment")
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self.set(self._now + by)


def stopwatch() -> Callable[[], float]:
    """A function that returns the seconds since this call: for measuring, never for deciding anything in a case."""
    start = perf_counter()
    return lambda: perf_counter() - start


def processor_time() -> Callable[[], float]:
    """A function that returns the seconds for which this thread has had a processor since this call.

    For bounding work: a machine that is busy with other things takes none of them.
    """
    start = thread_time()
    return lambda: thread_time() - start
