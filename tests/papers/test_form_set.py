"""Sets of forms: a folder each; a case keeps the one that it began with."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from runner.domain.person import SYSTEM, Person, Role
from runner.papers import form_set, paper, presses
from runner.papers.form_set import FormMissing, FormSetUnknown, PaperKind
from runner.reports import issue
from runner.reports import paper as papers
from tests.papers.test_case_papers import said
from tests.procedures.dossier import Dossier
from tests.world import ROOT

TABLE = """
title = "Bộ mẫu thử"
[papers.receipt]
code = "Mẫu A"
title = "Biên nhận"
template = "note"
copies = ["Giao"]
"""
NOTE = """
#import "/templates/base.typ": said, values
#said("Biên nhận của", values.applicant)
#said("Số", values.number)
"""
ANALYST = Person("analyst", "Người phân tích", frozenset({("ha-tinh", Role.ANALYST)}))


@pytest.fixture
def other_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room with a second, tiny set beside its own."""
    room = tmp_path / "papers"
    copytree(paper.TEMPLATES, room)
    (room / "tt99-2099").mkdir()
    (room / "tt99-2099/set.toml").write_text(TABLE, "utf-8")
    (room / "tt99-2099/note.typ").write_text(NOTE, "utf-8")
    monkeypatch.setattr(paper, "TEMPLATES", room)


def other_content(folder: Path) -> Path:
    """The same procedure, its papers by the other set."""
    for each in ("bpmn/ha-tinh", "forms"):
        copytree(ROOT / each, folder / each)
    facts = folder / "bpmn/ha-tinh/QT.BC.01.toml"
    facts.write_text(facts.read_text("utf-8").replace('"tt01-2018"', '"tt99-2099"'), "utf-8")
    return folder / "bpmn/ha-tinh/QT.BC.01.bpmn"


def receipt(world: Dossier) -> str:
    return said(papers.printed(world.runner.audit, world.case, SYSTEM, PaperKind.RECEIPT).pdf)


@pytest.mark.usefixtures("other_set")
def test_a_case_keeps_the_set_that_it_began_with_and_a_new_one_has_that_of_its_version(
    database_url: str, tmp_path: Path
) -> None:
    world = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    runner, first = world.runner, world.case
    runner.people.save(ANALYST)
    world.on("2022-09-26 08:30", "Task_B1_receive")
    before = receipt(world)
    runner.procedures.deploy(other_content(tmp_path / "other"), ANALYST, world.now)
    digest = runner.procedures.in_force("ha-tinh/QT.BC.01", world.now).digest
    runner.migrations.order(digest, {first: world.row.seq}, ANALYST, "Bộ mẫu mới", world.now)
    runner.migrations.run(world.now)
    assert world.row.version == digest
    assert receipt(world) == before and "GIẤY TIẾP NHẬN" in before

    world.start("ha-tinh/QT.BC.01")
    world.on("2022-09-26 09:00", "Task_B1_receive")
    assert receipt(world) == "Biên nhận của: Công ty TNHH Bưu chính Hồng Lĩnh Số: 000.00.06.H27-220926-0002"
    assert [each.title for each in issue.describe(runner.audit, world.case, SYSTEM)] == ["Biên nhận"]
    with pytest.raises(FormMissing):
        form_set.form_set("tt99-2099").form(PaperKind.APOLOGY)
    presses.PRESSES.close()
    runner.close()


@pytest.mark.usefixtures("other_set")
def test_a_set_that_is_gone_is_a_sentence_and_its_case_goes_on_without_papers(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Dossier(database_url, tmp_path, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    world.runner.procedures.deploy(other_content(tmp_path / "other"), SYSTEM, world.now)
    world.start("ha-tinh/QT.BC.01")
    monkeypatch.setattr(paper, "TEMPLATES", paper.PRESS.parent)
    world.on("2022-09-26 09:00", "Task_B1_receive")
    assert world.row.number and issue.describe(world.runner.audit, world.case, SYSTEM) == ()
    with pytest.raises(FormSetUnknown, match="tt99-2099"):
        receipt(world)
    world.runner.close()


@pytest.mark.parametrize("kind", list(PaperKind))
def test_the_set_of_the_circular_has_a_form_for_every_paper(kind: PaperKind) -> None:
    form = form_set.form_set("tt01-2018").form(kind)
    assert (paper.TEMPLATES / f"{form.template}.typ").is_file()
    numbered = {"receipt": "01", "supplement": "02", "refusal": "03", "apology": "04", "control-slip": "05"}
    assert form.code == ("" if kind == PaperKind.RESULT else f"Mẫu {numbered.get(kind, '06')}")
