"""A procedure's files as a zip, and back: the very files of ``bpmn/`` and ``forms/``.

An archive comes from anywhere: it is never unpacked to a disk, and no more is read of it than a draft may hold.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from stat import S_ISLNK
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from runner.authoring import files as names
from runner.errors import Refused
from runner.services import content

MAX_BYTES: Final = 10_000_000
"""Of an archive, and of all the files in it together; a procedure has some 300 kB."""

_MADE: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the same files give the same archive."""
_ENCRYPTED: Final = 0x1
_LITTER: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What systems put beside the files when people pack a folder."""


class ArchiveInvalid(Refused):
    """Tệp này không phải là tệp zip đọc được."""


class ArchiveTooLarge(Refused):
    """Tệp zip, hoặc các tệp bên trong, lớn hơn {limit} MB."""


class ArchiveTooMany(Refused):
    """Tệp zip có hơn {limit} tệp."""


class ArchiveEncrypted(Refused):
    """Tệp {name} trong tệp zip có mật khẩu; hãy nén lại không đặt mật khẩu."""


class ArchiveNameInvalid(Refused):
    """Tên “{name}” trong tệp zip không dùng được: tên phải nằm trong thư mục bpmn hoặc forms, không có “..”, không trùng."""  # noqa: E501


class ArchiveUnclear(Refused):
    """Phải có đúng một sơ đồ thủ tục bpmn/<tỉnh>/<mã>.bpmn để biết đây là thủ tục nào; ở đây có {count}."""


def pack(files: Mapping[str, bytes]) -> bytes:
    """An archive of these files; the same files always give the same bytes."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, data in sorted(files.items()):
            entry = ZipInfo(name, _MADE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, ZIP_DEFLATED, 9)
    return made.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of an archive by name; one folder around ``bpmn`` and ``forms`` is looked through.

    Raises a `Refused` that says what is wrong with it; whether the files belong to a procedure is not asked here.
    """
    if len(data) > MAX_BYTES:
        raise ArchiveTooLarge(limit=MAX_BYTES // 1_000_000)
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir() and not _litter(each.filename)]
            if len(entries) > content.MAX_FILES:
                raise ArchiveTooMany(limit=content.MAX_FILES)
            found = _read(archive, entries)
    except (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError):
        raise ArchiveInvalid from None
    return _unwrapped(found)


def code(files: Mapping[str, bytes]) -> str:
    """The procedure whose diagram is among `files`: ``ha-tinh/QT.BC.01``. Raises `ArchiveUnclear`."""
    codes = [
        found
        for name in files
        if name.startswith("bpmn/")
        and name.endswith(".bpmn")
        and content.is_code(found := name.removeprefix("bpmn/").removesuffix(".bpmn"))
    ]
    if len(codes) != 1:
        raise ArchiveUnclear(count=len(codes))
    return codes[0]


def _read(archive: ZipFile, entries: list[ZipInfo]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = MAX_BYTES
    for entry in entries:
        name = _name(entry)
        if name in found:
            raise ArchiveNameInvalid(name=name[:200])
        if entry.flag_bits & _ENCRYPTED:
            raise ArchiveEncrypted(name=name[:200])
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise ArchiveInvalid
        with archive.open(entry) as file:  # what the archive says of a size may be a lie
            found[name] = file.read(left + 1)
        left -= len(found[name])
        if left < 0:
            raise ArchiveTooLarge(limit=MAX_BYTES // 1_000_000)
        if len(found[name]) != entry.file_size:
            raise ArchiveInvalid
    return found


def _name(entry: ZipInfo) -> str:
    name = entry.orig_filename
    strange = "\\" in name or not name.isprintable() or ":" in name
    if strange or {"", ".", ".."} & set(name.split("/")) or S_ISLNK(entry.external_attr >> 16):
        raise ArchiveNameInvalid(name=name[:200].encode("ascii", "replace").decode())
    return name


def _litter(name: str) -> bool:
    return any(name.startswith(each) if each.endswith("/") else name.rpartition("/")[2] == each for each in _LITTER)


def _unwrapped(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files, without the one folder that all of them lie in when it is none of a content root's."""
    tops = {name.partition("/")[0] for name in files}
    if len(tops) == 1 and not tops & {"bpmn", "forms", "scenarios"} and all("/" in name for name in files):
        return {name.partition("/")[2]: data for name, data in files.items()}
    return files


def replacing(before: Mapping[str, bytes], files: Mapping[str, bytes], procedure: str) -> dict[str, bytes | None]:
    """What to save so that a draft has `files` instead of those `before`; without them, its province's facts stay."""
    kept = {names.province_facts(procedure)}
    return {**dict.fromkeys(before.keys() - files.keys() - kept), **files}
