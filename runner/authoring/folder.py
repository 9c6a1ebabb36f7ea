"""A draft's files as a folder: ``bpmn/`` and ``forms/`` of a content root, written and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from runner.authoring import archive
from runner.authoring import files as names
from runner.errors import Refused
from runner.services import content

TOPS = ("bpmn", "forms", "scenarios")


class FileDiffers(Refused):
    """Tệp {name} đã có trong thư mục và khác bản nháp; thêm --overwrite nếu muốn ghi đè."""


def write(root: Path, files: Mapping[str, bytes], *, overwrite: bool = False) -> None:
    """Write the files into `root`, all or none. Raises `FileDiffers` unless `overwrite`; what else is there stays."""
    for name, data in files.items():
        path = root / name
        if not overwrite and path.exists() and path.read_bytes() != data:
            raise FileDiffers(name=name)
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def read(root: Path, procedure: str = "") -> dict[str, bytes]:
    """The files of one procedure in a content root.

    Of a root with one procedure's diagram these are all its files; with `procedure`, the files that its version would
    have. Raises `ArchiveUnclear`, `FileForeign`, and what `content.load` raises.
    """
    if procedure:
        return dict(content.load(root / f"bpmn/{procedure}.bpmn", root).files)
    found = list(_names(root))
    code = archive.code(dict.fromkeys(found, b""))
    names.check_count(found)
    names.check(code, dict.fromkeys(found, b""))
    source = content.folder(root)
    return {name: data for name in found if (data := source(name, names.limit(name))) is not None}


def _names(root: Path) -> Iterator[str]:
    for top in TOPS:
        for path in sorted((root / top).glob("**/*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(root).as_posix()
