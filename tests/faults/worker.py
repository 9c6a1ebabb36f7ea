"""What runs in processes of its own, to be killed or to compete: an officer who submits, a worker that sweeps.

Processes come from a fork server that has imported all this, so that one more costs milliseconds.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event

from runner.app import Runner
from runner.clock import FixedClock
from runner.config import Settings
from runner.store.session import Database, Transaction
from tests.faults.office import VALUES
from tests.six_tasks import OFFICER

POINTS = ("begun", "journaled", "written", "committed", "answered", "acknowledged")
"""Where a submit can be cut off: the transaction has begun; its entry is in, the tables are not; all is in, the commit
not made; committed; the service has answered; the answer is in the caller's file."""

processes = get_context("forkserver")
processes.set_forkserver_preload([__name__, "pytest"])


class Mortal(Database):
    """A database whose process dies, as by ``kill -9``, in the `life`-th change when that has come to `point`."""

    def __init__(self, url: str, point: str, life: int) -> None:
        super().__init__(url)
        self.point, self.life = point, life
        self.journaling = False
        event.listen(self._writer, "connect", self._listen)

    @contextmanager
    def change(self, *, patient: bool = True) -> Iterator[Transaction]:
        self.life -= 1
        with super().change(patient=patient) as tx:
            self.reach("begun")
            yield tx
            self.reach("written")
        self.reach("committed")

    def reach(self, point: str) -> None:
        if self.life == 0 and self.point == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def _listen(self, connection: Any, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(self._executing)
            return
        executing = self._executing

        class Cursor(psycopg.Cursor[Any]):
            def execute(self, query: Any, *rest: Any, **options: Any) -> Any:
                executing(query)
                return super().execute(query, *rest, **options)

        connection.cursor_factory = Cursor

    def _executing(self, statement: str) -> None:
        if self.journaling:  # the statement before this one is done, this one has not begun
            self.reach("journaled")
        self.journaling = statement.startswith("INSERT INTO journal")


def submit(
    url: str, answered: Path, now: datetime, requests: Sequence[tuple[int, str, str]], point: str, life: int
) -> None:
    """Submit one task (case, task, key) after the other, and write each answer to the file `answered`.

    Dies at `point` of the `life`-th submit; with a `life` beyond their number, it goes on to the end.
    """
    runner = _runner(url, answered.parent, now)
    database = Mortal(url, point, life)
    runner.transactions.database = database
    log = os.open(answered, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for case, task, key in requests:
        answer = runner.tasks.submit(case, task, VALUES, OFFICER, now, key)
        database.reach("answered")
        os.write(log, (json.dumps([key, asdict(answer)]) + "\n").encode())
        database.reach("acknowledged")


def answers(answered: Path) -> dict[str, dict[str, Any]]:
    """The answers that `submit` has written so far, by key."""
    return dict(json.loads(line) for line in answered.read_text().splitlines()) if answered.exists() else {}


def sweep(url: str, folder: Path, now: datetime, ready: Any, fired: Any) -> None:
    """One sweep for due timers, begun when all processes are `ready`; how many it fired is put into `fired`."""
    runner = _runner(url, folder, now)
    ready.wait(60)
    fired.put(runner.timers.fire_due(now).fired)


def hold(url: str, held: Any, release: Any) -> None:
    """Take the lock that every writer needs, say so by `held`, and keep it until `release`."""
    database = Database(url)
    with database.change() as tx:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("LOCK TABLE journal IN EXCLUSIVE MODE")
        held.set()
        release.wait(60)


def _runner(url: str, folder: Path, now: datetime) -> Runner:
    return Runner(Settings(database=url, mail=f"spool:{folder / 'mail'}"), FixedClock(now))
