"""From the command line the same two people: one submits, another one approves by the digest that was shown."""

from __future__ import annotations

from pathlib import Path

from runner.domain.person import Role
from tests.cli.conftest import Terminal
from tests.world import ROOT


def analysts(office: Terminal) -> None:
    for account in ("ha", "long"):
        office("person", "add", account, "--name", account.title(), "--lane", f"ben-tre/{Role.ANALYST}")


def redrawn(tmp_path: Path) -> Path:
    """Bến Tre's content, in which a diagram is drawn a little otherwise."""
    for folder in ("bpmn/ben-tre", "forms"):
        (tmp_path / folder).mkdir(parents=True)
        for file in (ROOT / folder).iterdir():
            if file.is_file():
                (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    diagram = tmp_path / "bpmn/ben-tre/39.bpmn"
    diagram.write_text(diagram.read_text().replace("</bpmn:definitions>", "<!-- sửa -->\n</bpmn:definitions>"))
    return diagram


def test_a_version_is_taken_back_and_a_procedure_repealed_by_two(office: Terminal, tmp_path: Path) -> None:
    analysts(office)
    office("deploy", str(redrawn(tmp_path / "new")), "--as", "ha", "--approved-by", "long")
    made = office.json("approval", "enforce", "ben-tre/39", "1", "--as", "ha", "--note", "Sai")
    own = office("approval", "approve", str(made["id"]), "--digest", made["version"], "--as", "ha", code=3)
    assert "không tự phê duyệt" in own.output
    office("approval", "approve", str(made["id"]), "--digest", "0" * 64, "--as", "long", code=5)
    assert "ben-tre/39" in office("approval", "list", "--as", "long").output
    office("approval", "return", str(made["id"]), "--reason", "Chưa rõ", "--as", "long")
    shown = office("approval", "show", str(made["id"]), "--as", "ha")
    assert "Trả lại: long" in shown.output and "Chưa rõ" in shown.output and made["version"] in shown.output
    made = office.json("approval", "enforce", "ben-tre/39", "1", "--as", "ha")
    office("approval", "approve", str(made["id"]), "--digest", made["version"], "--as", "long")
    assert "vốn đang được áp dụng" in office("enforce", "ben-tre/39", "1").output

    made = office.json("approval", "repeal", "ben-tre/39", "--as", "long")
    office("approval", "withdraw", str(made["id"]), "--as", "long")
    made = office.json("approval", "repeal", "ben-tre/39", "--as", "long")
    office("approval", "approve", str(made["id"]), "--digest", "none", "--as", "ha")
    refused = office("start", "ben-tre/39", "--as", "one_stop_clerk@ben-tre", code=4)
    assert "đã bị bãi bỏ" in refused.output


def test_in_production_a_release_waits_for_approval(office: Terminal, tmp_path: Path) -> None:
    analysts(office)
    diagram = redrawn(tmp_path / "new")
    office.environment |= {"MOTCUA_PRODUCTION": "1", "MOTCUA_SECRET": "s" * 40}
    alone = office("deploy", str(diagram), "--as", "ha", code=3)
    assert "hai chuyên viên phân tích" in alone.output
    told = office("deploy", "--keep", str(diagram))
    assert "chờ phê duyệt" in told.output
    [made] = office.json("approval", "list", "--as", "ha")
    office("approval", "approve", str(made["id"]), "--digest", made["version"], "--as", "ha")
    assert "chờ phê duyệt" not in office("deploy", "--keep", str(diagram)).output
