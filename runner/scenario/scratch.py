"""An office that is thrown away: the services of production on a database of its own, with one version in force."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from runner.app import Runner
from runner.clock import FixedClock
from runner.config import Settings
from runner.domain.calendar import Calendar
from runner.services import scratch
from runner.services.bundle import Bundle, FileMissing
from runner.services.version import Version, compiled

KEPT: Final = 32
"""So many compiled versions stay in memory: a trial asks for the same one with each click."""

_MIGRATING: Final = Lock()


class Compiler:
    """Compiles bundles, and keeps the versions that were asked for last. Safe to share between threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._versions, self._lock = kept, OrderedDict[str, Version](), Lock()

    def version(self, bundle: Bundle) -> Version:
        """The version that `bundle` holds. Raises what `compiled` raises, and `FileMissing` for a form or table."""
        with self._lock:
            if found := self._versions.get(bundle.digest):
                self._versions.move_to_end(bundle.digest)
                return found
        made = compiled(bundle)
        _complete(made)
        with self._lock:
            self._versions[bundle.digest] = made
            while len(self._versions) > self._kept:
                self._versions.popitem(last=False)
        return made


def _complete(version: Version) -> None:
    """Raises `FileMissing`: a case would come to a task whose form, or to a rule whose table, is not there."""
    for node in version.definition.nodes.values():
        if node.form and node.form not in version.forms:
            raise FileMissing(name=f"forms/{node.form}.form")
        if node.decision and node.decision not in version.tables:
            raise FileMissing(name=f"bpmn/{version.province.code}/{node.decision}.dmn")


@contextmanager
def office(bundle: Bundle, version: Version, calendar: Calendar) -> Iterator[Runner]:
    """A runner whose only version is `version`, compiled of `bundle`; its database is gone when the block ends.

    Nothing of it comes from another database but the calendar, nor goes to one; its mail is written into its folder.
    """
    with TemporaryDirectory(prefix="motcua-") as folder:
        database = Path(folder) / "office.db"
        database.write_bytes(_empty())
        runner = Runner(_settings(folder), FixedClock(scratch.LONG_AGO))
        try:
            scratch.furnish(runner.database, runner.versions, bundle, version, calendar)
            yield runner
        finally:
            runner.close()


def _empty() -> bytes:
    """A migrated database with nothing in it."""
    with _MIGRATING:  # Alembic keeps what it is about in globals
        return _migrated()


@cache
def _migrated() -> bytes:
    with TemporaryDirectory(prefix="motcua-") as folder:
        runner = Runner(_settings(folder))
        runner.migrate()
        runner.close()  # the last connection moves what the log holds into the file
        return (Path(folder) / "office.db").read_bytes()


def _settings(folder: str) -> Settings:
    return Settings(database=f"sqlite:///{folder}/office.db", mail=f"spool:{folder}/mail")
