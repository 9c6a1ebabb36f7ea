"""``motcua try``: a script of scenarios is played on a database of its own, and what goes otherwise is printed."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from runner.domain.procedure import read_province
from runner.scenario.format import Scenario, ScenarioStep, Script, Worker
from runner.services import holiday
from tests.cli.conftest import Terminal
from tests.world import ROOT, local

SCRIPT = """
procedure = "ben-tre/39"
shared = "{shared}"

[people.one_stop_clerk]
name = "Trần Thị Mai"
tasks = ["Task_1_receive", "Task_1_forward", "Task_5_record", "Task_6_notify", "Task_collect"]

[people.specialist]
name = "Lê Văn Tâm"
tasks = ["Task_2_process"]

[people.division_lead]
name = "Nguyễn Minh Khoa"
tasks = ["Task_3_submit"]

[people.director]
name = "Phạm Hồng Hạnh"
tasks = ["Task_4_approve"]

[values.Task_1_receive]
applicant_name = "Công ty TNHH Xứ Dừa"

[[scenarios]]
name = "refused"
title = "Từ chối giải quyết"
status = "finished"
outcome = "refused"
late = ["Task_1_forward"]
notices = ["division_lead"]
route = [
  "Start_submitted", "Task_1_receive", "Gateway_complete", "Service_allot_number", "Timer_1_forward",
  "End_late_1_forward", "Task_1_forward", "Task_2_process", "Gateway_supplement", "Task_3_submit", "Gateway_lead",
  "Task_4_approve", "Gateway_director", "Task_5_record", "Task_6_notify", "Task_collect", "Gateway_result",
  "End_refused",
]
steps = [
  {{ at = "2026-03-06 15:00", do = "start", due = {{ Task_1_receive = "" }} }},
  {{ at = "+15 phút", do = "Task_1_receive", promise = "2026-03-20 17:00", due = {{ {task} = "2026-03-09 15:15" }} }},
  {{ at = "2026-03-09 15:14", late = [], clock = "running" }},
  {{ at = "+1 phút", late = ["Task_1_forward"], notices = ["division_lead"] }},
  {{ do = "Task_1_forward", values = {{ receipt_given = true }}, refused = ["late_reason"] }},
  {{ do = "Task_1_forward", values = {{ receipt_given = true }}, late_reason = "Mất điện" }},
  {{ at = "+30 phút", do = "Task_2_process", values = {{ draft_result = "refused", draft_ground = "Không thuộc" }} }},
  {{ do = "Task_3_submit" }},
  {{ do = "Task_4_approve" }},
  {{ do = "Task_5_record" }},
  {{ do = "Task_6_notify" }},
  {{ do = "Task_collect" }},
]

[[scenarios]]
name = "withdrawn"
title = "Rút hồ sơ"
status = "cancelled"

[[scenarios.steps]]
at = "2026-03-06 08:00"
do = "start"

[[scenarios.steps]]
at = "+1 giờ"
do = "Task_1_receive"
facts = {{ applicant_name = "Công ty TNHH Xứ Dừa" }}

[[scenarios.steps]]
do = "Task_1_forward"

[[scenarios.steps]]
at = "+1 ngày làm việc"
claim = "Task_2_process"

[[scenarios.steps]]
withdraw = "Đơn vị xin rút"
due = {{}}
""".format(task="Task_1_forward", shared=ROOT / "tests/procedures/values.toml")


LINES = SCRIPT.splitlines()
FIRST = LINES.index("[[scenarios]]") + 1
STARTED = LINES.index("steps = [") + 3
MINUTE, LATE, ASKED, TOLD, ENDED = range(STARTED + 1, STARTED + 6)
_, TAKEN, *_ = (number for number, line in enumerate(LINES, 1) if line == "[[scenarios.steps]]")


@pytest.fixture
def script(bare: Terminal, tmp_path: Path) -> Path:
    path = tmp_path / "script.toml"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def edited(script: Path, old: str, new: str) -> Path:
    text = script.read_text(encoding="utf-8")
    assert old in text
    script.write_text(text.replace(old, new, 1), encoding="utf-8")
    return script


def test_a_script_that_fits_is_played_and_its_time_lines_printed(bare: Terminal, script: Path) -> None:
    bare.at("2031-01-06 08:00")  # long after the scenarios
    output = bare("try", script, "--content", ROOT).stdout
    assert "15:15 ngày 06/03/2026 · Trần Thị Mai, Công chức Một cửa" in output
    assert "    hạn 15:15 ngày 09/03/2026 = 1 ngày làm việc từ 15:15 ngày 06/03/2026" in output
    assert "Quá hạn “Bước 1. Lưu trữ hồ sơ điện tử" in output
    assert "15:15 ngày 09/03/2026, hệ thống không nhận:\n  Có 1 mục chưa đúng" in output
    assert "09:00 ngày 09/03/2026 · Lê Văn Tâm" in output  # a working day after Friday at 09:00
    assert "✓ refused  Từ chối giải quyết" in output
    assert output.endswith("2 kịch bản: 2 đúng như mong đợi, 0 khác.\n")


def test_it_leaves_the_database_of_the_environment_alone(bare: Terminal, script: Path) -> None:
    assert len(bare("try", script, "--content", ROOT, "--brief", "--only", "refused").stdout.splitlines()) == 2
    assert not Path("var").exists()


def test_the_content_around_the_script_is_what_is_tried(bare: Terminal) -> None:
    [facts] = bare.json("try", ROOT / "tests/procedures/ben-tre/39.toml", "--only", "counter-refused")
    assert (facts["scenario"], facts["as_expected"], facts["failure"]) == ("counter-refused", True, None)
    assert facts["case"]["outcome"] == "not_accepted"


@pytest.mark.parametrize(
    ("old", "new", "line", "result"),
    [
        (
            '"2026-03-09 15:15"',
            '"2026-03-09 15:16"',
            STARTED,
            "việc đang mở và hạn là Task_1_forward 2026-03-09 15:15; kịch bản ghi Task_1_forward 2026-03-09 15:16.",
        ),
        ('"2026-03-20 17:00"', '""', STARTED, "hẹn trả kết quả là 2026-03-20 17:00; kịch bản ghi (không có)."),
        ('clock = "running"', 'clock = "idle"', MINUTE, "đồng hồ thời hạn là running; kịch bản ghi idle."),
        ("late = []", 'late = ["Task_1_forward"]', MINUTE, "việc quá hạn là (không có); kịch bản ghi Task_1_forward."),
        (
            'notices = ["division_lead"] }',
            "notices = [] }",
            LATE,
            "nơi đã được thông báo là division_lead; kịch bản ghi (không có).",
        ),
        ('refused = ["late_reason"]', 'refused = ["intake_note"]', ASKED, "hãy nêu lý do chậm trễ"),
        (
            ' }, late_reason = "Mất điện"',
            ' }, refused = ["x"], late_reason = "Mất điện"',
            TOLD,
            "hệ thống nhận, kịch bản ghi là không nhận vì x.",
        ),
        (
            'tasks = ["Task_3_submit"]',
            "tasks = []",
            ENDED,
            "vai trò của Task_3_submit là division_lead; kịch bản ghi (không có).",
        ),
        (
            'do = "Task_2_process"',
            'do = "Task_3_submit"',
            ENDED,
            "không phải lúc làm Task_3_submit; đang mở: Task_2_process.",
        ),
        ('"+30 phút"', '"2026-03-09 15:00"', ENDED, "thời điểm này ở trước bước liền trước."),
        (
            "receipt_given = true }, refused",
            "reciept_given = true }, refused",
            ASKED,
            "biểu mẫu chuyen-ho-so không có trường “reciept_given”.",
        ),
        ('status = "finished"', 'status = "open"', FIRST, "trạng thái là finished; kịch bản ghi open."),
        ('outcome = "refused"', 'outcome = "granted"', FIRST, "kết quả là refused; kịch bản ghi granted."),
        (
            '"End_late_1_forward", ',
            "",
            FIRST,
            "đường đi là …, Timer_1_forward, End_late_1_forward, Task_1_forward; "
            "kịch bản ghi …, Timer_1_forward, Task_1_forward, Task_2_process.",
        ),
        ('Dừa" }', 'Lúa" }', TAKEN, "giá trị của hồ sơ là applicant_name Công ty TNHH Xứ Dừa; kịch bản ghi"),
    ],
)
def test_the_first_difference_is_printed_with_its_line(
    bare: Terminal, script: Path, old: str, new: str, line: int, result: str
) -> None:
    output = bare("try", edited(script, old, new), "--content", ROOT, "--brief", code=1).stdout
    flat = " ".join(output.split())
    assert f"dòng {line}, " in flat
    assert result in flat
    assert "2 kịch bản: 1 đúng như mong đợi, 1 khác." in flat


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        (
            "procedure =",
            "procedura =",
            "dòng 2: khóa “procedura” không có trong quy ước; có phải là “procedure” không?",
        ),
        ('title = "Rút', 'titel = "Rút', "khóa “scenarios[2].titel” không có trong quy ước; có phải là “title”"),
        ("clock =", "klock =", "khóa “scenarios[1].steps[3].klock” không có trong quy ước; có phải là “clock”"),
        ("clock =", "line =", "khóa “scenarios[1].steps[3].line” không có trong quy ước."),
        ('name = "Lê Văn Tâm"\n', "", "thiếu khóa “people.specialist.name”."),
        ('name = "Lê Văn Tâm"', "name = 7", "khóa “people.specialist.name” phải là một chuỗi chữ."),
        ('late = ["Task_1_forward"]', 'late = "Task_1_forward"', "khóa “scenarios[1].late” phải là một danh sách."),
        (
            '{ applicant_name = "Công ty TNHH Xứ Dừa" }',
            '"Xứ Dừa"',
            "khóa “scenarios[2].steps[2].facts” phải là một bảng.",
        ),
        ('"+1 giờ"', '"+1 tuần"', "khóa “scenarios[2].steps[2].at” phải là ngày giờ"),
        ('"2026-03-20 17:00"', '"20/03/2026"', "khóa “scenarios[1].steps[2].promise” phải là ngày giờ"),
        (
            '"2026-03-09 15:15"',
            '"2026-02-30 15:15"',
            "khóa “scenarios[1].steps[2].due.Task_1_forward” phải là ngày giờ",
        ),
        (
            '"2026-03-06 08:00"',
            '"+1 giờ"',
            'bước đầu của “withdrawn”, và chính bước đầu, phải là do = "start", có ngày giờ.',
        ),
        ("withdraw =", 'do = "Task_2_process"\nwithdraw =', "bước 5 của “withdrawn” làm nhiều việc."),
        ("procedure =", "procedure", "Kịch bản"),
    ],
)
def test_a_script_that_breaks_the_rules_is_refused_with_the_key_at_fault(
    bare: Terminal, script: Path, old: str, new: str, result: str
) -> None:
    assert result in bare("try", edited(script, old, new), "--content", ROOT, code=3).stderr


def test_a_script_or_a_file_of_it_that_is_not_there_is_not_found(bare: Terminal, script: Path, tmp_path: Path) -> None:
    missing = edited(script, "values.toml", "nowhere.toml")
    assert "nowhere.toml" in bare("try", missing, "--content", ROOT, code=4).stderr
    assert "Không tìm thấy tệp" in bare("try", tmp_path / "none.toml", code=4).stderr


def test_everything_wrong_with_a_script_is_printed_at_once(bare: Terminal, script: Path) -> None:
    edited(script, 'name = "Lê Văn Tâm"', "name = 7")
    edited(script, 'withdraw = "Đơn vị xin rút"', 'withdraw = "Đơn vị xin rút"\ndo = "start"')
    result = bare("try", edited(script, '"+1 giờ"', '"+1 tuần"'), "--content", ROOT, code=3).stderr
    lines = script.read_text(encoding="utf-8").splitlines()
    at = [lines.index(line) + 1 for line in ("name = 7", 'at = "+1 tuần"', 'withdraw = "Đơn vị xin rút"')]
    step = at[2] - 1  # its header
    assert [int(line.split()[2].rstrip(":")) for line in result.splitlines()[1:]] == [*at[:2], step, step]


def test_a_scenario_without_steps_is_refused(bare: Terminal, script: Path) -> None:
    head = SCRIPT[: SCRIPT.index("[[scenarios]]")]
    script.write_text(f'{head}[[scenarios]]\nname = "x"\ntitle = "y"\nsteps = []\n', encoding="utf-8")
    assert "khóa “scenarios[1].steps” phải có ít nhất một mục." in bare("try", script, code=3).stderr


def test_a_slip_in_the_shared_file_is_printed_with_its_name(bare: Terminal, script: Path, tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text("[valeus.Task_1_receive]\n", encoding="utf-8")
    shared = edited(script, str(ROOT / "tests/procedures/values.toml"), "shared.toml")
    result = bare("try", shared, "--content", ROOT, code=3).stderr
    assert "shared.toml: dòng 1: khóa “valeus” không có trong quy ước; có phải là “values” không?" in result


def test_a_scenario_that_the_file_has_not_is_not_found(bare: Terminal, script: Path) -> None:
    output = bare("try", script, "--only", "granted", code=4).stderr
    assert output == "Không có kịch bản “granted”; hãy chọn một trong: refused, withdrawn.\n"


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        ("", "2026-02-13 16:00"),
        ("+30 phút", "2026-02-13 16:30"),
        ("+2 giờ", "2026-02-13 18:00"),
        ("+3 ngày", "2026-02-16 16:00"),
        ("+0,5 ngày làm việc", "2026-02-23 10:21"),
        ("+1 ngày làm việc", "2026-02-23 16:00"),  # over Tết, 16 to 20 February
        ("2026-03-01 07:00", "2026-03-01 07:00"),
    ],
)
def test_a_moment_is_given_or_counted_from_the_step_before(at: str, moment: str) -> None:
    calendar = holiday.calendar(read_province((ROOT / "bpmn/ben-tre/province.toml").read_bytes()), 1)
    found = ScenarioStep(at=at).moment(local("2026-02-13 16:00"), calendar)
    assert found.replace(second=0, microsecond=0) == local(moment)


def test_the_example_of_the_documentation_goes_as_it_says(bare: Terminal, tmp_path: Path) -> None:
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    path = tmp_path / "example.toml"
    path.write_text(example.replace("../values.toml", str(ROOT / "tests/procedures/values.toml")), encoding="utf-8")
    bare("try", path, "--content", ROOT)


def test_the_documentation_names_every_key() -> None:
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    keys = {each.name for shape in (Script, Scenario, ScenarioStep, Worker) for each in fields(shape)} - {"line"}
    assert [key for key in keys if not re.search(rf"`{key}`|^ *(\[+|\{{ )?{key}\b", page, re.MULTILINE)] == []
