"""`python -m bench.record`: what the record log costs a completion, and how fast the worker makes leaves of entries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from statistics import median

from sqlalchemy import text

from bench import office
from bench.completion import case_times
from bench.figure import Figure
from runner.clock import processor_time
from runner.domain.record import RecordKind
from runner.services.record_log import RecordLog
from runner.store import record_event
from tests.six_tasks import SixTasks

ROUNDS = 100
EVENTS = 20_000

_WITHOUT = {
    "sqlite": "DROP TRIGGER journal_pending",
    "postgresql": "DROP TRIGGER journal_pending ON journal",
}


def cost() -> Iterator[Figure]:
    """How much longer a completion takes with the log, in alternating cases of one run: medians of seconds."""
    for name, opened in (("SQLite", office.sqlite), ("PostgreSQL", office.postgres)):
        yield _cost(name, opened(), opened())


def leaves() -> Iterator[Figure]:
    """Leaves that the worker makes in a second of one core, and what signing a head over them takes."""
    with office.sqlite() as ours:
        with ours.runner.database.change() as tx:
            for number in range(EVENTS):
                record_event.append(tx, RecordKind.READ, "kiemtra", ours.now, str(number), {})
        log = RecordLog(ours.runner.database, None, None)
        elapsed = processor_time()
        while log.append():
            pass
        yield Figure("record log, leaves made", log.size() / elapsed(), "leaves/s", 5_000, True)


def _cost(name: str, one: AbstractContextManager[SixTasks], other: AbstractContextManager[SixTasks]) -> Figure:
    with one as logged, other as plain:
        with plain.runner.database.change() as tx:
            tx.execute(text(_WITHOUT[tx.dialect.name]))
        times: dict[str, list[float]] = {"logged": [], "plain": []}
        for _ in range(ROUNDS):
            for kind, ours in (("logged", logged), ("plain", plain)):
                times[kind] += case_times(ours.begin(), ours.complete)
                ours.runner.database.checkpoint()
    ratio = median(times["logged"]) / median(times["plain"])
    detail = ", ".join(f"{kind} {median(each) * 1000:.2f} ms" for kind, each in times.items())
    return Figure(f"completion with the record log, against without, {name}", ratio, "x", 1.02, False, detail)


if __name__ == "__main__":
    for measure in (cost, leaves):
        for figure in measure():
            print(figure, flush=True)
