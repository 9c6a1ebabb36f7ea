"""A file that may not be written is opened as it lies: evidence is read, and nothing of it changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from runner.app import Runner
from runner.config import Settings
from runner.domain.person import SYSTEM
from runner.store.session import Database, LogBeside, StoreFull
from tests.six_tasks import STEPS, SixTasks


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder, writable again afterwards."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    yield folder
    folder.chmod(0o700)


@pytest.fixture
def evidence(_sqlite_url: str, folder: Path, tmp_path: Path) -> Path:
    """A database with a case, closed by its last user, on a medium that cannot be written."""
    world = SixTasks(_sqlite_url, tmp_path)
    case = world.begin()
    world.complete(case, STEPS[0])
    world.runner.close()
    file = folder / "motcua.db"
    file.write_bytes((tmp_path / "motcua.db").read_bytes())
    file.chmod(0o400)
    folder.chmod(0o500)
    return file


def test_evidence_is_read_and_replayed_and_stays_as_it_is(evidence: Path) -> None:
    before = sha256(evidence.read_bytes()).digest()
    runner = Runner(Settings(database=f"sqlite:///{evidence}"))
    assert runner.database.sealed
    assert runner.audit.cases() == [1]
    assert runner.audit.replay(1, SYSTEM) is None
    runner.readings.note(1, SYSTEM, "replay", datetime.now(UTC))
    runner.database.checkpoint()
    runner.close()
    assert [path.name for path in evidence.parent.iterdir()] == ["motcua.db"]
    assert sha256(evidence.read_bytes()).digest() == before


@pytest.mark.parametrize("closed", ["file", "folder"])
def test_either_the_file_or_its_folder_without_a_permission_to_write_seals_it(
    evidence: Path, folder: Path, closed: str
) -> None:
    folder.chmod(0o700 if closed == "file" else 0o500)
    evidence.chmod(0o400 if closed == "file" else 0o600)
    database = Database(f"sqlite:///{evidence}")
    assert database.sealed
    with pytest.raises(StoreFull), database.change() as tx:
        tx.exec_driver_sql("DELETE FROM setting")
    database.close()
    folder.chmod(0o700)
    evidence.chmod(0o600)
    assert not Database(f"sqlite:///{evidence}").sealed


def test_changes_that_lie_in_a_log_beside_the_file_are_never_left_out_in_silence(evidence: Path, folder: Path) -> None:
    folder.chmod(0o700)
    evidence.chmod(0o600)
    connection = sqlite3.connect(evidence)
    connection.execute("INSERT INTO setting VALUES ('late', 'yes')")
    connection.commit()
    copies = folder / "copies"
    copies.mkdir()
    for name in ("motcua.db", "motcua.db-wal"):
        (copies / name).write_bytes((folder / name).read_bytes())
    connection.close()
    (copies / "motcua.db").chmod(0o400)
    with pytest.raises(LogBeside, match=r"motcua\.db-wal"):
        Database(f"sqlite:///{copies / 'motcua.db'}")
    (copies / "motcua.db").chmod(0o600)
    database = Database(f"sqlite:///{copies / 'motcua.db'}")
    with database.read() as tx:
        assert tx.exec_driver_sql("SELECT value FROM setting WHERE key = 'late'").scalar() == "yes"
    database.close()
