"""Makes a backup while people work, restores it into a database of its own, and says what came out."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from runner import __version__
from runner.app import Runner
from runner.backup import checking
from runner.backup.checking import Look, Progress
from runner.backup.manifest import HEAD, Checked, FileFacts, Manifest
from runner.clock import stopwatch
from runner.domain.journal import instant
from runner.domain.person import Person
from runner.domain.record import RecordKind
from runner.errors import MotcuaError
from runner.store import private, record_event, schema, snapshot

GROWING: Final = ("journal", "record_event", "record_leaf", "version", "blob")
"""Tables from which nothing is ever taken: a copy that has less than there was before lies."""


class BackupShort(MotcuaError):
    """Bản sao lưu thiếu dữ liệu: bảng {table} có {found} dòng, trước khi sao lưu đã có {known}; không giữ bản này."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup: its folder, its manifest, and the SHA-256 (hex) by which the record names it."""

    folder: Path
    manifest: Manifest
    digest: str


def make(runner: Runner, collection: Path, person: Person, progress: Progress, *, quick: bool = False) -> Made:
    """Make a backup as `copied` does, and tell in the record that everything was copied, and by whom."""
    made = copied(runner, collection, progress, quick=quick)
    _tell(runner, made, person)
    return made


def copied(runner: Runner, collection: Path, progress: Progress, *, quick: bool = False) -> Made:
    """Make a backup in a folder of its own in `collection`; with `quick`, verify a sample of its cases only.

    Until it was restored and looked at, its folder's name begins with a dot. Raises what `snapshot.take` and
    `snapshot.scratch` raise, and `BackupShort`; nothing of it is then left.
    """
    now = runner.clock.now()
    name = f"{now:%Y%m%dT%H%M%SZ}"
    with private.alone():
        collection.mkdir(parents=True, exist_ok=True)
        part = collection / f".{name}.{secrets.token_hex(4)}"
        part.mkdir()
    try:
        manifest = _filled(runner, part, instant(now), secrets.randbelow(1 << 31) if quick else None, progress)
        with private.alone():
            digest = manifest.write(part)
        folder = part.rename(_free(collection / name))
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _settle(collection)
    return Made(folder, manifest, digest)


def _filled(runner: Runner, folder: Path, made: str, seed: int | None, progress: Progress) -> Manifest:
    """Copy, restore, look; the manifest of what is in `folder` then."""
    known = snapshot.rows(runner.database)
    elapsed = stopwatch()
    file = snapshot.take(runner.database, folder, runner.settings.postgres_tools)
    copied = elapsed()
    with snapshot.scratch(runner.database, folder) as url:
        snapshot.put(file, url, runner.settings.postgres_tools)
        restored = elapsed()
        with TemporaryDirectory(dir=folder) as aside, closing(_on(runner, url, Path(aside))) as other:
            facts = {"server": snapshot.release(other.database), "schema": schema.revision(other.database)}
            look = checking.look(other, seed, progress)
            head = other.record_log.newest()
        ended = elapsed()
    _expect_all(known, look)
    if head:
        with private.alone():
            (folder / HEAD).write_text(head.note, encoding="utf-8")
    seconds = [round(each, 3) for each in (copied, restored - copied, ended - restored)]
    return Manifest(
        made=made,
        program=__version__,
        kind=runner.database.kind,
        files={each.name: FileFacts.of(each) for each in sorted(folder.iterdir())},
        rows=look.contents.rows,
        leaves=look.contents.leaves,
        root=look.contents.root.hex(),
        head=head.note if head else "",
        checked=Checked(look.cases, look.verified, seed, look.findings, *seconds),
        **facts,
    )


def _on(runner: Runner, url: str, aside: Path) -> Runner:
    return Runner(checking.alone(runner.settings, url, aside), runner.clock)


def _expect_all(known: Mapping[str, int], look: Look) -> None:
    for table in GROWING:
        if (found := look.contents.rows.get(table, 0)) < known.get(table, 0):
            raise BackupShort(table=table, found=found, known=known[table])


def _free(folder: Path) -> Path:
    """The name of a folder that is not there: a second backup within a second gets a number."""
    names = (folder.with_name(f"{folder.name}-{number}") for number in range(2, 1_000))
    return next((each for each in (folder, *names) if not each.exists()), folder)


def _settle(folder: Path) -> None:
    """Wait until the disk knows the folder's new name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _tell(runner: Runner, made: Made, person: Person) -> None:
    """Who took a copy of everything is told, and by its digest a manifest can be known again.

    Nothing can be told to evidence, nor to a database that has yet to be brought to this version.
    """
    if runner.database.sealed or not schema.is_newest(runner.database):
        return
    facts = {
        "manifest": made.digest,
        "leaves": made.manifest.leaves,
        "root": made.manifest.root,
        "findings": len(made.manifest.checked.findings),
        "machine": person.via.machine if person.via else "",
    }
    with runner.database.change() as tx:
        record_event.append(tx, RecordKind.BACKUP, person.id, runner.clock.now(), made.folder.name, facts)
