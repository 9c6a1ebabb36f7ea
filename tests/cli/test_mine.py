"""``motcua mine``: an event log in a file, told in the record."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from runner.cli.operator import machine
from runner.domain.record import RecordKind
from runner.store import record_event
from tests.cli.conftest import Terminal


@pytest.mark.parametrize("format", ["xes", "ocel-json", "ocel-sqlite", "csv"])
def test_a_log_is_written_and_told(office: Terminal, tmp_path: Path, format: str) -> None:
    office("start", "ha-tinh/QT.BC.01", "--as", "one_stop_clerk@ha-tinh")
    file = tmp_path / "log"
    made = office.json("mine", format, "-o", file, "--reason", "Rà soát quý III", "--pseudonyms")
    digest = sha256(file.read_bytes()).hexdigest()
    assert (made["sha256"], made["size"]) == (digest, file.stat().st_size)
    world = office.world()
    with world.runner.database.read() as tx:
        [event] = record_event.events(tx, kinds=[RecordKind.EXPORT])
    world.runner.close()
    assert event.facts["sha256"] == digest and event.facts["ground"] == "Rà soát quý III" and event.actor == "system"
    assert event.facts["via"] == {"kind": "cli", "machine": machine()}


def test_a_period_and_a_procedure_narrow_the_log(office: Terminal, tmp_path: Path) -> None:
    office("mine", "xes", "-o", "log.xes", "--reason", "Thử", "--procedure", "ben-tre/39", "--since", "2022-01-01")
    assert ElementTree.parse(tmp_path / "log.xes").getroot().find("{http://www.xes-standard.org/}trace") is None  # noqa: S314


def test_without_a_ground_or_a_place_to_write_there_is_no_log(office: Terminal, tmp_path: Path) -> None:
    assert "--reason" in office("mine", "csv", "-o", "log.csv", code=2).stderr
    assert "lý do" in office("mine", "csv", "-o", "log.csv", "--reason", " ", code=3).stderr.lower()
    assert not (tmp_path / "log.csv").exists()
    for format in ("csv", "ocel-sqlite"):
        office("mine", format, "-o", "nowhere/log", "--reason", "Thử", code=4)
