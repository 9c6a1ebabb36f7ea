"""The signed heads that are known of the log: who may have signed them, and what they say."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from runner.domain.journal import instant
from runner.domain.record import Head
from runner.domain.verification import Check, Finding
from runner.errors import Busy
from runner.record.note import LOG, Checkpoint, Note, NoteInvalid, Verifier
from runner.services.head_file import HeadFile
from runner.services.witnesses import Witnesses
from runner.store import record_event
from runner.store.session import Database


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A head from somewhere; `source` says from where.

    `at` is when it says that it was signed. `confirmed`: an operator confirmed that the database had fallen behind it,
    or behind a later one.
    """

    source: str
    size: int
    root: bytes
    at: datetime | None = None
    confirmed: bool = False


class Heads:
    """Reads heads; what cannot be read, or was not signed by one of `verifiers`, is a finding.

    Without any verifier no signature can be checked.
    """

    def __init__(self, verifiers: Sequence[Verifier]) -> None:
        self.verifiers = verifiers
        self.findings: list[Finding] = []

    def read(
        self, source: str, notes: Iterable[str], confirmed: Container[tuple[int, str]] = (), behind: int = 0
    ) -> list[KnownHead]:
        """The heads that these notes are, the oldest first; the unreadable are findings.

        Those up to one that is `confirmed` (size, and root in hex) were given up with it. Signatures of heads over
        fewer than `behind` leaves are not checked.
        """
        found = [head for note in notes if (head := self._read(source, note, behind))]
        last = max((place for place, each in enumerate(found) if (each.size, each.root.hex()) in confirmed), default=-1)
        return [replace(each, confirmed=place <= last) for place, each in enumerate(found)]

    def stored(self, head: Head) -> KnownHead | None:
        """A head of the database, whose columns have to say what its note does."""
        found = self._read(f"record_head[{head.size}]", head.note)
        said = f"at {instant(head.at)}"
        if found and ((found.size, found.root) != (head.size, head.root) or said not in head.note.split("\n")):
            self.findings.append(Finding(Check.HEADS, "head altered", about=found.source))
            return None
        return found

    def _read(self, source: str, text: str, behind: int = 0) -> KnownHead | None:
        try:
            note = Note.read(text)
            checkpoint = Checkpoint.read(note.text)
        except NoteInvalid as error:
            self.findings.append(Finding(Check.HEADS, "head unreadable", about=source, recorded=str(error)))
            return None
        seen = checkpoint.size >= behind and self.verifiers
        if seen and not any(note.signed_by(each) for each in self.verifiers):
            self.findings.append(Finding(Check.HEADS, "head unsigned", about=f"{source} ({checkpoint.size})"))
            return None
        return KnownHead(source, checkpoint.size, checkpoint.root, _moment(checkpoint))


def _moment(checkpoint: Checkpoint) -> datetime | None:
    """When a head says that it was signed, if it does."""
    for line in checkpoint.more:
        with suppress(ValueError):
            if line.startswith("at ") and (at := datetime.fromisoformat(line.removeprefix("at "))).tzinfo:
                return at
    return None


@dataclass(frozen=True, slots=True)
class HeadSource:
    """Where heads outside of the database are: the keys that may have signed them, and the file that keeps them."""

    verifiers: tuple[Verifier, ...] = ()
    file: HeadFile | None = None
    witnesses: Witnesses | None = None

    @classmethod
    def of(cls, keys: Iterable[str], heads: Path | None, witnesses: Witnesses | None = None) -> Self:
        """What the settings name: public keys, of which those that cosign are left out, and the file of heads."""
        read = [Verifier.read(key) for key in keys]
        return cls(tuple(each for each in read if each.type == LOG), HeadFile(heads) if heads else None, witnesses)

    def witnessed(self, head: Head) -> bool:
        """Whether enough witnesses cosigned a head; not one that cannot be read."""
        with suppress(Exception):
            return self.witnesses is not None and self.witnesses.standing(head).witnessed
        return False

    def known(
        self, database: Database, heads: Heads, given: Mapping[str, Iterable[str]] | None = None, behind: int = 0
    ) -> list[KnownHead]:
        """The heads of the file, over `behind` leaves or more, and those that are `given`, by where they are from."""
        confirmed = _given_up(database, heads)
        read = heads.read(str(self.file.path), self.file.notes(), confirmed, behind) if self.file else []
        found = [each for each in read if each.size >= behind]
        for source, notes in (given or {}).items():
            found += heads.read(source, notes)
        return found


def _given_up(database: Database, heads: Heads) -> set[tuple[int, str]]:
    """The heads that operators gave up; where a row cannot be read that is a finding, and none was."""
    try:
        with database.read() as tx:
            return record_event.given_up(tx)
    except Busy:
        raise
    except Exception as error:
        heads.findings.append(Finding(Check.LOG, "unreadable rows", about=f"record_event {type(error).__name__}"))
        return set()
