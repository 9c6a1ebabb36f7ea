"""Content: what is found in a folder, what is bundled for a procedure, and what is never read."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from runner.bpmn import NotBpmn
from runner.config import find_root
from runner.errors import FileInvalid
from runner.services import content
from runner.services.bundle import Bundle, FileMissing, Misnamed
from runner.services.content import gather, load, procedures
from tests.domain.test_procedure import PROCEDURE, PROVINCE

ROOT = Path(__file__).parents[2]
CODE = "ha-tinh/QT.BC.01"


def diagram(process: str, *, forms: tuple[str, ...] = (), calls: tuple[str, ...] = ()) -> bytes:
    tasks = "".join(f'<userTask id="T{n}" camunda:formRef="{form}"/>' for n, form in enumerate(forms))
    calling = "".join(f'<callActivity id="C{n}" calledElement="{called}"/>' for n, called in enumerate(calls))
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
        f'<process id="{process}" isExecutable="true">{tasks}{calling}</process></definitions>'
    ).encode()


def form(id: str) -> bytes:
    return json.dumps({"type": "default", "id": id, "components": []}).encode()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content root with a procedure that shows a form and calls a diagram that shows another."""
    files = {
        f"bpmn/{CODE}.bpmn": diagram("ha-tinh_QT.BC.01", forms=("intake", "none"), calls=("common_inspect",)),
        f"bpmn/{CODE}.toml": PROCEDURE.encode(),
        "bpmn/ha-tinh/province.toml": PROVINCE.encode(),
        "bpmn/common/called/inspect.bpmn": diagram("common_inspect", forms=("report",), calls=("ha-tinh_QT.BC.01",)),
        "forms/intake.form": form("intake"),
        "forms/report.form": form("report"),
        "forms/unused.form": form("unused"),
    }
    for name, data in files.items():
        write(tmp_path, name, data)
    return tmp_path


def write(root: Path, name: str, data: bytes) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(data)


def bundle(root: Path) -> Bundle:
    return load(root / f"bpmn/{CODE}.bpmn", root)


def use(root: Path) -> None:
    """Read everything that a deployment reads."""
    made = bundle(root)
    assert made.forms and made.procedure and made.province


def test_the_root_is_the_nearest_folder_above_with_diagrams_and_forms(root: Path) -> None:
    for path in (root, root / "bpmn", root / f"bpmn/{CODE}.bpmn", root / "forms/intake.form", root / "bpmn/new/x.bpmn"):
        assert find_root(path) == root
    inner = root / "inner"
    write(inner, "bpmn/a/b.bpmn", b"")
    assert find_root(inner / "bpmn/a/b.bpmn") == root
    (inner / "forms").mkdir()
    assert find_root(inner / "bpmn/a/b.bpmn") == inner
    assert find_root(Path("/")) is None


def test_the_procedures_of_a_root_are_its_diagrams_in_order(root: Path) -> None:
    write(root, "bpmn/common/other.bpmn", b"")
    assert [path.relative_to(root).as_posix() for path in procedures(root)] == [
        "bpmn/common/other.bpmn",
        f"bpmn/{CODE}.bpmn",
    ]


def test_a_bundle_holds_what_its_procedure_refers_to_directly_or_not_and_nothing_else(root: Path) -> None:
    made = bundle(root)
    assert made.code == CODE
    assert set(made.files) == {
        f"bpmn/{CODE}.bpmn",
        f"bpmn/{CODE}.toml",
        "bpmn/ha-tinh/province.toml",
        "bpmn/common/called/inspect.bpmn",
        "forms/intake.form",
        "forms/report.form",
    }
    assert list(made.diagram.processes) == ["ha-tinh_QT.BC.01"]
    assert [list(called.processes) for called in made.called] == [["common_inspect"]]
    assert made.procedure.code == CODE and made.province.code == "ha-tinh"
    assert set(made.forms) == {"intake", "report"}


def test_the_digest_is_that_of_the_content_and_of_nothing_else(root: Path) -> None:
    digest = bundle(root).digest
    assert digest == Bundle.stored(CODE, dict(reversed(bundle(root).files.items()))).digest
    assert len(digest) == 64
    write(root, "forms/unused.form", form("unused") + b" ")
    assert bundle(root).digest == digest
    for name in bundle(root).files:
        before = (root / name).read_bytes()
        write(root, name, before + b"\n")
        assert bundle(root).digest != digest
        write(root, name, before)
    assert bundle(root).digest == digest


def test_a_byte_order_mark_is_read_over_and_counts_in_the_digest(root: Path) -> None:
    plain = bundle(root)
    for name, data in plain.files.items():
        write(root, name, b"\xef\xbb\xbf" + data)
        marked = bundle(root)
        assert marked.digest != plain.digest and marked.files[name].startswith(b"\xef\xbb\xbf")
        assert (marked.procedure, marked.province, marked.forms) == (plain.procedure, plain.province, plain.forms)
        assert marked.tables == plain.tables and set(marked.diagram.nodes) == set(plain.diagram.nodes)
        write(root, name, data)


def test_a_digest_tells_a_file_moved_from_a_file_changed() -> None:
    one, other = Bundle.stored("a/b", {"x": b"1", "y": b"2"}), Bundle.stored("a/b", {"x": b"2", "y": b"1"})
    assert one.digest != other.digest


def test_what_is_missing_is_left_out_for_the_linter_to_name(root: Path) -> None:
    made = bundle(root)
    asked = made.beside(made.diagram)
    assert set(asked.forms) == {"intake", "report"}
    assert asked.diagrams == made.called
    assert asked.steps == {"B1": None, "B2": "0.5"}


def test_the_decision_does_not_speak_of_a_called_process(root: Path) -> None:
    made = bundle(root)
    [called] = made.called
    asked = made.beside(called)
    assert (asked.facts, asked.steps, asked.diagrams) == (None, None, [made.diagram])
    assert set(asked.forms) == {"intake", "report"}


def test_without_facts_the_linter_is_told_so_and_a_deployment_is_refused(root: Path) -> None:
    (root / f"bpmn/{CODE}.toml").unlink()
    (root / "bpmn/ha-tinh/province.toml").unlink()
    made = bundle(root)
    assert made.beside(made.diagram).facts is None
    with pytest.raises(FileMissing, match=r"bpmn/ha-tinh/QT\.BC\.01\.toml"):
        made.procedure  # noqa: B018
    with pytest.raises(FileMissing, match=r"province\.toml"):
        made.province  # noqa: B018


def test_a_diagram_from_elsewhere_is_gathered_by_the_id_of_its_process(root: Path) -> None:
    made = gather(diagram("ha-tinh_QT.BC.01", forms=("report",)), root)
    assert made.code == CODE and "forms/report.form" in made.files and f"bpmn/{CODE}.toml" in made.files
    foreign = gather(diagram("Process_1", forms=("report", "../../etc/passwd"), calls=("../x_y", "a_../../b")), root)
    assert foreign.code == "" and set(foreign.files) == {"bpmn/.bpmn", "forms/report.form"}
    assert foreign.beside(foreign.diagram).facts is None


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("forms/intake.form", b"{}", "Tệp forms/intake.form: Thành phần “form” thiếu thuộc tính “type”."),
        ("forms/intake.form", form("other"), "ghi mã “other”, trong khi theo tên tệp mã phải là “intake”"),
        (
            f"bpmn/{CODE}.toml",
            b"x = 1",
            "Tệp bpmn/ha-tinh/QT.BC.01.toml: có 32 chỗ chưa đúng:\n- dòng 1: thiếu khóa “code”.",
        ),
        (f"bpmn/{CODE}.toml", PROCEDURE.replace(CODE, "ben-tre/39").encode(), "ghi mã “ben-tre/39”"),
        (
            "bpmn/ha-tinh/province.toml",
            b"",
            "Tệp bpmn/ha-tinh/province.toml: có 10 chỗ chưa đúng:\n- dòng 1: thiếu khóa “code”.",
        ),
        ("bpmn/ha-tinh/province.toml", PROVINCE.replace('"07:30"', '"12:00"').encode(), "hours[1].sessions[1]"),
        ("bpmn/ha-tinh/province.toml", PROVINCE.replace('"ha-tinh"', '"ben-tre"').encode(), "ghi mã “ben-tre”"),
        ("bpmn/common/called/inspect.bpmn", b"<x/>", "Tệp bpmn/common/called/inspect.bpmn: Phần tử gốc"),
        ("bpmn/common/called/inspect.bpmn", diagram("common_other"), "phải là “common_inspect”"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(root: Path, name: str, data: bytes, reason: str) -> None:
    write(root, name, data)
    with pytest.raises((FileInvalid, Misnamed)) as caught:
        use(root)
    assert reason in str(caught.value)


def test_a_diagram_that_is_no_bpmn_is_told_apart(root: Path) -> None:
    write(root, f"bpmn/{CODE}.bpmn", b"not xml")
    with pytest.raises(NotBpmn):
        bundle(root)


@pytest.mark.parametrize("name", ["bpmn/x.bpmn", "forms/x.bpmn", "bpmn/a/b/c.bpmn", "bpmn/ha-tinh/a b.bpmn", "x.txt"])
def test_a_diagram_at_another_place_is_refused(root: Path, name: str) -> None:
    write(root, name, diagram("ha-tinh_x"))
    with pytest.raises(content.Misplaced):
        load(root / name, root)


def test_a_diagram_with_the_process_of_another_is_refused(root: Path) -> None:
    write(root, "bpmn/ha-tinh/QT.BC.02.bpmn", diagram("ha-tinh_QT.BC.01"))
    with pytest.raises(Misnamed, match=r"ha-tinh_QT\.BC\.02"):
        load(root / "bpmn/ha-tinh/QT.BC.02.bpmn", root)


def test_a_diagram_that_is_not_there_is_not_found(root: Path) -> None:
    with pytest.raises(FileMissing):
        load(root / "bpmn/ha-tinh/none.bpmn", root)


# -- nothing outside the root ------------------------------------------------------------------------------------------


def test_a_path_that_climbs_out_of_the_root_is_refused(root: Path) -> None:
    write(root.parent, "outside.bpmn", diagram("ha-tinh_x"))
    with pytest.raises(content.FileOutside):
        load(root / "bpmn/ha-tinh/../../../outside.bpmn", root)


@pytest.mark.parametrize(
    "name", [f"bpmn/{CODE}.bpmn", f"bpmn/{CODE}.toml", "bpmn/ha-tinh/province.toml", "bpmn/common", "forms"]
)
def test_a_link_that_leads_out_of_the_root_is_refused(root: Path, name: str) -> None:
    moved = root.parent / f"{root.name}-outside"
    (root / name).rename(moved)
    (root / name).symlink_to(moved)
    with pytest.raises(content.FileOutside):
        bundle(root)


def test_a_link_within_the_root_is_followed(root: Path) -> None:
    (root / "forms/none.form").symlink_to(root / "forms/intake.form")
    assert bundle(root).files["forms/none.form"] == form("intake")


def test_a_link_to_itself_is_refused(root: Path) -> None:
    (root / "forms/none.form").symlink_to(root / "forms/none.form")
    with pytest.raises(content.FileOutside):
        bundle(root)


def test_what_is_no_file_is_not_read(root: Path) -> None:
    (root / "forms/none.form").mkdir()
    assert "forms/none.form" not in bundle(root).files


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        (f"bpmn/{CODE}.bpmn", 1_000_000),
        ("bpmn/common/called/inspect.bpmn", 1_000_000),
        (f"bpmn/{CODE}.toml", 200_000),
        ("bpmn/ha-tinh/province.toml", 200_000),
        ("forms/intake.form", 100_000),
    ],
)
def test_every_file_is_bounded(root: Path, name: str, limit: int) -> None:
    write(root, name, (root / name).read_bytes().ljust(limit + 1))
    with pytest.raises(content.FileOversized, match=f"{name} lớn hơn mức cho phép là {limit} byte"):
        bundle(root)


def test_the_files_of_a_bundle_are_bounded(root: Path) -> None:
    names = tuple(f"form-{number}" for number in range(content.MAX_FILES))
    for name in names:
        write(root, f"forms/{name}.form", form(name))
    with pytest.raises(content.FilesTooMany):
        gather(diagram("ha-tinh_QT.BC.01", forms=names), root)


# -- what the project ships --------------------------------------------------------------------------------------------

SHIPPED = [path.relative_to(ROOT).as_posix() for path in procedures(ROOT)]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_procedure_is_whole(name: str) -> None:
    made = load(ROOT / name, ROOT)
    steps = made.beside(made.diagram).steps
    assert steps and list(steps) == [step.id for step in made.procedure.steps]
    assert made.province.code == name.split("/")[1]
    assert len(made.forms) == sum(file.startswith("forms/") for file in made.files) > 0


@pytest.mark.parametrize("name", SHIPPED)
def test_the_steps_of_a_shipped_procedure_add_up_to_its_term(name: str) -> None:
    facts = load(ROOT / name, ROOT).procedure
    assert sum((step.duration.days or Fraction(0) for step in facts.steps), Fraction(0)) == facts.time.limit_days


def test_every_shipped_form_is_used_by_a_procedure() -> None:
    used = {file for name in SHIPPED for file in load(ROOT / name, ROOT).files}
    assert {path.relative_to(ROOT).as_posix() for path in ROOT.glob("forms/*.form")} <= used


def test_both_provinces_are_shipped() -> None:
    assert {"bpmn/ben-tre/39.bpmn", "bpmn/ha-tinh/QT.BC.01.bpmn"} <= set(SHIPPED)
