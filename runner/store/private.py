"""The file of an SQLite database is its owner's alone: who reads it reads all dossiers, who writes it the past."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LOGS: Final = ("-wal", "-journal")
"""Logs that SQLite keeps beside its file; one that lies there is taken into whatever file has the name."""
_BESIDE: Final = ("", "-shm", *_LOGS)
"""SQLite gives what it makes beside its file the same permissions."""


@contextmanager
def alone() -> Iterator[None]:
    """Whatever the process makes within is for its user alone: files 0600, folders 0700."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def wide(file: Path) -> list[Path]:
    """The files of the database `file` that others than their owner may open."""
    return [path for each in _BESIDE if (path := Path(f"{file}{each}")).exists() and open_to_others(path)]


def logs(file: Path) -> list[Path]:
    """The logs that lie beside the database `file`, whether or not it is there."""
    return [path for each in _LOGS if (path := Path(f"{file}{each}")).exists()]


def open_to_others(path: Path) -> bool:
    """Whether others than its owner may do anything with this file or folder."""
    return bool(path.stat().st_mode & OTHERS)


def close(paths: list[Path]) -> None:
    """Leave these files and folders to their owner alone."""
    for path in paths:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def sealed(file: Path) -> bool:
    """Whether nothing can or may be written here: the file or its folder has no permission to write, for anybody.

    The superuser of a machine may write what has no permission; what was put away as evidence is left alone all the
    same.
    """
    return file.exists() and not all(os.access(path, os.W_OK) and _writable(path) for path in (file, file.parent))


def _writable(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))


def writable_by_others(folder: Path) -> bool:
    """Whether others may put files of theirs in the place of those in this folder."""
    mode = folder.stat().st_mode
    return bool(mode & (stat.S_IWGRP | stat.S_IWOTH)) and not mode & stat.S_ISVTX
