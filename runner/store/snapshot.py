"""A whole database at one moment as one file, made while people work on it, and put into an empty database again."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import create_engine, func, inspect, make_url, select, text
from sqlalchemy import table as named_table
from sqlalchemy.exc import ProgrammingError

from runner.errors import Conflict, Refused
from runner.record.merkle import Frontier
from runner.store import epoch, private, record_log
from runner.store.postgres_tools import PostgresTools
from runner.store.record_table import record_leaf
from runner.store.session import Database, Transaction

NAMES: Final = {"sqlite": "motcua.db", "postgresql": "motcua.dump"}
"""What the copy is called, by the kind of database."""
_MARKS: Final = tuple(
    f"INSERT INTO setting (key, value) VALUES ('{key}', '{epoch.YES}') ON CONFLICT (key) DO NOTHING"  # noqa: S608
    for key in (epoch.RESTORING, epoch.HELD)
)
"""A database that came out of a copy sends nothing, and nothing starts on it, from its first moment on."""
_SERVER = text("SHOW server_version_num")
_SCRATCH: Final = "motcua_check_"
_LEAVES: Final = 10_000


class NotEmpty(Conflict):
    """Cơ sở dữ liệu {database} không trống; chỉ khôi phục vào một cơ sở dữ liệu trống."""


class LogLeft(Conflict):
    """Bên cạnh {file} còn tệp {log} của cơ sở dữ liệu trước, mà SQLite sẽ chép vào bản khôi phục; hãy chuyển tệp ấy đi cùng cơ sở dữ liệu cũ."""  # noqa: E501


class ScratchForbidden(Refused):
    """Vai trò {role} không tạo được cơ sở dữ liệu để khôi phục thử; hãy sao lưu bằng chủ sở hữu các bảng (quyền CREATEDB)."""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: how many rows each table has, and the record log's size and root."""

    rows: dict[str, int]
    leaves: int
    root: bytes


def take(database: Database, folder: Path, tools: str) -> Path:
    """Copy the database at one moment into a file in `folder`, without keeping anybody from working.

    Raises as `PostgresTools` does.
    """
    file = folder / NAMES[database.kind]
    with private.alone():
        if database.file:
            _copy(database.file, file, sealed=database.sealed)
        else:
            PostgresTools(tools, _major(database)).dump(database.url, file)
    with file.open("rb") as written:
        os.fsync(written.fileno())
    return file


def put(file: Path, url: str, tools: str) -> None:
    """Put a copy into an empty database, where it is held until `epoch.begin`. Raises `NotEmpty`, `LogLeft`."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        _put_file(file, Path(str(parts.database)))
        return
    database = Database(url)
    try:
        with database.read() as tx:
            if inspect(tx).get_table_names():
                raise NotEmpty(database=parts.database)
        PostgresTools(tools, _major(database)).load(file, parts, _MARKS)
    finally:
        database.close()


@contextmanager
def scratch(database: Database, folder: Path) -> Iterator[str]:
    """The URL of an empty database of the same kind, gone when the block ends: in `folder`, or on the same server.

    Raises `ScratchForbidden`.
    """
    if database.file:
        with private.alone():
            place = folder / f"{_SCRATCH}{secrets.token_hex(4)}"
            place.mkdir()
        try:
            yield f"sqlite:///{place / NAMES['sqlite']}"
        finally:
            shutil.rmtree(place)
        return
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
    name = f"{_SCRATCH}{secrets.token_hex(4)}"
    try:
        with engine.connect() as connection:
            try:
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
            except ProgrammingError as error:
                raise ScratchForbidden(role=database.url.username) from error
            try:
                yield database.url.set(database=name).render_as_string(hide_password=False)
            finally:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        engine.dispose()


def contents(database: Database) -> Contents:
    """What the database holds, counted at one moment."""
    log = Frontier()
    with database.read() as tx:
        counted = _rows(tx)
        size = record_log.size(tx) if record_leaf.name in counted else 0
        for leaf in _leaves(tx, size):
            log.add(leaf)
    return Contents(counted, log.size, log.root())


def roots(database: Database, sizes: Collection[int]) -> dict[int, bytes]:
    """The root of the record log's first leaves by how many these are, from the leaves themselves in one pass."""
    log = Frontier()
    found = {0: log.root()}
    with database.read() as tx:
        for leaf in _leaves(tx, max(sizes, default=0)):
            log.add(leaf)
            if log.size in sizes:
                found[log.size] = log.root()
    return found


def kind(url: str) -> str:
    """The kind of database that a URL means."""
    return make_url(url).get_backend_name()


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.read() as tx:
        return _rows(tx)


def _leaves(tx: Transaction, size: int) -> Iterator[bytes]:
    for begin in range(0, size, _LEAVES):
        yield from record_log.nodes(tx, 0, begin, min(begin + _LEAVES, size))


def _rows(tx: Transaction) -> dict[str, int]:
    names = sorted(inspect(tx).get_table_names())
    return {name: int(tx.scalar(select(func.count()).select_from(named_table(name))) or 0) for name in names}


def faults(database: Database) -> list[str]:
    """What SQLite itself finds wrong with its file, in its own words. PostgreSQL checked when the copy was put in."""
    if not database.file:
        return []
    with database.read() as tx:
        found = [str(row[0]) for row in tx.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
        return found + [f"foreign key: {row[0]} {row[1]}" for row in tx.exec_driver_sql("PRAGMA foreign_key_check")]


def release(database: Database) -> str:
    """The version of what reads an SQLite file here, or the major one of the PostgreSQL server."""
    return sqlite3.sqlite_version if database.file else str(_major(database))


def _copy(source: Path, target: Path, *, sealed: bool) -> None:
    """SQLite's backup API: one snapshot, while writers write on. The copy is one file, without a log beside it."""
    mode = "ro&immutable=1" if sealed else "ro"
    with (
        closing(sqlite3.connect(f"file:{quote(str(source.absolute()))}?mode={mode}", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _put_file(file: Path, target: Path) -> None:
    if target.exists() and target.stat().st_size:
        raise NotEmpty(database=target)
    for log in private.logs(target):
        if log.stat().st_size:
            raise LogLeft(file=target, log=log.name)
    part = target.with_name(f"{target.name}.restoring")
    with private.alone():
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in (part, *private.logs(part)):  # of a restore that was killed
            left.unlink(missing_ok=True)
        part.touch()  # so that the copy has its owner's permissions, not those of the file that is copied
        shutil.copyfile(file, part)
        with closing(sqlite3.connect(part)) as connection, connection:
            for statement in _MARKS:
                connection.execute(statement)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)


def _major(database: Database) -> int:
    with database.read() as tx:
        return int(tx.execute(_SERVER).scalar_one()) // 10_000
