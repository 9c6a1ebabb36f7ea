"""The inbox and the idle poll, with a million rows there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from statistics import median

from sqlalchemy import text

from bench import office
from bench.figure import Figure, p99, seconds
from runner.store import timer, urgency, worklist
from tests.six_tasks import SixTasks

MILLION = 1_000_000
ASKED = 400
GROUPS = [(f"p{province}", lane) for province in range(8) for lane in ("one_stop_clerk", "specialist")]


def inbox() -> Iterator[Figure]:
    """A page of 50 at a million open tasks, for a person of two groups, in the database."""
    for name, opened in (("SQLite", office.sqlite), ("PostgreSQL", office.postgres)):
        with opened() as ours:
            _fill(ours)
            random, times = Random(1), []
            for _ in range(ASKED):
                groups = random.sample(GROUPS, 2)
                with ours.runner.database.read() as tx:
                    page = worklist.inbox(tx, groups, "bench", 50)
                    place = page[-1].place if random.random() < 0.5 else None
                    times.append(seconds(lambda: worklist.inbox(tx, groups, "bench", 50, place)))  # noqa: B023
            detail = f"median {median(times) * 1000:.2f} ms"
            title = f"inbox page of 50 at {MILLION:,} open tasks, p99, {name}"
            yield Figure(title, p99(times) * 1000, "ms", 5, False, detail)


def urgent() -> Iterator[Figure]:
    """The same by what makes the case late, with the counts of its groups."""
    for name, opened in (("SQLite", office.sqlite), ("PostgreSQL", office.postgres)):
        with opened() as ours:
            _fill(ours)
            random, times, counts = Random(1), [], []
            with ours.runner.database.read() as tx:
                for _ in range(ASKED):
                    groups = random.sample(GROUPS, 2)
                    page = urgency.inbox(tx, groups, "bench", 50)
                    place = page[-1].urgency if random.random() < 0.5 else None
                    times.append(seconds(lambda: urgency.inbox(tx, groups, "bench", 50, place)))  # noqa: B023
                    now = ours.now + timedelta(days=random.randrange(10))
                    counts.append(seconds(lambda: urgency.counts(tx, groups, "bench", 1_000, now, False)))  # noqa: B023
            title = f"inbox page of 50 by slack at {MILLION:,} open tasks, p99, {name}"
            yield Figure(title, p99(times) * 1000, "ms", 5, False, f"median {median(times) * 1000:.2f} ms")
            title = f"counts of the inbox's groups at {MILLION:,} open tasks, p99, {name}"
            yield Figure(title, p99(counts) * 1000, "ms", 10, False, f"median {median(counts) * 1000:.2f} ms")


def idle() -> Iterator[Figure]:
    """A sweep that finds nothing due among a million timers that wait."""
    for name, opened in (("SQLite", office.sqlite), ("PostgreSQL", office.postgres)):
        with opened() as ours:
            _fill(ours)
            times = [seconds(lambda: ours.runner.timers.fire_due(ours.now)) for _ in range(ASKED)]
            with ours.runner.database.read() as tx:
                assert timer.due(tx, ours.now + timedelta(days=999), 1), "the timers are there"
            detail = f"p99 {p99(times) * 1000:.2f} ms"
            title = f"idle tick at {MILLION:,} pending timers, {name}"
            yield Figure(title, median(times) * 1000, "ms", 1, False, detail)


def _fill(ours: SixTasks) -> None:
    """A million cases with an open task and a timer each, written by the database itself."""
    with ours.runner.database.change() as tx:
        first, last, epoch = 1000, MILLION + 999, int(ours.now.timestamp())
        if tx.dialect.name == "postgresql":
            series = f"generate_series({first}, {last}) AS s(n)"
            moment, zero, no = f"to_timestamp({epoch} + 3600 + n % 900000)", "'\\x00'::bytea", "false"
        else:
            counted = f"SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}"
            series = f"(WITH RECURSIVE s(n) AS ({counted}) SELECT n FROM s)"
            moment, zero, no = f"({epoch} + 3600 + n % 900000) * 1000000", "x'00'", "0"
        tx.execute(
            text(
                'INSERT INTO "case"'
                " (id, province, procedure, version, started, seq, head, status, outcome, subject, clock)"
                f" SELECT n, 'p' || (n % 8), 'p/1', 'v', {moment}, 1, {zero}, 'open', '', 'Công ty ' || n, 'running'"
                f" FROM {series}"
            )
        )
        tx.execute(
            text(
                'INSERT INTO task ("case", id, province, element, name, lane, step, form, opened, due, late, outcome,'
                " latest, waits, mark)"
                " SELECT n, 'Task_B3#1', 'p' || (n % 8), 'Task_B3', 'Thẩm định hồ sơ',"
                " CASE WHEN n % 3 = 0 THEN 'one_stop_clerk' ELSE 'specialist' END, 'B3', 'six',"
                f" {moment}, {moment}, {no}, '', {moment}, {no}, '' FROM {series}"
            )
        )
        tx.execute(
            text(
                'INSERT INTO timer ("case", id, element, due)'
                f" SELECT n, 'Timer_B3#1', 'Timer_B3', {moment} FROM {series}"
            )
        )
    with ours.runner.database.change() as tx:
        tx.execute(text("ANALYZE"))
    ours.runner.database.checkpoint()
