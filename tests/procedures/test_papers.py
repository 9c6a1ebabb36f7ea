"""The papers of a case: the receipt as it was issued, and the control slip read off the journal."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from runner.domain.person import SYSTEM
from runner.reports import control_slip, receipt
from runner.reports.control_slip import ControlSlip
from runner.reports.receipt import NotAccepted, Paper, Receipt
from runner.services.access import CaseUnknown
from tests.procedures.conftest import HandIn
from tests.procedures.dossier import Dossier, local_text
from tests.procedures.values import ANSWERS
from tests.world import ROOT, World

PROCEDURES = sorted(f"{path.parent.name}/{path.stem}" for path in (ROOT / "bpmn").glob("*/*.bpmn"))


def receipt_of(dossier: Dossier) -> Receipt:
    return receipt.describe(dossier.runner.audit, dossier.runner.procedures, dossier.case, SYSTEM)


def slip_of(dossier: Dossier) -> ControlSlip:
    return control_slip.describe(dossier.runner.audit, dossier.runner.procedures, dossier.case, SYSTEM)


def rows(dossier: Dossier) -> list[str]:
    """Every hand-over in a line: when, from whom to whom, and how the giver stood."""
    slip = slip_of(dossier)
    return [f"{local_text(row.at)} {row.giver} → {row.receiver} {row.verdict or ''}".rstrip() for row in slip.rows]


def with_the_director(dossier: Dossier) -> Dossier:
    """Late with the specialist, sent back once by the division's lead, then initialled."""
    dossier.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    dossier.on("2022-09-29 15:00", "Task_B3_appraise")
    dossier.on("2022-10-05 10:00", "Task_B3_draft_licence", late_reason="Phải xác minh phương án kinh doanh")
    dossier.on("2022-10-06 09:00", "Task_B4_initial", lead_decision="return", lead_opinion="Nêu rõ phạm vi")
    dossier.on("2022-10-06 14:00", "Task_B3_reappraise", late_reason="Hoàn chỉnh dự thảo")
    dossier.on("2022-10-06 15:00", "Task_B3_draft_licence", late_reason="Hoàn chỉnh dự thảo")
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


def test_a_dossier_received_outside_office_hours_is_counted_from_the_next_opening(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-30 17:30", "Task_B1_receive")
    paper = receipt_of(ha_tinh)
    assert (local_text(paper.issued), local_text(paper.received)) == ("2022-09-30 17:30", "2022-10-03 07:30")
    assert rows(ha_tinh) == ["2022-09-30 17:30 Tổ chức, cá nhân → Công chức TN&TKQ"]


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
    assert local_text(paper.received) == "2022-09-26 08:00"


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
    described = receipt.describe(world.runner.audit, world.runner.procedures, world.case, SYSTEM)
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
        f"2022-09-26 08:30 Tổ chức, cá nhân → {clerk}",
        f"2022-09-26 09:30 {clerk} → {specialist} in_time",
        f"2022-10-05 10:00 {specialist} → {lead} late",
        f"2022-10-06 09:00 {lead} → {specialist} early",
        f"2022-10-06 15:00 {specialist} → {lead} late",
        f"2022-10-07 09:00 {lead} → Lãnh đạo Sở early",
        "2022-10-10 09:00 Lãnh đạo Sở → Văn thư early",
        f"2022-10-10 10:00 Văn thư → {specialist} in_time",
        f"2022-10-10 11:00 {specialist} → {clerk} in_time",
        f"2022-10-11 09:00 {clerk} → Tổ chức, cá nhân",
    ]
    slip = slip_of(ha_tinh)
    assert (slip.verdict, slip.applicant) == ("early", "Công ty TNHH Bưu chính Hồng Lĩnh")
    assert slip.rows[2].notes == ("Lý do chậm trễ: Phải xác minh phương án kinh doanh",)
    assert slip.rows[3].notes == ("Trả lại để hoàn chỉnh.",)
    assert slip.rows[4].notes == ("Lý do chậm trễ: Hoàn chỉnh dự thảo",)
    assert [row.giver_name for row in slip.rows[1:3]] == ["one_stop_clerk ha-tinh", "specialist ha-tinh"]
    assert (slip.rows[0].giver_name, slip.rows[-1].receiver_name) == (slip.applicant, "Nguyễn Thị Lan")


def test_who_received_the_dossier_is_known_once_a_person_claims_it(ha_tinh: Dossier) -> None:
    with_the_director(ha_tinh)
    assert slip_of(ha_tinh).rows[-1].receiver_name == ""
    assert slip_of(ha_tinh).verdict is None
    ha_tinh.on("2022-10-10 09:00", "Task_B5_approve")
    assert slip_of(ha_tinh).rows[-2].receiver_name == "director ha-tinh"


def test_a_pause_is_noted_and_makes_no_desk_late(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    ha_tinh.on("2022-09-27 09:00", "Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
    ha_tinh.on("2022-09-27 10:00", "Task_B3_guide").on("2022-11-07 09:00", "Task_B3_wait")
    ha_tinh.on("2022-11-08 09:00", "Task_B3_reappraise").on("2022-11-08 10:00", "Task_B3_draft_licence")
    noted = [note for row in slip_of(ha_tinh).rows for note in row.notes]
    assert noted[1:] == ["Tạm dừng tính thời hạn.", "Tính tiếp thời hạn."]
    assert [row.verdict for row in slip_of(ha_tinh).rows[-1:]] == ["early"]


def test_the_last_desk_of_ben_tre_stands_to_its_limit_though_the_applicant_comes_later(hand_in: HandIn) -> None:
    dossier = hand_in("ben-tre/39", "2022-09-26 08:00")
    dossier.on("2022-09-26 09:00", "Task_1_receive").on("2022-09-26 10:00", "Task_1_forward")
    dossier.on("2022-09-30 10:00", "Task_2_process").on("2022-10-03 09:00", "Task_3_submit")
    dossier.on("2022-10-04 08:00", "Task_4_approve").on("2022-10-05 07:30", "Task_5_record")
    dossier.on("2022-10-05 09:00", "Task_6_notify").on("2022-11-07 09:00", "Task_collect")
    assert rows(dossier)[0] == "2022-09-26 08:00 Tổ chức, cá nhân → Công chức Một cửa"
    assert rows(dossier)[-1] == "2022-11-07 09:00 Công chức Một cửa → Tổ chức, cá nhân in_time"
    assert slip_of(dossier).verdict == "early"
