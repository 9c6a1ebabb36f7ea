"""Figures for Prometheus: those of the work from the database, those of the requests from this process."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from threading import Lock

from runner.services.health import Health

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the buckets of request times, in seconds."""


class Histogram:
    """Request times since this process began. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        with self._lock:
            self._counts[bisect_left(BOUNDS, seconds)] += 1
            self._sum += seconds

    def lines(self) -> Iterator[str]:
        """Each process counts for itself, hence the label: a scrape sees the one that answered it."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        name, worker = "motcua_request_seconds", f'worker="{os.getpid()}"'
        yield f"# HELP {name} Time to answer a request."
        yield f"# TYPE {name} histogram"
        running = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), counts, strict=True):
            running += count
            yield f'{name}_bucket{{{worker},le="{bound}"}} {running}'
        yield f"{name}_sum{{{worker}}} {total:.6f}"
        yield f"{name}_count{{{worker}}} {running}"


_requests = Histogram()
observe = _requests.observe


def text(health: Health, now: datetime) -> str:
    """All figures in Prometheus' text format."""
    counts, last = health.counts(now), health.last_tick()
    gauges = (
        ("tasks_open", "Open tasks.", counts.tasks_free + counts.tasks_claimed),
        ("tasks_claimed", "Open tasks that somebody has claimed.", counts.tasks_claimed),
        ("tasks_late", "Open tasks past their due moment.", counts.tasks_late),
        ("timers_due", "Timers that are due and have not fired.", counts.timers_due),
        ("incidents_open", "Incidents that nobody has closed.", counts.incidents_open),
    )
    lines = [line for name, help, value in gauges for line in _gauge(name, help, value)]
    if last:
        lines += _gauge("tick_lag_seconds", "Time since a worker last finished a sweep.", (now - last).total_seconds())
    return "\n".join([*lines, *_requests.lines(), ""])


def _gauge(name: str, help: str, value: float) -> list[str]:
    return [f"# HELP motcua_{name} {help}", f"# TYPE motcua_{name} gauge", f"motcua_{name} {value}"]
