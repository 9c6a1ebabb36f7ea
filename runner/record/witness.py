"""Cosignatures of checkpoints, and the protocol by which a log asks a witness for one.

Source: C2SP ``tlog-witness`` and ``tlog-cosignature`` (Ed25519, ``cosignature/v1``).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from runner.record import merkle
from runner.record.note import (
    COSIGNER,
    LONGEST,
    Checkpoint,
    Note,
    NoteInvalid,
    Signature,
    Signer,
    Verifier,
    signature_line,
)

MOST_HASHES: Final = 63
"""Lines of a proof that a request may have."""
LONGEST_REQUEST: Final = LONGEST + 64 * 64
"""Bytes of a request."""
SIZE_TYPE: Final = "text/x.tlog.size"
"""The content type of an answer that says which size the witness knows."""

_OLD = re.compile(r"old (0|[1-9][0-9]{0,17})")
_HASH = re.compile(r"[A-Za-z0-9+/]{43}=")
_FURTHEST = 253_402_300_799
"""The last second that a `datetime` can be."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint of a log that a witness cosigned: 0 and the empty root where it never did."""

    size: int = 0
    root: bytes = merkle.EMPTY


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: the HTTP status, and the body with its type."""

    status: int
    body: str
    type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint for a witness, and the proof that it continues the one of size `old`."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @classmethod
    def read(cls, body: bytes) -> Self:
        """The request that a body is. Raises `NoteInvalid`."""
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise NoteInvalid(reason="utf-8") from error
        head, blank, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        old = _OLD.fullmatch(first)
        if not blank or not old or len(lines) > MOST_HASHES or not all(map(_HASH.fullmatch, lines)):
            raise NoteInvalid(reason="proof")
        return cls(int(old[1]), tuple(b64decode(line) for line in lines), Note.read(note))

    def __bytes__(self) -> bytes:
        proof = "".join(f"{b64encode(each).decode()}\n" for each in self.proof)
        return f"old {self.old}\n{proof}\n{self.note}".encode()


def strange(request: Request, checkpoint: Checkpoint, logs: Mapping[str, Verifier]) -> Answer | None:
    """Why a witness that knows the keys `logs` (by origin) refuses a request, whatever it has seen; None otherwise."""
    known = logs.get(checkpoint.origin)
    if known is None:
        return Answer(404, "unknown log\n")
    if not request.note.signed_by(known):
        return Answer(403, "not signed by the log\n")
    if request.old > checkpoint.size:
        return Answer(400, "the old size is above the new one\n")
    return None


def judged(request: Request, checkpoint: Checkpoint, seen: Seen) -> Answer | None:
    """Why a witness that has `seen` this log refuses; None where it may cosign."""
    if request.old != seen.size:
        return Answer(409, f"{seen.size}\n", SIZE_TYPE)
    if request.old == checkpoint.size and checkpoint.root != seen.root:
        return Answer(409, f"{seen.size}\n", SIZE_TYPE)
    if not merkle.continues(seen.size, seen.root, checkpoint.size, checkpoint.root, request.proof):
        return Answer(422, "the checkpoint does not continue the one that was cosigned\n")
    return None


def cosignature(signer: Signer, text: str, now: datetime) -> str:
    """The line by which a witness says that at `now` (aware) this was the greatest checkpoint it had seen."""
    second = int(now.timestamp())
    value = second.to_bytes(8, "big") + signer.sign(_message(second, text))
    return signature_line(signer.name, signer.verifier.id + value)


def cosigned_at(text: str, signature: Signature, verifier: Verifier) -> datetime | None:
    """When the key cosigned the text of a checkpoint; None where it did not."""
    if (signature.name, signature.id) != (verifier.name, verifier.id) or verifier.type != COSIGNER:
        return None
    if len(signature.value) != 72:
        return None
    second = int.from_bytes(signature.value[:8], "big")
    if second > _FURTHEST or not verifier.verifies(_message(second, text), signature.value[8:]):
        return None
    return datetime.fromtimestamp(second, UTC)


def _message(second: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {second}\n{text}".encode()
