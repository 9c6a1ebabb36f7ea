"""Ten slips that analysts make, and broken files: the first finding names the cause, its place and the way out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest
from lxml import etree

from runner.authoring import drafts
from runner.authoring.check import Located, check, structure_only
from runner.authoring.deed import deeds
from runner.bpmn import BPMN, BPMNDI
from runner.services import content
from runner.services.version import compiled
from tests.world import ROOT

CODE = "ha-tinh/QT.BC.02"
DIAGRAM = f"bpmn/{CODE}.bpmn"
FACTS = f"bpmn/{CODE}.toml"


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return content.load(ROOT / DIAGRAM, ROOT).files


def changed(files: Mapping[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    """The files with the first match of `old` in one of them replaced."""
    text = files[name].decode()
    assert re.search(old, text), old
    return {**files, name: re.sub(old, new, text, count=1).encode()}


def drawn(files: Mapping[str, bytes], old: str, new: str) -> list[Located]:
    """The findings after a change of the diagram."""
    return check(CODE, changed(files, DIAGRAM, old, new))


def without(files: Mapping[str, bytes], *ids: str) -> list[Located]:
    """The findings when elements are gone, from the drawing too."""
    root = etree.fromstring(files[DIAGRAM])
    for each in list(root.iter(f"{{{BPMN}}}*", f"{{{BPMNDI}}}*")):
        parent = each.getparent()
        if parent is not None and {each.get("id"), each.get("bpmnElement"), each.text} & set(ids):
            parent.remove(each)
    return check(CODE, {**files, DIAGRAM: etree.tostring(root)})


def first(found: list[Located]) -> tuple[str | None, str]:
    """Where the first finding is and what it says; it is an error of the diagram, with its line and its rule."""
    located = found[0]
    assert located.is_error and located.file == DIAGRAM
    assert located.finding.line and located.finding.rule
    return located.finding.element, located.finding.message


def test_a_procedure_that_is_in_force_has_no_findings(files: Mapping[str, bytes]) -> None:
    assert check(CODE, files) == []


def test_a_flow_is_deleted(files: Mapping[str, bytes]) -> None:
    element, said = first(without(files, "Flow_B2_forward_B3_appraise"))
    assert element == "Task_B2_forward"
    assert "có lẽ thiếu luồng nối hai phần tử này" in said


def test_an_id_is_used_twice(files: Mapping[str, bytes]) -> None:
    element, said = first(drawn(files, 'id="Task_B1_wait"', 'id="Task_B1_guide"'))
    assert element == "Task_B1_guide"
    assert "đã dùng ở dòng" in said and "hãy đặt id khác" in said


def test_a_task_is_deleted_with_its_limit_and_its_flows(files: Mapping[str, bytes]) -> None:
    root = etree.fromstring(files[DIAGRAM])
    flows = [
        each.get("id", "")
        for each in root.iter(f"{{{BPMN}}}sequenceFlow")
        if "Task_B3_initial" in (each.get("sourceRef"), each.get("targetRef"))
    ]
    found = without(files, "Task_B3_initial", "Timer_B3_initial", "Flow_late_B3_initial", *flows)
    element, said = first(found)
    assert element == "Task_B3_draft_notice" or "Task_B3_draft_notice" in said
    assert "hãy" in said or "có lẽ thiếu luồng" in said
    assert len(found) <= 4


def test_a_flow_is_drawn_backwards(files: Mapping[str, bytes]) -> None:
    flow = r'(id="Flow_B2_forward_B3_appraise") sourceRef="(\w+)" targetRef="(\w+)"'
    element, said = first(drawn(files, flow, r'\1 sourceRef="\3" targetRef="\2"'))
    assert element == "Flow_B2_forward_B3_appraise"
    assert "có lẽ vẽ ngược chiều; hãy đảo lại" in said


def test_there_are_two_starts(files: Mapping[str, bytes]) -> None:
    second = (
        '<bpmn:startEvent id="Start_2"/><bpmn:sequenceFlow id="F" sourceRef="Start_2" targetRef="Task_B1_receive"/>'
    )
    element, said = first(drawn(files, "(?=<bpmn:startEvent)", second))
    assert element == "Start_2"
    assert "“Nộp hồ sơ”; hãy xóa “Start_2”" in said


def test_a_limit_interrupts_its_task(files: Mapping[str, bytes]) -> None:
    element, said = first(drawn(files, '(?<=id="Timer_B3_appraise")([^>]*) cancelActivity="false"', r"\1"))
    assert element == "Timer_B3_appraise"
    assert "không ngắt" in said and "viền nét đứt" in said


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("=lead_decision == 'approve'", 'Hãy viết: lead_decision = "approve"'),
        ("=lead_decision = “approve”", 'Hãy viết: lead_decision = "approve"'),
        ('=lead_decision &lt;&gt; "approve"', 'Hãy viết: lead_decision != "approve"'),
        ('=lead_decision = "approve" &amp;&amp; fee_paid', 'Hãy viết: lead_decision = "approve" and fee_paid'),
    ],
)
def test_a_condition_is_written_as_in_other_languages(files: Mapping[str, bytes], written: str, advice: str) -> None:
    element, said = first(drawn(files, '=lead_decision = "approve"', written))
    assert element and element.startswith("Flow_")
    assert advice in said


def test_a_field_is_misspelt(files: Mapping[str, bytes]) -> None:
    element, said = first(drawn(files, '=appraisal_decision = "supplement"', '=apraisal_decision = "supplement"'))
    assert element and element.startswith("Flow_")
    assert "“apraisal_decision”; có phải “appraisal_decision”" in said


def test_the_id_of_a_lane_is_changed(files: Mapping[str, bytes]) -> None:
    element, said = first(drawn(files, '<bpmn:lane id="specialist"', '<bpmn:lane id="Lane_0x1y2"'))
    assert element == "Lane_0x1y2"
    assert "specialist" in said


def test_the_id_of_the_process_is_changed(files: Mapping[str, bytes]) -> None:
    element, said = first(drawn(files, '<bpmn:process id="ha-tinh_QT.BC.02"', '<bpmn:process id="Process_1"'))
    assert element == "Process_1"
    assert "id của quy trình phải là “ha-tinh_QT.BC.02”" in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "XML"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "DOCTYPE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "BPMN"),
        (b"<" * 1_000_001, "1000000"),
    ],
)
def test_a_diagram_that_is_none_is_named_and_the_rest_is_still_looked_at(
    data: bytes, said: str, files: Mapping[str, bytes]
) -> None:
    found = check(CODE, {**changed(files, FACTS, r"(?m)^limit = .*$", 'limit = "x"'), DIAGRAM: data})
    assert [located.file for located in found] == [DIAGRAM, FACTS]
    assert found[0].finding.rule == "content" and said in found[0].finding.message


def test_all_faults_of_the_facts_are_told_by_line_and_the_diagram_without_them(files: Mapping[str, bytes]) -> None:
    broken = changed(changed(files, FACTS, "(?m)^code = .*$", "cod = 1"), FACTS, r"(?m)^unit = .*$", 'unit = "weeks"')
    found = check(CODE, changed(broken, DIAGRAM, 'id="Task_B1_wait"', 'id="Task_B1_guide"'))
    assert found[0].finding.rule == "ids"
    faults = [located.finding for located in found[1:]]
    assert {located.file for located in found[1:]} == {FACTS}
    assert len(faults) >= 2 and all(fault.line for fault in faults)


def test_a_form_that_cannot_be_read_is_named_and_an_unused_one_keeps_nothing_back(files: Mapping[str, bytes]) -> None:
    used = next(name for name in files if name.startswith("forms/"))
    found = check(CODE, {**files, used: b"{", "forms/unused.form": b"[]"})
    assert [(located.file, located.is_error) for located in found] == [(used, True), ("forms/unused.form", False)]


def test_a_broken_fee_table_is_the_only_thing_said_about_it() -> None:
    code = "ha-tinh/QT.BC.01"
    files = dict(content.load(ROOT / f"bpmn/{code}.bpmn", ROOT).files)
    [table] = [name for name in files if PurePosixPath(name).suffix == ".dmn"]
    found = check(code, {**files, table: b"<definitions/>"})
    assert [located.file for located in found] == [table]


def test_structure_stands_alone_and_says_so(files: Mapping[str, bytes]) -> None:
    assert structure_only(drawn(files, 'id="Task_B1_wait"', 'id="Task_B1_guide"'))
    assert not structure_only(drawn(files, '<bpmn:lane id="specialist"', '<bpmn:lane id="Lane_0x1y2"'))


def test_a_condition_is_mended_in_one_act_where_one_answer_is_meant(files: Mapping[str, bytes]) -> None:
    for written, meant in (
        ('=lead_decision == "approve"', '=lead_decision = "approve"'),
        ('=led_decision = "approve"', '=lead_decision = "approve"'),
        ("=1 +", None),
    ):
        broken = changed(files, DIAGRAM, '=lead_decision = "approve"', written)
        [deed, *_] = deeds(check(CODE, broken), CODE, broken)
        assert deed == (meant and {"kind": "condition", "text": meant})


def test_a_flow_drawn_backwards_is_turned_and_a_second_start_is_deleted(files: Mapping[str, bytes]) -> None:
    flow = r'(id="Flow_B2_forward_B3_appraise") sourceRef="(\w+)" targetRef="(\w+)"'
    added = '<bpmn:startEvent id="Start_2"/><bpmn:sequenceFlow id="F" sourceRef="Start_2" targetRef="Task_B1_wait"/>'
    for old, new, kind in (
        (flow, r'\1 sourceRef="\3" targetRef="\2"', "turn"),
        ("(?=<bpmn:startEvent)", added, "delete"),
    ):
        broken = changed(files, DIAGRAM, old, new)
        assert deeds(check(CODE, broken), CODE, broken) == [{"kind": kind}]


def test_a_timer_at_no_element_is_found_and_limits_nothing(files: Mapping[str, bytes]) -> None:
    broken = changed(files, DIAGRAM, 'attachedToRef="Task_B3_guide"', 'attachedToRef="Task_nowhere"')
    assert check(CODE, broken)[0].is_error
    assert "Task_B3_guide" not in compiled(drafts.assembled(CODE, broken)).definition.limits
