"""The append-only file of signed heads: outside of the database, so that who restores an old database is found out."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runner.record.note import Checkpoint, Note, NoteInvalid, notes


@dataclass(frozen=True, slots=True)
class HeadFile:
    """Signed heads, the oldest first, each followed by an empty line."""

    path: Path

    def append(self, note: str) -> None:
        """Write a head at the end, and wait until the disk has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(f"{note}\n")
            file.flush()
            os.fsync(file.fileno())

    def notes(self) -> list[str]:
        """Every head as it was written; none where there is no file that this process can read."""
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        return list(notes(text))

    def checkpoints(self) -> list[Checkpoint]:
        """What the heads say; whether their signatures hold is for the verification."""
        found = []
        for note in self.notes():
            with suppress(NoteInvalid):
                found.append(Checkpoint.read(Note.read(note).text))
        return found
