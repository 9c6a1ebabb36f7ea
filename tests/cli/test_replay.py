"""``motcua replay`` and ``motcua rebuild``; and incidents, which a case that does not replay leads to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.domain.journal import digest, seal
from runner.domain.person import SYSTEM
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


def test_whole_journals_replay(two: Terminal) -> None:
    assert two("replay", "--all").stdout == "2 hồ sơ khớp với nhật ký khi kiểm tra lại.\n"
    assert two.json("replay", 1, 2) == {"cases": 2, "divergences": []}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE journal SET payload = replace(payload, 'one', 'two') WHERE \"case\" = 2", "nội dung đã bị sửa"),
        ("UPDATE journal SET actor = 'ai đó' WHERE \"case\" = 2", "mã băm không khớp"),
        ("UPDATE journal SET seq = 3 WHERE seq = 2", "thiếu mục nhật ký"),
        ('UPDATE journal SET payload = NULL, salt = NULL WHERE "case" = 2', "nội dung đã bị xóa"),
        ('UPDATE "case" SET seq = 5 WHERE id = 2', "nhật ký dài hoặc ngắn hơn sổ hồ sơ"),
        ('DELETE FROM "case" WHERE id = 2', "hồ sơ không còn trong sổ"),
    ],
)
def test_the_first_divergence_of_a_journal_is_named(two: Terminal, statement: str, what: str) -> None:
    tamper(two, statement)
    output = two("replay", "--all", code=1).stdout
    assert "của hồ sơ 2 không khớp" in output
    assert what in output
    assert "1 hồ sơ khớp với nhật ký khi kiểm tra lại." in output
    [divergence] = two.json("replay", "2", code=1)["divergences"]
    assert divergence["case"] == 2


def test_a_forged_number_is_named_and_the_other_cases_are_proved(two: Terminal) -> None:
    forge(two, 1, '"calendar":1', '"calendar":1e9999999999999999999')
    shown = two("replay", "--all", code=1).stdout.splitlines()
    assert shown == [
        "Mục nhật ký số 1 của hồ sơ 1 không khớp khi kiểm tra lại: không đọc được mục nhật ký.",
        "1 hồ sơ khớp với nhật ký khi kiểm tra lại.",
    ]


def test_the_incident_of_a_forged_case_is_told_in_the_language_of_its_reader(two: Terminal) -> None:
    forge(two, 1, '"calendar":1', '"calendar":1,"extra":1')
    two("cancel", 1, "--as", CLERK, "--reason", "Rút hồ sơ", code=6)
    assert "trường “extra” thiếu, thừa hoặc không đúng kiểu" in two.json("incidents")[0]["message"]
    assert "the field “extra” is missing" in two.json("--lang", "en", "incidents")[0]["message"]


def test_the_read_tables_come_back_from_the_journal(two: Terminal) -> None:
    before = two.json("tasks", "--as", CLERK)
    tamper(two, "DELETE FROM task", "UPDATE \"case\" SET status = 'finished', due = NULL")
    assert two.json("tasks", "--as", CLERK)["count"] == 0
    assert two("rebuild", "--all").stdout == "2 hồ sơ đã lập lại từ nhật ký.\n"
    assert two.json("tasks", "--as", CLERK) == before


def test_what_does_not_replay_is_not_rebuilt(two: Terminal) -> None:
    tamper(two, "UPDATE journal SET actor = 'ai đó' WHERE \"case\" = 2")
    assert "mục nhật ký số 1 của hồ sơ 2" in two("rebuild", "--all", code=1).stdout.lower()


@pytest.mark.parametrize("command", ["replay", "rebuild"])
def test_either_cases_are_named_or_all_are_meant(office: Terminal, command: str) -> None:
    assert "--all" in office(command, code=2).stderr
    office(command, "1", "--all", code=2)
    assert office.json(command, "--all") == {"cases": 0, "divergences": []}


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
