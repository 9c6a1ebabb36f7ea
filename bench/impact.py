"""`python -m bench.impact`: cases that a draft's impact judges per second of one core, and the memory that it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from tracemalloc import get_traced_memory, start, stop

from bench.figure import Figure
from runner.authoring.drafts import assembled
from runner.authoring.impact import Impacts
from runner.clock import processor_time
from runner.services.version import Version, compiled
from runner.store import registry
from runner.store.schema import migrate
from runner.store.session import Database
from tests import running
from tests.running import CODE, RunningCases

COPIES = 100
"""How often the twelve cases are repeated."""


def speed() -> Iterator[Figure]:
    """Running cases of a real procedure at every step, on a draft that shortens one of them."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        database = Database(url)
        migrate(database)
        database.close()
        world = RunningCases(url, Path(folder), COPIES)
        impacts, now = world.runner.impacts, world.now
        with world.runner.database.read() as tx:
            files = registry.files(tx, world.runner.procedures.in_force(CODE, now).digest)
        target = compiled(assembled(CODE, files | running.shortened(files)))
        yield from _judged(impacts, target, world)
        world.runner.close()


def _judged(impacts: Impacts, target: Version, world: RunningCases) -> Iterator[Figure]:
    now = world.now
    list(impacts.of(target, now))  # the old version is compiled
    elapsed = processor_time()
    grades = Counter(found.graded(now) for _, found in impacts.of(target, now))
    took, count = elapsed(), grades.total()
    detail = ", ".join(f"{number} {grade}" for grade, number in sorted(grades.items()))
    yield Figure("impact, cases judged", count / took, "cases/s", 150, True, detail)
    start()
    for _ in impacts.of(target, now):
        pass
    _, peak = get_traced_memory()
    stop()
    yield Figure(f"impact, memory for {count} cases", peak / 1e6, "MB", 50, False)


if __name__ == "__main__":
    for figure in speed():
        print(figure, flush=True)
