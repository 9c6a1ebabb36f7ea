"""A backup is what it says, and was restored before it counts; a restore begins an epoch and sends nothing."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from runner import __version__
from runner.app import RestoreUnfinished, Runner
from runner.backup import making
from runner.backup.drill import drill
from runner.backup.making import Made, make
from runner.backup.manifest import HEAD, NAME, FileChanged, Manifest, ManifestInvalid, NoBackup
from runner.backup.restoring import (
    HeadForeign,
    HeadImplausible,
    HeadsMissing,
    OtherKind,
    ProgramOlder,
    RestoreDiffers,
    restore,
)
from runner.clock import SystemClock
from runner.config import RecordSettings, Settings
from runner.domain.person import SYSTEM
from runner.domain.record import RecordKind
from runner.services.record_log import RecordBehind
from runner.store import epoch, record_event, schema, setting, snapshot
from runner.store.snapshot import LogLeft, NotEmpty
from tests.backup.conftest import EmptyDatabase, nothing
from tests.releases.kept import in_sqlite
from tests.six_tasks import CODE, OFFICER, STEPS, SixTasks

REASON = "The disk broke."
NOTE = "heads.txt"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is looked at before a database is touched, or alike on both."""


@pytest.fixture
def world(database_url: str, tmp_path: Path, tools: str) -> Iterator[SixTasks]:
    """An office with three cases, which signs heads into a file beside its database."""
    world = SixTasks(database_url, tmp_path)
    world.runner.close()
    key, heads = str(tmp_path / "record.key"), str(tmp_path / NOTE)
    record = RecordSettings(key=key, heads=heads)
    world.runner = Runner(replace(world.runner.settings, record=record, postgres_tools=tools), world.clock)
    world.runner.make_key("office.example/motcua")
    for count in range(3):
        case = world.begin()
        for step in STEPS[:count]:
            world.complete(case, step)
    world.runner.tick()
    yield world
    world.runner.close()


def backed_up(world: SixTasks, folder: Path) -> Made:
    return make(world.runner, folder / "backups", SYSTEM, nothing)


def restored(world: SixTasks, made: Made, settings: Settings, *heads: Path) -> None:
    restore(settings, world.clock, made.folder, REASON, SYSTEM, nothing, heads)


def test_a_backup_says_what_it_holds_and_is_told_in_the_record(world: SixTasks, tmp_path: Path) -> None:
    made = backed_up(world, tmp_path)
    manifest, digest = Manifest.read(made.folder)
    assert (manifest, digest) == (made.manifest, made.digest)
    assert (manifest.checked.cases, manifest.checked.verified, manifest.checked.findings) == (3, 3, ())
    assert (manifest.rows["journal"], manifest.leaves) == (6, world.runner.record_log.size())
    head = world.runner.record_log.newest()
    assert head
    assert manifest.head == head.note == (made.folder / HEAD).read_text()
    assert {path.name for path in made.folder.iterdir()} == {*manifest.files, NAME}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    with world.runner.database.read() as tx:
        [told] = record_event.events(tx, kinds=[RecordKind.BACKUP])
    assert (told.subject, told.facts["manifest"], told.facts["root"]) == (made.folder.name, digest, manifest.root)


@on_sqlite
def test_two_backups_in_one_second_are_two_and_a_sample_is_drawn_by_a_seed_that_is_told(
    world: SixTasks, tmp_path: Path
) -> None:
    first, second = backed_up(world, tmp_path), make(world.runner, tmp_path / "backups", SYSTEM, nothing, quick=True)
    assert second.folder.name == f"{first.folder.name}-2"
    assert (first.manifest.checked.seed, second.manifest.checked.seed is None) == (None, False)


def test_what_is_restored_goes_on_as_it_was_and_nothing_is_given_or_sent_twice(
    world: SixTasks, tmp_path: Path, empty: EmptyDatabase
) -> None:
    made = backed_up(world, tmp_path)
    later = [world.begin() for _ in range(3)]
    settings = empty()
    restored(world, made, settings)
    with closing(Runner(settings, world.clock)) as runner:
        assert [runner.audit.replay(case, SYSTEM) for case in runner.audit.cases()] == [None] * 3
        assert runner.outbox.held()
        case = runner.cases.start(CODE, OFFICER, world.now).case
        assert case > max(later)
        with runner.database.read() as tx:
            [begun] = epoch.epochs(tx)
            assert (begun.backup, begun.reason, begun.last_case, begun.lost) == (made.digest, REASON, 3, None)
        runner.tick()
        assert runner.verification.run(world.now).tally.findings == []


def test_behind_a_known_head_the_restore_says_how_much_is_lost_and_nothing_starts_before_it_is_accepted(
    world: SixTasks, tmp_path: Path, empty: EmptyDatabase
) -> None:
    made = backed_up(world, tmp_path)
    for _ in range(5):
        world.begin()
    world.later(minutes=6).runner.tick()
    lost = world.runner.record_log.size() - made.manifest.leaves
    settings = empty()
    heads = tmp_path / NOTE
    restored(world, made, settings, heads)
    known = replace(settings, record=RecordSettings(heads=str(heads)))
    with closing(Runner(known, world.clock)) as runner:
        with runner.database.read() as tx:
            assert [each.lost for each in epoch.epochs(tx)] == [lost]
        with pytest.raises(RecordBehind):
            runner.guard()
        runner.record_log.accept(REASON, SYSTEM, world.now)
        runner.guard()


@on_sqlite
def test_a_changed_file_a_changed_manifest_and_a_folder_without_one_are_refused(
    world: SixTasks, tmp_path: Path, empty: EmptyDatabase
) -> None:
    made, settings = backed_up(world, tmp_path), empty()
    file = made.folder / snapshot.NAMES[made.manifest.kind]
    whole, told = file.read_bytes(), (made.folder / NAME).read_text()
    for changed in (whole[:-1], whole[:500] + bytes([whole[500] ^ 1]) + whole[501:]):
        file.write_bytes(changed)
        with pytest.raises(FileChanged, match=file.name.replace(".", r"\.")):
            restored(world, made, settings)
    file.write_bytes(whole)
    for wrong in (
        "",
        "[]",
        '{"format": 2}',
        told.replace('"format": 1', '"format": 3'),
        told.replace(file.name, "../x"),
    ):
        (made.folder / NAME).write_text(wrong)
        with pytest.raises(ManifestInvalid):
            restored(world, made, settings)
    (made.folder / NAME).unlink()
    with pytest.raises(NoBackup):
        restored(world, made, settings)
    assert snapshot.kind(settings.database) == "postgresql" or not Path(settings.database[10:]).exists()


def retold(made: Made, **facts: object) -> None:
    """Say something else in the manifest."""
    file = made.folder / NAME
    file.write_text(json.dumps(json.loads(file.read_text()) | facts))


@on_sqlite
@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"schema": "9999"}, ProgramOlder),
        ({"leaves": 2}, RestoreDiffers),
        ({"root": "ab" * 32}, RestoreDiffers),
    ],
)
def test_a_manifest_that_does_not_fit_its_database_is_refused(
    world: SixTasks, tmp_path: Path, empty: EmptyDatabase, facts: dict[str, object], error: type[Exception]
) -> None:
    made, settings = backed_up(world, tmp_path), empty()
    retold(made, **facts)
    with pytest.raises(error):
        restored(world, made, settings)
    if error is RestoreDiffers:
        with closing(Runner(settings, world.clock)) as runner:
            for start in (runner.guard, runner.tick):
                with pytest.raises(RestoreUnfinished):
                    start()


@on_sqlite
@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_log_of_the_database_before_is_never_taken_into_what_is_restored(
    world: SixTasks, tmp_path: Path, empty: EmptyDatabase, suffix: str
) -> None:
    made, settings = backed_up(world, tmp_path), empty()
    target = Path(settings.database.removeprefix("sqlite:///"))
    target.parent.mkdir()
    left = Path(f"{target}{suffix}")
    left.write_bytes(b"the last changes of the database that was moved away")
    with pytest.raises(LogLeft, match=left.name):
        restored(world, made, settings)
    assert [*target.parent.iterdir()] == [left]
    left.rename(tmp_path / "moved away")
    Path(f"{target}.restoring{suffix}").write_bytes(b"of a restore that was killed")
    restored(world, made, settings)
    assert not Path(f"{target}.restoring{suffix}").exists()


@on_sqlite
@pytest.mark.parametrize(("program", "refused"), [(__version__, True), ("0.0.9", False)])
def test_what_only_the_restore_finds_is_a_refusal_where_the_same_program_had_not_found_it(
    world: SixTasks, tmp_path: Path, empty: EmptyDatabase, program: str, refused: bool
) -> None:
    forge(world, "UPDATE journal SET actor = 'somebody else' WHERE \"case\" = 2 AND seq = 1")
    made, settings = backed_up(world, tmp_path), empty()
    checked = made.manifest.to_json()["checked"] | {"findings": []}
    retold(made, program=program, checked=checked)
    if refused:
        with pytest.raises(RestoreDiffers):
            restored(world, made, settings)
    else:
        done = restore(settings, world.clock, made.folder, REASON, SYSTEM, nothing)
        assert {finding.case for finding in done.look.findings if finding.case} == {2}


@on_sqlite
def test_rows_that_are_missing_are_found(world: SixTasks, tmp_path: Path, empty: EmptyDatabase) -> None:
    made = backed_up(world, tmp_path)
    retold(made, rows=dict(made.manifest.rows) | {"journal": 7})
    with pytest.raises(RestoreDiffers, match="journal"):
        restored(world, made, empty())


def test_only_an_empty_database_of_the_same_kind_is_restored_into(
    world: SixTasks, tmp_path: Path, database_url: str
) -> None:
    made = backed_up(world, tmp_path)
    with pytest.raises(NotEmpty):
        restored(world, made, world.runner.settings)
    other = "postgresql+psycopg:///x" if database_url.startswith("sqlite") else f"sqlite:///{tmp_path / 'x.db'}"
    with pytest.raises(OtherKind):
        restored(world, made, Settings(other))


@on_sqlite
def test_a_backup_of_another_log_than_a_known_head_signs_is_refused(
    world: SixTasks, tmp_path: Path, empty: EmptyDatabase
) -> None:
    made = backed_up(world, tmp_path)
    head = (tmp_path / NOTE).read_text()
    root = head.splitlines()[2]
    foreign = tmp_path / "foreign.txt"
    foreign.write_text(head.replace(root, "A" * 43 + "="))
    foreign.write_text(f"{foreign.read_text()}\n{head}")  # one among those that are of this log
    with pytest.raises(HeadForeign):
        restored(world, made, empty(), foreign)
    for none in (tmp_path / "no such file", made.folder / NAME):
        settings = empty()
        with pytest.raises(HeadsMissing, match=none.name):
            restored(world, made, settings, tmp_path / NOTE, none)
        assert not Path(settings.database.removeprefix("sqlite:///")).exists()
    far = tmp_path / "far.txt"
    far.write_text(head.replace(f"\n{made.manifest.leaves}\n", f"\n{10**12}\n"))
    with pytest.raises(HeadImplausible):
        restored(world, made, empty(), far)


@on_sqlite
def test_a_copy_that_lacks_what_was_there_before_is_not_kept(
    world: SixTasks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make(world.runner, tmp_path / "old", SYSTEM, nothing)
    world.begin()
    kept = (old.folder / snapshot.NAMES[old.manifest.kind]).read_bytes()

    def stale(database: object, folder: Path, tools: str) -> Path:
        file = folder / snapshot.NAMES[old.manifest.kind]
        file.write_bytes(kept)
        return file

    monkeypatch.setattr(snapshot, "take", stale)
    with pytest.raises(making.BackupShort, match="journal"):
        backed_up(world, tmp_path)
    assert [*(tmp_path / "backups").iterdir()] == []


def test_a_case_that_does_not_replay_is_told_and_the_backup_is_kept(
    world: SixTasks, tmp_path: Path, empty: EmptyDatabase
) -> None:
    forge(world, "UPDATE journal SET actor = 'somebody else' WHERE \"case\" = 2 AND seq = 1")
    made = backed_up(world, tmp_path)
    assert {finding.case for finding in made.manifest.checked.findings if finding.case} == {2}
    restored(world, made, empty())


def test_a_drill_does_all_of_it_and_leaves_nothing(world: SixTasks, tmp_path: Path, database_url: str) -> None:
    done = drill(world.runner, tmp_path / "drills", SYSTEM, nothing)
    assert done.made.manifest.checked.findings == done.restored.look.findings == ()
    assert done.restored.epoch.lost == 0
    assert 0 < done.seconds < 600
    assert [*(tmp_path / "drills").iterdir()] == []
    with world.runner.database.read() as tx:
        assert epoch.epochs(tx) == record_event.events(tx, kinds=[RecordKind.BACKUP, RecordKind.RESTORE]) == []
        assert setting.get(tx, epoch.HELD) is None
    if not database_url.startswith("sqlite"):
        left = "SELECT count(*) FROM pg_database WHERE starts_with(datname, 'motcua_check_')"
        with world.runner.database.read() as tx:
            assert tx.exec_driver_sql(left).scalar() == 0


@on_sqlite
def test_an_office_of_an_earlier_release_is_backed_up_and_restored_into_this_version(
    tmp_path: Path, empty: EmptyDatabase
) -> None:
    file = tmp_path / "office.db"
    in_sqlite("0.1.0", file)
    clock = SystemClock()
    with closing(Runner(Settings(f"sqlite:///{file}", f"spool:{tmp_path / 'mail'}"), clock)) as runner:
        made = make(runner, tmp_path / "backups", SYSTEM, nothing)
        assert schema.revision(runner.database) == made.manifest.schema < schema.newest()
    assert (made.manifest.leaves, made.manifest.checked.findings) == (0, ())
    settings = empty()
    restore(settings, clock, made.folder, REASON, SYSTEM, nothing)
    with closing(Runner(settings, clock)) as runner:
        assert schema.is_newest(runner.database)
        assert runner.verification.run(clock.now()).tally.findings == []


def forge(world: SixTasks, statement: str) -> None:
    """Write past the guards, as who administers the database can."""
    with world.runner.database.change() as tx:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            for (name,) in tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                tx.exec_driver_sql(f"DROP TRIGGER {name}")
        tx.exec_driver_sql(statement)
