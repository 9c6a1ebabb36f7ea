"""The files of a bundle: of a folder, or of a zip that is built in the one way that is allowed.

The zip has no compression, no comment and no further field, so nothing in it can expand, hide or be read in two ways:
it equals, byte for byte, the zip that is built of the same names and contents.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from runner.audit.evidence.verifier.words import Fault

MOST_FILES = 10000
PIECE = 1024 * 1024
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}){0,7}")
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])([.].*)?")
_LOCAL, _CENTRAL, _END = "<4s5H3L2H", "<4s2B5H3L5H2L", "<4s4H2LH"
_MODE = 0o644 << 16


def safe(name: str) -> str:
    """`name`, where every system can have a file of that name, within the folder. Raises `Fault`."""
    parts = name.lower().split("/")
    if not NAME.fullmatch(name) or any(part.endswith(".") or RESERVED.fullmatch(part) for part in parts):
        raise Fault("name", name=name)
    return name


class Folder:
    """The files below a folder."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sizes: dict[str, int] = {}
        for folder, folders, files in os.walk(path):
            for each in folders + files:
                full = os.path.join(folder, each)
                name = os.path.relpath(full, path).replace(os.sep, "/")
                if os.path.islink(full) or (each in files and not os.path.isfile(full)):
                    raise Fault("link", name=name)
                if each in files:
                    self.sizes[safe(name)] = os.path.getsize(full)
            if len(self.sizes) > MOST_FILES:
                raise Fault("many")

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a file, piece by piece."""
        with open(os.path.join(self.path, *name.split("/")), "rb") as file:
            piece = file.read(PIECE)
            while piece:
                yield piece
                piece = file.read(PIECE)


class Zip:
    """The files of a zip. Raises `Fault` where it is built in any other way."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.end = file.seek(0, os.SEEK_END)
        self.sizes: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self.sums: dict[str, int] = {}
        at, listed = 0, b""
        while True:
            head = self._read(at, 30)
            if head[:4] != b"PK\3\4" or len(head) < 30:
                break
            _, _, _, _, _, _, crc, size, _, length, _ = struct.unpack(_LOCAL, head)
            encoded = self._read(at + 30, min(length, 1000))
            if head + encoded != _local(encoded, crc, size) or len(self.sizes) == MOST_FILES:
                raise Fault("container", at=at)
            name = safe(encoded.decode("latin-1"))
            if name in self.sizes:
                raise Fault("container", at=at)
            listed += _central(encoded, crc, size, at)
            self.sizes[name], self.places[name], self.sums[name] = size, at + 30 + length, crc
            at += 30 + length + size
        rest = listed + struct.pack(_END, b"PK\5\6", 0, 0, len(self.sizes), len(self.sizes), len(listed), at, 0)
        if at + len(rest) != self.end or self._read(at, len(rest)) != rest:
            raise Fault("container", at=at)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a file, piece by piece. Raises `Fault` at its end where the zip's own check sum is wrong."""
        at, left, crc = self.places[name], self.sizes[name], 0
        while left:
            piece = self._read(at, min(PIECE, left))
            if not piece:
                break
            crc = zlib.crc32(piece, crc)
            yield piece
            at, left = at + len(piece), left - len(piece)
        if crc != self.sums[name]:
            raise Fault("file", name=name)

    def _read(self, at: int, count: int) -> bytes:
        self.file.seek(at)
        return self.file.read(count)


def _local(name: bytes, crc: int, size: int) -> bytes:
    return struct.pack(_LOCAL, b"PK\3\4", 20, 0, 0, 0, 33, crc, size, size, len(name), 0) + name


def _central(name: bytes, crc: int, size: int, at: int) -> bytes:
    given = (20, 3, 20, 0, 0, 0, 33, crc, size, size, len(name), 0, 0, 0, 0, _MODE, at)
    return struct.pack(_CENTRAL, b"PK\1\2", *given) + name
