"""`python -m bench.many [COPIES]`: cases that are counted and written to event logs per second, and the memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from tracemalloc import get_traced_memory, start, stop

from bench.figure import Figure
from runner.audit.mining.export import LogFormat, Order
from runner.clock import processor_time
from runner.domain.case_filter import CaseFilter
from runner.domain.person import SYSTEM
from runner.store.schema import migrate
from runner.store.session import Database
from tests.running import CODE, RunningCases

COPIES = 100
"""How often the twelve cases are repeated."""


def speed(copies: int = COPIES) -> Iterator[Figure]:
    """Cases of a real procedure at every step, one in twelve of them with a pause of the legal clock."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        database = Database(url)
        migrate(database)
        database.close()
        world = RunningCases(url, Path(folder), copies)
        runner, now, path = world.runner, world.now, Path(folder) / "log"

        def count() -> None:
            runner.many_cases.go_on(CaseFilter(CODE), SYSTEM, now, 1e9, again=True)

        cases = copies * 12
        count()  # versions are compiled
        yield from _measured("many cases, counted", cases, count, 300)
        for format in LogFormat:
            order = Order.make(format, CaseFilter(CODE), "measured", pseudonyms=True)
            name = f"event log, {format}"
            yield from _measured(name, cases, lambda order=order: runner.mining.write(order, SYSTEM, now, path), 100)
        runner.close()


def _measured(name: str, cases: int, act: Callable[[], object], wanted: float) -> Iterator[Figure]:
    elapsed = processor_time()
    act()
    yield Figure(name, cases / elapsed(), "cases/s", wanted, True, f"{cases} cases")
    start()
    act()
    _, peak = get_traced_memory()
    stop()
    yield Figure(f"{name}, memory", peak / 1e6, "MB", 50, False, f"{cases} cases")


if __name__ == "__main__":
    for figure in speed(int(sys.argv[1]) if len(sys.argv) > 1 else COPIES):
        print(figure, flush=True)
