"""A procedure of one working day: there is no day on which to write a slip of apology, so the lead is warned."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.domain import procedure
from runner.lint import conformance
from runner.lint.conformance import apology
from runner.services import content as contents
from tests import content
from tests.world import World, local

CODE = "bench/short"
FORM = """{"type": "default", "id": "tra-loi", "schemaVersion": 19, "components": [
  {"type": "text", "id": "t", "text": "# Trả lời"},
  {"type": "textfield", "id": "f", "key": "answer", "label": "Trả lời", "validate": {"maxLength": 100}}]}"""

WARNING = """<bpmn:subProcess id="Sub_warning" name="Báo trước hạn" triggeredByEvent="true">
<bpmn:startEvent id="Start_warning" name="Hết ngày trước ngày hết hạn" isInterrupting="false">
<bpmn:timerEventDefinition id="Definition_warning">
<bpmn:timeDate xsi:type="bpmn:tFormalExpression">=day_close(working_days_before(case_due, 1))</bpmn:timeDate>
</bpmn:timerEventDefinition></bpmn:startEvent>
<bpmn:serviceTask id="Service_warning" name="Báo lãnh đạo phòng: hồ sơ sắp hết hạn" camunda:type="external"
 camunda:topic="notify_lane"><bpmn:extensionElements><camunda:properties>
<camunda:property name="lane" value="division_lead"/></camunda:properties></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:endEvent id="End_warned" name="Đã báo"/>
<bpmn:sequenceFlow id="Flow_warning" sourceRef="Start_warning" targetRef="Service_warning"/>
<bpmn:sequenceFlow id="Flow_warned" sourceRef="Service_warning" targetRef="End_warned"/>
</bpmn:subProcess>
<bpmn:textAnnotation id="Note_warning">
<bpmn:text>Bổ sung của phần mềm, không có trong quyết định: báo trước.</bpmn:text>
</bpmn:textAnnotation>
<bpmn:association id="Association_warning" sourceRef="Sub_warning" targetRef="Note_warning"/>"""

ASKED = (
    '<bpmn:userTask id="Task_slip" name="Lập phiếu" camunda:formRef="tra-loi" camunda:candidateGroups="specialist"'
    ' camunda:formRefBinding="deployment"/><bpmn:endEvent id="End_warned"'
)


def task(id: str, name: str, clock: str) -> str:
    """A task of the one step, with its limit."""
    return f"""<bpmn:userTask id="Task_{id}" name="Bước 1. {name}" camunda:formRef="tra-loi"
 camunda:formRefBinding="deployment"><bpmn:extensionElements><camunda:properties>
<camunda:property name="step" value="1"/><camunda:property name="clock" value="{clock}"/></camunda:properties>
</bpmn:extensionElements></bpmn:userTask>
<bpmn:boundaryEvent id="Timer_{id}" name="01 ngày" cancelActivity="false" attachedToRef="Task_{id}">
<bpmn:timerEventDefinition id="Definition_{id}">
<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1D</bpmn:timeDuration>
</bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="End_late_{id}" name="Quá hạn"/>
<bpmn:sequenceFlow id="Flow_late_{id}" sourceRef="Timer_{id}" targetRef="End_late_{id}"/>"""


MEMBERS = (
    *("Start_here", "Service_number", "Task_draft", "Timer_draft", "End_late_draft"),
    *("Task_reply", "Timer_reply", "End_late_reply", "End_granted", "Sub_warning"),
)
DIAGRAM = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="Definitions_short"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 targetNamespace="https://motcua.example/bench"><bpmn:collaboration id="Collaboration_short">
<bpmn:participant id="Pool_short" name="Sở" processRef="bench_short"/></bpmn:collaboration>
<bpmn:process id="bench_short" name="Việc một ngày" isExecutable="true"><bpmn:extensionElements><camunda:properties>
<camunda:property name="calendar" value="working-days"/></camunda:properties></bpmn:extensionElements>
<bpmn:laneSet id="Lanes"><bpmn:lane id="specialist" name="Chuyên viên">
{"".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in MEMBERS)}</bpmn:lane></bpmn:laneSet>
<bpmn:startEvent id="Start_here" name="Bắt đầu"/>
<bpmn:serviceTask id="Service_number" name="Cấp mã hồ sơ" camunda:type="external" camunda:topic="allot_number"/>
{task("draft", "Trả lời tổ chức, cá nhân", "start")}{task("reply", "Gửi trả lời tổ chức, cá nhân", "stop")}
<bpmn:endEvent id="End_granted" name="Đã trả lời"><bpmn:extensionElements><camunda:properties>
<camunda:property name="outcome" value="granted"/></camunda:properties></bpmn:extensionElements>
<bpmn:terminateEventDefinition id="Definition_granted"/></bpmn:endEvent>
<bpmn:sequenceFlow id="Flow_1" sourceRef="Start_here" targetRef="Service_number"/>
<bpmn:sequenceFlow id="Flow_2" sourceRef="Service_number" targetRef="Task_draft"/>
<bpmn:sequenceFlow id="Flow_3" sourceRef="Task_draft" targetRef="Task_reply"/>
<bpmn:sequenceFlow id="Flow_4" sourceRef="Task_reply" targetRef="End_granted"/>
{WARNING}</bpmn:process></bpmn:definitions>"""

TERM = """[clock]
starts_with = "1"
stops_after = ["1"]
[apology]
warning_only = true
"""


STEP = content.Step("1", "Trả lời tổ chức, cá nhân", "specialist", "Answer", 1)
FACTS = (
    content.facts(CODE, "Việc một ngày", "A matter of a day", [STEP])
    .replace('limit = "12"', 'limit = "1"')
    .replace("12 ngày", "01 ngày")
    .replace("[apology]\n", TERM)
)


def write(folder: Path, diagram: str = DIAGRAM, facts: str = FACTS) -> Path:
    return content.write(folder, CODE, diagram, facts, {"tra-loi": FORM})


def test_the_lead_is_warned_and_nobody_is_asked_for_a_slip(database_url: str, tmp_path: Path) -> None:
    world = World(database_url, tmp_path, "2022-09-26 08:00").deploy(write(tmp_path / "content"), provinces=("bench",))
    world.start(CODE)
    assert (world.row.due, world.at("2022-09-26 16:59").emails) == (local("2022-09-27 17:00"), set())
    warning = ("division_lead@bench.vn", f"Hồ sơ {world.row.number}: Báo lãnh đạo phòng: hồ sơ sắp hết hạn")
    assert world.at("2022-09-26 17:00").emails == {warning}
    assert world.at("2022-09-27 16:59").open == ["Task_draft"]
    world.runner.close()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("warning_only = true\n", "", "Thời hạn “01 ngày làm việc” không kịp lập phiếu xin lỗi: dữ kiện phải ghi"),
        ('value="division_lead"', 'value="director"', "“Báo trước hạn” phải báo lãnh đạo phòng"),
        ("Bổ sung của phần mềm, không", "Không", "“Báo trước hạn” không có trong quyết định"),
        ("=day_close(working_days_before(case_due, 1))", "=case_due", "phải có đúng một tiểu quy trình sự kiện"),
        ('<bpmn:endEvent id="End_warned"', ASKED, "nên không có việc “Lập phiếu”"),
    ],
)
def test_a_diagram_that_does_otherwise_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert (DIAGRAM + FACTS).count(old) == 1
    bundle = contents.load(write(tmp_path, DIAGRAM.replace(old, new), FACTS.replace(old, new)), tmp_path)
    found = list(conformance.check(bundle.diagram, bundle.beside(bundle.diagram)))
    assert [each for each in found if each.rule == "apology" and sentence in each.message], found


@pytest.mark.parametrize(
    ("limit", "unit", "days_before", "short"),
    [
        *(("1", "working-days", 1, True), ("1.5", "working-days", 1, True), ("2", "working-days", 1, False)),
        *(("2", "working-days", 2, True), ("1", "working-days", 0, False)),
        # From a Friday to Monday are three days, from a Thursday to Monday four.
        *(("3", "calendar-days", 1, True), ("4", "calendar-days", 1, False), ("20", "calendar-days", 1, False)),
    ],
)
def test_a_term_is_too_short_when_the_last_day_of_issuing_may_be_that_of_receipt(
    limit: str, unit: str, days_before: int, short: bool
) -> None:
    text = FACTS.replace('limit = "1"', f'limit = "{limit}"').replace('unit = "working-days"', f'unit = "{unit}"')
    text = text.replace("working_days_before = 1", f"working_days_before = {days_before}")
    assert apology.too_short(procedure.read_procedure(text.encode())) == short
