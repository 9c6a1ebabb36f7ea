"""Firing timers and replaying cases: work of the engine, per second of one core."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bench import office
from bench.figure import Figure, seconds
from runner.domain.person import SYSTEM

CASES = 400


def timers() -> Iterator[Figure]:
    """Timers fired with the engine included, each in a transaction of its own, from memory and from the journal."""
    with office.sqlite() as ours:
        for name in ("warm", "cold"):
            for _ in range(CASES):
                ours.begin()
            ours.clock.advance(timedelta(days=10))
            if name == "cold":
                ours.forget()
            took = seconds(lambda: ours.runner.timers.fire_due(ours.clock.now()))
            yield Figure(f"timers fired, {name}", CASES / took, "per s", 300, True)


def replay() -> Iterator[Figure]:
    """`replay --all` of finished cases."""
    with office.sqlite() as ours:
        ours.finish(CASES)
        audit = ours.runner.audit
        assert not any(audit.replay(case, SYSTEM) for case in audit.cases()[:5])
        took = seconds(lambda: [audit.replay(case, SYSTEM) for case in audit.cases()])
        yield Figure("replay --all", CASES / took, "cases/s", 150, True)
