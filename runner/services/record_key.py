"""Who signs the heads of the log: a key in a file, or a command that has the key. No web process needs either."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from runner.errors import NotFound, Refused
from runner.record.note import LOG, KeyInvalid, Note, NoteInvalid, Signer, Verifier, signed

PATIENCE: Final = 30
"""Seconds that a signing command may take."""


class KeyMissing(NotFound):
    """Chưa có khóa ký mốc ({path}); hãy tạo bằng “motcua head --new-key”."""


class KeyExists(Refused):
    """Đã có khóa ký mốc ở {path}; không ghi đè."""


class SigningFailed(Refused):
    """Lệnh ký mốc không trả về một chữ ký dùng được: {reason}."""


class HeadSigner(Protocol):
    """What signs heads."""

    @property
    def verifier(self) -> Verifier:
        """The public key; its name is the origin of the log."""

    def line(self, text: str) -> str:
        """The line that signs a note's text. Raises `Refused` families."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key in a file that only the worker's user can read."""

    path: Path

    def exists(self) -> bool:
        """Whether there is a key that this process can read."""
        return os.access(self.path, os.R_OK)

    def make(self, name: str, type: int = LOG) -> Verifier:
        """Make a new key; the public one stands beside it, as ``….pub``. Raises `KeyExists`, `KeyInvalid`."""
        signer = Signer.new(name, type)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(self.path, signer.written(), os.O_EXCL)
        except FileExistsError:
            raise KeyExists(path=self.path) from None
        _write(public_file(self.path), str(signer.verifier), os.O_TRUNC)
        return signer.verifier

    @property
    def verifier(self) -> Verifier:
        """The public key. Raises `KeyMissing`, `KeyInvalid`."""
        return self.signer().verifier

    def line(self, text: str) -> str:
        """The line that signs a note's text. Raises `KeyMissing`, `KeyInvalid`."""
        return self.signer().line(text)

    def signer(self) -> Signer:
        """The key. Raises `KeyMissing`, `KeyInvalid`."""
        try:
            return Signer.read(self.path.read_text(encoding="ascii"))
        except OSError:
            raise KeyMissing(path=self.path) from None
        except UnicodeDecodeError as error:
            raise KeyInvalid from error


@dataclass(frozen=True, slots=True)
class SigningCommand:
    """A command that reads a note's text and writes the line that signs it, as one that asks a security module does."""

    command: str
    verifier: Verifier

    def line(self, text: str) -> str:
        """The line that signs a note's text. Raises `SigningFailed`."""
        try:
            done = subprocess.run(  # noqa: S603  # the operator's own setting, without a shell
                shlex.split(self.command), input=text.encode(), capture_output=True, timeout=PATIENCE, check=True
            )
            line = done.stdout.decode()
            if not Note.read(signed(text, [line])).signed_by(self.verifier):
                raise SigningFailed(reason="signature")
        except (OSError, subprocess.SubprocessError, ValueError, NoteInvalid) as error:
            raise SigningFailed(reason=error) from error
        return line


def _write(path: Path, text: str, flag: int) -> None:
    """Write a line into a file that only its owner can open."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600), "w", encoding="ascii") as file:
        file.write(f"{text}\n")


def public_file(path: Path) -> Path:
    """Where the public key of the key in `path` stands."""
    return path.with_name(f"{path.name}.pub")
