"""Files attached to forms: pending until an entry of the journal names them, then kept. Content is in pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, and_, bindparam, delete, exists, func, insert, not_, or_, select, type_coerce, update

from runner.domain.form import Attachment
from runner.store import attachment_table, table
from runner.store.session import Transaction
from runner.store.statement import columns, row_values


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of a case, uploaded by `person` for `task`.

    `whole`: its content has come in to the end. `seq` is the entry that first named it, None while it is pending.
    """

    id: str
    case: int
    task: str
    person: str
    name: str
    size: int
    type: str
    sha256: str
    at: datetime
    whole: bool = False
    seq: int | None = None

    @property
    def file(self) -> Attachment:
        return Attachment(self.name, self.size, self.type, self.sha256)


_FILE, _PIECE, _DRAFT = attachment_table.attachment.c, attachment_table.attachment_piece.c, table.draft.c
_ALL = select(*columns(attachment_table.attachment, Stored))
_THIS = _FILE.id == bindparam("file")
_OF_CASE = _FILE.case == bindparam("case_id")
_MINE = (_FILE.task == bindparam("task_id"), _FILE.person == bindparam("person_id"))

_USAGE = select(func.count(), func.coalesce(func.sum(_FILE.size), 0)).where(_OF_CASE)
_AVAILABLE = _ALL.where(_OF_CASE, _FILE.whole, or_(_FILE.seq.is_not(None), and_(*_MINE))).order_by(
    _FILE.seq.is_(None), _FILE.at, _FILE.id
)
_SEEN = _ALL.where(
    _OF_CASE,
    _FILE.sha256 == bindparam("digest"),
    _FILE.whole,
    or_(_FILE.seq.is_not(None), _FILE.person == bindparam("person_id")),
).order_by(_FILE.seq.is_(None), _FILE.seq, _FILE.at)
_ADD = insert(attachment_table.attachment)
_APPEND = insert(attachment_table.attachment_piece)
_FINISH = update(attachment_table.attachment).where(_THIS).values(whole=True)
_RENAME = update(attachment_table.attachment).where(_THIS).values(name=bindparam("new_name"))
_KEEP = (
    update(attachment_table.attachment)
    .where(_OF_CASE, *_MINE, _FILE.sha256 == bindparam("digest"), _FILE.whole, _FILE.seq.is_(None))
    .values(seq=bindparam("entry"))
)
_READ = select(_PIECE.content).where(_PIECE.attachment == bindparam("file"), _PIECE.number == bindparam("place"))
_DISCARD = [delete(attachment_table.attachment_piece).where(_PIECE.attachment == bindparam("file"))]
_DISCARD += [delete(attachment_table.attachment).where(_THIS)]
_DRAFTED = exists().where(
    _DRAFT.case == _FILE.case,
    _DRAFT.task == _FILE.task,
    _DRAFT.person == _FILE.person,
    type_coerce(_DRAFT["values"], Text).contains(_FILE.sha256),
)
_STALE = (
    _ALL.where(_FILE.seq.is_(None), _FILE.at < bindparam("before"), or_(not_(_FILE.whole), not_(_DRAFTED)))
    .order_by(_FILE.at)
    .limit(100)
)


def usage(tx: Transaction, case: int) -> tuple[int, int]:
    """How many files the case has, kept and pending, and their bytes."""
    count, size = tx.execute(_USAGE, {"case_id": case}).one()
    return count, int(size)


def available(tx: Transaction, case: int, task: str, person: str) -> list[Stored]:
    """The files that `person` can name in the task: those of the case first, then what they uploaded for it."""
    found = tx.execute(_AVAILABLE, {"case_id": case, "task_id": task, "person_id": person})
    return [Stored(*each) for each in found]


def seen(tx: Transaction, case: int, digest: str, person: str) -> Stored | None:
    """The file of the case with this content, if it is kept or `person` has uploaded it."""
    found = tx.execute(_SEEN, {"case_id": case, "digest": digest, "person_id": person}).first()
    return Stored(*found) if found else None


def add(tx: Transaction, stored: Stored) -> None:
    """Reserve space for a file before its content is uploaded."""
    tx.execute(_ADD, row_values(stored))


def append(tx: Transaction, file: str, number: int, content: bytes) -> None:
    """Store the next piece of a file's content."""
    tx.execute(_APPEND, {"attachment": file, "number": number, "content": content})


def finish(tx: Transaction, file: str) -> None:
    """Mark the content as complete."""
    tx.execute(_FINISH, {"file": file})


def rename(tx: Transaction, file: str, name: str) -> None:
    """Rename a pending file."""
    tx.execute(_RENAME, {"file": file, "new_name": name})


def keep(tx: Transaction, case: int, task: str, person: str, digests: Iterable[str], seq: int) -> None:
    """Entry `seq` names these files: those that `person` uploaded for the task are pending no longer."""
    who = {"case_id": case, "task_id": task, "person_id": person, "entry": seq}
    if named := [{**who, "digest": digest} for digest in digests]:
        tx.execute(_KEEP, named)


def piece(tx: Transaction, file: str, number: int) -> bytes | None:
    """A piece of the content; None after the last."""
    found: bytes | None = tx.scalar(_READ, {"file": file, "place": number})
    return found


def discard(tx: Transaction, file: str) -> None:
    """Delete a file and its content."""
    for statement in _DISCARD:
        tx.execute(statement, {"file": file})


def stale(tx: Transaction, before: datetime) -> list[Stored]:
    """Files uploaded before a moment that no entry names and no draft, the oldest first; a hundred at most."""
    return [Stored(*each) for each in tx.execute(_STALE, {"before": before})]
