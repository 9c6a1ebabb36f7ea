"""The rules that compare a diagram with its decision: each names the row and the element, in every diagram."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.bpmn import read
from runner.lint import Content, Finding, conformance
from runner.lint.conformance import comparison, time_limit
from runner.services import content
from runner.services.bundle import Bundle
from tests.engine.diagrams import HEAD
from tests.lint.findings import lint
from tests.lint.test_any_file import heap
from tests.world import ROOT


def opened(code: str) -> tuple[Bundle, Content]:
    bundle = content.load(ROOT / f"bpmn/{code}.bpmn", ROOT)
    return bundle, bundle.beside(bundle.diagram)


def drawn(bundle: Bundle) -> str:
    return bundle.files[f"bpmn/{bundle.code}.bpmn"].decode()


HA_TINH, BESIDE = opened("ha-tinh/QT.BC.01")
BEN_TRE, NEAR = opened("ben-tre/39")


def changed(old: str, new: str, bundle: Bundle = HA_TINH, beside: Content = BESIDE) -> list[Finding]:
    """The findings of conformance after one change of the text."""
    text = drawn(bundle)
    assert text.count(old) >= 1
    return list(conformance.check(read(text.replace(old, new, 1).encode()), beside))


@pytest.mark.parametrize(
    ("old", "new", "rule", "element", "row"),
    [
        ("<bpmn:flowNodeRef>Task_B6_update</bpmn:flowNodeRef>", "", "legal-steps", "Task_B6_update", "B6: Phát hành"),
        ('name="step" value="B4"', 'name="step" value="B5"', "legal-steps", "ha-tinh_QT.BC.01", "B4: Xem xét, ký nháy"),
        ('name="B4. ', 'name="', "legal-steps", "Task_B4_initial", "B4. …"),
        ('formRef="chuyen-ho-so"', 'formRef="phat-hanh"', "works", "Task_B2_forward", "B2"),
        ('name="Văn thư"', 'name="Bảo vệ"', "legal-steps", "records_clerk", "Bảo vệ"),
        (
            'name="Cấp giấy phép bưu chính" isExec',
            'name="Cấp giấy phép" isExec',
            "legal-steps",
            "ha-tinh_QT.BC.01",
            "Cấp giấy phép bưu chính",
        ),
        (
            'process id="ha-tinh_QT.BC.01"',
            'process id="ha-tinh_QT.BC.02"',
            "legal-steps",
            "ha-tinh_QT.BC.02",
            "ha-tinh_QT.BC.01",
        ),
        (
            'name="B5. Phê duyệt kết quả giải quyết thủ tục hành chính"',
            'name="B5. Ăn trưa"',
            "works",
            "Task_B5_approve",
            "Phê duyệt kết quả giải quyết",
        ),
        ('name="03 ngày"', 'name="03 ngày làm việc"', "term", "Timer_B4_initial", "B4: Xem xét, ký nháy"),
        ('name="Đạt"', 'name="Không đạt"', "branches", "Flow_inspection_passed_B3_draft_licence", "Đạt"),
        (
            'name="Không đủ điều kiện" sourceRef="Gateway_e',
            'name="Đủ điều kiện" sourceRef="Gateway_e',
            "branches",
            "Flow_eligible_B3_draft_notice",
            "Không đủ điều kiện",
        ),
        ("P3D", "P2D", "term", "Task_B2_forward", "12 ngày làm việc"),
        ('value="working-days"', 'value="calendar-days"', "term", "ha-tinh_QT.BC.01", "12 ngày làm việc"),
        ("PT720H", "PT700H", "term", "Timer_reminder", "Gửi phiếu, chờ"),
        ('name="clock" value="pause"', 'name="clock" value="x"', "legal-clock", "Task_B3_wait", "đồng hồ vẫn chạy"),
        ('name="clock" value="start"', 'name="step" value="B2"', "legal-clock", "ha-tinh_QT.BC.01", "B2: Chuyển hồ sơ"),
        ("Cần thẩm định thực tế?", "Đi không?", "branches", "ha-tinh_QT.BC.01", "Cần thẩm định thực tế?"),
        (
            '=inspection_needed = "no"',
            '=inspection_needed = "yes"',
            "branches",
            "Flow_inspection_needed_B3_draft_licence",
            "cần thẩm định thực tế",
        ),
        ('"eligible" and (', '"not_eligible" and (', "branches", "Flow_result_End_refused", "granted"),
        (
            "Bổ sung của phần mềm, không có trong quyết định: trả lại",
            "Trả lại",
            "branches",
            "Flow_B4_lead_B3_reappraise",
            "Lãnh đạo phòng ký nháy?",
        ),
        (
            '=inspection_result = "passed"',
            '=inspection_result = "good"',
            "answers",
            "Flow_inspection_passed_B3_draft_licence",
            "inspection_result",
        ),
        ("(Mẫu 03)", "(Mẫu 09)", "papers", "Task_B1_refuse", "Mẫu 09"),
        ("(BM.BC.01.03)", "(BM.BC.01.02)", "papers", "Task_B3_inspect", "BM.BC.01.02"),
        ('name="outcome" value="granted"', 'name="outcome" value="done"', "results", "End_granted", "done"),
        ('topic="allot_number"', 'topic="notify_applicant"', "intake", "ha-tinh_QT.BC.01", "allot_number"),
        ("working_days_before(case_due, 2)", "working_days_before(case_due, 3)", "apology", "Sub_apology", "Xin lỗi"),
        ("day_close(working_days_before(case_due, 1))", "case_due", "apology", "Task_apology_draft", "Dự thảo"),
        ('=apology_needed = "in_time"', '=apology_needed = "soon"', "apology", "Task_apology_draft", "phải hỏi trước"),
        ("Bổ sung của phần mềm: hỏi trước", "Hỏi trước", "apology", "Task_apology_draft", "Bổ sung của phần mềm"),
        ("=apology_sent = true or", "=apology_sent = false or", "apology", "Sub_apology_late", "lane = director"),
        (' or apology_needed = "in_time"', "", "apology", "Sub_apology_late", "chưa ai trả lời"),
        (
            '"done_by" value="Task_apology_draft"',
            '"done_by" value="Task_B5_approve"',
            "apology",
            "Sub_apology_check",
            "nêu",
        ),
    ],
)
def test_a_difference_is_told_with_its_row_and_its_element(
    old: str, new: str, rule: str, element: str, row: str
) -> None:
    found = changed(old, new)
    matching = [finding for finding in found if (finding.rule, finding.element) == (rule, element)]
    assert [
        finding for finding in matching if row in finding.message and finding.severity == "error" and finding.line
    ], [(finding.rule, finding.element, finding.message) for finding in found]


@pytest.mark.parametrize(
    ("old", "new", "rule", "matching"),
    [
        ('text = "12 ngày làm việc"', 'text = "21 ngày làm việc"', "term", "“21 ngày làm việc”, nhưng đếm là 12 ngày"),
        ('form_set = "tt01-2018"', 'form_set = "tt99-2099"', "papers", "tt99-2099, phần mềm có: tt01-2018"),
        ('text = "06 ngày"', 'text = "06,5 ngày"', "term", "“06,5 ngày”, nhưng đếm là 6 ngày"),
        ('text = "06 ngày", days = "6"', 'text = "06 ngày"', "term", "“06 ngày”, nhưng đếm là 0 ngày"),
        ('text = "4.250.000 đồng', 'text = "425.000 đồng', "intake", "“425.000 đồng/lần cấp”, nhưng thu 4250000 đồng"),
    ],
)
def test_facts_that_count_otherwise_than_their_words_say_are_told(old: str, new: str, rule: str, matching: str) -> None:
    name, text = "bpmn/ha-tinh/QT.BC.01.toml", HA_TINH.files["bpmn/ha-tinh/QT.BC.01.toml"].decode()
    assert text.count(old) == 1
    bundle = replace(HA_TINH, files={**HA_TINH.files, name: text.replace(old, new).encode()})
    every = conformance.check(bundle.diagram, bundle.beside(bundle.diagram))
    found = [finding for finding in every if matching in finding.message]
    assert [(finding.rule, finding.element, finding.severity) for finding in found] == [
        (rule, "ha-tinh_QT.BC.01", "error")
    ]


@pytest.mark.parametrize(
    ("old", "new", "matching"),
    [
        (
            "request,registration,",
            "request,",
            "không đòi giấy tờ bắt buộc “Bản sao giấy chứng nhận đăng ký doanh nghiệp",
        ),
        ("request,registration,", "request,registration,charter,", "đòi giấy tờ “Điều lệ của doanh nghiệp (nếu có)"),
    ],
)
def test_a_form_that_asks_a_complete_dossier_for_other_papers_than_the_decision_is_told(
    old: str, new: str, matching: str
) -> None:
    name, text = "forms/tiep-nhan-qt-bc-01.form", HA_TINH.files["forms/tiep-nhan-qt-bc-01.form"].decode()
    assert text.count(old) == 1
    bundle = replace(HA_TINH, files={**HA_TINH.files, name: text.replace(old, new).encode()})
    [finding] = conformance.check(bundle.diagram, bundle.beside(bundle.diagram))
    assert (finding.rule, finding.element, finding.severity) == ("intake", "Task_B1_receive", "error")
    assert matching in finding.message


def test_a_step_of_office_hours_has_no_timer() -> None:
    timer = (
        '<bpmn:boundaryEvent id="T" cancelActivity="false" attachedToRef="Task_B7_return"><bpmn:timerEventDefinition '
        'id="D"><bpmn:timeDuration>PT4H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
    )
    [found] = changed(
        '<bpmn:exclusiveGateway id="Gateway_result"', timer + '<bpmn:exclusiveGateway id="Gateway_result"'
    )
    assert (found.rule, found.element) == ("term", "T") and "B7: Trả kết quả" in found.message


def test_no_way_takes_longer_than_the_term_and_a_refusal_on_paper_takes_less() -> None:
    read_subject = comparison.read(HA_TINH.diagram, BESIDE)
    assert read_subject is not None
    assert time_limit.ways(read_subject, "Task_B2_forward") == {frozenset({"B2", "B3", "B4", "B5", "B6"})}
    assert time_limit.ways(read_subject, "Task_B3_stamp") == {frozenset({"B3"})}
    assert time_limit.ways(read_subject, "Task_B6_issue") == {frozenset({"B6"})}


def test_what_ben_tre_does_not_have_must_be_marked_as_added() -> None:
    found = changed("Bổ sung của phần mềm, không có trong quyết định: từ chối", "Từ chối", BEN_TRE, NEAR)
    assert {finding.rule for finding in found} == {"branches", "works"}
    assert {finding.element for finding in found} == {"Flow_incomplete_1_refuse", "Task_1_refuse"}
    [apology] = changed("Bổ sung của phần mềm, không có trong quyết định: xin lỗi", "Xin lỗi", BEN_TRE, NEAR)[:1]
    assert (apology.rule, apology.severity) == ("works", "error")


def test_a_gateway_that_is_marked_as_added_may_have_any_condition() -> None:
    flow = '<bpmn:sequenceFlow id="Flow_B6_issue_B6_update" sourceRef="Task_B6_issue" targetRef="Task_B6_update" />'
    gateway = (
        '<bpmn:sequenceFlow id="F1" sourceRef="Task_B6_issue" targetRef="Added" />'
        '<bpmn:exclusiveGateway id="Added" name="Phí cao?" default="F3" />'
        '<bpmn:sequenceFlow id="F2" sourceRef="Added" targetRef="Task_B6_update">'
        "<bpmn:conditionExpression>fee_collected &gt; 5 and fee_paid</bpmn:conditionExpression></bpmn:sequenceFlow>"
        '<bpmn:sequenceFlow id="F3" sourceRef="Added" targetRef="Task_B6_update" />'
    )
    note = (
        '<bpmn:textAnnotation id="N"><bpmn:text>Bổ sung của phần mềm, không có trong quyết định: phí</bpmn:text>'
        '</bpmn:textAnnotation><bpmn:association id="A" sourceRef="Added" targetRef="N" />'
    )

    assert [(each.rule, each.element) for each in changed(flow, gateway)] == [("branches", "Added")]
    assert changed(flow, gateway + note) == []


@given(st.integers(0, 2**32))
@settings(max_examples=100)
def test_no_diagram_beside_facts_is_too_broken_to_be_judged(seed: int) -> None:
    dice = Random(seed)
    for finding in lint(f"{HEAD}{heap(dice)}</definitions>".encode(), content=BESIDE):
        assert finding.message
    lines = drawn(HA_TINH).split("\n")
    inner = [number for number, line in enumerate(lines) if line.strip().endswith("/>") and "bpmndi" not in line]
    gone = set(dice.sample(inner, 30))
    torn = "\n".join(line for number, line in enumerate(lines) if number not in gone)
    for finding in lint(torn.encode(), content=BESIDE):
        assert finding.message
