"""Event logs that are written while their page is open or closed: one thread in a process, one log after the other.

An order is kept in the database with how far it is. When the process that writes it ends, another one begins it anew
once nothing was heard of it for a minute. The file is kept for a day, compressed.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Final

from runner.audit.mining.export import LogFormat, Mining, Order, filter_facts, filter_of, told
from runner.domain.mining_job import JobStatus, MiningJob
from runner.domain.person import Person
from runner.errors import Conflict, MotcuaError, NotFound
from runner.services.people import PersonUnknown
from runner.store import mining as store
from runner.store import registry
from runner.store.session import Database

log = logging.getLogger(__name__)

PIECE: Final = 512 * 1024
KEPT: Final = timedelta(days=1)
"""How long a log can be fetched; what is ordered and never written goes then too."""
SILENCE: Final = timedelta(minutes=1)
"""An order of which nothing was heard for so long has lost the process that wrote it."""
OWN, ALL = 3, 20
"""The most orders that are not settled: of a person, and of all."""


class JobUnknown(NotFound):
    """Không tìm thấy tệp khai thác này, hoặc tệp đã hết hạn giữ."""


class TooManyJobs(Conflict):
    """Đang có {count} tệp chờ ghi; hãy đợi một tệp xong rồi yêu cầu tiếp."""


class _Stopped(Exception):
    """Ends the writing of a log: the process ends, or the order is gone."""


class MiningJobs:
    """Orders of event logs. A person sees their own alone."""

    def __init__(self, database: Database, mining: Mining, now: Callable[[], datetime]) -> None:
        self.database = database
        self.mining = mining
        self._now = now
        self._lock, self._stop = Lock(), Event()
        self._thread: Thread | None = None
        self._asked = False

    # -- for pages ------------------------------------------------------------------------------------------------

    def order(self, order: Order, person: Person, now: datetime) -> MiningJob:
        """Keep an order, and see that somebody writes it. Raises `TooManyJobs`."""
        job = MiningJob(
            token_urlsafe(12),
            person.id,
            now,
            str(order.format),
            filter_facts(order.wanted),
            order.ground,
            order.pseudonyms,
        )
        with self.database.change() as tx:
            for count, most in ((store.going_on(tx, person.id), OWN), (store.going_on(tx), ALL)):
                if count >= most:
                    raise TooManyJobs(count=count)
            store.add(tx, job)
        self.wake()
        return job

    def jobs(self, person: Person) -> list[MiningJob]:
        """The orders of a person, the newest first; those that wait are seen to."""
        with self.database.read() as tx:
            found = store.of_person(tx, person.id)
        if any(job.going_on for job in found):
            self.wake()
        return found

    def content(self, id: str, person: Person) -> tuple[MiningJob, Iterator[bytes]]:
        """A log and its file, piece by piece. Raises `JobUnknown`."""
        job = self._own(id, person)
        if job.status != JobStatus.DONE:
            raise JobUnknown
        return job, self._pieces(id)

    def discard(self, id: str, person: Person) -> None:
        """Throw an order and its log away. Raises `JobUnknown`."""
        self._own(id, person)
        with self.database.change() as tx:
            store.discard(tx, id)

    def forget(self, now: datetime) -> None:
        """Throw away what was kept long enough."""
        with self.database.read() as tx:
            stale = store.stale(tx, now - KEPT)
        for id in stale:
            with self.database.change() as tx:
                store.discard(tx, id)

    def _own(self, id: str, person: Person) -> MiningJob:
        with self.database.read() as tx:
            job = store.get(tx, id)
        if job is None or job.person != person.id:
            raise JobUnknown
        return job

    def _pieces(self, id: str) -> Iterator[bytes]:
        unpack, number = zlib.decompressobj(), 0
        while True:
            with self.database.read() as tx:
                piece = store.piece(tx, id, number)
            if piece is None:
                return
            yield unpack.decompress(piece)
            number += 1

    # -- the thread -----------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """See that the thread of this process runs."""
        with self._lock:
            self._asked = True
            if not self._stop.is_set() and not (self._thread and self._thread.is_alive()):
                self._thread = Thread(target=self._work, name="event logs", daemon=True)
                self._thread.start()

    def wait(self, seconds: float = 60) -> None:
        """Wait until the thread has nothing to do."""
        if thread := self._thread:
            thread.join(seconds)

    def close(self) -> None:
        """Stop the thread; what it was writing is begun anew by another process."""
        self._stop.set()
        self.wait()

    def _work(self) -> None:
        """Write what waits; who asks meanwhile is heard before the thread ends."""
        while True:
            with self._lock:
                if self._stop.is_set() or not self._asked:
                    self._thread = None
                    return
                self._asked = False
            try:
                while job := self._taken():
                    self._settle(job)
            except MotcuaError as error:  # the database is busy or gone; the page asks again
                log.warning("an event log waits: %s", error)

    def _taken(self) -> MiningJob | None:
        now = self._now()
        with self.database.change() as tx:
            return None if self._stop.is_set() else store.take(tx, now, now - SILENCE)

    def _settle(self, job: MiningJob) -> None:
        with TemporaryDirectory(prefix="motcua-") as folder, suppress(_Stopped):
            try:
                self._write(job, Path(folder) / "log")
            except _Stopped:
                raise
            except Exception as error:
                log.exception("an event log could not be written")
                known = str(error) if isinstance(error, MotcuaError) else type(error).__name__
                with self.database.change() as tx:
                    store.clear(tx, job.id)
                    store.fail(tx, job.id, self._now(), known)

    def _write(self, job: MiningJob, path: Path) -> None:
        with self.database.read() as tx:
            person = registry.person(tx, job.person)
        if person is None:
            raise PersonUnknown(person=job.person)
        order = Order(LogFormat(job.format), filter_of(job.filter), job.ground, job.pseudonyms)

        def progress(done: int, total: int) -> None:
            with self.database.change() as tx:
                if self._stop.is_set() or not store.beat(tx, job.id, done, total, self._now()):
                    raise _Stopped

        made = self.mining.write(order, person, job.at, path, progress)
        self._keep(job, path, made.cases)
        with self.database.change() as tx:
            if not store.beat(tx, job.id, made.cases, made.cases, self._now()):
                raise _Stopped
            store.finish(tx, job.id, self._now(), made.events, made.size, made.sha256)
            told(tx, order, made, person, self._now())

    def _keep(self, job: MiningJob, path: Path, cases: int) -> None:
        """Put the file into the database, compressed; pieces of an earlier try go."""
        with self.database.change() as tx:
            store.clear(tx, job.id)
        pack, number = zlib.compressobj(6), 0
        with path.open("rb") as file:
            while (piece := file.read(PIECE)) or number == 0:
                packed = pack.compress(piece)
                self._append(job, number, packed if piece else b"", cases)
                number += 1
            self._append(job, number, pack.flush(), cases)

    def _append(self, job: MiningJob, number: int, content: bytes, cases: int) -> None:
        """Keep a piece, and say that somebody still writes: a large file takes longer than a silence may."""
        with self.database.change() as tx:
            if self._stop.is_set() or not store.beat(tx, job.id, cases, cases, self._now()):
                raise _Stopped
            store.append(tx, job.id, number, content)
