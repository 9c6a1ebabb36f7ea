"""Files that people attach to forms: uploaded before the form is sent, read by the people of the case's province."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import BinaryIO

from runner.domain.form import Attachment
from runner.domain.form.attachment import FileRefused, attached, media_type, plain_name
from runner.domain.person import SYSTEM, Person
from runner.engine.errors import TaskClosed, TaskTaken
from runner.errors import Divergence, MotcuaError, NotFound
from runner.services.access import permitted
from runner.services.case_transaction import CaseTransactions
from runner.services.tasks import found_task
from runner.store import attachment as attachments
from runner.store import case as cases
from runner.store.attachment import Stored
from runner.store.session import Transaction

PIECE = 1024 * 1024
"""Bytes of content read, stored and sent at once: memory never holds more of a file."""
KEPT = timedelta(days=1)
"""How long the database keeps a file that neither an entry nor a draft names."""
MB = 1024 * 1024
_DIGEST = re.compile("[0-9a-f]{64}")


class FileUnknown(NotFound):
    """Không tìm thấy tệp này trong hồ sơ {case}."""


class FileTooLarge(FileRefused):
    """Tệp “{name}” lớn hơn {limit} MB; hãy quét với độ phân giải thấp hơn hoặc chia thành nhiều tệp."""


class NoFilesHere(FileRefused):
    """Biểu mẫu của việc này không nhận tệp."""


class CaseFull(FileRefused):
    """Không nhận thêm tệp “{name}”: mỗi hồ sơ giữ tối đa {files} tệp, tổng cộng {limit} MB."""


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """The most MB of one `file` and of all files of a `case`, and the most `files` of a case."""

    file: int
    case: int
    files: int


class Attachments:
    """The services on files. A file is pending until the form that names it is submitted; `now` is aware."""

    def __init__(self, transactions: CaseTransactions, storage_limits: StorageLimits) -> None:
        self.database, self.versions = transactions.database, transactions.versions
        self.storage_limits = storage_limits

    def add(self, case: int, task: str, name: str, content: BinaryIO, person: Person, now: datetime) -> Attachment:
        """Store a file for an open task of the person's lanes; the same file a second time is stored once.

        `content` is seekable. Raises a `FileRefused` that says why, `TaskUnknown`, `TaskTaken`, or `TaskClosed`. Each
        piece is a short transaction, so that other writers do not wait for a large file.
        """
        name = plain_name(name)
        size, digest = self._measured(name, content)
        file = Attachment(name, size, media_type(name, content), digest)
        with self.database.change() as tx:
            stored = self._reserved(tx, case, task, file, person, now)
        if stored.whole:
            return stored.file
        try:
            content.seek(0)
            for number, piece in enumerate(_pieces(content)):
                with self.database.change() as tx:
                    attachments.append(tx, stored.id, number, piece)
            with self.database.change() as tx:
                attachments.finish(tx, stored.id)
        except BaseException:
            with suppress(MotcuaError), self.database.change() as tx:  # else it is swept in a day
                attachments.discard(tx, stored.id)
            raise
        return stored.file

    def limit(self, case: int, task: str, person: Person) -> int:
        """The most MB that a file for this task may have. Raises `TaskUnknown` for people outside its lane."""
        with self.database.read() as tx:
            found_task(tx, self.versions, case, task, person)
        return self.storage_limits.file

    def get(self, case: int, digest: str, person: Person) -> tuple[Attachment, Iterator[bytes]]:
        """A file of a case of the person's provinces and its content; a pending one only for its uploader.

        Raises `CaseUnknown` or `FileUnknown`.
        """
        with self.database.read() as tx:
            permitted(tx, self.versions, cases.get(tx, case), case, person)
            stored = attachments.seen(tx, case, digest, person.id) if _DIGEST.fullmatch(digest) else None
        if stored is None:
            raise FileUnknown(case=case)
        return stored.file, self._content(stored)

    def remove(self, case: int, task: str, digest: str, person: Person) -> None:
        """Delete a file that the person uploaded for a task and has not submitted, if there is one."""
        with self.database.change() as tx:
            cases.lock(tx, case)
            for each in self._pending(tx, case, task, person):
                if each.sha256 == digest:
                    attachments.discard(tx, each.id)

    def sweep(self, now: datetime) -> int:
        """Delete files that were uploaded over a day ago and that nothing names; how many."""
        swept = 0
        with self.database.read() as tx:
            stale = attachments.stale(tx, now - KEPT)
        for each in stale:
            with self.database.change() as tx:
                # A submit locks the case, so this deletes no file that a submit under way names.
                if cases.lock(tx, each.case, skip_locked=True) and each in attachments.stale(tx, now - KEPT):
                    attachments.discard(tx, each.id)
                    swept += 1
        return swept

    def check(self, case: int, person: Person) -> Divergence | None:
        """The first entry of a case that names a missing or altered file; None when all are whole.

        Reads every byte; raises `CaseUnknown`.
        """
        with self.database.read() as tx:
            found, entries = cases.get(tx, case), cases.entries(tx, case)
            if not (person is SYSTEM and entries):  # the row itself may be missing
                permitted(tx, self.versions, found, case, person)
        proved: set[str] = set()
        for entry in entries:
            for file in attached(entry.body.to_payload()):
                digest = str(file.sha256)  # a forged entry may have any value there
                if digest not in proved and (what := self._fault(case, digest)):
                    return Divergence(case=case, seq=entry.seq, what=what)
                proved.add(digest)
        return None

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _measured(self, name: str, content: BinaryIO) -> tuple[int, str]:
        """Size and SHA-256 of the content. Raises `FileTooLarge`."""
        size, digest = 0, sha256()
        content.seek(0)
        for piece in _pieces(content):
            size += len(piece)
            digest.update(piece)
            if size > self.storage_limits.file * MB:
                raise FileTooLarge(name=name, limit=self.storage_limits.file)
        return size, digest.hexdigest()

    def _reserved(
        self, tx: Transaction, case: int, task: str, file: Attachment, person: Person, now: datetime
    ) -> Stored:
        """A new row for the file, or the row of the same file when it is stored already."""
        cases.lock(tx, case)
        found, row = found_task(tx, self.versions, case, task, person)
        for each in attachments.available(tx, case, task, person.id):
            if (each.sha256, each.task, each.person) == (file.sha256, task, person.id):
                if each.seq is None and each.name != file.name:
                    attachments.rename(tx, each.id, file.name)
                    return replace(each, name=file.name)
                return each
        if row.closed:
            raise TaskClosed(task=row.name)
        if row.owner not in (None, person.id):
            raise TaskTaken(task=row.name, owner=row.owner)
        if not row.form or not self.versions.get(tx, found.version).forms[row.form].files:
            raise NoFilesHere
        count, size = attachments.usage(tx, case)
        if count >= self.storage_limits.files or size + file.size > self.storage_limits.case * MB:
            raise CaseFull(name=file.name, files=self.storage_limits.files, limit=self.storage_limits.case)
        stored = Stored(secrets.token_hex(16), case, task, person.id, file.name, file.size, file.type, file.sha256, now)
        attachments.add(tx, stored)
        return stored

    def _pending(self, tx: Transaction, case: int, task: str, person: Person) -> list[Stored]:
        return [each for each in attachments.available(tx, case, task, person.id) if each.seq is None]

    def _content(self, stored: Stored) -> Iterator[bytes]:
        """The content piece by piece, each in a transaction of its own: a slow reader holds no snapshot."""
        number = 0
        while True:
            with self.database.read() as tx:
                piece = attachments.piece(tx, stored.id, number)
            if piece is None:
                return
            yield piece
            number += 1

    def _fault(self, case: int, digest: str) -> str | None:
        with self.database.read() as tx:
            stored = attachments.seen(tx, case, digest, "") if digest.isalnum() else None
        if stored is None:
            return "file missing"
        read = sha256()
        for piece in self._content(stored):
            read.update(piece)
        return None if read.hexdigest() == digest else "file altered"


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        yield piece
