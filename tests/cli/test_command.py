"""The command as a whole: help, languages, exit codes, setting up; and that its page in docs/ tells all of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import runner
from runner.bpmn import NotXml
from runner.cli import COMMANDS, exit, load, main
from runner.cli.command import Command, Reply
from runner.cli.command import command as answering
from runner.cli.console import Console
from runner.cli.text import hung, styled, table
from runner.config import SettingInvalid
from runner.errors import Conflict, DiagramInvalid, Divergence, IncidentRaised, NotFound, Refused, YearMissing
from tests.cli.conftest import Terminal
from tests.world import ROOT


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    for name in COMMANDS:
        command = load(name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {each}", part) for each, part in command.commands.items())
        else:
            yield name, command


def test_every_command_has_help(bare: Terminal) -> None:
    for name, command in commands():
        output = bare(*name.split(), "--help").stdout
        assert output.startswith(f"Cách dùng: motcua {name} ")
        assert command.help
        assert command.help.split()[0] in output
        assert all(isinstance(param, click.Argument) or param.help for param in command.params)  # type: ignore[attr-defined]


def test_the_list_of_commands_says_what_each_says_itself() -> None:
    assert {name: load(name).help for name in COMMANDS} == {name: help for name, (_, help) in COMMANDS.items()}
    assert [load(name).name for name in COMMANDS] == list(COMMANDS)


def test_the_version_is_the_packages(bare: Terminal) -> None:
    assert bare("--version").stdout == f"motcua {version('motcua')}\n"


def test_without_a_command_the_help_is_shown(bare: Terminal) -> None:
    output = bare().stdout
    assert output == bare("--help").stdout
    assert {name.split()[0] for name, _ in commands()} <= set(output.split())


HOSTILE = "a\x1b]0;title\x07\x1b[31mb\x9b2J\x7f\rc"


def test_no_value_and_no_name_brings_an_escape_sequence_to_a_terminal() -> None:
    @answering("report", help="Sổ")
    def report(_: None) -> Reply:
        headed = styled(HOSTILE, bold=True) + HOSTILE
        return Reply({HOSTILE: HOSTILE}, [headed, HOSTILE, *table([(HOSTILE, HOSTILE)]), *hung(HOSTILE, HOSTILE)])

    shown = CliRunner().invoke(report, color=True).stdout
    assert shown.startswith("\x1b[1ma]0;title[31mb2Jc\x1b[0ma]0;title[31mb2Jc\n")
    assert not re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown.partition("\x1b[0m")[2])
    written = CliRunner().invoke(report, ["--json"], color=True).stdout
    assert not re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", written) and json.loads(written) == {HOSTILE: HOSTILE}


def test_no_error_brings_an_escape_sequence_to_a_terminal(bare: Terminal) -> None:
    options = (["lint"], ["lint", "--"], ["due", "--from"], [])
    for words in ([*before, HOSTILE] for before in options):
        result = CliRunner().invoke(main, words, obj=Console(bare.clock, {}), color=True)
        assert result.exit_code and "[31mb" in result.output
        output = re.sub(r"\x1b\[[01]m", "", result.output)  # bold, of our own
        assert not re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", output), words


def test_every_command_that_answers_has_json() -> None:
    silent = {"work", "serve", "completion", "witness"}
    for name, command in commands():
        assert isinstance(command, Command)
        assert ("--json" in [word for param in command.params for word in param.opts]) == (name not in silent)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["dui"], "Không có lệnh “dui”. Có phải là “due”?"),
        (["incidents", "frob"], "Không có lệnh “frob”."),
        (["due", "--frob"], "Không có tùy chọn --frob."),
        (["tasks"], "Thiếu --as."),
        (["claim", "1", "Task"], "Thiếu --as."),
        (["claim"], "Thiếu CASE."),
        (["tasks", "--as"], "Tùy chọn --as cần một giá trị."),
        (["init", "a", "b"], "Thừa tham số: a b."),
        (["--lang", "fr", "init"], "--lang: hãy chọn một trong vi, en."),
        (["--database", "mysql://x", "init"], "MOTCUA_DATABASE không hợp lệ"),
        (["completion", "tcsh"], "hãy chọn một trong bash, zsh, fish"),
    ],
)
def test_misuse_is_answered_in_a_sentence(bare: Terminal, words: list[str], sentence: str) -> None:
    result = bare(*words, code=exit.USAGE)
    assert sentence in result.stderr
    assert "Error" not in result.stderr
    assert not result.stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Divergence(case=1, seq=1, what="state"), 1),
        (DiagramInvalid(), 1),
        (NotXml(line=1), 2),
        (SettingInvalid(name="x", value="y"), 2),
        (click.UsageError("x"), 2),
        (Refused(), 3),
        (YearMissing(province="x", year=2031), 3),
        (OSError("no"), 3),
        (NotFound(), 4),
        (Conflict(), 5),
        (IncidentRaised(), 6),
        (click.Abort(), 130),
    ],
)
def test_each_family_of_errors_has_its_exit_code_and_a_sentence(error: Exception, code: int) -> None:
    assert exit.code(error) == code
    assert exit.sentence(error)


def test_the_environment_can_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_TICK", "often")
    result = CliRunner().invoke(main, ["tasks", "--as", "x"])
    assert result.exit_code == exit.USAGE
    assert "MOTCUA_TICK" in result.stderr


def test_init_makes_the_folder_and_can_be_run_again(bare: Terminal) -> None:
    assert "chưa được khởi tạo" in bare("person", code=4).stderr
    assert not Path("var").exists()
    for _ in range(2):
        assert bare.json("init") == {"database": str(Path("var/motcua.db").absolute()), "closed": []}
    assert bare.json("person") == []


def test_a_file_without_our_tables_is_not_our_database(bare: Terminal) -> None:
    Path("var").mkdir()
    Path("var/motcua.db").touch()
    assert "motcua init" in bare("person", code=4).stderr


def test_a_folder_that_cannot_be_made_is_refused_in_a_sentence(bare: Terminal) -> None:
    Path("var").touch()
    assert "Máy không cho làm việc này" in bare("init", code=3).stderr


def test_a_password_is_never_shown(bare: Terminal) -> None:
    console = Console(environment={"MOTCUA_DATABASE": "postgresql+psycopg://mai:bí-mật@db.example/motcua"})
    assert console.place == "postgresql+psycopg://db.example/motcua"


def test_deploying_says_what_is_new(bare: Terminal) -> None:
    bare("init")
    [row] = bare.json("deploy", ROOT / "bpmn/ben-tre/39.bpmn")
    assert (row["procedure"], row["number"], row["new"]) == ("ben-tre/39", 1, True)
    assert len(row["digest"]) == 64 and row["by"] == f"release {runner.__version__}"
    assert bare("deploy", ROOT / "bpmn/ben-tre/39.bpmn").stdout.startswith("ben-tre/39  phiên bản 1  đã có  Sửa đổi,")


def test_only_analysts_deploy_and_the_installation_what_came_with_it(bare: Terminal) -> None:
    bare("init")
    bare("deploy", "--content", ROOT, "--keep", ROOT / "bpmn/ben-tre/39.bpmn")
    for account, lane in (("tam", "specialist"), ("an", "analyst")):
        bare("person", "add", account, "--name", f"Người {account}", "--lane", f"ben-tre/{lane}")
    refused = bare("deploy", ROOT / "bpmn/ben-tre/39.bpmn", "--as", "tam", code=3).stderr
    assert "Người tam không phải chuyên viên phân tích của ben-tre" in refused
    bare("deploy", ROOT / "bpmn/ben-tre/39.bpmn", "--as", "an")


def test_what_cannot_run_is_not_deployed(bare: Terminal, tmp_path: Path) -> None:
    bare("init")
    assert "Không có sơ đồ nào" in bare("deploy", tmp_path, code=4).stderr
    bare("deploy", "/nowhere", code=4)
    assert "bpmn/" in bare("deploy", code=4).stderr
    folder = tmp_path / "bpmn/x"
    folder.mkdir(parents=True)
    (tmp_path / "forms").mkdir()
    (folder / "y.bpmn").write_text("junk")
    bare("deploy", tmp_path, code=2)


def test_each_shell_gets_its_script(bare: Terminal) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_MOTCUA_COMPLETE" in bare("completion", shell).stdout


def test_the_installed_command_completes_its_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from runner.cli import main; main()"],
        env={"_MOTCUA_COMPLETE": "bash_complete", "COMP_WORDS": "motcua re", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == {
        "rebuild",
        "release",
        "replay",
        "restore",
        "retention",
    }


def test_the_page_of_the_documentation_names_every_command_option_and_exit_code() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    for name, command in commands():
        assert f"motcua {name}" in page
        options = [word for param in command.params if isinstance(param, click.Option) for word in param.opts]
        assert [option for option in options if not re.search(rf"{option}\b", page)] == []
    for code in (exit.OK, exit.FINDINGS, exit.USAGE, exit.REFUSED, exit.NOT_FOUND, exit.CONFLICT, exit.INCIDENT, 130):
        assert f"| {code} |" in page
