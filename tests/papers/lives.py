"""A year's worth of papers: in each province a dossier with supplement, return, a late step and the apology, and one
that is refused at the counter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.procedures.dossier import Dossier

ITEMS = "- Bảng giá cước dịch vụ bưu chính, có chữ ký của người đại diện\n- Tiêu chuẩn chất lượng dịch vụ bưu chính"
WHY = "Bảng giá cước chưa ghi giá của thư đến 02 kg.\nTiêu chuẩn chất lượng thiếu chỉ tiêu thời gian toàn trình."
CONTACT = "ông Hồ Sỹ Dũng, số điện thoại 0239 3855 123"
REFUSED = {"refusal_reason": "Doanh nghiệp không bổ sung được bảng giá cước theo yêu cầu."}
LATE = "Phải lấy ý kiến của doanh nghiệp hợp tác"


def ha_tinh(database_url: str, folder: Path) -> Dossier:
    """QT.BC.01: case 1 is asked for a supplement, inspected, sent back, late with the lead, late as a whole; case 2 is
    refused at the counter."""
    world = Dossier(database_url, folder, "ha-tinh/QT.BC.01", "2022-09-26 08:00")
    world.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    world.on("2022-09-27 09:00", "Task_B3_appraise", appraisal_decision="supplement", inspection_needed=None)
    guide = {"supplement_items": ITEMS, "supplement_reason": WHY, "supplement_contact": CONTACT}
    world.on("2022-09-27 10:00", "Task_B3_guide", **guide).on("2022-09-29 14:00", "Task_B3_wait")
    inspected = {"inspection_needed": "yes", "inspection_proposal": "Kiểm tra tại trụ sở"}
    world.on("2022-09-30 09:00", "Task_B3_reappraise", **inspected).on("2022-10-03 09:00", "Task_B3_organise")
    world.on("2022-10-04 09:00", "Task_B3_inspect").on("2022-10-05 09:00", "Task_B3_draft_licence")
    world.on("2022-10-06 09:00", "Task_B4_initial", lead_decision="return", lead_opinion="Nêu rõ phạm vi cung ứng")
    world.on("2022-10-06 14:00", "Task_B3_reappraise").on("2022-10-06 15:00", "Task_B3_draft_licence")
    world.on("2022-10-12 16:00", "Task_B4_initial", late_reason=LATE)
    apology = {"apology_reason": LATE, "apology_new_date": "2022-10-19"}
    world.on("2022-10-13 10:00", "Task_apology_draft", **apology)
    world.on("2022-10-13 15:00", "Task_apology_sign", **apology).on("2022-10-14 08:00", "Task_apology_send")
    world.on("2022-10-17 15:00", "Task_B5_approve", late_reason=LATE, signed_by="Võ Thị Thu, Phó Giám đốc")
    world.on("2022-10-17 16:00", "Task_B6_issue", document_date="2022-10-17")
    world.on("2022-10-18 09:00", "Task_B6_update", late_reason=LATE).on("2022-10-19 09:00", "Task_B7_return")
    world.at("2022-10-20 08:00").start("ha-tinh/QT.BC.01")
    world.on("2022-10-20 08:30", "Task_B1_receive", intake_decision="supplement")
    world.on("2022-10-20 08:40", "Task_B1_guide", **guide)
    world.on("2022-10-24 08:30", "Task_B1_wait", supplement_outcome="not_supplemented")
    return world.on("2022-10-24 08:40", "Task_B1_receive", intake_decision="refuse").on(
        "2022-10-24 09:00", "Task_B1_refuse", **REFUSED
    )


def ben_tre(database_url: str, folder: Path) -> Dossier:
    """01: case 1 is asked for a supplement, sent back, late with the director; case 2 is refused at the counter."""
    world = Dossier(database_url, folder, "ben-tre/01", "2022-09-26 08:00")
    world.on("2022-09-26 09:00", "Task_1_receive").on("2022-09-26 10:00", "Task_1_forward")
    world.on("2022-09-28 09:00", "Task_2_process", processing_decision="supplement")
    guide = {"supplement_items": ITEMS, "supplement_reason": WHY, "supplement_contact": CONTACT}
    world.on("2022-09-28 10:00", "Task_2_guide", **guide).on("2022-10-03 14:00", "Task_2_wait")
    world.on("2022-10-05 09:00", "Task_2_reprocess")
    world.on("2022-10-06 09:00", "Task_3_submit", lead_decision="return", lead_opinion="Nêu rõ phạm vi cung ứng")
    world.on("2022-10-07 09:00", "Task_2_reprocess").on("2022-10-10 09:00", "Task_3_submit")
    world.on("2022-10-17 15:00", "Task_4_approve", late_reason=LATE, signed_by="Trịnh Minh Châu, Giám đốc")
    apology = {"apology_reason": LATE, "apology_new_date": "2022-10-27"}
    world.on("2022-10-19 17:00", "Task_apology_draft", **apology)
    world.on("2022-10-20 09:00", "Task_apology_sign", **apology).on("2022-10-20 10:00", "Task_apology_send")
    world.on("2022-10-24 09:00", "Task_5_record", late_reason=LATE, document_date="2022-10-17")
    world.on("2022-10-24 10:00", "Task_6_notify", late_reason=LATE).on("2022-10-25 09:00", "Task_collect")
    world.at("2022-10-26 08:00").start("ben-tre/01")
    world.on("2022-10-26 08:30", "Task_1_receive", intake_decision="refuse")
    return world.on("2022-10-26 09:00", "Task_1_refuse", **REFUSED)


LIVES: dict[str, Callable[[str, Path], Dossier]] = {"ha-tinh": ha_tinh, "ben-tre": ben_tre}
