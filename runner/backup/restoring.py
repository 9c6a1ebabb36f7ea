"""Puts a backup into an empty database and begins an epoch on it, in which nothing is sent or given twice."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from runner import __version__
from runner.app import Runner
from runner.audit.verification import words
from runner.backup import checking
from runner.backup.checking import Look, Progress
from runner.backup.manifest import Manifest
from runner.clock import Clock
from runner.config import Settings
from runner.domain.calendar import local_date
from runner.domain.epoch import MARGIN, Epoch, first_after, numbers_after
from runner.domain.person import Person
from runner.errors import MotcuaError, NotFound, Refused
from runner.record.note import Checkpoint
from runner.services import text_rules
from runner.services.head_file import HeadFile
from runner.store import epoch, record_event, schema, snapshot

MOST_LOST: Final = 100_000_000
"""More leaves than any office makes: a head that is that far ahead is a mistake."""
NAMED: Final = 5


class OtherKind(Refused):
    """Bản sao lưu là của cơ sở dữ liệu {kind}; hãy khôi phục vào một cơ sở dữ liệu cùng loại."""


class ProgramOlder(Refused):
    """Bản sao lưu do phiên bản {program} tạo (lược đồ {schema}); hãy dùng phiên bản ấy hoặc mới hơn."""


class ManifestOther(Refused):
    """Bản kê có SHA-256 {found}, không phải {expected}; đây không phải bản sao lưu cần khôi phục."""


class RestoreDiffers(MotcuaError):
    """Cơ sở dữ liệu khôi phục được không như bản kê: {what}. Không dùng được cơ sở dữ liệu này."""


class HeadForeign(MotcuaError):
    """Bản sao lưu không thuộc sổ kiểm chứng của mốc {size} mục đã ký; nó đã bị sửa, hoặc của nơi khác."""


class HeadsMissing(NotFound):
    """Tệp {file} không có mốc đã ký nào."""


class HeadImplausible(Refused):
    """Mốc {size} mục vượt quá xa bản sao lưu ({leaves} mục); hãy xem lại tệp mốc."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the backup's manifest, the epoch that begins, how it looked, the messages that are held."""

    manifest: Manifest
    epoch: Epoch
    look: Look
    held: int


def restore(
    settings: Settings,
    clock: Clock,
    folder: Path,
    reason: str,
    person: Person,
    progress: Progress,
    heads: Sequence[Path] = (),
    expected: str = "",
) -> Restored:
    """Put the backup in `folder` into the empty database of `settings`, look at it, and begin an epoch.

    `heads` are files of signed heads beside the installation's own; `expected` is the SHA-256 (hex) that the manifest
    must have, for who noted it when the backup was made. Where it fails behind putting the data in, nothing
    starts on that database. Raises `NoBackup`, `ManifestInvalid`, `ManifestOther`, `FileChanged`, `OtherKind`,
    `ProgramOlder`, `HeadsMissing`, `HeadImplausible`, `RestoreDiffers`, `HeadForeign`, and what `snapshot.put` raises.
    """
    stated = text_rules.reason(reason)
    manifest, digest = Manifest.read(folder)
    if expected and expected.lower() != digest:
        raise ManifestOther(found=digest, expected=expected)
    file = manifest.expect(folder)
    if manifest.kind != snapshot.kind(settings.database):
        raise OtherKind(kind=manifest.kind)
    if manifest.schema > schema.newest():
        raise ProgramOlder(program=manifest.program, schema=manifest.schema)
    known = _known(settings, heads, manifest)
    snapshot.put(file, settings.database, settings.postgres_tools)
    with (
        TemporaryDirectory() as aside,
        closing(Runner(checking.alone(settings, settings.database, Path(aside)), clock)) as runner,
    ):
        look = checking.look(runner, None, progress)
        _expect_told(manifest, look)
    with closing(Runner(settings, clock)) as runner:
        begun = _begin(runner, manifest, digest, stated, person, known)
        runner.protect()
        return Restored(manifest, begun, look, len(runner.outbox.waiting()))


def _expect_told(manifest: Manifest, look: Look) -> None:
    """That the database is what the manifest says; what did not hold before the backup need not hold now.

    Another version of the program may look at more, or say it in another way: what it finds is told and no refusal.
    """
    told = snapshot.Contents(dict(manifest.rows), manifest.leaves, bytes.fromhex(manifest.root))
    differing = checking.differences(told, look.contents)
    alike = manifest.checked.seed is None and manifest.program == __version__
    more = [each for each in look.findings if alike and each not in manifest.checked.findings]
    if found := [*differing, *map(words.sentence, more)]:
        raise RestoreDiffers(what=", ".join(found[:NAMED]))


def _known(settings: Settings, heads: Sequence[Path], manifest: Manifest) -> list[Checkpoint]:
    """The newest head of the installation's own file, and those in the files that were named."""
    own = HeadFile(settings.heads_file).newest() if settings.heads_file else None
    known = [own] if own else []
    for path in heads:
        found = HeadFile(path).checkpoints()
        if not found:
            raise HeadsMissing(file=path)
        known += found
    for head in known:
        if head.size > manifest.leaves + MOST_LOST:
            raise HeadImplausible(size=head.size, leaves=manifest.leaves)
    return known


def _begin(
    runner: Runner, manifest: Manifest, digest: str, reason: str, person: Person, known: Sequence[Checkpoint]
) -> Epoch:
    now, machine = runner.clock.now(), person.via.machine if person.via else ""
    lost = _lost(runner, manifest, known)
    with runner.database.change() as tx:
        last_case, last_event, number = epoch.last(tx)
        last_number = epoch.last_number(tx, local_date(manifest.at) - timedelta(days=1))
        begun = Epoch(
            number=number + 1,
            at=now,
            by=f"{person.id} ({machine})" if machine else person.id,
            reason=reason,
            backup=digest,
            made=manifest.at,
            lost=lost,
            last_case=last_case,
            first_case=first_after(last_case, lost),
            last_event=last_event,
            first_event=first_after(last_event, lost),
            numbers=numbers_after(last_number, lost),
            until=local_date(now),
        )
        epoch.begin(tx, begun, MARGIN)
    return begun


def _lost(runner: Runner, manifest: Manifest, known: Sequence[Checkpoint]) -> int | None:
    """How far the newest known head is ahead; None where none is known. Each that it covers must be of its log."""
    with runner.database.read() as tx:
        passed = record_event.given_up(tx)
    covered = [head for head in known if head.size <= manifest.leaves and (head.size, head.root.hex()) not in passed]
    roots = snapshot.roots(runner.database, {head.size for head in covered})
    for head in covered:
        if roots[head.size] != head.root:
            raise HeadForeign(size=head.size)
    return max((max(head.size - manifest.leaves, 0) for head in known), default=None)
