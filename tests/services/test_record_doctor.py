"""The doctor says who can sign heads, how old they are, and who outside has seen them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from runner.app import Runner
from runner.config import RecordSettings
from runner.domain.head_watch import Contact
from runner.record.note import COSIGNER, Signer
from runner.services.finding import Finding, Grade
from runner.store import head_watch
from tests.six_tasks import SixTasks

MOST = timedelta(minutes=11)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[SixTasks]:
    """An office with a case; nobody can sign its heads yet."""
    world = SixTasks(database_url, tmp_path)
    _settings(world, RecordSettings(key=str(tmp_path / "record.key"), heads=str(tmp_path / "heads.txt")))
    world.begin()
    world.runner.tick()
    yield world
    world.runner.close()


def _settings(world: SixTasks, record: RecordSettings) -> None:
    world.runner.close()
    world.runner = Runner(replace(world.runner.settings, record=record), world.clock)


def signing(world: SixTasks) -> SixTasks:
    """The office can sign now, and has."""
    world.runner.make_key("office.example/motcua")
    _settings(world, world.runner.settings.record)
    world.runner.tick()
    return world


def found(world: SixTasks) -> dict[str, Finding]:
    return {each.id: each for each in world.runner.doctor.examine(world.now)}


def test_without_a_head_the_past_agrees_only_with_itself(world: SixTasks) -> None:
    assert (found(world)["head"].grade, "witnesses" in found(world)) == (Grade.MEND, False)


def test_a_head_is_well_until_there_is_more_than_it_covers_for_too_long(world: SixTasks) -> None:
    signing(world)
    assert found(world)["head"].grade == Grade.WELL
    world.begin()
    world.runner.record_log.append()
    assert found(world)["head"].grade == Grade.WELL
    world.clock.advance(MOST)
    assert found(world)["head"].grade == Grade.MEND
    assert "1 mục sau đó chưa có mốc nào phủ" in found(world)["head"].sentence
    world.runner.tick()
    assert found(world)["head"].grade == Grade.WELL


def test_a_key_that_others_can_read_is_told(world: SixTasks, tmp_path: Path) -> None:
    signing(world)
    assert "key" not in found(world) or found(world)["key"].grade == Grade.LIMIT
    (tmp_path / "record.key").chmod(0o644)
    assert found(world)["key"].grade == Grade.MEND


def test_a_database_behind_a_known_head_and_heads_without_a_file_are_told(world: SixTasks, tmp_path: Path) -> None:
    signing(world)
    heads = tmp_path / "heads.txt"
    size = world.runner.record_log.size()
    heads.write_text(heads.read_text().replace(f"\n{size}\n", f"\n{size + 40}\n"))
    assert found(world)["behind"].grade == Grade.MEND
    world.runner.record_log.file = None
    assert found(world)["heads"].grade == Grade.MEND


def test_who_outside_has_seen_the_newest_head_is_told(world: SixTasks) -> None:
    signing(world)
    assert found(world)["witnesses"].grade == Grade.LIMIT
    witness = Signer.new("justice.example/witness", COSIGNER).verifier
    record = replace(world.runner.settings.record, witnesses=(("https://justice.example", str(witness)),), needed=1)
    _settings(world, record)
    assert found(world)["witnesses"].grade == Grade.MEND
    with world.runner.database.change() as tx:
        head_watch.save_contact(tx, Contact(witness.name, world.now, "không nối được"))
    assert found(world)["witness"].sentence == (
        "Người chứng justice.example/witness lúc 08:00 ngày 26/09/2022: không nối được."
    )
