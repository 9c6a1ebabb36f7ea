"""Signed notes, and the checkpoints that they carry: a text, a blank line, and lines of signatures.

Source: C2SP ``signed-note`` and ``tlog-checkpoint``. Signatures are Ed25519 (RFC 8032).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from runner.errors import Refused

LOG: Final = 0x01
"""The type of a key that signs notes as they are."""
COSIGNER: Final = 0x04
"""The type of a key that cosigns with the moment, as witnesses do."""
LONGEST: Final = 64 * 1024
"""Characters of a note: what is longer is not read."""
MOST_SIGNATURES: Final = 100
CUT: Final = "…"
"""What is written behind a note in a file that was cut short, before the next one: no signature has it."""

_NAME = re.compile(r"[^\s+\x00-\x1f]{1,200}")
_LINE = re.compile(r"— (?P<name>[^\s+]{1,200}) (?P<signature>[A-Za-z0-9+/]{1,8192}={0,2})\n")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_PRIVATE = "PRIVATE+KEY"


class NoteInvalid(Refused):
    """Mốc đã ký không đọc được: {reason}."""


class KeyInvalid(Refused):
    """Khóa không đọc được."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key: the `name` of who signs, 32 bytes, and what it is for. As text: ``name+hash+key``."""

    name: str
    key: bytes
    type: int = LOG

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(f"{self.name}\n".encode() + bytes([self.type]) + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.type]) + self.key).decode()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The key that `text` is. Raises `KeyInvalid`."""
        name, _, rest = text.strip().partition("+")
        id, _, encoded = rest.partition("+")
        data = _decoded(encoded)
        if not _NAME.fullmatch(name) or data is None or len(data) != 33 or data[0] not in (LOG, COSIGNER):
            raise KeyInvalid
        found = cls(name, data[1:], data[0])
        if found.id.hex() != id:
            raise KeyInvalid
        return found

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` (64 bytes) is of this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key. As text: ``PRIVATE+KEY+name+hash+seed``; it belongs into a file that only its owner reads."""

    name: str
    seed: bytes
    type: int = LOG

    @classmethod
    def new(cls, name: str, type: int = LOG) -> Self:
        """A new key. Raises `KeyInvalid` for a name with blanks or ``+``."""
        if not _NAME.fullmatch(name):
            raise KeyInvalid
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), type)

    @classmethod
    def read(cls, text: str) -> Self:
        """The key that `text` is. Raises `KeyInvalid`."""
        prefix, _, rest = text.strip().partition(f"{_PRIVATE}+")
        name, _, tail = rest.partition("+")
        id, _, encoded = tail.partition("+")
        data = _decoded(encoded)
        if prefix or not _NAME.fullmatch(name) or data is None or len(data) != 33 or data[0] not in (LOG, COSIGNER):
            raise KeyInvalid
        found = cls(name, data[1:], data[0])
        if found.verifier.id.hex() != id:
            raise KeyInvalid
        return found

    def written(self) -> str:
        """The key as text."""
        encoded = b64encode(bytes([self.type]) + self.seed).decode()
        return f"{_PRIVATE}+{self.name}+{self.verifier.id.hex()}+{encoded}"

    @property
    def verifier(self) -> Verifier:
        """Its public key."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return Verifier(self.name, public, self.type)

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def line(self, text: str) -> str:
        """The line that signs the note `text`."""
        return signature_line(self.name, self.verifier.id + self.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of a note: who signed, the id of the key, and what the key gave."""

    name: str
    id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in the note."""
        return signature_line(self.name, self.id + self.value)


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a newline, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def read(cls, note: str) -> Self:
        """The note that `note` is. Raises `NoteInvalid`."""
        if len(note) > LONGEST or _FORBIDDEN.search(note):
            raise NoteInvalid(reason="text")
        text, blank, lines = note.rpartition("\n\n")
        found = list(_LINE.finditer(lines))
        if not blank or not 0 < len(found) <= MOST_SIGNATURES or "".join(each[0] for each in found) != lines:
            raise NoteInvalid(reason="signatures")
        return cls(f"{text}\n", tuple(_signature(each["name"], each["signature"]) for each in found))

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether the key signed the text as it is: of several lines that name the key, the first counts."""
        named = (each for each in self.signatures if (each.name, each.id) == (verifier.name, verifier.id))
        return (first := next(named, None)) is not None and verifier.verifies(self.text.encode(), first.value)

    def __str__(self) -> str:
        return signed(self.text, [each.line for each in self.signatures])


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The text of a note about a log: its `origin`, how many leaves it has, the root over them, and further lines."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """The checkpoint that the text of a note is. Raises `NoteInvalid`."""
        if not text.endswith("\n"):
            raise NoteInvalid(reason="text")
        origin, *rest = text[:-1].split("\n")
        if len(rest) < 2 or not origin or not _SIZE.fullmatch(rest[0]) or not all(rest):
            raise NoteInvalid(reason="checkpoint")
        root = _decoded(rest[1])
        if root is None or len(root) != 32:
            raise NoteInvalid(reason="checkpoint")
        return cls(origin, int(rest[0]), root, tuple(rest[2:]))

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in (self.origin, self.size, b64encode(self.root).decode(), *self.more))


def signed(text: str, lines: Iterable[str]) -> str:
    """The note of a text and lines of signatures."""
    return f"{text}\n{''.join(lines)}"


def signature_line(name: str, signature: bytes) -> str:
    """A line of a signature: `signature` begins with the key's id."""
    return f"— {name} {b64encode(signature).decode()}\n"


def notes(text: str) -> list[str]:
    """The notes that were written into a file, one after the other, in one pass whatever else stands between them.

    What was cut short by a power failure is left out: it has no newline behind it, or `CUT` where more was written.
    """
    found, body, blank, lines = list[str](), list[str](), False, list[str]()
    for row in [*text.split("\n")[:-1], ""]:
        if blank and row.startswith("— ") and not row.endswith(CUT):
            lines.append(row)
            continue
        if lines:
            found.append("\n".join([*body, "", *lines, ""]))
        if lines or blank or row.startswith("—"):
            body, blank, lines = [], False, []
        if row:
            body.append(row)
        else:
            blank = bool(body)
    return found


def _signature(name: str, encoded: str) -> Signature:
    data = _decoded(encoded)
    if data is None or len(data) < 5:
        raise NoteInvalid(reason="signatures")
    return Signature(name, data[:4], data[4:])


def _decoded(text: str) -> bytes | None:
    """What base64 `text` says, None where it is none or could have been written otherwise."""
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return None
    return data if b64encode(data).decode() == text else None
