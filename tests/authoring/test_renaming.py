"""A procedure made from another: renamed through, and as sound as the one that it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from runner.authoring.check import check
from runner.authoring.drafts import assembled
from runner.authoring.renaming import Renaming, renamed
from runner.authoring.skeleton.description import Decision
from runner.services.content import load, procedures
from tests.authoring.descriptions import province, shared
from tests.authoring.walk import run, write
from tests.world import ROOT, World

ALL = [path.relative_to(ROOT / "bpmn").with_suffix("").as_posix() for path in procedures(ROOT)]
SIGNED = dt.date(2026, 9, 14)
DECISION = Decision("518/QĐ-UBND", SIGNED, "PHÊ DUYỆT", "CHỦ TỊCH", "Đỗ Thị Lan", SIGNED)
TITLE = "Cấp giấy phép thử nghiệm & “đổi mới”"


def copied(source: str, target: str, decision: Decision | None = DECISION) -> dict[str, bytes]:
    """The files of a copy, with those of its province."""
    place = target.partition("/")[0]
    files = load(ROOT / f"bpmn/{source}.bpmn", ROOT).files
    made = renamed(files, Renaming(source, target, TITLE, "Try it", decision), province(place))
    return {**made, f"bpmn/{place}/province.toml": (ROOT / f"bpmn/{place}/province.toml").read_bytes()}


def spoken(files: Mapping[str, bytes]) -> str:
    """All that stands in the files that the copy does not share."""
    return "".join(data.decode() for name, data in files.items() if name.rpartition("/")[2] not in _shared())


def _shared() -> set[str]:
    return {f"{id}.form" for id in shared()} | {"province.toml"}


@pytest.mark.parametrize("source", ALL)
def test_a_copy_of_each_procedure_is_as_sound_as_its_source(source: str) -> None:
    place, code = source.split("/")
    target = f"{place}/GX.02"
    files = copied(source, target)
    assert check(target, files) == []
    bundle = assembled(target, files)
    assert not set(files) - set(bundle.files)
    facts = bundle.procedure
    assert (facts.title, facts.decision.number, facts.decision.bases) == (TITLE, DECISION.number, ())
    assert bundle.diagram.processes[f"{place}_GX.02"].name == TITLE
    assert "# One entry for each task of the diagram" in files[f"bpmn/{target}.toml"].decode()
    text = spoken(files)
    assert f"{place}_{code}" not in text
    assert source not in text


@pytest.mark.parametrize("source", [each for each in ALL if each.startswith("ben-tre/")])
def test_a_copy_for_another_province_is_that_provinces(source: str) -> None:
    files = copied(source, "ha-tinh/GX.02", None)
    assert check("ha-tinh/GX.02", files) == []
    facts = assembled("ha-tinh/GX.02", files).procedure
    assert facts.authority == province("ha-tinh").agency
    assert facts.decision.number == "2162/QĐ-UBND"
    assert not [name for name in files if "ben-tre/" in name]


def test_a_copy_with_a_table_of_fees_asks_its_own(tmp_path: Path) -> None:
    files = copied("ha-tinh/QT.BC.02", "ha-tinh/GX.02")
    assert "bpmn/ha-tinh/phi-gx-02.dmn" in files
    assert "forms/tiep-nhan-ha-tinh-gx-02.form" in files
    root = write(tmp_path, files)
    world = World(f"sqlite:///{tmp_path}/cases.db", root, "2026-11-02 08:00")
    world.runner.migrate()
    world.deploy(root / "bpmn/ha-tinh/GX.02.bpmn", provinces=("ha-tinh",))
    ways = {"lead_decision": ["approve"], "director_decision": ["approve"], "appraisal_decision": ["eligible"]}
    assert run(world, "ha-tinh/GX.02", intake_decision=["complete"], inspection_needed=["no"], **ways) == "granted"
    world.runner.close()


def test_a_process_that_procedures_call_moves_to_another_province_only() -> None:
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="Definitions_{id}">'
    called = head.format(id="x") + '<process id="mau_verify" name="Thẩm tra" isExecutable="true"/></definitions>'
    main = head.format(id="mau_X.01") + (
        '<process id="mau_X.01" isExecutable="true"><callActivity id="Call" calledElement="mau_verify"/>'
        '<sequenceFlow id="Flow_mau_X.01" sourceRef="Call" targetRef="Call"/></process></definitions>'
    )
    facts = 'code = "mau/X.01"\ntitle = "Cũ"\n[decision]\nnumber = "1"\n'
    files = {
        "bpmn/mau/X.01.bpmn": main.encode(),
        "bpmn/mau/X.01.toml": facts.encode(),
        "bpmn/mau/called/verify.bpmn": called.encode(),
    }
    near = renamed(files, Renaming("mau/X.01", "mau/X.02", TITLE, "Try it", None), province("ha-tinh"))
    assert near["bpmn/mau/called/verify.bpmn"] == called.encode()
    assert b'calledElement="mau_verify"' in near["bpmn/mau/X.02.bpmn"]
    far = renamed(files, Renaming("mau/X.01", "ha-tinh/X.02", TITLE, "Try it", None), province("ha-tinh"))
    assert sorted(far) == ["bpmn/ha-tinh/X.02.bpmn", "bpmn/ha-tinh/X.02.toml", "bpmn/ha-tinh/called/verify.bpmn"]
    assert b'<process id="ha-tinh_verify"' in far["bpmn/ha-tinh/called/verify.bpmn"]
    for part in (b'calledElement="ha-tinh_verify"', b'id="Definitions_ha-tinh_X.02"', b'id="Flow_ha-tinh_X.02"'):
        assert part in far["bpmn/ha-tinh/X.02.bpmn"]
