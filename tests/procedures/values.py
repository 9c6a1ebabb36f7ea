"""What people type into the forms of the two procedures: for each form, an answer that takes the shortest way on."""

from __future__ import annotations

from typing import Any

ANSWERS: dict[str, dict[str, Any]] = {
    # -- at the counter --------------------------------------------------------------------------------------------
    "tiep-nhan-qt-bc-01": {
        "applicant_name": "Công ty TNHH Bưu chính Hồng Lĩnh",
        "applicant_tax_code": "3000123456",
        "applicant_address": "Số 12 đường Phan Đình Phùng, thành phố Hà Tĩnh",
        "contact_name": "Nguyễn Thị Lan",
        "contact_phone": "0912 345 678",
        "contact_email": "lan@honglinh.vn",
        "channel": "direct",
        "dossier_items": ["request", "registration", "charter", "business_plan"],
        "dossier_copies": ["registration"],
        "intake_decision": "complete",
        "fee_case": "first_issue",
        "result_place": "centre",
        "fee_paid": False,
        "fee_receipt_number": "",
        "intake_note": "",
    },
    "tiep-nhan-ben-tre": {
        "applicant_name": "Công ty Cổ phần Chuyển phát Đồng Khởi",
        "applicant_tax_code": "1300123456",
        "applicant_address": "Số 7 đường Cách mạng Tháng Tám, thành phố Bến Tre",
        "contact_name": "Trần Văn Bình",
        "contact_phone": "0913 456 789",
        "contact_email": "binh@dongkhoi.vn",
        "channel": "direct",
        "request_content": "Cấp văn bản xác nhận thông báo hoạt động bưu chính",
        "dossier_items": "Văn bản thông báo; bản sao giấy chứng nhận đăng ký doanh nghiệp",
        "dossier_sets": 1,
        "intake_decision": "complete",
        "result_place": "centre",
        "intake_note": "",
    },
    "bo-sung-ho-so": {
        "supplement_items": "Bảng giá cước dịch vụ bưu chính",
        "supplement_reason": "Hồ sơ chưa có bảng giá cước",
        "supplement_contact": "Lê Văn Hùng, 0239 385 6789",
    },
    "nhan-ho-so-bo-sung": {
        "supplement_outcome": "received",
        "supplement_received": "Bảng giá cước dịch vụ bưu chính",
        "supplement_note": "",
    },
    "tu-choi-tiep-nhan": {"refusal_reason": "Không thuộc thẩm quyền giải quyết của Sở"},
    "tra-lai-ho-so": {"return_reason": "Đơn vị phải ký lại văn bản thông báo", "returned_on": "2022-09-26"},
    "chuyen-ho-so": {"receipt_given": True, "dossier_digitised": True, "forward_note": ""},
    # -- the specialist --------------------------------------------------------------------------------------------
    "tham-dinh-qt-bc-01": {
        "conditions_met": ["registration", "finance_staff", "business_plan", "safety"],
        "appraisal_decision": "eligible",
        "appraisal_reason": "Hồ sơ đáp ứng các điều kiện tại mục 2.1",
        "inspection_needed": "no",
        "inspection_proposal": "",
    },
    "tham-dinh-lai-qt-bc-01": {
        "conditions_met": ["registration", "finance_staff", "business_plan", "safety"],
        "appraisal_decision": "eligible",
        "appraisal_reason": "Hồ sơ đã được bổ sung, đáp ứng các điều kiện",
        "inspection_needed": "no",
        "inspection_proposal": "",
    },
    "xu-ly-ho-so": {
        "processing_decision": "submit",
        "draft_result": "granted",
        "draft_summary": "Dự thảo văn bản xác nhận thông báo hoạt động bưu chính",
        "draft_ground": "",
    },
    "xu-ly-lai-ho-so": {
        "draft_result": "granted",
        "draft_summary": "Dự thảo văn bản xác nhận, đã hoàn chỉnh",
        "draft_ground": "",
    },
    "du-thao-giay-phep": {"draft_summary": "Giấy phép bưu chính, phạm vi nội tỉnh", "draft_note": ""},
    "du-thao-thong-bao": {"draft_ground": "Không đủ điều kiện theo Điều 21 Luật Bưu chính", "draft_note": ""},
    "tham-dinh-thuc-te": {
        "inspection_place": "Trụ sở doanh nghiệp",
        "inspected_on": "2022-09-29",
        "inspection_findings": "Cơ sở vật chất đúng với hồ sơ",
        "inspection_result": "passed",
    },
    "cap-nhat-ket-qua": {"result_updated": True, "filing_place": "Phòng Bưu chính Viễn thông", "filing_note": ""},
    # -- leads and directors ---------------------------------------------------------------------------------------
    "to-chuc-tham-dinh": {
        "inspection_date": "2022-09-29",
        "inspection_lead": "Phạm Minh Đức",
        "inspection_members": "Chuyên viên thụ lý; đại diện doanh nghiệp",
    },
    "ky-nhay": {"lead_decision": "approve", "lead_opinion": ""},
    "trinh-ket-qua": {"lead_decision": "approve", "lead_opinion": ""},
    "ky-duyet": {"director_decision": "approve", "director_opinion": ""},
    # -- records and the result ------------------------------------------------------------------------------------
    "phat-hanh": {
        "document_number": "15/GP-STTTT",
        "document_date": "2022-10-11",
        "stamped": True,
        "document_copies": 2,
        "result_forwarded": True,
    },
    "vao-so-van-ban": {
        "document_number": "21/XN-STTTT",
        "document_date": "2022-10-06",
        "dossier_archived": True,
        "archive_note": "",
    },
    "thong-bao-ket-qua": {"result_confirmed": True, "notified_by": "phone", "fee_due": None},
    "tra-ket-qua": {
        "fee_settled": True,
        "fee_settled_receipt": "0000123",
        "received_by": "Nguyễn Thị Lan",
        "received_as": "direct",
        "satisfaction": "5",
        "satisfaction_note": "",
    },
    "tra-ket-qua-ben-tre": {
        "fee_collected": 0,
        "fee_receipt_number": "",
        "received_by": "Trần Văn Bình",
        "received_as": "direct",
        "satisfaction": "5",
        "satisfaction_note": "",
    },
    # -- the slip of apology ---------------------------------------------------------------------------------------
    "xin-loi-du-thao": {
        "apology_reason": "Phải lấy ý kiến cơ quan phối hợp",
        "apology_new_date": "2022-10-20",
    },
    "xin-loi-ky": {
        "apology_reason": "Phải lấy ý kiến cơ quan phối hợp",
        "apology_new_date": "2022-10-20",
        "apology_number": "03/PXL",
        "apology_signed": True,
    },
    "xin-loi-gui": {"apology_sent_by": "email", "apology_sent": True},
}
