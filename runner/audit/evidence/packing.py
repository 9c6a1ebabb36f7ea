"""The files of a bundle, its manifest, and the zip around them, built in the one way that the verifier reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Final, Self
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from runner.audit.evidence.verifier.contents import MANIFEST, REPORT
from runner.domain.journal import canonical, digest
from runner.errors import Refused

FORMAT: Final = 1
LARGEST: Final = 2**32 - 2**20
"""Bytes of a bundle: what every unpacking program reads without the extension for larger ones."""
LONGEST_JSON: Final = 32 * 1024 * 1024
"""Bytes of one of its JSON files, which the verifier reads whole."""
_MODE: Final = 0o644 << 16
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class BundleTooLarge(Refused):
    """Hồ sơ quá lớn để đóng thành một gói chứng cứ (tối đa 4 GB)."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the bundle, with what the manifest says of it. `pieces` gives its content, each time anew."""

    name: str
    size: int
    sha256: str
    pieces: Callable[[], Iterable[bytes]]

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """A file whose content is at hand."""
        return cls(name, len(content), sha256(content).hexdigest(), lambda: (content,))

    @classmethod
    def streamed(cls, name: str, pieces: Callable[[], Iterable[bytes]]) -> Self:
        """A file that is read piece by piece: once now for its digest, once when it is packed."""
        size, hashed = 0, sha256()
        for piece in pieces():
            size += len(piece)
            hashed.update(piece)
        return cls(name, size, hashed.hexdigest(), pieces)

    @classmethod
    def json(cls, name: str, text: str) -> Self:
        """A JSON file. Raises `BundleTooLarge`."""
        content = f"{text}\n".encode()
        if len(content) > LONGEST_JSON:
            raise BundleTooLarge
        return cls.of(name, content)


def listed(files: Iterable[File]) -> dict[str, list[object]]:
    """What a manifest says of files: size and SHA-256 by name."""
    return {file.name: [file.size, file.sha256] for file in files}


def contents_digest(files: Iterable[File]) -> str:
    """The digest of all files but the report, which prints it."""
    return digest(canonical(listed(file for file in files if file.name != REPORT))).hex()


def pack(files: Sequence[File], target: BinaryIO) -> None:
    """Write the zip of `files` and their manifest to `target`, which can seek. Raises `BundleTooLarge`."""
    manifest = File.json(MANIFEST, canonical({"format": FORMAT, "files": listed(files)}))
    whole = sorted([*files, manifest], key=lambda file: file.name)
    if sum(file.size + 2 * len(file.name) + 100 for file in whole) > LARGEST:
        raise BundleTooLarge
    with ZipFile(target, "w", ZIP_STORED, allowZip64=False) as packed:
        for file in whole:
            entry = ZipInfo(file.name, _EPOCH)
            entry.create_system, entry.external_attr, entry.file_size = 3, _MODE, file.size
            with packed.open(entry, "w") as written:
                for piece in file.pieces():
                    written.write(piece)
