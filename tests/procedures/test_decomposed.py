"""Content saved with decomposed letters, “ế” as three characters, reads, lints and runs as the same content."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from unicodedata import normalize

import pytest

from runner.app import Runner
from runner.config import Settings
from runner.domain.journal import canonical, digest
from runner.domain.person import SYSTEM
from runner.lint import lint
from runner.scenario import format as scripts
from runner.scenario.player import ScenarioPlayer
from runner.services import content
from runner.services.bundle import Bundle
from runner.store import case as cases
from tests.journals import golden
from tests.procedures.test_scenarios import DIAGRAMS, file
from tests.world import ROOT, World, local, person


@pytest.fixture(scope="module")
def decomposed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the release, every file with decomposed letters."""
    root = tmp_path_factory.mktemp("content")
    for folder in ("bpmn", "forms"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                copy = root / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(normalize("NFD", path.read_text(encoding="utf-8")).encode())
    return root


@pytest.mark.parametrize("code", DIAGRAMS)
def test_a_decomposed_procedure_reads_the_same_is_clean_and_keeps_its_own_digest(code: str, decomposed: Path) -> None:
    path = decomposed / f"bpmn/{code}.bpmn"
    found, shipped = content.load(path, decomposed), content.load(DIAGRAMS[code], ROOT)
    assert found.diagrams == shipped.diagrams
    assert (found.procedure, found.province) == (shipped.procedure, shipped.province)
    assert found.forms == shipped.forms
    assert {id: table.rules for id, table in found.tables.items()} == {
        id: table.rules for id, table in shipped.tables.items()
    }
    assert lint(found.diagram, found.beside(found.diagram)) == lint(shipped.diagram, shipped.beside(shipped.diagram))
    assert found.files[f"bpmn/{code}.bpmn"] == path.read_bytes() != shipped.files[f"bpmn/{code}.bpmn"]
    assert found.digest == of_bytes(found) != shipped.digest


def of_bytes(bundle: Bundle) -> str:
    return digest(canonical([[name, sha256(data).hexdigest()] for name, data in sorted(bundle.files.items())])).hex()


def test_a_decomposed_version_plays_the_scenarios_and_its_journals_replay_from_the_stored_bytes(
    decomposed: Path, tmp_path: Path
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'cases.db'}", mail=f"spool:{tmp_path / 'mail'}")
    runner, code = Runner(settings), "ha-tinh/QT.BC.04"
    runner.migrate()
    runner.procedures.deploy(decomposed / f"bpmn/{code}.bpmn", SYSTEM, local("2026-01-05 08:00"))
    script = scripts.read(file(code))
    player = ScenarioPlayer(runner, script)
    assert [str(failure) for each in script.scenarios if (failure := player.play(each).failure)] == []
    cases = runner.audit.cases()
    runner.close()
    again = Runner(settings)
    assert cases and [again.audit.replay(case, SYSTEM) for case in cases] == [None] * len(cases)
    [version] = {again.cases.get(case, SYSTEM)[0].version for case in cases}
    assert version == content.load(decomposed / f"bpmn/{code}.bpmn", decomposed).digest
    again.close()


def test_what_is_typed_on_a_decomposed_version_is_kept_composed_where_earlier_code_kept_it_as_it_came(
    database_url: str, tmp_path: Path
) -> None:
    kept = golden.read("decomposed_letters")
    for name, data in kept.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    world = World(database_url, tmp_path).deploy(tmp_path / "bpmn/bench/letters.bpmn", provinces=("bench",))
    world.case = world.runner.cases.start(kept.procedure, person("specialist", "bench"), world.now).case
    assert world.row.version == kept.version
    world.do("Task_ask", verdict=normalize("NFD", "Đạt"), note=normalize("NFD", "đủ hồ sơ"))
    with world.runner.database.read() as tx:
        written = cases.entries(tx, world.case)[1].payload
    assert '"Đạt"' in written and '"đủ hồ sơ"' in written
    assert normalize("NFD", '"Đạt"') in kept.entries[1].payload
    assert world.open == ["Task_grant"]
    assert world.runner.audit.replay(world.case, SYSTEM) is None
    world.runner.close()
