"""Signed heads: a checkpoint (origin, size, root, further lines), an empty line, lines of signatures.

Source: C2SP ``signed-note``, ``tlog-checkpoint`` and ``tlog-cosignature``.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from runner.audit.evidence.verifier.ed25519 import verifies
from runner.audit.evidence.verifier.words import Fault

LOG_KEY, WITNESS_KEY = 1, 4
LONGEST_NOTE = 64 * 1024
MOST_SIGNATURES = 100
_SIGNATURE = re.compile("\u2014 ([^\\s+]{1,200}) ([A-Za-z0-9+/]{1,8192}={0,2})")


class Key(NamedTuple):
    """A public key: who signs, what it is for, and its 32 bytes. As text ``name+hash+key``."""

    name: str
    type: int
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.key).digest()[:4]


class SignedHead(NamedTuple):
    """A head as it is written: what is signed, and the signatures as (name, id of the key, signature)."""

    origin: str
    size: int
    root: bytes
    at: str
    text: bytes
    signatures: Sequence[tuple[str, bytes, bytes]]

    def signed_by(self, key: Key) -> bool:
        """Whether a key of the log signed it."""
        return verifies(key.key, self.text, self._by(key, LOG_KEY))

    def witnessed_by(self, key: Key) -> int | None:
        """When a witness cosigned it, in seconds since 1970; None where it did not."""
        own = self._by(key, WITNESS_KEY)
        seconds = int.from_bytes(own[:8], "big")
        said = b"cosignature/v1\ntime %d\n" % seconds + self.text
        return seconds if len(own) == 72 and verifies(key.key, said, own[8:]) else None

    def _by(self, key: Key, type: int) -> bytes:
        """The first signature that names the key: a head with many is not a way to keep somebody busy."""
        own = [each for name, id, each in self.signatures if key.type == type and (name, id) == (key.name, key.id)]
        return own[0] if own else b""


def read_keys(name: str, text: str) -> Iterator[Key]:
    """The keys in a text, one a line. Raises `Fault`."""
    for line in text.split("\n"):
        if line.strip():
            owner, _, rest = line.strip().partition("+")
            id, _, encoded = rest.partition("+")
            data = _base64(name, encoded)
            if len(data) != 33 or data[0] not in (LOG_KEY, WITNESS_KEY):
                raise Fault("unread", name=name, why="key")
            key = Key(owner, data[0], data[1:])
            if key.id.hex() != id:
                raise Fault("unread", name=name, why="key")
            yield key


def read_head(name: str, data: bytes) -> SignedHead:
    """The signed head in the file `name`. Raises `Fault`."""
    try:
        note = data.decode()
    except ValueError:
        raise Fault("unread", name=name, why="UTF-8") from None
    text, blank, lines = note.rpartition("\n\n")
    found = [_SIGNATURE.fullmatch(line) for line in lines.split("\n")[:-1]]
    rows = text.split("\n")
    if len(note) > LONGEST_NOTE or not blank or not lines.endswith("\n") or not 0 < len(found) <= MOST_SIGNATURES:
        raise Fault("unread", name=name, why="note")
    if not rows[0] or len(rows) < 3 or not all(rows) or not re.fullmatch("[1-9][0-9]{0,17}", rows[1]):
        raise Fault("unread", name=name, why="checkpoint")
    signatures = []
    for each in found:
        signature = _base64(name, each[2] if each else "")
        if each is None or len(signature) < 5:
            raise Fault("unread", name=name, why="signature")
        signatures.append((each[1], signature[:4], signature[4:]))
    root = _base64(name, rows[2])
    if len(root) != 32:
        raise Fault("unread", name=name, why="root")
    moments = [_said_moment(line[3:]) for line in rows[3:] if line.startswith("at ")]
    return SignedHead(rows[0], int(rows[1]), root, moments[0] if moments else "?", (text + "\n").encode(), signatures)


def in_vietnam(moment: datetime) -> str:
    """A moment (aware) as people there write it."""
    return moment.astimezone(timezone(timedelta(hours=7))).strftime("%H:%M %d/%m/%Y (UTC+7)")


def _said_moment(text: str) -> str:
    try:
        return in_vietnam(datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S.%f%z"))
    except (ValueError, OverflowError):
        return text


def _base64(name: str, text: str) -> bytes:
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        data = b""
    if b64encode(data).decode() != text:
        raise Fault("unread", name=name, why="base64")
    return data
