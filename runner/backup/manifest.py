"""The manifest of a backup: what its files are, what they hold, and what came out of restoring them at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Final, Self

from runner.domain import strict_json
from runner.domain.verification import Finding
from runner.errors import NotFound, Refused
from runner.store.snapshot import NAMES

FORMAT: Final = 1
NAME: Final = "manifest.json"
HEAD: Final = "head.txt"
"""The file of the newest signed head, for whoever wants to hand it on; the manifest has it too."""
MOST: Final = 1_000_000
"""Bytes of a manifest."""


class NoBackup(NotFound):
    """{folder} không có bản sao lưu (thiếu {name})."""


class ManifestInvalid(Refused):
    """Bản kê {file} không đọc được: {what}."""


class FileChanged(Refused):
    """Bản sao lưu không còn nguyên: tệp {file} khác với bản kê."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The size in bytes and the SHA-256, in hex, of a file."""

    size: int
    sha256: str

    @classmethod
    def of(cls, file: Path) -> Self:
        with file.open("rb") as opened:
            return cls(file.stat().st_size, file_digest(opened, "sha256").hexdigest())


@dataclass(frozen=True, slots=True)
class Checked:
    """What restoring came to: how many cases there were and were verified, drawn by `seed` where not all were.

    `findings` is what does not agree in the database itself. Copying, restoring and checking took so many seconds.
    """

    cases: int
    verified: int
    seed: int | None
    findings: tuple[Finding, ...]
    copying: float
    restoring: float
    checking: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup `made` of a database of this `kind` by this version of the program, its schema at revision `schema`.

    `rows` counts the rows of each table, `leaves` and `root` (hex) are the record log's; `head` is the newest signed
    head in it as a note, "" where there is none.
    """

    made: str
    program: str
    kind: str
    server: str
    schema: str
    files: Mapping[str, FileFacts]
    rows: Mapping[str, int]
    leaves: int
    root: str
    head: str
    checked: Checked

    @property
    def at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.made)

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain JSON values."""
        facts = asdict(self)
        facts["checked"]["findings"] = [each.to_json() for each in self.checked.findings]
        return facts

    def write(self, folder: Path) -> str:
        """Write the manifest into the folder of its backup; its SHA-256, in hex."""
        text = json.dumps({"format": FORMAT, **self.to_json()}, ensure_ascii=False, indent=1, sort_keys=True)
        data = f"{text}\n".encode()
        (folder / NAME).write_bytes(data)
        return sha256(data).hexdigest()

    @classmethod
    def read(cls, folder: Path) -> tuple[Self, str]:
        """The manifest in a folder, and its SHA-256 in hex. Raises `NoBackup`, `ManifestInvalid`."""
        file = folder / NAME
        if not file.is_file():
            raise NoBackup(folder=folder, name=NAME)
        if file.stat().st_size > MOST:
            raise ManifestInvalid(file=file, what=str(file.stat().st_size))
        data = file.read_bytes()
        try:
            return _manifest(cls, strict_json.read(data, MOST)), sha256(data).hexdigest()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ManifestInvalid(file=file, what=error) from error

    def expect(self, folder: Path) -> Path:
        """The file of the database, after every file was compared with the manifest. Raises `FileChanged`."""
        for name, facts in self.files.items():
            file = folder / name
            if not file.is_file() or FileFacts.of(file) != facts:
                raise FileChanged(file=name)
        if self.head and (folder / HEAD).read_text(encoding="utf-8") != self.head:
            raise FileChanged(file=HEAD)
        return folder / NAMES[self.kind]


def _manifest(kind: type[Manifest], value: Any) -> Any:
    if value.pop("format") != FORMAT:
        raise ValueError("format")
    files = {
        str(name): FileFacts(int(facts["size"]), str(facts["sha256"])) for name, facts in value.pop("files").items()
    }
    rows = {str(name): int(count) for name, count in value.pop("rows").items()}
    checked = value.pop("checked")
    checked["findings"] = tuple(map(Finding.from_json, checked["findings"]))
    checked |= {part: float(checked[part]) for part in ("copying", "restoring", "checking")}
    made = kind(files=files, rows=rows, checked=Checked(**checked), leaves=int(value.pop("leaves")), **value)
    texts = (made.made, made.program, made.kind, made.server, made.schema, made.root, made.head)
    if not all(isinstance(text, str) for text in texts) or files.keys() - {HEAD} != {NAMES[made.kind]}:
        raise ValueError("files")
    if made.at.utcoffset() is None:
        raise ValueError("made")
    return made
