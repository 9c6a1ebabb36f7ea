"""Completing a task: against the plain loop, in a full database, and in bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import create_engine, text

from bench import office
from bench.figure import Figure
from bench.plain import PlainLoop
from tests.six_tasks import STEPS, SixTasks, values

ROUNDS = 60
CROWD = 10_000
GROWN = 1_000

_POSTGRES_BYTES = text(
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


def speed() -> Iterator[Figure]:
    """Completions per second of a service-level submit, as a multiple of the plain loop's, cold and warm."""
    times: dict[str, list[float]] = {"plain": [], "cold": [], "warm": []}
    with TemporaryDirectory() as folder, office.sqlite() as ours:
        plain = PlainLoop(Path(folder) / "plain.db")
        ours.finish(2)

        for _ in range(ROUNDS):
            times["plain"] += case_times(plain.start(), lambda case, step: plain.complete(case, values(step)))
            times["warm"] += case_times(ours.begin(), ours.complete)
            times["cold"] += case_times(ours.begin(), ours.complete, ours.forget)
            ours.runner.database.checkpoint()  # the worker's part: off the request, like its tick every few seconds
    detail = ", ".join(f"{name} {median(each) * 1000:.2f} ms" for name, each in times.items())
    for name, wanted in (("cold", 2), ("warm", 6)):
        ratio = sum(times["plain"]) / sum(times[name])
        yield Figure(f"completion, {name}, against the plain loop", ratio, "x", wanted, True, detail)


def size() -> Iterator[Figure]:
    """Bytes that a finished case takes, all tables and indexes."""
    for name, opened in (("SQLite", office.sqlite), ("PostgreSQL", office.postgres)):
        with opened() as ours:
            before = _grow(ours)
            yield Figure(f"bytes per finished case, {name}", (_grow(ours) - before) / GROWN, "B", 6_000, False)


def crowd() -> Iterator[Figure]:
    """How much slower a completion is with 10,000 cases already there."""
    with office.sqlite() as empty, office.sqlite() as full:
        empty.finish(2)
        full.finish(CROWD)
        full.runner.database.checkpoint()
        times: dict[str, list[float]] = {"empty": [], "full": []}
        for _ in range(ROUNDS):
            times["empty"] += case_times(empty.begin(), empty.complete)
            times["full"] += case_times(full.begin(), full.complete)
            empty.runner.database.checkpoint()
            full.runner.database.checkpoint()
        ratio = median(times["full"]) / median(times["empty"])
        yield Figure(f"completion with {CROWD:,} cases there, against none", ratio, "x", 1.2, False)


def case_times(
    case: int, complete: Callable[[int, str], object], before: Callable[[], None] = lambda: None
) -> list[float]:
    """The seconds of each of a case's six completions; `before` each, outside the measure."""
    times = []
    for step in STEPS:
        before()
        start = perf_counter()
        complete(case, step)
        times.append(perf_counter() - start)
    return times


def _grow(ours: SixTasks) -> int:
    """Finish cases, with PostgreSQL's vacuum now and then as in service; what all tables and indexes then take."""
    for _ in range(4):
        ours.finish(GROWN // 4)
        if ours.runner.settings.database.startswith("postgresql"):
            engine = create_engine(ours.runner.settings.database, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text("VACUUM"))
            engine.dispose()
    return _bytes(ours)


def _bytes(ours: SixTasks) -> int:
    """The bytes of all tables and indexes on disk."""
    with ours.runner.database.read() as tx:
        if tx.dialect.name == "postgresql":
            return int(tx.scalar(_POSTGRES_BYTES))
        pages, free = tx.scalar(text("PRAGMA page_count")), tx.scalar(text("PRAGMA freelist_count"))
        return int((pages - free) * tx.scalar(text("PRAGMA page_size")))
