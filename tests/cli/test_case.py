"""A case through the command line: started, claimed, submitted, withdrawn, and printed as a timeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runner.cli.operator import machine
from runner.domain.record import RecordKind
from runner.store import record_event
from tests.cli.conftest import Terminal
from tests.world import LANES, ROOT, person

CLERK = "one_stop_clerk@ben-tre"
RECEIVE, FORWARD = "Task_1_receive#1", "Task_1_forward#1"
Intake = Callable[..., Path]


@pytest.fixture
def started(office: Terminal) -> Terminal:
    """A terminal with case 1 of ben-tre/39 started."""
    office("start", "ben-tre/39", "--as", CLERK)
    return office


@pytest.fixture
def received(started: Terminal, intake: Intake) -> Terminal:
    """A terminal with case 1 of ben-tre/39 received."""
    started("submit", 1, RECEIVE, "--as", CLERK, "--values", intake())
    return started


def test_receiving_says_what_is_to_be_done_until_when(started: Terminal, intake: Intake) -> None:
    output = started("submit", 1, RECEIVE, "--as", CLERK, "--values", intake()).stdout.splitlines()
    assert output[:2] == [
        "Hồ sơ #1 · 000.00.06.H07-220926-0001",
        "  đang giải quyết · đang tính thời hạn · nhận 08:00 ngày 26/09/2022 · hẹn trả kết quả 17:00 ngày 10/10/2022",
    ]
    assert output[2].startswith("  Task_1_forward#1  hạn 08:00 ngày 27/09/2022  Bước 1. Lưu trữ hồ sơ điện tử")


def test_the_answer_as_json_is_in_local_time(office: Terminal) -> None:
    answer = office.json("start", "ben-tre/39", "--as", CLERK)
    assert len(answer.pop("version")) == 64
    assert answer == {
        "case": 1,
        "seq": 1,
        "status": "draft",
        "outcome": "",
        "number": None,
        "clock": "idle",
        "due": None,
        "opened": [RECEIVE],
    }


def test_an_open_case_says_what_it_waits_for(started: Terminal) -> None:
    _, title, waits = started("case", 1).stdout.partition("\nHồ sơ đang chờ\n")
    task, *moments = waits.splitlines()
    assert title and task == "  Việc “Bước 1. Hướng dẫn, tiếp nhận, kiểm tra hồ sơ” của Công chức Một cửa."
    assert moments and all(each.startswith("  Mốc “") for each in moments), "those of the slip of apology"
    first, *others = started.json("case", 1)["waits"]
    assert (first["kind"], first["id"]) == ("task", RECEIVE)
    assert [each["detail"] for each in others] == [each.strip(" .") for each in moments]


def test_a_dossier_goes_its_way(started: Terminal, intake: Intake) -> None:
    answer = started.json("submit", 1, RECEIVE, "--as", CLERK, "--values", intake())
    assert answer["number"] == "000.00.06.H07-220926-0001"
    assert answer["opened"] == [FORWARD]
    answer = started.json("submit", answer["number"], FORWARD, "--as", CLERK, "--value", "receipt_given=true")
    assert answer["opened"] == ["Task_2_process#1"]
    started("replay", "--all")


def test_what_is_wrong_with_a_form_is_printed_line_by_line(started: Terminal, intake: Intake) -> None:
    values = intake(applicant_name="", contact_phone="số của tôi")
    result = started(
        "submit", 1, RECEIVE, "--as", CLERK, "--values", values, "--value", "intake_decision=maybe", code=3
    )
    first, *faults = result.stderr.splitlines()
    assert "3 mục chưa đúng" in first
    assert faults[0] == "- Hãy nhập “Tên tổ chức, cá nhân”."
    assert len(faults) == 3


def test_the_same_key_has_one_effect_and_one_answer(started: Terminal, intake: Intake) -> None:
    words = ("submit", 1, RECEIVE, "--as", CLERK, "--values", intake(), "--key", "k1")
    assert started.json(*words) == started.json(*words)
    assert "Khóa chống gửi trùng" in started(*words, "--value", "intake_note=khác", code=3).stderr
    started("submit", 1, RECEIVE, "--as", CLERK, "--values", intake(), "--key", "k2", code=5)


def test_a_case_is_begun_once_for_one_key(office: Terminal) -> None:
    words = ("start", "ben-tre/39", "--as", CLERK, "--key", "k1")
    assert office.json(*words)["case"] == office.json(*words)["case"] == 1


def test_a_task_belongs_to_who_claimed_it(received: Terminal) -> None:
    other, receipt = "one_stop_clerk.2", ("--value", "receipt_given=true")
    received("person", "add", other, "--name", "Người khác", "--lane", "ben-tre/one_stop_clerk")
    received("claim", 1, FORWARD, "--as", CLERK)
    assert CLERK in received("claim", 1, FORWARD, "--as", other, code=5).stderr
    received("submit", 1, FORWARD, "--as", other, *receipt, code=5)
    assert received.json("tasks", "--as", other) == {"count": 0, "tasks": []}
    assert f"đã nhận: {CLERK}" in " ".join(received("tasks", "--as", CLERK).stdout.split())
    received("release", 1, FORWARD, "--as", CLERK)
    received("claim", 1, FORWARD, "--as", other)


def test_a_draft_is_discarded_not_withdrawn(started: Terminal) -> None:
    assert "hãy bỏ bản nháp" in started("cancel", 1, "--as", CLERK, "--reason", "x", code=3).stderr
    assert started.json("discard", 1, "--as", CLERK)["status"] == "discarded"
    assert "Bỏ bản nháp: hồ sơ chưa được tiếp nhận." in started("case", 1).stdout
    started("discard", 1, "--as", CLERK, code=5)
    started("replay", "--all")


def test_a_lead_gives_a_task_to_a_specialist(started: Terminal, intake: Intake) -> None:
    started("submit", 1, RECEIVE, "--as", CLERK, "--values", intake())
    [forward] = started.json("tasks", "--as", CLERK)["tasks"]
    receipt = ("--value", "receipt_given=true", "--value", "dossier_digitised=true")
    started("submit", 1, forward["id"], "--as", CLERK, *receipt)
    specialist, lead = "specialist@ben-tre", "division_lead@ben-tre"
    [work] = started.json("tasks", "--as", specialist)["tasks"]
    assert work["owner"] is None
    started("assign", 1, work["id"], "--to", lead, "--as", lead, code=3)
    started("assign", 1, work["id"], "--to", specialist, "--as", lead)
    assert started.json("tasks", "--as", specialist)["tasks"][0]["owner"] == specialist
    assert "Giao việc" in started("case", 1).stdout


def test_for_others_a_task_does_not_exist(started: Terminal, intake: Intake) -> None:
    for stranger in ("specialist@ben-tre", "one_stop_clerk@ha-tinh"):
        started("submit", 1, RECEIVE, "--as", stranger, "--values", intake(), code=4)
        started("claim", 1, RECEIVE, "--as", stranger, code=4)
        assert started("tasks", "--as", stranger).stdout == "Không có việc nào đang chờ.\n"
    started("start", "ben-tre/39", "--as", "specialist@ben-tre", code=4)


def test_the_inbox_shows_the_most_urgent_first(office: Terminal, intake: Intake) -> None:
    for case, day in ((1, "27"), (2, "26")):
        office.at(f"2022-09-{day} 09:00")("start", "ben-tre/39", "--as", CLERK)
        office("submit", case, RECEIVE, "--as", CLERK, "--values", intake())
    inbox = office.json("tasks", "--as", CLERK)
    assert inbox["count"] == 2
    assert [task["case"] for task in inbox["tasks"]] == [2, 1]
    assert inbox["tasks"][0]["due"] == "2022-09-27T09:00:00+07:00"
    assert (
        office("tasks", "--as", CLERK).stdout.splitlines()[1].startswith("#2     Task_1_forward#1  hạn 09:00 ngày 27/")
    )


def test_a_draft_is_kept_shown_and_can_be_submitted(started: Terminal, intake: Intake, tmp_path: Path) -> None:
    assert started("draft", 1, RECEIVE, "--as", CLERK).stdout == "Chưa có bản nháp nào.\n"
    started("draft", 1, RECEIVE, "--as", CLERK, "--values", intake(), "--value", "intake_note=chờ con dấu")
    assert "intake_note        chờ con dấu" in started("draft", 1, RECEIVE, "--as", CLERK).stdout
    kept = tmp_path / "kept.json"
    kept.write_text(started("draft", 1, RECEIVE, "--as", CLERK, "--json").stdout)
    started("submit", 1, RECEIVE, "--as", CLERK, "--values", kept)


def test_values_of_the_start_are_the_draft_of_the_first_task(office: Terminal) -> None:
    office("start", "ben-tre/39", "--as", CLERK, "--value", "applicant_name=Công ty Xứ Dừa")
    assert office.json("draft", 1, RECEIVE, "--as", CLERK) == {"applicant_name": "Công ty Xứ Dừa"}


def test_a_key_given_twice_makes_a_list(office: Terminal) -> None:
    office("start", "ha-tinh/QT.BC.01", "--as", "one_stop_clerk@ha-tinh", "--value", "a=1", "--value", "a=2=3")
    assert office.json("draft", 1, "Task_B1_receive#1", "--as", "one_stop_clerk@ha-tinh") == {"a": ["1", "2=3"]}


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"a": NaN}', "\x00", "[" * 100_000, '"' + "x" * 1_000_001 + '"'])
def test_a_file_of_values_that_is_none_is_refused(started: Terminal, tmp_path: Path, text: str) -> None:
    file = tmp_path / "values.json"
    file.write_text(text)
    assert "JSON" in started("submit", 1, RECEIVE, "--as", CLERK, "--values", file, code=3).stderr


def test_a_file_of_values_that_is_not_there_is_not_found(started: Terminal, tmp_path: Path) -> None:
    started("submit", 1, RECEIVE, "--as", CLERK, "--values", tmp_path / "none.json", code=4)
    started("submit", 1, RECEIVE, "--as", CLERK, "--values", tmp_path, code=4)
    assert "trường=giá trị" in started("submit", 1, RECEIVE, "--as", CLERK, "--value", "x", code=2).stderr


def test_an_overdue_task_asks_for_a_reason(received: Terminal) -> None:
    received.at("2022-09-28 09:00")("tick")
    words = ("submit", 1, FORWARD, "--as", CLERK, "--value", "receipt_given=true")
    assert "lý do chậm trễ" in received(*words, code=3).stderr
    assert "quá hạn 08:00 ngày 27/09/2022" in received("tasks", "--as", CLERK).stdout
    received(*words, "--late-reason", "Mất điện cả buổi sáng")
    found = received.json("case", 1)
    assert [event["kind"] for event in found["events"]] == ["start", "submit", "timer", "submit"]
    assert "Lý do chậm trễ: Mất điện cả buổi sáng" in found["events"][3]["said"]


def test_a_withdrawn_case_is_over(received: Terminal) -> None:
    started = received
    started("cancel", 1, "--as", "specialist@ben-tre", "--reason", "x", code=4)
    assert "Hãy nêu lý do" in started("cancel", 1, "--as", CLERK, "--reason", " ", code=3).stderr
    assert started.json("cancel", 1, "--as", CLERK, "--reason", "Người nộp đổi ý")["status"] == "cancelled"
    output = started("case", 1).stdout
    assert "Người nộp rút hồ sơ: Người nộp đổi ý" in output
    assert "Hồ sơ kết thúc." in output
    started("cancel", 1, "--as", CLERK, "--reason", "lần nữa", code=5)


def test_a_message_that_the_case_does_not_wait_for_is_refused(started: Terminal) -> None:
    assert "không chờ" in started("message", 1, "supplement_received", "--as", CLERK, code=3).stderr


@pytest.mark.parametrize("case", ["7", "#7", "000.00.06.H07-220926-0009", "9" * 30, "x"])
def test_a_case_that_is_not_there_is_not_found(office: Terminal, case: str) -> None:
    for words in (
        ("case", case),
        ("replay", case),
        ("rebuild", case),
        ("cancel", case, "--as", CLERK, "--reason", "x"),
    ):
        assert "Không tìm thấy hồ sơ" in office(*words, code=4).stderr


def test_the_time_line_tells_who_did_what_and_why_it_is_due(started: Terminal, intake: Intake) -> None:
    started.at("2022-09-26 09:30")("submit", 1, RECEIVE, "--as", CLERK, "--values", intake())
    output = started("case", "#1").stdout.splitlines()
    assert "09:30 ngày 26/09/2022 · one_stop_clerk ben-tre, Công chức Một cửa" in output
    assert "  Hồ sơ: Đầy đủ: ra Giấy tiếp nhận hồ sơ và hẹn trả kết quả (Mẫu 01)" in output
    assert "  Cấp mã hồ sơ 000.00.06.H07-220926-0001." in output
    assert "    hạn 09:30 ngày 27/09/2022 = 1 ngày làm việc từ 09:30 ngày 26/09/2022" in output
    found = started.json("case", "000.00.06.H07-220926-0001", "--explain")
    promise = found["events"][1]["deadlines"][0]
    assert promise["due"] == found["due"] == "2022-10-10T17:00:00+07:00"
    assert sum(day["counted"] for day in promise["days"]) == 10
    assert "Thứ Bảy   01/10/2022  –  Nghỉ hằng tuần" in started("case", 1, "--explain").stdout


def test_the_same_commands_work_on_every_database(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, intake: Intake
) -> None:
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(database_url, tmp_path)
    terminal("init")
    terminal("deploy", ROOT / "bpmn/ben-tre/39.bpmn")
    for lane in LANES:
        if lane != "records_clerk":
            terminal("person", "add", person(lane, "ben-tre").id, "--name", lane, "--lane", f"ben-tre/{lane}")
    terminal("start", "ben-tre/39", "--as", CLERK)
    terminal("submit", 1, RECEIVE, "--as", CLERK, "--values", intake())
    terminal("tick")
    assert terminal.json("replay", "--all").items() >= {"cases": 1, "found": 0}.items()
    terminal("rebuild", "--all")
    assert terminal.json("tasks", "--as", CLERK)["count"] == 1


def test_who_reads_a_case_at_the_server_is_told_with_the_account_of_the_machine(received: Terminal) -> None:
    received("case", 1)
    received("case", 1, "--explain")
    received("replay", 1)
    received("replay", "--all")
    received("case", 9, code=4)
    world = received.world()
    with world.runner.database.read() as tx:
        told = record_event.events(tx, kinds=[RecordKind.READ])
    world.runner.close()
    assert [(each.subject, each.facts["page"], each.province) for each in told] == [
        ("1", "case", "ben-tre"),
        ("1", "verification", "ben-tre"),
    ]
    assert {each.facts["via"]["machine"] for each in told} == {machine()}
