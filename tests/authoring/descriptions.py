"""Descriptions of new procedures, one that is told and many that are generated."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from runner.domain.person import Lane
from runner.domain.procedure import Province, read_province
from tests.world import ROOT

WORKSHOP: dict[str, Any] = {
    "code": "GX.02",
    "title": "Cấp giấy xác nhận xưởng gốm thủ công",
    "title_en": "Confirm a pottery workshop",
    "unit": "working-days",
    "limit": "9",
    "applicants": "Hộ kinh doanh",
    "fee": "none",
    "granted": "Giấy xác nhận xưởng gốm thủ công",
    "refused": "Văn bản trả lời, nêu rõ lý do",
    "decision": {
        "number": "517/QĐ-UBND",
        "date": "2026-09-14",
        "title": "PHÊ DUYỆT QUY TRÌNH NỘI BỘ LĨNH VỰC NGHỀ THỦ CÔNG",
        "issuer": "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
        "signer": "Đỗ Thị Lan",
        "effective": "2026-10-01",
    },
    "steps": [
        {
            "id": "1",
            "text": "Tiếp nhận, kiểm tra hồ sơ.\nNếu hồ sơ còn thiếu thì yêu cầu bổ sung hồ sơ.",
            "lane": "one_stop_clerk",
            "days": "1",
        },
        {"id": "2", "text": "Xem xét điều kiện của xưởng.", "lane": "specialist", "days": "5"},
        {"id": "3", "text": "Trình lãnh đạo Sở.", "lane": "division_lead", "days": "1"},
        {"id": "4", "text": "Ký duyệt kết quả.", "lane": "director", "days": "1"},
        {"id": "5", "text": "Vào sổ văn bản.", "lane": "one_stop_clerk", "days": "0,5"},
        {"id": "6", "text": "Trả kết quả.", "lane": "one_stop_clerk", "days": "0,5"},
    ],
    "dossier": [
        {"name": "Đơn đề nghị xác nhận", "copy": "original", "required": True},
        {"name": "Ảnh chụp xưởng", "copy": "unknown", "required": False},
    ],
}
"""Six steps, received and returned at the one-stop section, two of them of half a day."""

_WORDS = {
    Lane.ONE_STOP_CLERK: ["Chuyển hồ sơ cho phòng chuyên môn.", "Vào sổ văn bản.", "Lưu hồ sơ theo quy định."],
    Lane.SPECIALIST: ["Xem xét hồ sơ.", "Dự thảo văn bản, trình lãnh đạo phòng.", "Cập nhật kết quả lên hệ thống."],
    Lane.DIVISION_LEAD: ["Trình lãnh đạo Sở.", "Xem xét, ký nháy kết quả.", "Phân công xử lý hồ sơ."],
    Lane.DIRECTOR: ["Ký duyệt kết quả.", "Phê duyệt."],
    Lane.RECORDS_CLERK: ["Phát hành văn bản, đóng dấu.", "Vào sổ, chuyển kết quả."],
}
_FIRST = (
    "Tiếp nhận, kiểm tra hồ sơ.",
    "1. Tiếp nhận hồ sơ.\n- Nếu hồ sơ chưa đầy đủ thì hướng dẫn bổ sung, hoàn thiện. Nếu không được thì từ chối "
    "tiếp nhận hồ sơ.\n- Chuyển hồ sơ về Sở.",
)
_LAST = ("Trả kết quả.", "Thông báo và trả kết quả cho tổ chức, cá nhân (nếu có thì thu phí, lệ phí).")


@cache
def province(code: str) -> Province:
    return read_province((ROOT / f"bpmn/{code}/province.toml").read_bytes())


@cache
def shared() -> dict[str, bytes]:
    """The forms that the project's procedures share."""
    return {path.stem: path.read_bytes() for path in sorted((ROOT / "forms").glob("*.form"))}


@st.composite
def descriptions(draw: st.DrawFn, most: int = 9) -> tuple[str, dict[str, Any]]:
    """A province and a description of any shape: 2 to `most` steps, of which those in a row are timed."""
    code = draw(st.sampled_from(["ben-tre", "ha-tinh"]))
    count = draw(st.integers(2, most))
    first = draw(st.integers(0, 1))
    last = draw(st.integers(first + 1, count))
    unit = draw(st.sampled_from(["working-days", "calendar-days"]))
    lanes = [Lane(lane) for lane in province(code).lanes]
    steps = []
    for at in range(count):
        lane = Lane.ONE_STOP_CLERK if at in (0, count - 1) else draw(st.sampled_from(lanes))
        words = _FIRST if at == 0 else _LAST if at == count - 1 else _WORDS[lane]
        days = draw(st.sampled_from(["0.5", "1", "2", "2.5", "5", "12"])) if first <= at < last else ""
        id = f"B{at + 1}" if code == "ha-tinh" else str(at + 1)
        steps.append({"id": id, "text": draw(st.sampled_from(words)), "lane": str(lane), "days": days})
    fee = draw(st.sampled_from(["none", "amounts", "silent"]))
    one, more = [{"label": "", "amount": "750.000"}], [{"label": "Lần đầu", "amount": "1.200.000"}]
    papers = draw(st.integers(0, 3))
    return code, {
        **WORKSHOP,
        "unit": unit,
        "limit": f"{sum(float(step['days'] or 0) for step in steps):g}",
        "steps": steps,
        "fee": fee,
        "fees": draw(st.sampled_from([one, [*more, {"label": "Cấp lại", "amount": 300_000}]]))
        if fee == "amounts"
        else [],
        "dossier": [
            {"name": f"Giấy tờ số {at}", "copy": "copy", "required": draw(st.booleans())} for at in range(papers)
        ],
    }
