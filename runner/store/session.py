"""The database: its connections, its transactions, and what can go wrong with them in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from runner.errors import Busy, Refused
from runner.store import private

Transaction: TypeAlias = Connection
"""One transaction on a database: opaque, made by `Database` and handed to the functions of this package."""

PATIENCE = timedelta(seconds=5)
"""How long a transaction waits for a lock or a free connection before it gives up as `Busy`."""

CONNECTIONS = 20
"""The most connections that one process keeps open to write, and (on SQLite) as many again to read."""

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is lawfully erased leaves no trace in the file's free space
    "cache_size = -16000",
    # A checkpoint inside a request is its slowest moment: the worker makes them. Were no worker to run, the log would
    # grow without end, so past 256 MB a commit does it after all.
    "wal_autocheckpoint = 65536",
)

SEALED = ("query_only = ON", "cache_size = -16000")
"""For a file that may not be changed: none that SQLite would write."""


class LogBeside(Refused):
    """Bên cạnh {file} còn tệp {log} với những thay đổi cuối cùng, mà nơi này chỉ cho đọc; hãy chép cả hai tệp sang một thư mục ghi được rồi mở bản chép."""  # noqa: E501


class Disconnected(Busy):
    """Mất kết nối với cơ sở dữ liệu; hãy tải lại để xem thay đổi đã được lưu hay chưa trước khi thử lại."""


class StoreFull(Busy):
    """Máy chủ không ghi được dữ liệu vì ổ đĩa đã đầy hoặc chỉ cho phép đọc; hãy báo quản trị viên."""


class Database:
    """One database, safe to share between threads.

    `url` is ``sqlite:///path/to/file`` or ``postgresql+psycopg://…``. A file that nobody may write, or in a folder that
    nobody may write, is opened as it lies and not touched: `sealed`. Raises `LogBeside` where SQLite's log lies beside
    such a file, as its last changes are in there.
    """

    def __init__(self, url: str, patience: timedelta = PATIENCE) -> None:
        parts, seconds = make_url(url), patience.total_seconds()
        self.url = parts
        self.kind = parts.get_backend_name()
        self.file = Path(parts.database) if parts.get_backend_name() == "sqlite" and parts.database else None
        self.sealed = self.file is not None and private.sealed(self.file)
        if self.file and self.sealed:
            self._writer = self._hasty = self._reader = _sqlite(_as_it_lies(parts, self.file), seconds, "BEGIN", SEALED)
        elif parts.get_backend_name() == "sqlite":
            self._writer = _sqlite(parts, seconds, "BEGIN IMMEDIATE", PRAGMAS)
            self._hasty = _sqlite(parts, 0, "BEGIN IMMEDIATE", PRAGMAS)
            self._reader = _sqlite(parts, seconds, "BEGIN", (*PRAGMAS, "query_only = ON"))
        else:
            self._writer = self._hasty = _postgres(parts, seconds)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def change(self, *, patient: bool = True) -> Iterator[Transaction]:
        """One transaction: kept when the block ends, undone when it raises. The only place that commits.

        Unless `patient`, it raises `Busy` at once while another process writes to SQLite, which has one lock for all.
        Raises `Busy` when it gets no lock or connection in time, `Disconnected` when the database goes away (during
        the commit, only the database knows whether the change was kept), `StoreFull` when the database cannot write.
        """
        with _plainly(), (self._writer if patient else self._hasty).begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One snapshot of the data, in which nothing can be written. Raises as `change` does."""
        with _plainly(), self._reader.connect() as tx:
            yield tx

    def checkpoint(self) -> None:
        """Move what SQLite's log holds into its file, for a worker to call between its sweeps.

        Never waits: pages that a reader still needs stay for the next time. PostgreSQL makes its own checkpoints.
        """
        self._checkpoint("PASSIVE")

    def truncate_log(self) -> None:
        """Move SQLite's log into its file and empty it, so that nothing erased is left there.

        Where somebody still reads or writes, it stays for the next time. PostgreSQL recycles its log by itself.
        """
        self._checkpoint("TRUNCATE")

    def _checkpoint(self, mode: str) -> None:
        if self._writer.dialect.name != "sqlite" or self.sealed:
            return
        with _plainly():
            connection = self._hasty.raw_connection()
            try:
                connection.cursor().execute(f"PRAGMA wal_checkpoint({mode})")
            finally:
                connection.close()

    def close(self) -> None:
        """Close every connection that is not in use; the next transaction opens a new one."""
        for engine in (self._reader, self._writer, self._hasty):
            engine.dispose()


def executed(tx: Transaction, text: str, values: Any = ()) -> Any:
    """The driver's cursor after it executed `text` without SQLAlchemy; raises SQLAlchemy's errors all the same."""
    cursor = tx.connection.cursor()
    try:
        cursor.execute(text, values)
    except tx.dialect.loaded_dbapi.Error as error:
        lost = tx.dialect.is_disconnect(error, tx.connection, cursor)
        cursor.close()
        if lost:
            tx.invalidate(error)
        base = tx.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, None, error, base, connection_invalidated=lost, dialect=tx.dialect) from error
    return cursor


def _as_it_lies(url: URL, file: Path) -> URL:
    """The URL by which SQLite opens a file without a lock, a log or any other file beside it."""
    log = Path(f"{file}-wal")
    if log.exists() and log.stat().st_size:
        raise LogBeside(file=file, log=log.name)
    return url.set(
        database=f"file:{quote(str(file.absolute()))}", query={"immutable": "1", "mode": "ro", "uri": "true"}
    )


def _sqlite(url: URL, patience: float, begin: str, pragmas: tuple[str, ...]) -> Engine:
    # With isolation level None Python's driver begins nothing by itself, and every transaction is the one asked for.
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": patience},
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=patience,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        executed(connection, begin).close()

    return engine


def _postgres(url: URL, patience: float) -> Engine:
    return create_engine(
        url,
        connect_args={"options": f"-c timezone=UTC -c lock_timeout={patience * 1000:.0f}"},
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=True,
    )


_FAULTS: dict[object, type[Busy]] = {
    # primary result codes of SQLite: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN
    5: Busy,
    6: Busy,
    8: StoreFull,
    10: StoreFull,
    13: StoreFull,
    14: StoreFull,
    # SQLSTATEs: serialization failure, deadlock, lock not available, too many connections, disk full
    "40001": Busy,
    "40P01": Busy,
    "55P03": Busy,
    "53300": Busy,
    "53100": StoreFull,
}


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn errors of the database into ours; errors that only a defect of ours can cause pass unchanged."""
    try:
        yield
    except PoolTimeout as error:
        raise Busy from error
    except DBAPIError as error:
        if fault := _fault(error):
            raise fault from error
        raise


def _fault(error: DBAPIError) -> type[Busy] | None:
    if error.connection_invalidated:
        return Disconnected
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _FAULTS.get(code & 0xFF)
    state = getattr(error.orig, "sqlstate", "")  # SQLite's errors have none: a text that is no UTF-8 is one of its
    # psycopg's operational errors that no server has named are about reaching one.
    return Disconnected if state is None and isinstance(error, OperationalError) else _FAULTS.get(state)
