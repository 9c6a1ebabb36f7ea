"""Asking witnesses to cosign the heads of the record log: so that no two parties can be shown two different pasts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from runner.domain.head_watch import Contact, Cosignature
from runner.domain.record import Head
from runner.errors import MotcuaError
from runner.record.note import Checkpoint, Note, NoteInvalid, Verifier, signed
from runner.record.witness import SIZE_TYPE, Request, cosigned_at
from runner.services import http
from runner.services.http import Response, Unreachable
from runner.services.record_log import RecordLog
from runner.store import head_watch
from runner.store.session import Database

log = logging.getLogger(__name__)

AGAIN: Final = timedelta(minutes=1)
"""How long after a failure a witness is asked again."""
CLOCKS: Final = timedelta(hours=1)
"""How far the clock of a witness may be from ours."""


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """A witness: the prefix of its URL, and its public key."""

    url: str
    key: Verifier


@dataclass(frozen=True, slots=True)
class Witnessing:
    """Who cosigned a head, of how many that have to."""

    cosignatures: tuple[Cosignature, ...]
    needed: int

    @property
    def witnessed(self) -> bool:
        """Whether enough did; where none is needed, nobody watches, and a head is not witnessed."""
        return 0 < self.needed <= len(self.cosignatures)


class Witnesses:
    """Those who watch the log from outside; `needed` of them have to cosign a head before it is called witnessed."""

    def __init__(self, database: Database, record: RecordLog, known: Sequence[WitnessAddress], needed: int) -> None:
        self.database = database
        self.record = record
        self.known = known
        self.needed = needed

    def ask(self, now: datetime) -> None:
        """Ask each witness that has not cosigned the newest head; what fails is written down and tried again later."""
        head = self.record.newest()
        if head is None:
            return
        with self.database.read() as tx:
            done = {each.witness for each in head_watch.cosignatures(tx, head.size)}
            contacts = head_watch.contacts(tx)
        for each in self.known:
            last = contacts.get(each.key.name)
            waits = last is not None and bool(last.fault) and last.at <= now < last.at + AGAIN
            if each.key.name not in done and not waits:
                self._ask(each, head, now)

    def standing(self, head: Head) -> Witnessing:
        """Who cosigned a head, each cosignature checked anew by the key that the settings name.

        Nobody did where what the database has for the head is none.
        """
        keys = {each.key.name: each.key for each in self.known}
        try:
            text = _text(head)
        except NoteInvalid:
            return Witnessing((), self.needed)
        with self.database.read() as tx:
            found = head_watch.cosignatures(tx, head.size)
        good = tuple(each for each in found if (key := keys.get(each.witness)) and _cosigned(text, each.line, key))
        return Witnessing(good, self.needed)

    def cosigned(self, head: Head) -> str:
        """The head's note with the cosignatures that it has."""
        note = Note.read(head.note)
        lines = [each.line for each in self.standing(head).cosignatures]
        return signed(note.text, [*(each.line for each in note.signatures), *lines])

    def contacts(self) -> dict[str, Contact]:
        """When each witness was last asked and what was wrong then, by its name."""
        with self.database.read() as tx:
            found = head_watch.contacts(tx)
        return {each.key.name: found[each.key.name] for each in self.known if each.key.name in found}

    def _ask(self, witness: WitnessAddress, head: Head, now: datetime) -> None:
        try:
            cosigned = self._cosigned(witness, head, now)
        except (Unreachable, MotcuaError) as error:  # or a log that its database no longer has
            log.warning("witness %s: %s", witness.key.name, error)
            with self.database.change() as tx:
                head_watch.save_contact(tx, Contact(witness.key.name, now, str(error)[:500]))
            return
        with self.database.change() as tx:
            head_watch.keep_cosignature(tx, cosigned)
            head_watch.save_contact(tx, Contact(witness.key.name, now))

    def _cosigned(self, witness: WitnessAddress, head: Head, now: datetime) -> Cosignature:
        """A cosignature of the head. Raises `Unreachable`, whose text says what the witness answered.

        Raises `NoteInvalid` where what the database has for the head is none.
        """
        text = _text(head)
        with self.database.read() as tx:
            old = head_watch.last_cosigned(tx, witness.key.name)
        answer = self._post(witness, head, min(old, head.size))
        known = _size(answer)
        if known is not None and known != old and known <= head.size:  # e.g. its answer did not reach us the last time
            answer, old = self._post(witness, head, known), known
        if answer.status != 200:
            raise Unreachable(_told(answer, head))
        cosigned = _cosigned(text, answer.body.decode("utf-8", "replace"), witness.key)
        if cosigned is None:
            raise Unreachable("the answer has no cosignature by the key in the settings")
        at, line = cosigned
        if abs(at - now) > CLOCKS:
            raise Unreachable(f"the clock of the witness says {at.isoformat()}")
        return Cosignature(head.size, witness.key.name, at, line)

    def _post(self, witness: WitnessAddress, head: Head, old: int) -> Response:
        proof = tuple(self.record.consistency(old, head.size)) if old else ()
        body = bytes(Request(old, proof, Note.read(head.note)))
        return http.post(f"{witness.url.rstrip('/')}/add-checkpoint", body, "text/plain; charset=utf-8")


def _text(head: Head) -> str:
    """What was signed. Raises `NoteInvalid` where the columns beside the note say something else."""
    text = Note.read(head.note).text
    said = Checkpoint.read(text)
    if (said.size, said.root) != (head.size, head.root):
        raise NoteInvalid(reason=f"{head.size} ≠ {said.size}")
    return text


def _cosigned(text: str, lines: str, key: Verifier) -> tuple[datetime, str] | None:
    """When a key cosigned a text, and the line that says so: the first of these that does."""
    try:
        found = Note.read(signed(text, [lines])).signatures
    except NoteInvalid:
        return None
    return next(((at, each.line) for each in found if (at := cosigned_at(text, each, key))), None)


def _size(answer: Response) -> int | None:
    """The size that a witness knows, where it answers that ours is another."""
    body = answer.body.decode("ascii", "replace").strip()
    said = answer.status == 409 and answer.type.partition(";")[0].strip() == SIZE_TYPE
    return int(body) if said and body.isdecimal() and len(body) < 19 else None


def _told(answer: Response, head: Head) -> str:
    known = _size(answer)
    if known is not None and known > head.size:
        return f"the witness has cosigned a head of {known} leaves, ours has {head.size}: this log was rolled back"
    if answer.status in (409, 422):
        return f"the witness says that this log does not continue what it cosigned ({answer.status})"
    return f"the witness answered {answer.status}: {answer.body[:200].decode('utf-8', 'replace').strip()}"
