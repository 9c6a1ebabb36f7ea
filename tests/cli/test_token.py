"""``motcua token`` and ``motcua person password``: how programs and people get in."""

from __future__ import annotations

import os
import pty
import sys
from contextlib import suppress

import pytest
from click.testing import CliRunner

from runner.cli import main
from runner.cli.console import Console
from tests.cli.conftest import Terminal

CLERK = "one_stop_clerk@ben-tre"
PASSWORD = "một mật khẩu đủ dài"  # noqa: S105


def test_a_token_is_printed_once_works_and_is_kept_only_as_its_hash(office: Terminal) -> None:
    made = office.json("token", "create", CLERK, "--name", "cổng dịch vụ công", "--scope", "write", "--scope", "read")
    token = made.pop("token")
    assert made == {
        "person": CLERK,
        "name": "cổng dịch vụ công",
        "scopes": ["read", "write"],
        "created": "2022-09-26T08:00:00+07:00",
        "revoked": None,
    }
    bearer = office.world().runner.accounts.bearer(token)
    assert bearer and (bearer.person.id, bearer.scopes) == (CLERK, {"read", "write"})
    assert office.json("token") == office.json("token", "list", CLERK) == [made]
    assert token not in office("token", "list", CLERK).stdout


def test_a_token_is_printed_with_the_warning_to_keep_it(office: Terminal) -> None:
    token, warning = office("token", "create", CLERK, "--name", "một cửa", "--scope", "read").stdout.splitlines()
    assert token.startswith("motcua_") and "không in lại được" in warning


def test_a_revoked_token_stays_in_the_list_and_opens_nothing(office: Terminal) -> None:
    token = office.json("token", "create", CLERK, "--name", "cũ", "--scope", "read")["token"]
    assert "còn hiệu lực" in office("token", "list", CLERK).stdout
    office.at("2022-09-27 09:00")
    assert office.json("token", "revoke", CLERK, "--name", "cũ")["revoked"] == "2022-09-27T09:00:00+07:00"
    assert "thu hồi lúc 09:00 ngày 27/09/2022" in office("token", "list", CLERK).stdout
    assert office.world().runner.accounts.bearer(token) is None
    office("token", "revoke", CLERK, "--name", "cũ", code=4)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("create", CLERK, "--name", "x"), 2),
        (("create", CLERK, "--name", "x", "--scope", "all"), 3),
        (("create", CLERK, "--name", " ", "--scope", "read"), 3),
        (("create", "nobody", "--name", "x", "--scope", "read"), 4),
        (("list", "nobody"), 4),
        (("revoke", CLERK, "--name", "x"), 4),
    ],
)
def test_a_token_that_cannot_be_is_refused(office: Terminal, words: tuple[str, ...], code: int) -> None:
    office("token", *words, code=code)
    assert office("token", "list", CLERK).stdout == "Chưa có mã truy cập nào.\n"


def typed(office: Terminal, line: str) -> tuple[int, str]:
    """The exit code and the words of ``person password`` with `line` piped in."""
    console = Console(office.clock, {"MOTCUA_DATABASE": office.url})
    result = CliRunner().invoke(main, ["person", "password", CLERK], obj=console, input=line)
    return result.exit_code, result.output


def test_a_password_is_piped_in_by_scripts(office: Terminal) -> None:
    assert typed(office, f"{PASSWORD}\n") == (0, f"Đã đặt mật khẩu cho tài khoản {CLERK}.\n")
    world = office.world()
    assert world.runner.accounts.sign_in(CLERK, PASSWORD, "", world.now)
    assert typed(office, "ngắn\n")[0] == 3
    assert world.runner.accounts.sign_in(CLERK, PASSWORD, "", world.now)


def at_a_terminal(office: Terminal, *lines: str) -> tuple[int, str]:
    """The exit code of ``person password`` at a real terminal, and all that was to be seen there."""
    process, terminal = pty.fork()
    if not process:
        words = ["-c", "from runner.cli import main; main()", "person", "password", CLERK]
        os.execve(sys.executable, [sys.executable, *words], {"MOTCUA_DATABASE": office.url, "PATH": ""})  # noqa: S606
    shown = b""
    for line in lines:
        while not shown.endswith(b": "):
            shown += os.read(terminal, 1000)
        os.write(terminal, f"{line}\n".encode())
        shown += os.read(terminal, 1)
    with suppress(OSError):  # what reading from a terminal ends with
        while more := os.read(terminal, 1000):
            shown += more
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()


def test_a_password_is_typed_twice_by_people_and_never_shown(office: Terminal) -> None:
    code, shown = at_a_terminal(office, PASSWORD, f"{PASSWORD}!")
    assert code == 3 and "Hai lần nhập mật khẩu không giống nhau." in shown
    code, shown = at_a_terminal(office, PASSWORD, PASSWORD)
    assert code == 0 and "Nhập lại mật khẩu: " in shown and PASSWORD not in shown
    world = office.world()
    assert world.runner.accounts.sign_in(CLERK, PASSWORD, "", world.now)
