"""The papers of a case: the receipt as it was issued, and the control slip read off the journal."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from runner.domain.calendar_edit import days_set
from runner.domain.person import SYSTEM, Role
from runner.domain.working_day import Day
from runner.reports import control_slip, receipt
from runner.reports.control_slip import ControlSlip
from runner.reports.receipt import NotAccepted, Paper, Receipt
from runner.services.access import CaseUnknown
from tests import six_tasks
from tests.procedures.conftest import HandIn
from tests.procedures.dossier import Dossier, local_text
from tests.procedures.values import ANSWERS
from tests.world import ROOT, World, person

PROCEDURES = sorted(f"{path.parent.name}/{path.stem}" for path in (ROOT / "bpmn").glob("*/*.bpmn"))


def receipt_of(dossier: Dossier) -> Receipt:
    return receipt.describe(dossier.runner.audit, dossier.case, SYSTEM)


def slip_of(dossier: Dossier) -> ControlSlip:
    return control_slip.describe(dossier.runner.audit, dossier.case, SYSTEM)


def rows(dossier: Dossier) -> list[str]:
    """Every hand-over in a line: when, from whom to whom, the giver's due moment and how the giver stood to it."""
    return [
        " ".join(filter(None, [local_text(row.at), row.giver, row.giver_work, "→", row.receiver, row.receiver_work]))
        + (f" · {local_text(row.due)} {row.verdict}" if row.due else "")
        for row in slip_of(dossier).rows
    ]


def appointments(dossier: Dossier) -> list[tuple[str | None, str]]:
    return [(local_text(each.due), each.reason) for each in slip_of(dossier).appointments]


def with_the_director(dossier: Dossier) -> Dossier:
    """Late with the specialist, sent back once by the division's lead, then initialled."""
    dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    dossier.on("2022-09-29 15:00", "Task_B3_appraise")
    dossier.on("2022-10-05 10:00", "Task_B3_draft_licence", late_reason="Phải xác minh phương án kinh doanh")
    dossier.on("2022-10-06 09:00", "Task_B4_initial", lead_decision="return", lead_opinion="Nêu rõ phạm vi")
    dossier.on("2022-10-06 14:00", "Task_B3_reappraise").on("2022-10-06 15:00", "Task_B3_draft_licence")
    return dossier.on("2022-10-07 09:00", "Task_B4_initial")


def test_a_receipt_says_what_came_in_from_whom_and_when_the_result_is_promised(ha_tinh: Dossier) -> None:
    ha_tinh.on(
        "2022-09-26 08:30",
        "Task_B1_receive",
        dossier_originals=["request", "business_plan", "registration"],
        dossier_copies=["registration"],
        dossier_counts=[
            {"paper": "registration", "copies": 2},
            {"paper": "business_plan", "copies": 3},
            {"paper": "registration", "copies": 2},
        ],
    )
    paper = receipt_of(ha_tinh)
    assert paper.case.number == "000.00.06.H27-220926-0001"
    assert (local_text(paper.received), local_text(paper.due)) == ("2022-09-26 08:30", "2022-10-12 17:00")
    assert (paper.applicant, paper.tax_code, paper.phone) == (
        "Công ty TNHH Bưu chính Hồng Lĩnh",
        "3000123456",
        "0912 345 678",
    )
    assert paper.papers[:3] == (
        Paper("Giấy đề nghị cấp Giấy phép bưu chính theo biểu mẫu BM.BC.01.01;", "Bản chính", "1"),
        Paper("Bản sao giấy chứng nhận đăng ký doanh nghiệp;", "Bản chính, Bản sao", "4"),
        Paper("Điều lệ của doanh nghiệp (nếu có);", "", "1"),
    )
    plan = paper.papers[3]
    assert plan.name.startswith("Phương án kinh doanh, gồm các nội dung chính sau:\n+ Thông tin về doanh nghiệp")
    assert (plan.name.count("\n+ "), plan.kind, plan.count) == (6, "Bản chính", "3")
    assert [(each.kind, each.count) for each in paper.papers[4:]] == [("", "1")] * 4
    assert (paper.sets, paper.place) == ("1", "Trung tâm Phục vụ hành chính công tỉnh")
    assert paper.fee == "10.750.000 đồng (Trường hợp thẩm định cấp phép lần đầu)"
    assert paper.clerk == "one_stop_clerk ha-tinh"


def test_a_receipt_stays_as_it_was_issued_though_the_clock_pauses_later(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    before = receipt_of(ha_tinh)
    ha_tinh.on("2022-09-27 09:00", "Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
    ha_tinh.on("2022-09-27 10:00", "Task_B3_guide")
    assert ha_tinh.row.due is None
    after = receipt_of(ha_tinh)
    assert (after.due, after.papers, after.issued) == (before.due, before.papers, before.issued)


def test_a_dossier_received_outside_office_hours_is_counted_from_the_next_opening(hand_in: HandIn) -> None:
    ha_tinh = hand_in("ha-tinh/QT.BC.01", "2022-09-30 17:15")
    ha_tinh.on("2022-09-30 17:30", "Task_B1_receive")
    paper = receipt_of(ha_tinh)
    assert (local_text(paper.issued), local_text(paper.received)) == ("2022-09-30 17:30", "2022-10-03 07:30")
    assert slip_of(ha_tinh).received == paper.received == ha_tinh.row.received
    ha_tinh.on("2022-09-30 17:45", "Task_B2_forward")
    assert [local_text(row.at) for row in slip_of(ha_tinh).rows] == ["2022-10-03 07:30"] * 3


def test_where_the_decision_fixes_neither_papers_nor_fees_the_receipt_says_what_was_typed(ben_tre: Dossier) -> None:
    ben_tre.on(
        "2022-09-26 09:00",
        "Task_1_receive",
        dossier_papers=[
            {"paper": "Văn bản thông báo", "kind": "original", "copies": 1},
            {"paper": "Giấy chứng nhận đăng ký doanh nghiệp", "kind": "certified", "copies": 2},
            {"paper": "Bảng giá cước", "kind": "copy", "copies": 99},
        ],
    )
    paper = receipt_of(ben_tre)
    assert paper.papers == (
        Paper("Văn bản thông báo", "Bản chính", "1"),
        Paper("Giấy chứng nhận đăng ký doanh nghiệp", "Bản sao có chứng thực", "2"),
        Paper("Bảng giá cước", "Bản sao", "99"),
    )
    assert paper.fee == "theo quy định hiện hành"
    assert local_text(paper.received) == "2022-09-26 09:00"


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_of_every_paper_the_receipt_says_how_many_came_and_an_original_or_copy_only_where_it_was_ticked(
    hand_in: HandIn, procedure: str
) -> None:
    dossier = hand_in(procedure, "2022-09-26 08:00")
    task = dossier.open[0]
    ticked = {} if procedure.startswith("ben-tre") else {"dossier_originals": ["request"], "dossier_copies": []}
    if procedure.endswith("QT.BC.05"):
        ticked["dossier_originals"] = ["notice"]
    dossier.do(task, **ticked)
    papers = receipt_of(dossier).papers
    assert papers and all(each.name and each.count for each in papers)
    if ticked:
        assert [each.kind for each in papers] == ["Bản chính"] + [""] * (len(papers) - 1)
    else:
        assert all(each.kind.startswith(("Bản chính", "Bản sao")) for each in papers)


def test_of_two_kinds_of_dossier_the_receipt_has_the_papers_of_the_one_that_was_chosen(hand_in: HandIn) -> None:
    dossier = hand_in("ha-tinh/QT.BC.05", "2022-09-26 08:00")
    dossier.do(
        "Task_B1_receive",
        dossier_case="branch",
        fee_case="branch_office",
        dossier_counts_branch=[{"paper": "licence_of_establishment", "copies": 2}],
    )
    notice, licence = receipt_of(dossier).papers
    assert notice == Paper("Văn bản thông báo hoạt động bưu chính theo biểu mẫu BM.BC.05.01;", "", "1")
    assert licence.name.startswith("Bản sao giấy phép thành lập do cơ quan nhà nước")
    assert (licence.kind, licence.count) == ("Bản sao", "2")


def test_papers_that_a_form_takes_as_text_are_on_the_receipt_line_by_line(database_url: str, tmp_path: Path) -> None:
    for folder in ("bpmn/ben-tre", "forms"):
        copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "forms/tiep-nhan-ben-tre.form"
    form = json.loads(path.read_text("utf-8"))
    [group] = [each for each in form["components"] if each.get("label") == "Hồ sơ"]
    [place] = [place for place, each in enumerate(group["components"]) if each.get("path") == "dossier_papers"]
    limit = {"required": True, "maxLength": 4000}
    group["components"][place] = {"type": "textarea", "key": "dossier_items", "label": "Giấy tờ", "validate": limit}
    path.write_text(json.dumps(form), "utf-8")
    world = World(database_url, tmp_path).deploy(tmp_path / "bpmn/ben-tre/39.bpmn", provinces=("ben-tre",))
    world.start("ben-tre/39")
    typed = {"dossier_papers": None, "dossier_items": "Văn bản thông báo\nBản sao giấy chứng nhận"}
    world.do("Task_1_receive", **ANSWERS["tiep-nhan-ben-tre"] | typed)
    described = receipt.describe(world.runner.audit, world.case, SYSTEM)
    assert described.papers == (Paper("Văn bản thông báo"), Paper("Bản sao giấy chứng nhận"))
    world.runner.close()


def test_there_are_no_papers_before_the_dossier_is_accepted(ha_tinh: Dossier) -> None:
    with pytest.raises(NotAccepted):
        receipt_of(ha_tinh)
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive", intake_decision="supplement", fee_case=None, result_place=None)
    for describe in (receipt_of, slip_of):
        with pytest.raises(NotAccepted):
            describe(ha_tinh)
    ha_tinh.case = 99
    with pytest.raises(CaseUnknown):
        slip_of(ha_tinh)


def test_a_control_slip_has_a_row_for_every_hand_over_and_how_each_desk_stood(ha_tinh: Dossier) -> None:
    with_the_director(ha_tinh).on("2022-10-10 09:00", "Task_B5_approve").on("2022-10-10 10:00", "Task_B6_issue")
    ha_tinh.on("2022-10-10 11:00", "Task_B6_update").on("2022-10-11 09:00", "Task_B7_return")
    clerk, specialist, lead = "Công chức TN&TKQ", "Chuyên viên được giao xử lý hồ sơ", "Lãnh đạo phòng BCVT"
    assert rows(ha_tinh) == [
        f"2022-09-26 08:30 Tổ chức, cá nhân → {clerk} bước B1",
        f"2022-09-26 08:30 {clerk} bước B1 → {clerk} bước B2",
        f"2022-09-26 09:30 {clerk} bước B2 → {specialist} bước B3 · 2022-09-26 14:23 in_time",
        f"2022-10-05 10:00 {specialist} bước B3 → {lead} bước B4 · 2022-10-04 09:30 late",
        f"2022-10-06 09:00 {lead} bước B4 → {specialist} bước B3 · 2022-10-10 10:00 early",
        f"2022-10-06 15:00 {specialist} bước B3 → {lead} bước B4 · 2022-10-06 17:00 in_time",
        f"2022-10-07 09:00 {lead} bước B4 → Lãnh đạo Sở bước B5 · 2022-10-10 15:53 early",
        "2022-10-10 09:00 Lãnh đạo Sở bước B5 → Văn thư bước B6 · 2022-10-11 09:00 early",
        f"2022-10-10 10:00 Văn thư bước B6 → {specialist} bước B6 · 2022-10-10 14:49 in_time",
        f"2022-10-10 11:00 {specialist} bước B6 → {clerk} bước B7 · 2022-10-10 14:49 in_time",
        f"2022-10-11 09:00 {clerk} bước B7 → Tổ chức, cá nhân",
    ]
    slip = slip_of(ha_tinh)
    assert (slip.case.verdict, slip.applicant) == ("early", "Công ty TNHH Bưu chính Hồng Lĩnh")
    assert slip.rows[3].notes == ("Lý do chậm trễ: Phải xác minh phương án kinh doanh",)
    assert slip.rows[4].notes == ("Trả lại để hoàn chỉnh: Nêu rõ phạm vi",)
    assert slip.rows[5].notes == ()
    assert slip.rows[5].tasks == (
        "B3. Thẩm định lại hồ sơ đã bổ sung hoặc bị trả lại",
        "B3. Dự thảo Giấy phép bưu chính",
    )
    assert slip.rows[3].limit == "06 ngày"
    assert (local_text(slip.rows[5].since), slip.rows[5].limit) == (
        "2022-10-06 09:00",
        "06 ngày; đã dùng 7,06 ngày ở lần trước; đã dùng hết nên có đến hết ngày làm việc",
    )
    assert (slip.rows[-1].limit, slip.rows[-1].verdict) == ("Giờ hành chính", None)
    assert [row.giver_name for row in slip.rows[2:4]] == ["one_stop_clerk ha-tinh", "specialist ha-tinh"]
    assert (slip.rows[0].giver_name, slip.rows[-1].receiver_name) == (slip.applicant, "Nguyễn Thị Lan")
    assert appointments(ha_tinh) == [("2022-10-12 17:00", "")]


def test_who_received_the_dossier_is_known_once_a_person_takes_it(ha_tinh: Dossier) -> None:
    with_the_director(ha_tinh)
    director, tasks = person("director"), ha_tinh.runner.tasks

    def receiver() -> str:
        return slip_of(ha_tinh).rows[-1].receiver_name

    assert receiver() == "" and slip_of(ha_tinh).case.verdict is None
    tasks.claim(ha_tinh.case, ha_tinh.task("Task_B5_approve").id, director, ha_tinh.now)
    assert receiver() == "director ha-tinh"
    tasks.release(ha_tinh.case, ha_tinh.task("Task_B5_approve").id, director, ha_tinh.now)
    assert receiver() == ""
    ha_tinh.on("2022-10-10 09:00", "Task_B5_approve")
    assert slip_of(ha_tinh).rows[-2].receiver_name == "director ha-tinh"


def test_a_supplement_goes_to_the_counter_and_back_and_both_appointments_stand_on_the_slip(hand_in: HandIn) -> None:
    dossier = hand_in("ben-tre/01", "2022-09-26 08:00")
    dossier.on("2022-09-26 09:00", "Task_1_receive").on("2022-09-26 10:00", "Task_1_forward")
    dossier.on("2022-09-28 10:00", "Task_2_process", processing_decision="supplement", draft_result=None)
    dossier.on("2022-09-28 11:00", "Task_2_guide")
    asked = "Thành phần hồ sơ cần bổ sung, hoàn thiện: Bảng giá cước dịch vụ bưu chính"
    reason = "Lý do: Hồ sơ chưa có bảng giá cước"
    first, since = ("2022-10-17 17:00", ""), "tạm dừng từ 11:00 ngày 28/09/2022"
    assert appointments(dossier) == [first, (None, f"đang {since}: {asked}; {reason}")]
    dossier.on("2022-10-03 15:00", "Task_2_wait").on("2022-10-04 09:00", "Task_2_reprocess")
    moved = ("2022-10-21 17:00", f"{since} đến 15:00 ngày 03/10/2022: {asked}; {reason}")
    assert appointments(dossier) == [first, moved]
    specialist = "Công chức Phòng Công nghệ thông tin và Bưu chính viễn thông bước 2"
    waiting = "Công chức Một cửa Gửi phiếu, chờ và nhận hồ sơ bổ sung"
    lead = "Lãnh đạo Phòng Công nghệ thông tin và Bưu chính viễn thông bước 3"
    assert rows(dossier) == [
        "2022-09-26 09:00 Tổ chức, cá nhân → Công chức Một cửa bước 1",
        f"2022-09-26 10:00 Công chức Một cửa bước 1 → {specialist} · 2022-09-28 17:00 early",
        f"2022-09-28 11:00 {specialist} → {waiting} · 2022-10-06 17:00 early",
        f"2022-10-03 15:00 {waiting} → {specialist}",
        f"2022-10-04 09:00 {specialist} → {lead} · 2022-10-11 17:00 early",
    ]
    _, _, asking, answered, _ = slip_of(dossier).rows
    assert asking.notes == ("Tạm dừng tính thời hạn.", asked, reason)
    assert answered.notes == (
        "Tính tiếp thời hạn.",
        "Người nộp hồ sơ: Đã bổ sung, hoàn thiện hồ sơ",
        "Giấy tờ đã nhận: Bảng giá cước dịch vụ bưu chính",
    )
    assert local_text(receipt_of(dossier).due) == "2022-10-17 17:00"


def test_the_steps_of_one_lane_have_rows_of_their_own_each_with_its_own_time(hand_in: HandIn) -> None:
    dossier = hand_in("ben-tre/39", "2022-09-26 08:00")
    dossier.on("2022-09-26 09:00", "Task_1_receive").on("2022-09-26 10:00", "Task_1_forward")
    dossier.on("2022-09-30 10:00", "Task_2_process").on("2022-10-03 09:00", "Task_3_submit")
    dossier.on("2022-10-04 08:00", "Task_4_approve")
    dossier.on("2022-10-05 08:30", "Task_5_record", late_reason="Chờ đóng dấu")
    dossier.on("2022-10-05 09:00", "Task_6_notify").on("2022-11-07 09:00", "Task_collect")
    clerk, collect = "Công chức Một cửa", "Trả kết quả, thu phí, lệ phí (nếu có)"
    assert rows(dossier)[-4:] == [
        f"2022-10-04 08:00 Lãnh đạo Sở Thông tin và Truyền thông bước 4 → {clerk} bước 5 · 2022-10-04 09:00 in_time",
        f"2022-10-05 08:30 {clerk} bước 5 → {clerk} bước 6 · 2022-10-05 08:00 late",
        f"2022-10-05 09:00 {clerk} bước 6 → {clerk} {collect} · 2022-10-06 08:30 early",
        f"2022-11-07 09:00 {clerk} {collect} → Tổ chức, cá nhân",
    ]
    assert slip_of(dossier).case.verdict == "early"


def test_a_withdrawn_dossier_goes_back_to_the_applicant(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    ha_tinh.runner.cases.cancel(ha_tinh.case, "Đổi ý", person("one_stop_clerk"), ha_tinh.now)
    row = slip_of(ha_tinh).rows[-1]
    assert rows(ha_tinh)[-1] == "2022-09-26 09:30 Chuyên viên được giao xử lý hồ sơ bước B3 → Tổ chức, cá nhân"
    assert (row.notes, row.receiver_name) == (("Người nộp rút hồ sơ: Đổi ý",), "Công ty TNHH Bưu chính Hồng Lĩnh")


def test_a_change_of_the_calendar_that_moves_the_promise_stands_on_the_slip_and_not_on_the_receipt(
    ha_tinh: Dossier,
) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    keeper, storm = person(Role.ADMINISTRATOR), days_set(Day(date(2022, 9, 28), "off", "Nghỉ bão", "Công điện"))
    ha_tinh.runner.calendars.revise("ha-tinh", storm, "Công điện 01", keeper, ha_tinh.now)
    ha_tinh.runner.recounts.run(ha_tinh.now, keeper)
    moved = ("2022-10-13 17:00", "lịch làm việc được sửa: Công điện 01")
    assert appointments(ha_tinh) == [("2022-10-12 17:00", ""), moved]
    assert local_text(receipt_of(ha_tinh).due) == "2022-10-12 17:00"


def test_the_new_appointment_of_an_apology_stands_on_the_slip_and_moves_no_deadline(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    ha_tinh.at("2022-10-11 09:00")
    for element in ("Task_apology_draft", "Task_apology_sign", "Task_apology_send"):
        assert slip_of(ha_tinh).apology == ""
        ha_tinh.do(element, **({} if element == "Task_apology_send" else {"apology_new_date": "2022-10-14"}))
    assert slip_of(ha_tinh).apology == "14/10/2022, lý do: Phải lấy ý kiến cơ quan phối hợp"
    assert len(slip_of(ha_tinh).rows) == 3 and appointments(ha_tinh) == [("2022-10-12 17:00", "")]


def test_what_waits_at_a_join_is_handed_over_when_the_work_beyond_begins(database_url: str, tmp_path: Path) -> None:
    gates = {"Number": "serviceTask", "Split": "parallelGateway", "Join": "parallelGateway"}
    drawn = six_tasks.diagram()
    for flow, target in ((1, "Task_B2"), (2, "Task_B3"), (3, "Task_B4")):
        drawn = re.sub(rf'<bpmn:sequenceFlow id="Flow_{flow}" [^>]+targetRef="{target}"/>', "", drawn)
    added = "".join(f'<bpmn:{kind} id="{id}" name="{id}"/>' for id, kind in gates.items())
    added = added.replace('name="Number"', 'name="Number" camunda:type="external" camunda:topic="allot_number"')
    ways = (
        "Task_B1 Number",
        "Number Split",
        "Split Task_B2",
        "Split Task_B3",
        "Task_B2 Join",
        "Task_B3 Join",
        "Join Task_B4",
    )
    for number, (source, target) in enumerate(way.split() for way in ways):
        added += f'<bpmn:sequenceFlow id="Way_{number}" sourceRef="{source}" targetRef="{target}"/>'
    members = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in gates)
    drawn = drawn.replace("</bpmn:lane>", f"{members}</bpmn:lane>").replace(
        "</bpmn:process>", f"{added}</bpmn:process>"
    )
    world = six_tasks.SixTasks(database_url, tmp_path, drawn)
    case = world.begin()
    for step in six_tasks.STEPS:
        world.later(minutes=1).complete(case, step)
    slip = control_slip.describe(world.runner.audit, case, SYSTEM)
    assert [f"{local_text(row.at)} {row.giver_work[-2:]} {row.receiver_work[-2:]}" for row in slip.rows] == [
        "2022-09-26 08:00  B1",
        "2022-09-26 08:01 B1 B2",
        "2022-09-26 08:01 B1 B3",
        "2022-09-26 08:02 B2 B4",
        "2022-09-26 08:03 B3 B4",
        "2022-09-26 08:04 B4 B5",
        "2022-09-26 08:05 B5 B6",
        "2022-09-26 08:06 B6 ",
    ]
    world.runner.close()
