"""ZIP containers of attached files (OFD, DOCX), known by their directory; of a DOCX, its list of types is read too."""

from __future__ import annotations

import zlib
from struct import unpack_from
from typing import BinaryIO, Final, NamedTuple

_LARGEST_DIRECTORY: Final = 1_000_000
"""Bytes of a container's directory; that of a scanned document has a few thousand."""
_LARGEST_TYPES: Final = 100_000
"""Bytes of a DOCX's list of types; that of a large document has a few thousand."""
_LARGEST_DOCX: Final = 200_000_000
"""Bytes that a DOCX may say that it unpacks to: what a word processor opens without harm."""

_TYPES: Final = b"[content_types].xml"
_DOCUMENT: Final = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RUNS: Final = (b"macroenabled", b"vbaproject", b"vbadata", b"activex")
"""What a DOCX with parts that run has in the names of its parts or in their types (ECMA-376; MS-OFFMACRO2, 2.2)."""


class _Member(NamedTuple):
    """A file in a container: how it is packed (0 or 8, deflate), its bytes packed and unpacked, and where it begins."""

    method: int
    packed: int
    unpacked: int
    start: int


def is_ofd(content: BinaryIO) -> bool:
    """Whether a container has OFD.xml at its top (GB/T 33190, 6.1), by nothing but its directory."""
    return any(name == b"OFD.xml" for name, _ in _members(content))


def is_docx(content: BinaryIO) -> bool:
    """Whether a container is a document of WordprocessingML (ECMA-376, part 2) that has a bearable size."""
    members = _members(content)
    names = [name.lower() for name, _ in members]
    if names.count(_TYPES) != 1 or names.count(b"word/document.xml") != 1:
        return False
    return sum(each.unpacked for _, each in members) <= _LARGEST_DOCX and _DOCUMENT in _types(content)


def runs(content: BinaryIO) -> bool:
    """Whether a DOCX has macros or controls, by the names and the types of its parts."""
    told = b"\n".join(name for name, _ in _members(content)).lower() + _types(content).lower()
    return any(word in told for word in _RUNS)


def _members(content: BinaryIO) -> list[tuple[bytes, _Member]]:
    """The files in a container with their names, as its directory has them; none when it is broken or too large."""
    size = content.seek(0, 2)
    content.seek(max(0, size - 22 - 0xFFFF))  # the end record, behind which a comment may stand
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return []
    length, start = unpack_from("<II", tail, at + 12)
    if length > _LARGEST_DIRECTORY or start + length > size:
        return []
    content.seek(start)
    directory, at, found = content.read(length), 0, []
    while directory[at : at + 4] == b"PK\x01\x02" and at + 46 <= length:
        [method], (packed, unpacked) = unpack_from("<H", directory, at + 10), unpack_from("<II", directory, at + 20)
        name, extra, comment = unpack_from("<HHH", directory, at + 28)
        [begin] = unpack_from("<I", directory, at + 42)
        found.append((directory[at + 46 : at + 46 + name], _Member(method, packed, unpacked, begin)))
        at += 46 + name + extra + comment
    return found


def _types(content: BinaryIO) -> bytes:
    """A DOCX's list of the types of its parts, as plain UTF-8; empty where it is anything else, or too long."""
    member = next(each for name, each in _members(content) if name.lower() == _TYPES)
    content.seek(member.start)
    head = content.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04" or max(member.packed, member.unpacked) > _LARGEST_TYPES:
        return b""
    content.seek(sum(unpack_from("<HH", head, 26)), 1)
    data = content.read(member.packed)
    if member.method == 8:
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, member.unpacked + 1)
        except zlib.error:
            return b""
    # What could write a word otherwise than it is read: references, declarations, comments, another encoding.
    declaration, _, rest = data.partition(b"?>")
    odd = len(data) != member.unpacked  # the directory lies
    odd |= b"&" in data or b"<!" in data or b"<?" in rest or b"utf-8" not in declaration.lower()
    return b"" if odd or member.method not in (0, 8) else data
