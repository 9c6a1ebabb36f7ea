"""Figures for Prometheus: those of the work from the database, those of the requests from every process of the site.

Where ``PROMETHEUS_MULTIPROC_DIR`` names a folder, each process keeps its request times in a file there and a scrape
reads all files. The file of a dead process stays until the server stops, so that no count falls.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from runner.services.health import Health

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the buckets of request times, in seconds."""

disable_created_metrics()  # type: ignore[no-untyped-call]
_requests = Histogram("motcua_request_seconds", "Time to answer a request.", ["worker"], buckets=BOUNDS, registry=None)


def observe(seconds: float) -> None:
    """Count a request that this process answered."""
    _requests.labels(os.getpid()).observe(seconds)


def text(health: Health, now: datetime) -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Work(health, now))
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_requests)
    return generate_latest(registry)


@dataclass(frozen=True, slots=True)
class _Work(Collector):
    """What there is to do, counted when a scrape asks: the database knows it for every process."""

    health: Health
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
