"""The append-only file of signed heads: outside of the database, so that who restores an old database is found out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.record.note import CUT, Checkpoint, Note, NoteInvalid, notes

TAIL: Final = 256 * 1024
"""Bytes at the end of the file among which the newest head is looked for first."""


@dataclass(frozen=True, slots=True)
class HeadFile:
    """Signed heads, the oldest first, each followed by an empty line."""

    path: Path

    def append(self, note: str) -> None:
        """Write a head at the end, and wait until the disk has it. One that was cut short before is marked so."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        with os.fdopen(handle, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 2))
            cut = size and file.read(2) != b"\n\n"
            written = f"{CUT}\n\n{note}\n" if cut else f"{note}\n"
            file.write(written.encode())
            file.flush()
            os.fsync(file.fileno())

    def notes(self) -> list[str]:
        """Every head as it was written; none where there is no file that this process can read."""
        return notes(self._end(None))

    def checkpoints(self) -> list[Checkpoint]:
        """What the heads say; whether their signatures hold is for the verification."""
        return list(_said(self.notes()))

    def newest(self) -> Checkpoint | None:
        """The last of these. Of a long file no more than its end is read, unless that has none."""
        return next((each for most in (TAIL, None) for each in _said(reversed(notes(self._end(most))))), None)

    def _end(self, most: int | None) -> str:
        """The file, or its last bytes; nothing where there is no file that this process can read."""
        try:
            with self.path.open("rb") as file:
                if most is not None:
                    file.seek(max(0, file.seek(0, os.SEEK_END) - most))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""


def _said(written: Iterable[str]) -> Iterator[Checkpoint]:
    for note in written:
        with suppress(NoteInvalid):
            yield Checkpoint.read(Note.read(note).text)
