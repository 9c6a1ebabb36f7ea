"""``motcua replay`` and ``motcua rebuild``; and incidents, which a case that does not replay leads to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.domain.journal import digest, seal
from runner.domain.person import SYSTEM
from runner.domain.record import RecordKind
from runner.store import record_event
from tests.cli.conftest import Terminal

CLERK, ADMIN = "one_stop_clerk@ben-tre", "administrator@ben-tre"


@pytest.fixture
def two(office: Terminal) -> Terminal:
    """A terminal with two cases, the second of two entries."""
    for _ in range(2):
        office("start", "ben-tre/39", "--as", CLERK)
    office("claim", 2, "Task_1_receive#1", "--as", CLERK)
    return office


def tamper(terminal: Terminal, *statements: str) -> None:
    """Change the database behind the program's back, without the triggers that guard the journal."""
    with sqlite3.connect(terminal.url.removeprefix("sqlite:///")) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            connection.execute(statement)
    connection.close()


def forge(terminal: Terminal, case: int, old: str, new: str) -> None:
    """Change the payload of the one entry of a case, and seal it anew."""
    world = terminal.world()
    [entry] = world.runner.audit.journal(case, SYSTEM)
    world.runner.close()
    payload = str(entry.payload).replace(old, new)
    body = digest(payload, entry.salt)
    head = seal(case, 1, entry.at, entry.actor, entry.kind, body, entry.state, entry.previous).hex()
    tamper(
        terminal,
        f"UPDATE journal SET payload = '{payload}', payload_sha256 = x'{body.hex()}', hash = x'{head}'"
        f' WHERE "case" = {case}',
        f"UPDATE \"case\" SET head = x'{head}' WHERE id = {case}",
    )


WHOLE = "2 hồ sơ, 3 mục nhật ký: mọi điều đã kiểm đều khớp."


def test_a_whole_record_is_told_in_a_sentence_and_as_json(two: Terminal) -> None:
    assert two("replay", "--all").stdout == f"{WHOLE}\n"
    assert two.json("replay", 1, 2) == {"cases": 2, "entries": 3, "diverging": 0, "found": 0, "findings": []}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE journal SET payload = replace(payload, 'one', 'two') WHERE \"case\" = 2", "nội dung đã bị sửa"),
        ("UPDATE journal SET actor = 'ai đó' WHERE \"case\" = 2", "mã băm không khớp"),
        ("UPDATE journal SET seq = 3 WHERE seq = 2", "thiếu mục nhật ký"),
        ('UPDATE journal SET payload = NULL WHERE "case" = 2', "nội dung đã bị"),
        ('UPDATE "case" SET seq = 5 WHERE id = 2', "case[2].seq: đang ghi “5”, đúng ra là “2”"),
        ('DELETE FROM "case" WHERE id = 2', "case[2]: dòng này không còn"),
        ("UPDATE \"case\" SET subject = 'Người khác' WHERE id = 2", "case[2].subject: đang ghi “Người khác”"),
        ("UPDATE task SET lane = 'director' WHERE \"case\" = 2", "task[2, Task_1_receive#1].lane"),
        ('UPDATE timer SET due = 1 WHERE "case" = 2', "timer[2, draft].due"),
        ("UPDATE journal SET at = 'hôm qua' WHERE \"case\" = 2 AND seq = 2", "không đọc được mục nhật ký"),
        ("UPDATE journal SET actor = CAST(x'ff' AS TEXT) WHERE \"case\" = 2 AND seq = 1", "không đọc được mục nhật ký"),
        ('UPDATE journal SET at = 9223372036854775807 WHERE "case" = 2 AND seq = 1', "không đọc được mục nhật ký"),
        ("UPDATE \"case\" SET started = 'hôm qua' WHERE id = 2", "case[2].started: đang ghi “hôm qua”"),
        ('UPDATE task SET late = 2 WHERE "case" = 2', "task[2, Task_1_receive#1].late: đang ghi “2”"),
        ("UPDATE \"case\" SET subject = 'a' || char(0) WHERE id = 2", "case[2].subject"),
    ],
)
def test_one_bad_row_condemns_one_case_and_is_named(two: Terminal, statement: str, what: str) -> None:
    tamper(two, statement)
    told = two("replay", "--all", code=1).stdout
    assert "ồ sơ 2" in told and "ồ sơ 1:" not in told and "ồ sơ 1," not in told
    assert what in told
    assert "2 hồ sơ, " in told.splitlines()[-1] and "ở 1 hồ sơ." in told.splitlines()[-1]
    answer = two.json("replay", "2", code=1)
    assert {finding["case"] for finding in answer["findings"]} == {2}
    assert two.json("replay", 1)["found"] == 0


def test_a_forged_number_is_named_and_the_other_cases_are_proved(two: Terminal) -> None:
    forge(two, 1, '"calendar":1', '"calendar":1e9999999999999999999')
    shown = two("replay", "1", "2", code=1).stdout.splitlines()
    assert shown[0] == "Mục nhật ký số 1 của hồ sơ 1 không khớp khi kiểm tra lại: không đọc được mục nhật ký."
    assert shown[-1].endswith("ở 1 hồ sơ.")


def test_findings_are_told_from_faults_by_the_exit_code(two: Terminal, bare_folder: Path) -> None:
    tamper(two, 'DELETE FROM task WHERE "case" = 2')
    two("replay", "--all", code=1)
    two("replay", "7", code=4)
    two("--database", f"sqlite:///{bare_folder / 'none.db'}", "replay", "--all", code=4)
    two("replay", "--all", "--nothing", code=2)


@pytest.fixture
def bare_folder(tmp_path: Path) -> Path:
    """A folder without a database."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def test_the_incident_of_a_forged_case_is_told_in_the_language_of_its_reader(two: Terminal) -> None:
    forge(two, 1, '"calendar":1', '"calendar":1,"extra":1')
    two("cancel", 1, "--as", CLERK, "--reason", "Rút hồ sơ", code=6)
    assert "trường “extra” thiếu, thừa hoặc không đúng kiểu" in two.json("incidents")[0]["message"]
    assert "the field “extra” is missing" in two.json("--lang", "en", "incidents")[0]["message"]


def test_a_rebuild_shows_what_differs_and_does_nothing_without_a_reason(two: Terminal) -> None:
    before = two.json("tasks", "--as", CLERK)
    tamper(two, "DELETE FROM task", "UPDATE \"case\" SET status = 'finished' WHERE id = 2")
    told = two("rebuild", "--all", code=1).stdout
    assert "Hồ sơ 2: case[2].status: đang ghi “finished”, đúng ra là “draft”." in told
    assert "Hồ sơ 1: task[1, Task_1_receive#1]: dòng này không còn." in told
    assert "2 hồ sơ có sổ khác nhật ký, được giữ nguyên" in told
    assert two.json("tasks", "--as", CLERK)["count"] == 0
    two("rebuild", "--all", "--because", " ", code=3)
    told = two("rebuild", "--all", "--because", "Ổ đĩa hỏng ngày 26/09").stdout
    assert "2 hồ sơ đã lập lại từ nhật ký; khác biệt đã được ghi." in told
    assert two.json("tasks", "--as", CLERK) == before
    world = two.world()
    with world.runner.database.read() as tx:
        kept = record_event.events(tx, kinds=[RecordKind.REBUILD])
    world.runner.close()
    assert [(each.subject, each.facts["reason"]) for each in kept] == [
        ("1", "Ổ đĩa hỏng ngày 26/09"),
        ("2", "Ổ đĩa hỏng ngày 26/09"),
    ]
    assert "case[2].status" in kept[1].facts["differences"]
    assert two.json("rebuild", "--all") | {"findings": []} == two.json("rebuild", "--all")


def test_a_rebuild_has_nothing_to_do_where_the_tables_are_whole(two: Terminal) -> None:
    assert two("rebuild", "--all").stdout == "2 hồ sơ đã khớp, không phải lập lại.\n"
    assert two.json("rebuild", "1")["whole"] == 1


def test_what_does_not_replay_is_not_rebuilt_even_with_a_reason(two: Terminal) -> None:
    tamper(two, "UPDATE journal SET actor = 'ai đó' WHERE \"case\" = 2")
    answer = two("rebuild", "--all", "--because", "Thử", code=1).stdout
    assert "mục nhật ký số 1 của hồ sơ 2" in answer.lower()
    assert "1 hồ sơ không lập lại được" in answer


def test_a_tail_that_was_cut_is_not_laundered_by_a_rebuild(two: Terminal) -> None:
    tamper(two, 'DELETE FROM journal WHERE "case" = 2 AND seq = 2')
    answer = two.json("rebuild", "2", "--because", "Thử", code=1)
    assert (answer["refused"], answer["rebuilt"]) == (1, 0)
    assert "entry removed" in {finding["what"] for finding in answer["findings"]}


def test_an_upgrade_fills_what_is_empty_and_leaves_what_differs(two: Terminal) -> None:
    tamper(
        two,
        "UPDATE \"case\" SET creator = '' WHERE id = 1",
        "UPDATE \"case\" SET subject = 'Người khác' WHERE id = 2",
        "INSERT INTO setting (key, value) VALUES ('rebuild', 'yes')",
    )
    told = two("init").stdout
    assert "1 hồ sơ: đã điền từ nhật ký" in told
    assert "Hồ sơ 2: case[2].subject: đang ghi “Người khác”" in told
    assert "1 hồ sơ có sổ khác nhật ký, được giữ nguyên" in told
    assert two.json("replay", 1)["found"] == 0
    assert [each["about"] for each in two.json("replay", 2, code=1)["findings"]] == ["case[2].subject"]
    assert "rebuilt" not in two.json("init")  # asked for once


def test_an_upgrade_makes_anew_what_differs_for_a_reason(two: Terminal) -> None:
    tamper(
        two,
        "UPDATE \"case\" SET subject = 'Người khác' WHERE id = 2",
        "INSERT INTO setting (key, value) VALUES ('rebuild', 'yes')",
    )
    assert two.json("init", "--because", "Đã đối chiếu hồ sơ giấy")["rebuilt"]["rebuilt"] == 1
    assert two.json("replay", 2)["found"] == 0


@pytest.mark.parametrize("command", ["replay", "rebuild"])
def test_either_cases_are_named_or_all_are_meant(office: Terminal, command: str) -> None:
    assert "--all" in office(command, code=2).stderr
    office(command, "1", "--all", code=2)
    assert office.json(command, "--all")["findings"] == []


def test_a_case_that_does_not_load_is_an_incident_to_be_closed(two: Terminal, intake: Callable[..., Path]) -> None:
    assert two("incidents").stdout == "Không có sự cố nào còn mở.\n"
    tamper(two, 'UPDATE journal SET state = zeroblob(32) WHERE "case" = 2', 'UPDATE "case" SET head = head')
    failed = two("submit", 2, "Task_1_receive#1", "--as", CLERK, "--values", intake(), code=6)
    assert "hồ sơ 2" in failed.stderr.lower()
    [incident] = two.json("incidents")
    assert (incident["case"], incident["kind"], incident["retry"]) == (2, "Divergence", False)
    number = incident["incident"]
    assert f"#2     {number}      08:00 ngày 26/09/2022" in two("incidents", "list").stdout
    two("incidents", "close", 2, number, "--as", CLERK, "--reason", "không phải việc của tôi", code=4)
    two("incidents", "close", 2, number, "--as", ADMIN, "--reason", "", code=3)
    two("incidents", "retry", 2, number, "--as", ADMIN, code=6)
    two("incidents", "close", 2, number, "--as", ADMIN, "--reason", "Đã khôi phục từ bản sao lưu")
    assert two.json("incidents") == []
    two("incidents", "close", 2, number, "--as", ADMIN, "--reason", "lần nữa", code=4)


def test_the_number_of_an_incident_is_a_number(office: Terminal) -> None:
    assert "INCIDENT phải là một số nguyên." in office("incidents", "retry", 1, "x", "--as", ADMIN, code=2).stderr
