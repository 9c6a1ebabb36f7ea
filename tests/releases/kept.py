"""What is kept of a release: its office on both databases, and the journals of all its cases.

Nothing here asks the code under test: journals and read tables are read as they are stored, hashes counted by the rule
that the release counted them by.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, NullPool, create_engine, text

FOLDER = Path(__file__).parent
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = "00" * 32
COLUMNS = '"case", seq, at, actor, kind, payload, payload_sha256, state, previous, hash'
READ_TABLES = ("case", "task", "timer", "incident")

Row = dict[str, Any]


def content(release: str, name: str) -> bytes:
    """A file of the release, unpacked."""
    return lzma.decompress((FOLDER / release / f"{name}.xz").read_bytes())


def journals(release: str) -> list[Row]:
    """Every entry of every case, in the order of cases: moments in UTC, hashes in hex, the payload as it is stored."""
    return [json.loads(line) for line in content(release, "journals.jsonl").splitlines()]


def in_sqlite(release: str, file: Path) -> None:
    """Put the release's office into a new SQLite file."""
    file.write_bytes(content(release, "office.sqlite"))


@contextmanager
def in_postgres(server: URL, database: str, release: str = "", template: str = "") -> Iterator[URL]:
    """A new database on `server`, with the release's office or as a copy of another; taken away at the end."""
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}" + (f" TEMPLATE {template}" if template else ""))
        url = server.set(database=database)
        try:
            if release:
                with psycopg.connect(plain(url)) as inside:
                    inside.execute(content(release, "office.sql"))
            yield url
        finally:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)")


def plain(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@contextmanager
def inside(url: str) -> Iterator[Connection]:
    """One transaction past all of our code."""
    with create_engine(url, poolclass=NullPool).begin() as tx:
        yield tx


@contextmanager
def tampering(url: str) -> Iterator[Connection]:
    """The same, with the triggers that guard the journal out of the way."""
    with inside(url) as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for name in tx.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                tx.execute(text(f"DROP TRIGGER {name}"))
        yield tx


def stored(url: str) -> list[Row]:
    """The journal of a database as `journals` has it."""
    with inside(url) as tx:
        rows = tx.execute(text(f'SELECT {COLUMNS} FROM journal ORDER BY "case", seq')).mappings().all()
    return [{key: _plain(key, value) for key, value in row.items()} for row in rows]


def read_tables(url: str) -> dict[str, list[Row]]:
    """The rows of what is computed from the journals."""
    with inside(url) as tx:
        tables = {name: tx.execute(text(f'SELECT * FROM "{name}"')).mappings().all() for name in READ_TABLES}
    return {
        name: sorted((dict(row) for row in rows), key=lambda row: (row.get("case", 0), row["id"]))
        for name, rows in tables.items()
    }


def sealed(entry: Mapping[str, Any]) -> str:
    """The hash that an entry should have."""
    parts = ("case", "seq", "at", "actor", "kind", "payload_sha256", "state", "previous")
    text = json.dumps([entry[part] for part in parts], ensure_ascii=False, separators=(",", ":"))
    return digest(text)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _plain(key: str, value: Any) -> Any:
    if key == "at":  # SQLite keeps microseconds
        moment = value if isinstance(value, datetime) else EPOCH + timedelta(microseconds=value)
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value
