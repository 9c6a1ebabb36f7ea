"""A terminal to type in: each test has a folder, a database and a clock of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runner.cli import main
from runner.cli.console import Console
from runner.clock import FixedClock
from runner.domain.channel import Channel, Proof
from tests.world import World, local


class Trusting(Console):
    """A command line at which people have given their passwords."""

    def identified(self, via: Channel, id: str) -> Channel:
        return replace(via, proof=Proof.PASSWORD)


class Terminal:
    """Runs the command on one database; the clock starts on a Monday morning."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.clock = FixedClock(local("2022-09-26 08:00"))
        self.environment = {"MOTCUA_DATABASE": url, "MOTCUA_MAIL": f"spool:{folder / 'mail'}"}
        self.known = True
        """Whether people are known to be whom ``--as`` names, as after their password."""

    def __call__(self, *words: object, code: int = 0) -> Result:
        """What the command says; fails when it ends with another exit code than `code`, or with a traceback."""
        terminal = CliRunner(env={"COLUMNS": "120"})
        console = (Trusting if self.known else Console)(self.clock, self.environment)
        result = terminal.invoke(main, [str(word) for word in words], obj=console)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, result.output
        return result

    def json(self, *words: object, code: int = 0) -> Any:
        """What the command says with ``--json``."""
        return json.loads(self(*words, "--json", code=code).stdout)

    def at(self, text: str) -> Terminal:
        """Move the clock to a local moment."""
        self.clock.set(local(text))
        return self

    def world(self) -> World:
        """The same database, for what no command does."""
        return World(self.url, self.folder)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder, without a database."""
    monkeypatch.chdir(tmp_path)
    return Terminal(f"sqlite:///{tmp_path / 'var' / 'motcua.db'}", tmp_path)


@pytest.fixture(scope="session")
def _office_file(_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    file = Path(copyfile(_sqlite_file, folder / "office.db"))
    world = World(f"sqlite:///{file}", folder).deploy()
    world.runner.close()
    return file


@pytest.fixture
def office(_office_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal on a database with both procedures deployed and one person in each lane (``specialist@ha-tinh``)."""
    monkeypatch.chdir(tmp_path)
    return Terminal(f"sqlite:///{copyfile(_office_file, tmp_path / 'office.db')}", tmp_path)


@pytest.fixture
def intake(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of the values with which a clerk of Bến Tre takes a dossier in."""

    def write(**changed: object) -> Path:
        values = {
            "applicant_name": "Công ty TNHH Chuyển phát Xứ Dừa",
            "applicant_address": "12 Đồng Khởi, thành phố Bến Tre",
            "contact_name": "Võ Thị Lan",
            "contact_phone": "0900 000 139",
            "request_content": "Đổi địa chỉ trụ sở",
            "dossier_papers": [{"paper": "Văn bản thông báo thay đổi", "kind": "original", "copies": 1}],
            "intake_decision": "complete",
            "result_place": "centre",
        }
        file = tmp_path / "intake.json"
        file.write_text(json.dumps(values | changed, ensure_ascii=False), encoding="utf-8")
        return file

    return write
