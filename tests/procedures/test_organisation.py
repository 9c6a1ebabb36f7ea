"""A procedure in which a division of its own, another agency and a commune without accounts have their parts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lxml import etree

from runner.app import Runner
from runner.config import Settings
from runner.domain.person import SYSTEM, Person, Role
from runner.domain.procedure.organisation_edit import content as written
from runner.domain.procedure.organisation_edit import set_row, table
from runner.lint import lint
from runner.reports import control_slip
from runner.scenario import format as scripts
from runner.scenario.player import ScenarioPlayer
from runner.services import content
from tests.procedures.mutation import move, named
from tests.procedures.test_scenarios import file
from tests.world import ROOT, local

CODE = "ha-tinh/QT.BC.04"
LANES = {
    "Task_B6_issue": ("printing", "Tổ in giấy phép"),
    "Task_B3_organise": ("transport", "Phòng Vận tải"),
    "Task_B3_inspect": ("commune", "Công chức xã"),
}
WORKS = (
    ('step = "B6", lane = "records_clerk"', "printing"),
    ('step = "B3", lane = "division_lead", form = "to-chuc-tham-dinh"', "transport"),
    ('step = "B3", lane = "specialist", form = "tham-dinh-thuc-te"', "commune"),
)
STEPS = (
    ("; Văn thư\\n", "; Văn thư; Phòng Vận tải; Công chức xã\\n"),
    ('"director", "records_clerk"]', '"director", "records_clerk", "transport", "commune"]'),
    ('"Văn thư; Chuyên viên', '"Tổ in giấy phép; Chuyên viên'),
    ('["records_clerk", "specialist"]', '["printing", "specialist"]'),
)
ROWS = (
    ("agencies", "so-gtvt", {"name": "Sở Giao thông vận tải"}),
    ("agencies", "ubnd-xa", {"name": "Ủy ban nhân dân xã", "accounts": False, "reported_by": "specialist"}),
    ("divisions", "to-in", {"name": "Tổ in"}),
    ("lanes", "printing", {"label": "Tổ in giấy phép", "kind": "records", "division": "to-in"}),
    ("lanes", "transport", {"label": "Phòng Vận tải", "kind": "lead", "agency": "so-gtvt"}),
    ("lanes", "commune", {"label": "Công chức xã", "kind": "other", "agency": "ubnd-xa"}),
)
PEOPLE = """
[people.printing]
name = "Trần Văn In"
tasks = ["Task_B6_issue"]
[people.transport]
name = "Lê Thị Tải"
tasks = ["Task_B3_organise"]
[people.commune]
name = "chưa có tài khoản"
tasks = ["Task_B3_inspect"]
"""
ADMINISTRATOR = Person("quan-tri", "Quản trị", frozenset({("ha-tinh", Role.ADMINISTRATOR)}))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The content of the procedure, made from one of ours: three of its tasks are in lanes of their own."""
    root = tmp_path / "content"
    shutil.copytree(ROOT / "forms", root / "forms")
    folder = root / "bpmn/ha-tinh"
    folder.mkdir(parents=True)
    for name in ("QT.BC.04.bpmn", "QT.BC.04.toml", "province.toml", "phi.dmn"):
        shutil.copy(ROOT / "bpmn/ha-tinh" / name, folder)
    province = table((folder / "province.toml").read_bytes())
    for row in ROWS:
        province = set_row(*row)(province)
    (folder / "province.toml").write_bytes(written(province))
    drawn = etree.parse(folder / "QT.BC.04.bpmn")
    for id, (lane, name) in LANES.items():
        move(named(drawn.getroot(), id), lane)
        named(drawn.getroot(), lane).set("name", name)
    drawn.write(folder / "QT.BC.04.bpmn", encoding="UTF-8", xml_declaration=True)
    facts = (folder / "QT.BC.04.toml").read_text(encoding="utf-8")
    for line, lane in WORKS:
        assert line in facts
        before, _, after = line.partition('lane = "')
        facts = facts.replace(line, f'{before}lane = "{lane}"{after.partition(chr(34))[2]}')
    for old, new in STEPS:
        assert old in facts
        facts = facts.replace(old, new)
    (folder / "QT.BC.04.toml").write_text(facts, encoding="utf-8")
    return root


def script(tmp_path: Path) -> scripts.Script:
    """The scenarios of the procedure, with the people of those lanes."""
    text = (
        file(CODE).read_text(encoding="utf-8").replace('"../values.toml"', f'"{file(CODE).parent.parent}/values.toml"')
    )
    people, mark, played = text.partition("[[scenarios]]")
    for id in LANES:
        people = people.replace(f'"{id}", ', "").replace(f', "{id}"', "")
    path = tmp_path / "scenarios.toml"
    path.write_text(people + PEOPLE + mark + played, encoding="utf-8")
    return scripts.read(path)


def test_it_lints_and_conforms_and_says_when_nobody_reports_for_the_commune(root: Path) -> None:
    bundle = content.load(root / f"bpmn/{CODE}.bpmn", root)
    assert [str(each.message) for each in lint(bundle.diagram, bundle.beside(bundle.diagram), looks=False)] == []
    province = root / "bpmn/ha-tinh/province.toml"
    province.write_bytes(written(set_row("agencies", "ubnd-xa", {"reported_by": ""})(table(province.read_bytes()))))
    bundle = content.load(root / f"bpmn/{CODE}.bpmn", root)
    found = lint(bundle.diagram, bundle.beside(bundle.diagram), looks=False)
    assert [(each.rule, each.element) for each in found] == [("lanes", "Task_B3_inspect")]


def test_it_runs_and_an_edited_organisation_changes_no_case_that_is_over(
    root: Path, database_url: str, tmp_path: Path
) -> None:
    runner = Runner(Settings(database=database_url, mail=f"spool:{tmp_path / 'mail'}"))
    runner.procedures.deploy(root / f"bpmn/{CODE}.bpmn", SYSTEM, local("2026-01-05 08:00"))
    player = ScenarioPlayer(runner, script(tmp_path))
    inspected = [each for each in player.script.scenarios if "Task_B3_inspect" in str(each)][:2]
    assert inspected and [str(each) for one in inspected if (each := player.play(one).failure)] == []
    over = runner.audit.cases()[0]
    journal, slip = runner.audit.journal(over, SYSTEM), control_slip.describe(runner.audit, over, SYSTEM)
    assert {"Tổ in giấy phép", "Công chức xã"} <= {row.giver for row in slip.rows}

    renamed = set_row("lanes", "printing", {"label": "Phòng In"})
    now = local("2026-12-01 08:00")
    runner.organisations.revise("ha-tinh", renamed, "Đổi tên", ADMINISTRATOR, now, base=1)
    assert runner.organisations.get("ha-tinh").label("printing") == "Phòng In"
    assert runner.audit.journal(over, SYSTEM) == journal and runner.audit.replay(over, SYSTEM) is None
    assert control_slip.describe(runner.audit, over, SYSTEM).rows == slip.rows
    again = player.play(inspected[0])
    assert again.failure is None and again.case
    assert "Phòng In" in {row.giver for row in control_slip.describe(runner.audit, again.case, SYSTEM).rows}
    assert {entry.organisation for entry in runner.audit.journal(again.case, SYSTEM)} == {2}
    runner.close()
