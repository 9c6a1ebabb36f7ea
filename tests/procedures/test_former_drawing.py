"""A procedure as release 0.1.0 asked for it is deployed and runs, and each warning says what to draw instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.domain import procedure
from runner.lint import Finding, conformance
from runner.reports import receipt
from runner.services import content as contents
from tests import content
from tests.procedures.test_short_term import CODE, DIAGRAM, FACTS, FORM, WARNING
from tests.world import ROOT, World, local, person

SLIP = """{"type": "default", "id": "phieu", "schemaVersion": 19, "components": [
  {"type": "text", "id": "t", "text": "# Phiếu xin lỗi (Mẫu 04)"},
  {"type": "checkbox", "id": "f", "key": "apology_sent", "label": "Đã gửi"}]}"""

WRITING = "=working_days_before(case_due, 1)"
TIMER = """<bpmn:startEvent id="Start_{id}" name="{name}" isInterrupting="false">
<bpmn:timerEventDefinition id="Definition_{id}">
<bpmn:timeDate xsi:type="bpmn:tFormalExpression">{moment}</bpmn:timeDate></bpmn:timerEventDefinition>
</bpmn:startEvent>"""
APOLOGY = f"""<bpmn:subProcess id="Sub_slip" name="Xin lỗi" triggeredByEvent="true">
{TIMER.format(id="slip", name="Còn một ngày", moment=WRITING)}
<bpmn:userTask id="Task_slip" name="Lập phiếu xin lỗi (Mẫu 04)" camunda:formRef="phieu"
 camunda:formRefBinding="deployment" camunda:candidateGroups="specialist"/><bpmn:endEvent id="End_slip" name="Đã gửi"/>
<bpmn:sequenceFlow id="Flow_slip" sourceRef="Start_slip" targetRef="Task_slip"/>
<bpmn:sequenceFlow id="Flow_sent" sourceRef="Task_slip" targetRef="End_slip"/></bpmn:subProcess>
<bpmn:subProcess id="Sub_due" name="Phiếu muộn" triggeredByEvent="true">
{TIMER.format(id="due", name="Đến hạn", moment="=case_due")}
<bpmn:exclusiveGateway id="Gateway_sent" name="Đã gửi phiếu?" default="Flow_unsent"/>
<bpmn:serviceTask id="Service_due" name="Báo phiếu chưa gửi" camunda:type="external" camunda:topic="notify_lane">
<bpmn:extensionElements><camunda:properties><camunda:property name="lane" value="director"/></camunda:properties>
</bpmn:extensionElements></bpmn:serviceTask><bpmn:endEvent id="End_due" name="Xong"/>
<bpmn:sequenceFlow id="Flow_due" sourceRef="Start_due" targetRef="Gateway_sent"/>
<bpmn:sequenceFlow id="Flow_unsent" sourceRef="Gateway_sent" targetRef="Service_due"/>
<bpmn:sequenceFlow id="Flow_told" sourceRef="Service_due" targetRef="End_due"/>
<bpmn:sequenceFlow id="Flow_done" sourceRef="Gateway_sent" targetRef="End_due">
<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">apology_sent = true</bpmn:conditionExpression>
</bpmn:sequenceFlow></bpmn:subProcess>
<bpmn:textAnnotation id="Note_slip"><bpmn:text>Bổ sung của phần mềm: xin lỗi.</bpmn:text></bpmn:textAnnotation>
<bpmn:association id="Association_slip" sourceRef="Sub_slip" targetRef="Note_slip"/>"""


def rewritten(text: str, *edits: tuple[str, str]) -> str:
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


FORMER = rewritten(
    DIAGRAM,
    (WARNING, APOLOGY),
    ("<bpmn:flowNodeRef>Sub_warning<", "<bpmn:flowNodeRef>Sub_slip</bpmn:flowNodeRef><bpmn:flowNodeRef>Sub_due<"),
    ('sourceRef="Start_here" targetRef="Service_number"', 'sourceRef="Start_here" targetRef="Task_draft"'),
    ('sourceRef="Service_number" targetRef="Task_draft"', 'sourceRef="Task_draft" targetRef="Service_number"'),
    ('sourceRef="Task_draft" targetRef="Task_reply"', 'sourceRef="Service_number" targetRef="Task_reply"'),
    (">P1D<", ">P9D<"),
    ('name="01 ngày"', 'name="09 ngày"'),
)
"""The clock starts before the number, and writing the slip opens when its last day is over."""
BEFORE = rewritten(
    FACTS,
    ("warning_only = true\n", ""),
    ('limit = "1"', 'limit = "9"'),
    ('days = "1"', 'days = "9"'),
    ("01 ng", "09 ng"),
)
TODAY = BEFORE.replace("[apology]\n", "[apology]\nopens_working_days_before = 2\n")


def write(folder: Path, diagram: str = FORMER, facts: str = BEFORE) -> Path:
    return content.write(folder, CODE, diagram, facts, {"tra-loi": FORM, "phieu": SLIP})


def compared(folder: Path, diagram: str = FORMER, facts: str = BEFORE) -> list[Finding]:
    bundle = contents.load(write(folder, diagram, facts), folder)
    return list(conformance.check(bundle.diagram, bundle.beside(bundle.diagram)))


def test_facts_written_before_are_warned_once_of_the_clock_and_once_of_the_slip(tmp_path: Path) -> None:
    clock, slip = compared(tmp_path)
    assert (clock.severity, clock.rule, clock.element) == ("warning", "legal-clock", "Task_draft")
    assert "hãy vẽ việc đầu tiên của bước 1 sau khi cấp mã, ghi clock = start ở đó" in clock.message
    assert (slip.severity, slip.rule, slip.element) == ("warning", "apology", "bench_short")
    assert "hãy ghi apology.opens_working_days_before = 2 vào dữ kiện rồi vẽ lại" in slip.message


def test_facts_that_say_when_the_slip_opens_are_held_to_the_drawing_of_today(tmp_path: Path) -> None:
    found = compared(tmp_path, facts=TODAY)
    assert {each.severity for each in found} == {"error"}
    assert ("legal-clock", "Task_draft") in {(each.rule, each.element) for each in found}
    assert len([each for each in found if each.rule == "apology"]) > 1


def test_the_facts_of_both_provinces_say_when_the_slip_opens() -> None:
    for path in contents.procedures(ROOT):
        facts = procedure.read_procedure(path.with_suffix(".toml").read_bytes())
        assert facts.apology.opens_working_days_before == 2, path.stem


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *((WRITING, "=working_days_before(case_due, 0)"), (">=case_due<", ">=day_close(case_due)<")),
        *((WRITING, "=case_due"), ("Bổ sung của phần mềm", "Xem thêm")),
        (' (Mẫu 04)" camunda:formRef="phieu"', '" camunda:formRef="tra-loi"'),
        *(('topic="notify_lane"', 'topic="notify_applicant"'), ('targetRef="Service_due"', 'targetRef="End_due"')),
        (">apology_sent = true<", ">apology_sent = false<"),
    ],
)
def test_a_slip_that_no_release_asked_for_is_an_error_beside_any_facts(tmp_path: Path, old: str, new: str) -> None:
    found = compared(tmp_path, rewritten(FORMER, (old, new)))
    assert [each for each in found if each.severity == "error" and each.rule == "apology"]


def test_such_a_procedure_runs_with_its_promise_its_receipt_and_its_late_slip(
    database_url: str, tmp_path: Path
) -> None:
    world = World(database_url, tmp_path, "2022-09-26 15:00").deploy(write(tmp_path / "content"), provinces=("bench",))
    world.start(CODE)
    world.at("2022-09-27 09:00").do("Task_draft")
    clerk = person("specialist", "bench")
    printed = receipt.describe(world.runner.audit, world.case, clerk)
    # Nine working days after the day on which the counter began, which a count from the number would not end before.
    assert (printed.received, printed.due) == (local("2022-09-26 15:00"), local("2022-10-07 17:00"))
    assert world.at("2022-10-06 16:59").open == ["Task_reply"]
    assert sorted(world.at("2022-10-06 17:00").open) == ["Task_reply", "Task_slip"]
    told = ("director@bench.vn", f"Hồ sơ {world.row.number}: Báo phiếu chưa gửi")
    assert told in world.at("2022-10-07 17:01").emails
    world.do("Task_reply", late_reason="Chờ ý kiến")
    assert (world.row.outcome, world.open, world.proved()) == ("granted", [], True)
    world.runner.close()
