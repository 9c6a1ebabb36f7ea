"""Both languages: the same facts in other words, chosen by option or environment for one call."""

from __future__ import annotations

from click.testing import CliRunner

from runner.cli import main
from runner.language import catalogue, say
from tests.cli.conftest import Terminal
from tests.world import ROOT

DUE = ("due", "ben-tre", "--from", "2022-09-30T15:00", "--days", "0.5", "--content", ROOT)


def test_an_option_asks_for_english(bare: Terminal) -> None:
    output = bare("--lang", "en", *DUE, "--explain").stdout.splitlines()
    assert output[0] == "Step due: 09:13 on 03/10/2022"
    assert output[1].startswith("  = 0.5 working day(s) from 15:00 on 30/09/2022; not counting 01/10, 02/10 (")
    assert any(line.startswith("    Saturday  01/10/2022") for line in output)
    assert bare(*DUE).stdout.startswith("Hạn của bước: 09:13 ngày 03/10/2022")


def test_help_and_faults_are_english_too(bare: Terminal) -> None:
    help = bare("--lang", "en", "due", "--help").stdout
    assert help.startswith("Usage: motcua due ")
    assert "[required]" in help
    assert bare("--lang", "en", "due", code=2).stderr.startswith("PROVINCE is missing.")
    assert "There is no option --frob." in bare("--lang", "en", "due", "--frob", code=2).stderr


def test_the_environment_asks_for_english() -> None:
    result = CliRunner().invoke(main, [], env={"MOTCUA_LANG": "en"})
    assert result.stdout.startswith("Usage: ")
    assert say("Cách dùng") == "Cách dùng"


def test_every_help_text_is_translated() -> None:
    groups = [main, *(each for each in main.commands.values() if hasattr(each, "commands"))]
    each = [command for group in groups for command in (group, *group.commands.values())]  # type: ignore[attr-defined]
    texts = {command.help for command in each} | {
        param.help for command in each for param in command.params if hasattr(param, "help")
    }
    assert [text for text in texts if text and text not in catalogue("en")] == []
