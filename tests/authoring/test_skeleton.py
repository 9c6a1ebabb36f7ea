"""A new procedure from its description: clean from the first moment, and a case of it runs to every result."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings

from runner.authoring import skeleton
from runner.authoring.check import check
from runner.authoring.drafts import assembled
from runner.bpmn import read
from runner.domain import toml
from runner.domain.procedure import read_procedure, read_province
from runner.domain.toml import syntax
from runner.lint.conformance.traceability import trace
from tests.authoring.descriptions import WORKSHOP, descriptions, province, shared
from tests.authoring.walk import run, write
from tests.world import ROOT, World


def built(place: str, table: dict[str, Any]) -> dict[str, bytes]:
    """The files of a described procedure, with those of its province."""
    office = province(place)
    files = skeleton.build(skeleton.describe(table, office), office, shared())
    return {**files, f"bpmn/{place}/province.toml": (ROOT / f"bpmn/{place}/province.toml").read_bytes()}


def test_the_workshops_diagram_carries_every_row_of_the_decision_and_notes_what_it_adds() -> None:
    files = built("ben-tre", WORKSHOP)
    assert check("ben-tre/GX.02", files) == []
    diagram, facts = read(files["bpmn/ben-tre/GX.02.bpmn"]), read_procedure(files["bpmn/ben-tre/GX.02.toml"])
    found = trace(diagram, facts, assembled("ben-tre/GX.02", files).forms)
    assert found and found.gaps == []
    nodes = diagram.nodes
    assert nodes["Timer_2_process"].timer and nodes["Timer_2_process"].timer.expression == "P5D"
    assert nodes["Timer_5_do"].timer and nodes["Timer_5_do"].timer.expression == "P0.5D"
    assert nodes["Task_1_guide"].name == "Bước 1. Yêu cầu bổ sung hồ sơ"
    added = {each.text.partition(":")[0] for each in diagram.annotations.values()}
    assert added == {"Bổ sung của phần mềm, không có trong quyết định", "Bổ sung của phần mềm"}
    assert facts.steps[4].duration.text == "0,5 ngày làm việc"
    assert [item.required for item in facts.dossier] == [True, False]


@settings(max_examples=12)
@given(descriptions())
def test_a_description_of_any_shape_gives_a_procedure_without_a_finding(described: tuple[str, dict[str, Any]]) -> None:
    place, table = described
    assert [str(found) for found in check(f"{place}/GX.02", built(place, table))] == []


@settings(max_examples=3)
@example(("ben-tre", WORKSHOP))
@given(descriptions(most=7))
def test_a_case_runs_to_each_result_of_any_shape(described: tuple[str, dict[str, Any]]) -> None:
    place, table = described
    code = f"{place}/GX.02"
    with tempfile.TemporaryDirectory() as folder:
        root = write(Path(folder), built(place, table))
        world = World(f"sqlite:///{folder}/cases.db", root, "2026-11-02 08:00")
        world.runner.migrate()
        world.deploy(root / f"bpmn/{code}.bpmn", provinces=(place,))
        assert run(world, code, intake_decision=["refuse"]) == "not_accepted"
        ways = {"processing_decision": ["submit"], "lead_decision": ["approve"], "director_decision": ["approve"]}
        done = run(world, code, intake_decision=["supplement", "complete"], draft_result=["granted"], **ways)
        assert done == "granted"
        again = {"processing_decision": ["supplement"]}
        again |= {"lead_decision": ["return", "approve"], "director_decision": ["return", "approve"]}
        assert run(world, code, intake_decision=["complete"], draft_result=["refused"], **again) == "refused"
        assert world.proved()
        world.runner.close()


def test_lanes_and_agencies_that_a_province_declares_are_drawn_by_their_kind() -> None:
    declared = syntax.load((ROOT / "bpmn/ben-tre/province.toml").read_bytes())
    declared["agencies"] = {"so-ct": {"name": "Sở Công Thương", "case_number": "000.00.07.H07"}}
    declared["lanes"] |= {
        "so_ct_specialist": {"label": "Chuyên viên Sở Công Thương", "kind": "specialist", "agency": "so-ct"},
        "so_ct_lead": {"label": "Trưởng phòng Sở Công Thương", "kind": "lead", "agency": "so-ct"},
        "so_ct_director": {"label": "Giám đốc Sở Công Thương", "kind": "director", "agency": "so-ct"},
    }
    data = toml.write(declared).encode()
    office, table = read_province(data), deepcopy(WORKSHOP)
    for step in table["steps"]:
        step["lane"] = step["lane"].replace("division_lead", "so_ct_specialist").replace("director", "so_ct_director")
    table["steps"][1]["lane"] = "so_ct_specialist"
    files = skeleton.build(skeleton.describe(table, office), office, shared())
    assert check("ben-tre/GX.02", {**files, "bpmn/ben-tre/province.toml": data}) == []
    facts = read_procedure(files["bpmn/ben-tre/GX.02.toml"], lanes=tuple(office.kinds))
    diagram = read(files["bpmn/ben-tre/GX.02.bpmn"])
    assert (facts.agency, facts.authority) == ("so-ct", "Sở Công Thương")
    lanes = {id: node.lane for id, node in diagram.nodes.items()}
    assert lanes["Task_4_approve"] == lanes["Task_apology_sign"] == "so_ct_director"
    assert diagram.nodes["Service_apology_check"].properties["lane"] == "so_ct_lead"


def test_the_last_step_ends_before_the_applicant_comes(tmp_path: Path) -> None:
    root = write(tmp_path, built("ben-tre", WORKSHOP))
    world = World(f"sqlite:///{tmp_path}/cases.db", tmp_path, "2026-11-02 08:00")
    world.runner.migrate()
    world.deploy(root / "bpmn/ben-tre/GX.02.bpmn", provinces=("ben-tre",))
    ways = {"processing_decision": ["submit"], "lead_decision": ["approve"], "director_decision": ["approve"]}
    assert run(world, "ben-tre/GX.02", intake_decision=["complete"], draft_result=["granted"], **ways) == "granted"
    route = world.route
    assert route[-4:] == ["Task_6_notify", "Task_collect", "Gateway_result", "End_granted"]
    assert [task for task in route if task.startswith("Task_")][:2] == ["Task_1_receive", "Task_1_forward"]
    world.runner.close()


def test_every_fault_of_a_description_is_told_at_its_place() -> None:
    table = deepcopy(WORKSHOP)
    table |= {"code": "thủ tục", "title": " ", "limit": "10", "fee": "amounts"}
    table["decision"]["date"] = "ngày mai"
    table["steps"][0]["lane"] = "specialist"
    table["steps"][2]["id"] = "2"
    table["steps"][3]["text"] = ""
    table["dossier"].append({"name": "Ảnh chụp xưởng", "copy": "hai bản"})
    with pytest.raises(skeleton.DescriptionInvalid) as refused:
        skeleton.describe(table, province("ben-tre"))
    assert {fault.key for fault in refused.value.faults} == {
        "code",
        "title",
        "limit",
        "fees",
        "decision.date",
        "steps[1].lane",
        "steps[3].id",
        "steps[4].text",
        "dossier[3].copy",
        "dossier[3].name",
    }


@pytest.mark.parametrize(
    ("days", "place"),
    [
        (["", "", "", "", "", ""], "steps"),
        (["1", "5", "", "1", "0,5", "0,5"], "steps[3].days"),
        (["1", "5", "một", "1", "0,5", "0,5"], "steps[3].days"),
        (["1", "5", "1", "1", "0,5", "1"], "limit"),
    ],
)
def test_the_time_of_the_steps_makes_up_the_legal_term(days: list[str], place: str) -> None:
    table = deepcopy(WORKSHOP)
    for step, typed in zip(table["steps"], days, strict=True):
        step["days"] = typed
    with pytest.raises(skeleton.DescriptionInvalid) as refused:
        skeleton.describe(table, province("ben-tre"))
    assert [fault.key for fault in refused.value.faults] == [place]


def test_a_description_can_be_a_file_whose_faults_have_lines() -> None:
    data = toml.write(WORKSHOP).encode()
    described = partial(skeleton.describe, province=province("ben-tre"))
    assert skeleton.read(data, described) == described(WORKSHOP)
    wrong = data.replace(b'limit = "9"', b'limit = "0"').replace(b'lane = "director"', b'lane = "king"')
    with pytest.raises(skeleton.DescriptionInvalid) as refused:
        skeleton.read(wrong, described)
    lines = wrong.decode().splitlines()
    assert [lines[fault.line - 1] for fault in refused.value.faults] == ['limit = "0"', 'lane = "king"']


def test_what_a_person_types_is_written_into_the_files_as_text_only() -> None:
    table = deepcopy(WORKSHOP)
    table["title"] = 'Cấp "giấy" <x/> & ]]> \x07\n khác'
    table["steps"][1]["text"] = '=1 + 1 <script>alert("x")</script> & {name}'
    table["dossier"][0]["name"] = "Đơn \\ “đề nghị” <b>"
    files = built("ben-tre", table)
    assert check("ben-tre/GX.02", files) == []
    diagram = read(files["bpmn/ben-tre/GX.02.bpmn"])
    assert diagram.processes["ben-tre_GX.02"].name == 'Cấp "giấy" <x/> & ]]> khác'
    assert read_procedure(files["bpmn/ben-tre/GX.02.toml"]).dossier[0].name == "Đơn \\ “đề nghị” <b>"


def test_tasks_are_called_by_words_that_name_no_paper_however_few_they_are() -> None:
    table = deepcopy(WORKSHOP)
    for step, text in zip(
        table["steps"],
        (
            "1. Tiếp nhận hồ sơ, lập Mẫu 01.\n- Hồ sơ thiếu thì hướng dẫn bổ sung (Mẫu 02).",
            "Thẩm định, lập biên bản BM.GX.01.02.",
            "- Ký nháy Mẫu 05.",
            "Ký.",
            "Vào sổ; lưu.",
            "Phát hành (Mẫu 07) cho người nộp",
        ),
        strict=True,
    ):
        step["text"] = text
    files = built("ben-tre", table)
    assert check("ben-tre/GX.02", files) == []
    names = {node.id: node.name for node in read(files["bpmn/ben-tre/GX.02.bpmn"]).nodes.values()}
    assert names["Task_1_guide"] == "Bước 1. Hướng dẫn bổ sung"
    assert names["Task_2_process"] == "Bước 2. Thẩm định, lập biên bản"
    assert (names["Task_3_approve"], names["Task_4_approve"]) == ("Bước 3. Ký nháy", "Bước 4. Ký")
    table["steps"][3]["text"] = "…"
    with pytest.raises(skeleton.DescriptionInvalid) as refused:
        skeleton.describe(table, province("ben-tre"))
    assert [fault.key for fault in refused.value.faults] == ["steps[4].text"]
