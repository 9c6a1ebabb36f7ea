"""``motcua law`` and ``motcua rules``: cases and diagrams are judged, rules are shown and revised."""

from __future__ import annotations

from pathlib import Path

from runner.domain.person import Person, Role
from runner.store import case as cases
from tests.cli.conftest import Terminal
from tests.procedures.values import ANSWERS
from tests.world import ROOT

ANALYST = Person("analyst@ha-tinh", "Chuyên viên phân tích", frozenset({("ha-tinh", Role.ANALYST)}))
RULES = (ROOT / "bpmn/ha-tinh/rules.toml").read_text("utf-8")


def lax(folder: Path) -> Path:
    """Rules that allow no supplement at all."""
    path = folder / "rules.toml"
    path.write_text(RULES.replace("most = 1", "most = 0", 1), "utf-8")
    return path


def test_cases_are_judged_and_violations_end_with_another_code(office: Terminal) -> None:
    office("start", "ben-tre/39", "--as", "one_stop_clerk@ben-tre")
    assert office("law", "--all").stdout == "1 hồ sơ đã xét, 0 chỗ trái quy tắc, 0 hồ sơ không xét được.\n"
    world = office.world()
    world.case = 1
    world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"])
    world.runner.close()
    office.at("2022-09-28 08:00")
    said = office("law", 1, code=1).stdout
    assert "mục 2: Hồ sơ đầy đủ thì giấy tiếp nhận hồ sơ và hẹn trả kết quả được giao trong 01 ngày làm việc." in said
    assert "1 hồ sơ đã xét, 1 chỗ trái quy tắc, 0 hồ sơ không xét được." in said
    found = office.json("law", "--all", code=1)
    assert [(each["case"], each["seq"], each["rule"]) for each in found["violations"]] == [(1, 2, "receipt-within-day")]
    assert "Phụ lục II, quy trình số 39, bước 1" in found["violations"][0]["source"]


def test_a_case_that_does_not_replay_is_no_violation_but_a_fault(office: Terminal) -> None:
    office("start", "ben-tre/39", "--as", "one_stop_clerk@ben-tre")
    world = office.world()
    with world.runner.database.change() as tx:
        cases.wipe(tx, 1)
    world.runner.close()
    assert office.json("law", "--all", code=4) == {"cases": 0, "faults": 1, "violations": []}


def test_diagrams_are_judged_rule_by_rule(office: Terminal, tmp_path: Path) -> None:
    found = office.json("law", "--diagrams")
    assert {each["procedure"] for each in found} == {"ben-tre/39", "ha-tinh/QT.BC.01"}
    assert len(found) == 24 and {each["verdict"] for each in found} == {"holds", "not-applicable"}
    revise(office, lax(tmp_path))
    said = office("law", "--diagrams", code=1).stdout
    assert "trái: Khi đang thẩm định, hồ sơ được yêu cầu bổ sung nhiều nhất một lần." in said
    assert "Đường đi: B1. Tiếp nhận, kiểm tra hồ sơ › " in " ".join(said.split())
    office("law", code=2)


def test_rules_are_shown_exported_and_revised_with_a_reason(office: Terminal, tmp_path: Path) -> None:
    assert "drafter-never-signs: Người thẩm định, dự thảo không ký duyệt" in office("rules", "show", "ha-tinh").stdout
    assert office("rules", "export", "ha-tinh").stdout == RULES
    office("rules", "show", "khac", code=4)
    path = lax(tmp_path)
    hire(office)
    looked = office("rules", "put", "ha-tinh", path, "--as", ANALYST.id).stdout
    assert "Mới là xem trước, chưa ghi gì" in looked
    office("rules", "put", "ha-tinh", path, "--as", ANALYST.id, "--apply", code=3)
    revise(office, path)
    found = office.json("rules", "revisions", "ha-tinh")
    assert [(each["revision"], each["by"], each["reason"]) for each in found][-1] == (2, ANALYST.id, "Thử")
    path.write_text("[[rules]]\nid = 1\n", "utf-8")
    wrong = office("rules", "put", "ha-tinh", path, "--as", ANALYST.id, code=3).output
    assert "rules.toml" in wrong and "dòng 2" in wrong


def hire(office: Terminal) -> None:
    world = office.world()
    world.runner.people.save(ANALYST)
    world.runner.close()


def revise(office: Terminal, path: Path) -> None:
    hire(office)
    done = office("rules", "put", "ha-tinh", path, "--as", ANALYST.id, "--apply", "--reason", "Thử")
    assert "Quy tắc của ha-tinh nay là bản 2." in done.stdout
