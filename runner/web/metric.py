"""Figures for Prometheus: those of the work from the database, those of the requests from every process of the site.

Where ``PROMETHEUS_MULTIPROC_DIR`` names a folder, each process keeps its request times in a file there and a scrape
reads all files. The file of a dead process stays until the server stops, so that no count falls.

A failure to count or to read the counts is logged once by each process and changes no answer.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from runner.audit.verification import Verification
from runner.config import SettingInvalid
from runner.domain.calendar import local_date
from runner.services.calendars import Calendars
from runner.services.health import Health

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
FOLDER: Final = os.environ.get(VARIABLE, "")
"""Where the processes count; empty: each process counts for itself."""
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the buckets of request times, in seconds."""

log = logging.getLogger(__name__)

if not FOLDER:  # the library takes an empty variable for the working directory
    values.ValueClass = values.MutexValue
disable_created_metrics()  # type: ignore[no-untyped-call]
_requests = Histogram("motcua_request_seconds", "Time to answer a request.", ["worker"], buckets=BOUNDS, registry=None)


def observe(seconds: float) -> None:
    """Count a request that this process answered."""
    try:
        _requests.labels(os.getpid()).observe(seconds)
    except Exception:  # the request may have changed something already: its answer must reach the browser
        _warn("requests are not counted")


def text(health: Health, calendars: Calendars, verification: Verification, now: datetime) -> bytes:
    """All figures in Prometheus' text format; those of the work alone where the counts of requests are unreadable."""
    work = _written(_Work(health, calendars, verification, now))
    try:
        return work + _written(MultiProcessCollector(None, FOLDER) if FOLDER else _requests)  # type: ignore[no-untyped-call]
    except Exception:  # a damaged file makes the library raise many kinds of errors
        _warn("the counts of requests are unreadable")
        return work


def check() -> None:
    """Raise `SettingInvalid` where the folder to count in is missing or not writable."""
    if FOLDER and not (Path(FOLDER).is_dir() and os.access(FOLDER, os.W_OK | os.X_OK)):
        raise SettingInvalid(name=VARIABLE, value=FOLDER)


def _written(collector: Collector) -> bytes:
    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry)


@cache  # so it is said once
def _warn(said: str) -> None:
    log.warning(said, exc_info=True)


@dataclass(frozen=True, slots=True)
class _Work(Collector):
    """What there is to do, counted when a scrape asks: the database knows it for every process."""

    health: Health
    calendars: Calendars
    verification: Verification
    now: datetime

    def collect(self) -> Iterator[GaugeMetricFamily]:
        counts, last = self.health.counts(self.now), self.health.last_tick()
        gauges = {
            "tasks_open": ("Open tasks.", counts.tasks_free + counts.tasks_claimed),
            "tasks_claimed": ("Open tasks that a person has claimed.", counts.tasks_claimed),
            "tasks_late": ("Open tasks past their due moment.", counts.tasks_late),
            "timers_due": ("Timers that are due and have not fired.", counts.timers_due),
            "incidents_open": ("Incidents that are not closed.", counts.incidents_open),
        }
        for name, (help, value) in gauges.items():
            yield GaugeMetricFamily(f"motcua_{name}", help, value)
        if last:
            lag = (self.now - last).total_seconds()
            yield GaugeMetricFamily("motcua_tick_lag_seconds", "Time since a worker last finished a sweep.", lag)
        today, days = (
            local_date(self.now),
            "Days until a year is missing in a calendar; below 60 a dossier may be refused.",
        )
        calendars = GaugeMetricFamily("motcua_calendar_days_left", days, labels=["province"])
        for province, until in self.calendars.running_out(self.now).items():
            calendars.add_metric([province], (until - today).days)
        yield calendars
        yield from self._verified()

    def _verified(self) -> Iterator[GaugeMetricFamily]:
        """What the last verification of the whole record came to, and how old it is."""
        report = self.verification.last()
        if report is None or report.ended is None:
            return
        found = "Things that did not agree at the last verification of the whole record."
        yield GaugeMetricFamily("motcua_verification_findings", found, report.tally.found)
        age = (self.now - report.ended).total_seconds()
        yield GaugeMetricFamily("motcua_verification_age_seconds", "Time since the whole record was verified.", age)
