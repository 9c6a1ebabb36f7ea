"""Files attached to forms: the record of one in the journal, and which files are taken.

Only kinds that show without running anything: PDF, JPEG, PNG, OFD, and DOCX without macros where a form asks for a
draft. They are known by the end of the name and by the content; the two have to agree (OWASP ASVS 5.2.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from runner.domain.form import container
from runner.domain.form.component import unprintable, visible
from runner.errors import Refused

MAX_NAME: Final = 200
"""Characters of a file's name."""

PDF, JPEG, PNG, OFD = "application/pdf", "image/jpeg", "image/png", "application/ofd"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {".pdf": PDF, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".ofd": OFD, ".docx": DOCX}
)
"""The media type by the end of a file's name."""
USUAL: Final = (PDF, JPEG, PNG, OFD)
"""What a field takes whose form names no types."""

_NAMES: Final = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG", OFD: "OFD", DOCX: "DOCX"}
_ZIP: Final = b"PK\x03\x04"
_MAGIC: Final = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n", OFD: _ZIP, DOCX: _ZIP}
_CONTAINERS: Final = {OFD: container.is_ofd, DOCX: container.is_docx}


class FileRefused(Refused):
    """Tệp không nhận được."""


class FileNameInvalid(FileRefused):
    """Tên tệp phải có từ 1 đến {limit} ký tự in được."""


class FileTypeRefused(FileRefused):
    """Không nhận tệp “{name}”: chỉ nhận tệp PDF, JPEG, PNG hoặc OFD, và DOCX ở nơi trao đổi dự thảo."""


class FileDisguised(FileRefused):
    """Nội dung của tệp “{name}” không đúng với đuôi tên tệp; hãy quét hoặc xuất lại tệp."""


class FileRuns(FileRefused):
    """Tệp “{name}” có macro hoặc thành phần tự chạy; hãy lưu lại dưới dạng Word (.docx) không có macro."""


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
    return ", ".join(_NAMES[each] for each in types)


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
    """What kind of file this is, by name and content alike. Raises `FileTypeRefused`, `FileDisguised` or `FileRuns`."""
    stem, dot, end = name.rpartition(".")
    found = TYPES.get(f"{dot}{end}".lower())
    if found is None or not stem:
        raise FileTypeRefused(name=name)
    content.seek(0)
    if not content.read(8).startswith(_MAGIC[found]) or not _CONTAINERS.get(found, bool)(content):
        raise FileDisguised(name=name)
    if found == DOCX and container.runs(content):
        raise FileRuns(name=name)
    return found
