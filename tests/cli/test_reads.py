"""What stands around one procedure is opened once and parsed once, for any command."""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from types import FrameType
from typing import Any

import pytest

from runner.bpmn import parse_xml
from runner.services.content import load
from tests.cli.conftest import Terminal
from tests.world import ROOT

CODE = "ha-tinh/QT.BC.01"
PARSERS = {parse_xml.__code__: "data", tomllib.loads.__code__: "s", json.loads.__code__: "s"}
"""Everything that parses XML, TOML and JSON, with the name of its argument."""

opened: list[str] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        opened.append(str(arguments[0]))


@contextmanager
def watched() -> Iterator[list[bytes]]:
    """What is parsed from here on; `opened` lists the files."""
    parsed: list[bytes] = []

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (argument := PARSERS.get(frame.f_code)):
            text = frame.f_locals[argument]
            parsed.append(text.encode() if isinstance(text, str) else text)

    opened.clear()
    sys.setprofile(called)
    try:
        yield parsed
    finally:
        sys.setprofile(None)


@pytest.fixture(scope="session", autouse=True)
def _hook() -> None:
    sys.addaudithook(_note)  # for good: a hook cannot be removed


@pytest.mark.parametrize("command", ["deploy", "lint", "conform"])
def test_each_file_of_a_procedure_is_opened_and_parsed_once(bare: Terminal, tmp_path: Path, command: str) -> None:
    for part in ("bpmn", "forms"):
        copytree(ROOT / part, tmp_path / part)
        for file in (tmp_path / part).rglob("*.*"):  # nothing remembers these bytes from another test
            file.write_bytes(file.read_bytes() + b"\n" * len(command))
    files = load(tmp_path / f"bpmn/{CODE}.bpmn", tmp_path).files
    bare("init")
    with watched() as parsed:
        bare(command, *((CODE,) if command == "conform" else (tmp_path / f"bpmn/{CODE}.bpmn",)))
    assert {".bpmn", ".toml", ".dmn", ".form"} == {Path(name).suffix for name in files}
    assert Counter(name for name in files for path in opened if path == str(tmp_path / name)) == Counter(files.keys())
    assert Counter(name for name, data in files.items() for text in parsed if text == data) == Counter(files.keys())
