"""What a bundle is made of: the journal as it is kept, and the files, revisions and attachments that it names.

Nothing is mended or judged here: of a record that was altered, the bundle shows exactly that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from runner.audit.evidence.packing import File
from runner.audit.evidence.proofs import revisions
from runner.audit.evidence.verifier.contents import JOURNAL
from runner.domain.case import Case
from runner.domain.entry import Migrate, Start
from runner.domain.form.attachment import TYPES, Attachment, attached
from runner.domain.journal import Entry, canonical, instant, parsed
from runner.errors import Divergence
from runner.store import attachment as attachments
from runner.store import organisation as organisations
from runner.store import registry
from runner.store.session import Database, Transaction

SHORT: Final = 12
"""Digits of a version's digest that name its folder: paths stay short enough for every system."""
_ENDINGS: Final = {type: ending for ending, type in TYPES.items() if ending != ".jpeg"}


@dataclass(frozen=True, slots=True)
class VersionFiles:
    """A version on which the case ran, and the folder of the bundle with its files."""

    digest: str
    procedure: str
    folder: str
    files: tuple[File, ...]


def journal(case: int, entries: Sequence[Entry], withheld: Collection[int]) -> File:
    """The file of the journal: each entry on its line, those withheld without payload and salt."""
    lines = ",\n".join(_line(entry, entry.seq in withheld) for entry in entries)
    return File.json(JOURNAL, f'{{"case":{case},"entries":[\n{lines}\n]}}')


def versions(tx: Transaction, case: Case, entries: Sequence[Entry]) -> list[VersionFiles]:
    """The versions that the journal names, as far as they are kept; without any that of the case's row."""
    named, found = list[str](), list[VersionFiles]()
    for entry in entries:
        with suppress(Divergence):
            if isinstance(entry.body, Start | Migrate):
                named.append(entry.body.version)
    for digest in dict.fromkeys(named or [case.version]):
        if deployed := registry.version(tx, digest):
            folder = digest[:SHORT]
            kept = registry.files(tx, digest).items()
            files = tuple(File.of(f"versions/{folder}/{name}", content) for name, content in kept)
            found.append(VersionFiles(digest, deployed.procedure, folder, files))
    return found


def revision_files(tx: Transaction, province: str, entries: Sequence[Entry]) -> Iterator[File]:
    """The revisions of calendar and organisation that entries name."""
    calendars, named = revisions(entries)
    for each in calendars:
        if (content := registry.calendar(tx, province, each)) is not None:
            yield File.of(f"calendars/{each}.json", canonical(content).encode())
    for each in named:
        if (kept := organisations.content(tx, province, each)) is not None:
            yield File.of(f"organisations/{each}.toml", kept)


def named_files(entries: Iterable[Entry]) -> list[Attachment]:
    """The files that entries name, each once."""
    found: dict[str, Attachment] = {}
    for entry in entries:
        with suppress(Divergence):
            found |= {str(file.sha256): file for file in attached(entry.body.to_payload())}
    return list(found.values())


def attached_files(database: Database, case: int, files: Iterable[Attachment]) -> Iterator[File]:
    """The content of attached files, as far as it is kept."""
    for file in files:
        with database.read() as tx:
            stored = attachments.seen(tx, case, file.sha256, "") if file.sha256.isalnum() else None
        if stored:
            name = f"attachments/{file.sha256}{_ENDINGS.get(file.type, '')}"
            yield File.streamed(name, _Pieces(database, stored.id))


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The content of an attachment, each piece read in a transaction of its own."""

    database: Database
    id: str

    def __call__(self) -> Iterator[bytes]:
        number = 0
        while True:
            with self.database.read() as tx:
                piece = attachments.piece(tx, self.id, number)
            if piece is None:
                return
            yield piece
            number += 1


def _line(entry: Entry, withheld: bool) -> str:
    payload = None if withheld or entry.payload is None else _payload(entry.payload)
    told: dict[str, Any] = {
        "seq": entry.seq,
        "at": instant(entry.at),
        "actor": entry.actor,
        "kind": entry.kind,
        "payload": payload,
        "payload_sha256": entry.payload_sha256.hex(),
        "state": entry.state.hex(),
        "previous": entry.previous.hex(),
        "hash": entry.hash.hex(),
    }
    if entry.salt is not None and payload is not None:
        told["salt"] = entry.salt.hex()
    return canonical(told)


def _payload(text: str) -> Any:
    """What a payload says; of one that is no canonical JSON the text, which no digest will fit."""
    with suppress(ValueError, TypeError, ArithmeticError, RecursionError):
        value = parsed(text)
        if canonical(value) == text:
            return value
    return text
