"""Files attached to forms: the record of one in the journal, and which files are taken.

Only kinds that show without running anything: PDF, JPEG, PNG and OFD, known by the end of the name and by how the
content begins; the two have to agree (OWASP ASVS 5.2.2). Nothing is ever unpacked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from struct import unpack_from
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from runner.domain.form.component import unprintable, visible
from runner.errors import Refused

MAX_NAME: Final = 200
"""Characters of a file's name."""

PDF, JPEG, PNG, OFD = "application/pdf", "image/jpeg", "image/png", "application/ofd"
TYPES: Final[Mapping[str, str]] = MappingProxyType({".pdf": PDF, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".ofd": OFD})
"""The media type by the end of a file's name."""

_MAGIC: Final = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n", OFD: b"PK\x03\x04"}
_LARGEST_DIRECTORY: Final = 1_000_000
"""Bytes of a container's directory; that of a scanned document has a few thousand."""


class FileRefused(Refused):
    """Tệp không nhận được."""


class FileNameInvalid(FileRefused):
    """Tên tệp phải có từ 1 đến {limit} ký tự in được."""


class FileTypeRefused(FileRefused):
    """Không nhận tệp “{name}”: chỉ nhận tệp PDF, JPEG, PNG hoặc OFD."""


class FileDisguised(FileRefused):
    """Nội dung của tệp “{name}” không đúng với đuôi tên tệp; hãy quét hoặc xuất lại tệp."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as the journal names it: `size` in bytes, `type` one of `TYPES`, `sha256` of its content in hex."""

    name: str
    size: int
    type: str
    sha256: str

    def __str__(self) -> str:
        return self.name

    @property
    def record(self) -> dict[str, Any]:
        """The file as a value of the case."""
        return asdict(self)


_PARTS: Final = {part.name for part in fields(Attachment)}


def kinds(types: Iterable[str]) -> str:
    """What people call files of these media types: ``PDF, JPEG``."""
    return ", ".join(each.rpartition("/")[2].upper() for each in types)


def endings(types: Iterable[str]) -> list[str]:
    """The ends of names that files of these media types have."""
    return [end for end, type in TYPES.items() if type in types]


def attached(values: object) -> Iterator[Attachment]:
    """The files that values of a case name, however deep. No field can be called ``sha256``, so nothing else does."""
    if isinstance(values, Mapping):
        if values.keys() == _PARTS:
            yield Attachment(**values)
        else:
            for each in values.values():
                yield from attached(each)
    elif isinstance(values, list | tuple):
        for each in values:
            yield from attached(each)


def named(value: object, known: Mapping[str, Attachment]) -> list[Attachment]:
    """Those of the `known` files (by SHA-256) that the value of a field names, by their records or by SHA-256 alone."""
    items = value if isinstance(value, list) else []
    digests = (each.get("sha256") if isinstance(each, Mapping) else each for each in items)
    return [known[each] for each in dict.fromkeys(map(str, digests)) if each in known]


def plain_name(sent: str) -> str:
    """The name of a file as a browser sent it, without the folders. Raises `FileNameInvalid`."""
    name = visible(sent[-4 * MAX_NAME :].replace("\\", "/").rpartition("/")[2])
    if not name or len(name) > MAX_NAME or unprintable(name, ""):
        raise FileNameInvalid(limit=MAX_NAME)
    return name


def media_type(name: str, content: BinaryIO) -> str:
    """What kind of file this is, by name and content alike. Raises `FileTypeRefused` or `FileDisguised`."""
    stem, dot, end = name.rpartition(".")
    found = TYPES.get(f"{dot}{end}".lower())
    if found is None or not stem:
        raise FileTypeRefused(name=name)
    content.seek(0)
    if not content.read(8).startswith(_MAGIC[found]) or (found == OFD and not _is_ofd(content)):
        raise FileDisguised(name=name)
    return found


def _is_ofd(content: BinaryIO) -> bool:
    """Whether a ZIP container has OFD.xml at its top (GB/T 33190, 6.1), by nothing but its directory."""
    size = content.seek(0, 2)
    content.seek(max(0, size - 22 - 0xFFFF))  # the end record, behind which a comment may stand
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return False
    length, start = unpack_from("<II", tail, at + 12)
    if length > _LARGEST_DIRECTORY or start + length > size:
        return False
    content.seek(start)
    directory, at = content.read(length), 0
    while directory[at : at + 4] == b"PK\x01\x02" and at + 46 <= length:
        name, extra, comment = unpack_from("<HHH", directory, at + 28)
        if directory[at + 46 : at + 46 + name] == b"OFD.xml":
            return True
        at += 46 + name + extra + comment
    return False
