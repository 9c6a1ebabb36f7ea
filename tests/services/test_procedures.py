"""Putting procedures into force: all or nothing, once, and never under the feet of running cases."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

import runner
from runner.domain.deployment import ProcedureUnknown
from runner.domain.form import FormInvalid
from runner.domain.person import SYSTEM, Person, Role
from runner.errors import DiagramInvalid, MotcuaError, NotFound, Refused
from runner.services.content import load
from runner.services.procedures import DeployerRefused, LintFailed, NothingToDeploy, VersionUnknown
from runner.store import registry
from tests.content import province
from tests.services import office as drawn
from tests.services.office import ANALYST, CLERK, CODE, COUNT, COUNTED, KEEPER, PROVINCE, WEIGH, WEIGHED, Office
from tests.world import PLAYED, World, person


def redraw(office: Office, old: str, new: str) -> None:
    """Change the diagram in the content root."""
    text = drawn.diagram()
    assert old in text
    drawn.write(office.folder / "content", text.replace(old, new))


def deploy(office: Office) -> list[tuple[int, bool]]:
    """Deploy the content root anew: number and whether it is a new version, for each procedure."""
    done = office.runner.procedures.deploy(office.folder / "content", ANALYST, office.now)
    return [(each.number, each.new) for each in done]


def numbers(office: World) -> list[tuple[str, int]]:
    return [(row.procedure, row.number) for row in office.runner.procedures.versions_of()]


def test_the_same_content_twice_is_the_same_version(office: Office) -> None:
    assert deploy(office) == [(1, False)]
    assert numbers(office) == [(CODE, 1)]


def test_new_content_is_a_new_version_and_running_cases_stay_on_theirs(office: Office) -> None:
    redraw(office, "Việc Task_weigh", "Việc cân lại")
    (office.folder / "content/forms/phieu.form").write_text(
        drawn.FORMS["phieu"].replace('"maxLength": 20', '"maxLength": 2')
    )
    office.later(days=1)
    assert deploy(office) == [(2, True)]
    assert numbers(office) == [(CODE, 1), (CODE, 2)]

    old, new = office.case, office.begin()
    assert office.task("Task_weigh").name == "Việc cân lại"
    office.submit(COUNT, COUNTED, CLERK)
    with pytest.raises(Refused, match="tối đa 2 ký tự"):
        office.submit(WEIGH, WEIGHED)
    office.case = old
    office.forget().submit(COUNT, COUNTED, CLERK)
    assert office.task("Task_weigh").name == "Việc Task_weigh"
    office.submit(WEIGH, WEIGHED)
    assert office.proved()
    assert office.row.version != office.runner.procedures.in_force(CODE, office.now).digest
    office.case = new
    assert office.row.version == office.runner.procedures.in_force(CODE, office.now).digest
    assert office.proved()


def test_deploying_what_is_there_puts_it_into_force_again_without_keep(office: Office) -> None:
    first = office.runner.procedures.in_force(CODE, office.now).digest
    diagram = office.folder / "content/bpmn/mau/hai-nhanh.bpmn"
    before = diagram.read_text()
    redraw(office, "Việc Task_weigh", "Việc cân lại")
    assert [each.enforced for each in office.runner.procedures.deploy(diagram, ANALYST, office.now)] == [True]
    second = office.runner.procedures.in_force(CODE, office.now).digest
    assert [each.enforced for each in office.runner.procedures.deploy(diagram, ANALYST, office.now)] == [False]
    diagram.write_text(before)
    [kept] = office.runner.procedures.deploy(diagram, ANALYST, office.now, keep=True)
    assert (kept.new, kept.enforced, kept.number) == (False, False, 1)
    assert office.runner.procedures.in_force(CODE, office.now).digest == second
    [back] = office.runner.procedures.deploy(diagram, ANALYST, office.now)
    assert (back.new, back.enforced, back.number) == (False, True, 1)
    assert office.runner.procedures.in_force(CODE, office.now).digest == first
    assert [each.digest for each in office.runner.procedures.current(office.now)] == [first]


def test_an_analyst_puts_an_older_version_into_force_for_new_cases_and_it_is_recorded(office: Office) -> None:
    analyst = person(Role.ANALYST, PROVINCE)
    redraw(office, "Việc Task_weigh", "Việc cân lại")
    deploy(office)
    newer = office.begin()
    procedures, later = office.runner.procedures, office.later(hours=1).now
    assert procedures.enforce(CODE, 1, analyst, later)
    assert not procedures.enforce(CODE, 1, analyst, later)
    older = office.begin()
    assert office.task("Task_weigh").name == "Việc Task_weigh"
    office.case = newer
    assert office.forget().task("Task_weigh").name == "Việc cân lại"
    office.submit(COUNT, COUNTED, CLERK)
    assert office.proved()
    office.case = older
    assert office.row.version == procedures.in_force(CODE, office.now).digest
    numbered = {each.digest: each.number for each in procedures.versions_of()}
    done = procedures.enforcements(CODE)
    assert [(each.number, numbered[each.version]) for each in done] == [(1, 1), (2, 2), (3, 1)]
    assert (done[-1].at, done[-1].by) == (later, analyst.id)


@pytest.mark.parametrize("who", [CLERK, KEEPER, person(Role.ANALYST, "ha-tinh")], ids=lambda each: each.id)
def test_only_an_analyst_of_the_province_deploys(office: Office, who: Person) -> None:
    with pytest.raises(DeployerRefused):
        office.runner.procedures.deploy(office.folder / "content", who, office.now)
    assert office.runner.procedures.deploy(office.folder / "content", ANALYST, office.now)


def test_an_analyst_of_any_province_deploys_the_first_procedure_of_a_new_one(office: Office, tmp_path: Path) -> None:
    folder, stranger = tmp_path / "new", person(Role.ANALYST, "ha-tinh")
    copytree(office.folder / "content", folder)
    (folder / "bpmn/mau").rename(folder / "bpmn/khac")
    for file in folder.glob("bpmn/khac/*"):
        file.write_text(file.read_text().replace("mau/", "khac/").replace("mau_", "khac_").replace('"mau"', '"khac"'))
    with pytest.raises(DeployerRefused):
        office.runner.procedures.deploy(folder, CLERK, office.now)
    [done] = office.runner.procedures.deploy(folder, stranger, office.now)
    assert done.new and done.by == stranger.id
    with pytest.raises(DeployerRefused):
        office.runner.procedures.deploy(folder, ANALYST, office.now)


def test_what_comes_with_a_release_is_recorded_as_its_and_other_content_of_nobody_as_the_systems(
    office: Office,
) -> None:
    procedures = office.runner.procedures
    [done] = procedures.deploy(PLAYED[0], SYSTEM, office.now)
    [enforced] = procedures.enforcements("ben-tre/39")
    assert done.by == enforced.by == f"release {runner.__version__}"
    assert enforced.version == done.version.digest
    redraw(office, "Hai nhánh", "Hai ngả")
    [other] = procedures.deploy(office.folder / "content", SYSTEM, office.now)
    assert other.by == SYSTEM.id


@pytest.mark.parametrize("who", [CLERK, KEEPER, person(Role.ANALYST, "ha-tinh")], ids=lambda each: each.id)
def test_only_an_analyst_of_the_province_puts_a_version_into_force(office: Office, who: Person) -> None:
    with pytest.raises(ProcedureUnknown):
        office.runner.procedures.enforce(CODE, 1, who, office.now)


def test_only_versions_that_there_are_come_into_force(office: Office) -> None:
    for number in (0, 2):
        with pytest.raises(VersionUnknown):
            office.runner.procedures.enforce(CODE, number, person(Role.ANALYST, PROVINCE), office.now)


def test_what_the_linter_finds_refuses_the_whole_folder_and_stores_nothing(database_url: str, tmp_path: Path) -> None:
    world = World(database_url, tmp_path)
    good = drawn.write(tmp_path / "content")
    bad = good.with_name("xau.bpmn")
    bad.write_text(drawn.diagram().replace("mau_hai-nhanh", "mau_xau").replace("P3D", "P3Y"))
    bad.with_suffix(".toml").write_text(drawn.FACTS.replace(CODE, "mau/xau"))
    with pytest.raises(LintFailed) as error:
        world.runner.procedures.deploy(tmp_path / "content", ANALYST, world.now)
    assert [finding.severity for finding in error.value.findings] == ["error"]
    assert "P3Y" in str(error.value) and "mau/xau" in str(error.value)
    assert numbers(world) == []
    for unknown in (
        lambda: world.runner.procedures.in_force(CODE, world.now),
        lambda: world.runner.procedures.calendar("mau"),
    ):
        with pytest.raises(NotFound):
            unknown()
    bad.unlink()
    assert world.runner.procedures.deploy(tmp_path / "content", ANALYST, world.now)[0].new
    world.runner.close()


@pytest.mark.parametrize(
    ("file", "content", "named"),
    [
        ("forms/phieu.form", "{", "forms/phieu.form"),
        ("forms/phieu.form", drawn.FORMS["phieu"].replace('"decision"', '"typename"'), "typename"),
        ("bpmn/mau/hai-nhanh.toml", drawn.FACTS.replace('limit = "12"', "limit = 12"), "time.limit"),
        ("bpmn/mau/province.toml", province(PROVINCE).replace("[2022, 2023, 2024, 2025, 2026, 2027]", "[]"), "years"),
        ("bpmn/mau/hai-nhanh.bpmn", "<?xml version='1.0'?><html/>", ""),
        ("bpmn/mau/hai-nhanh.bpmn", "không phải XML", ""),
    ],
)
def test_content_that_cannot_be_used_is_refused_by_name_and_the_old_version_stays(
    office: Office, file: str, content: str, named: str
) -> None:
    (office.folder / "content" / file).write_text(content)
    with pytest.raises((DiagramInvalid, Refused, FormInvalid)) as error:
        deploy(office)
    assert named in str(error.value)
    assert numbers(office) == [(CODE, 1)]
    office.begin()


def test_a_diagram_whose_form_is_missing_is_refused(office: Office) -> None:
    (office.folder / "content/forms/phieu.form").unlink()
    with pytest.raises(LintFailed, match="phieu"):
        deploy(office)


def test_there_is_nothing_to_deploy_outside_a_content_root(office: Office) -> None:
    empty = office.folder / "nowhere"
    empty.mkdir()
    for path in (empty, empty / "missing.bpmn"):
        with pytest.raises(NothingToDeploy):
            office.runner.procedures.deploy(path, ANALYST, office.now)


def test_what_is_not_deployed_is_unknown(office: Office) -> None:
    procedures = office.runner.procedures
    for ask in (procedures.version, lambda code: procedures.in_force(code, office.now)):
        with pytest.raises(ProcedureUnknown):
            ask("mau/khong-co")
    with pytest.raises(MotcuaError):
        office.runner.procedures.calendar("khong-co")


def test_a_version_keeps_its_files_byte_for_byte(office: Office) -> None:
    root = office.folder / "content"
    bundle = load(root / f"bpmn/{CODE}.bpmn", root)
    drawn.write(root, drawn.diagram().replace("Việc Task_weigh", "Việc khác"))
    with office.runner.database.read() as tx:
        assert registry.files(tx, office.row.version) == bundle.files
    assert bundle.digest == office.row.version
