"""The papers of a case as PDF: the receipt (Mẫu 01) and the control slip (Mẫu 05), as their pages show them.

Each is made as of the entry that it tells of last, so it is the same file however often it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from runner import formatting
from runner.language import say, speaking
from runner.papers.paper import pdf
from runner.reports import vocabulary
from runner.reports.control_slip import ControlSlip, HandOver
from runner.reports.receipt import Receipt


def receipt(paper: Receipt) -> bytes:
    """Mẫu 01. Raises `PaperFailed`."""
    with speaking("vi"):
        title = say("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ")
        unsaid = say("không ghi")
        papers = [
            [str(place), each.name, each.kind or unsaid, each.count or unsaid]
            for place, each in enumerate(paper.papers, 1)
        ]
        values = _head(paper, title) | {
            "above": list(_applied(paper)),
            "papers": papers or [["", unsaid, "", ""]],
            "below": list(_promised(paper)),
            "clerk": paper.clerk,
        }
        return pdf("receipt", values, paper.issued)


def control_slip(paper: ControlSlip, at: datetime) -> bytes:
    """Mẫu 05 as the case stands after its last entry, which was `at` a moment. Raises `PaperFailed`."""
    with speaking("vi"):
        title = say("PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ")
        values = _head(paper, title) | {"above": list(_controlled(paper)), "rows": [_row(row) for row in paper.rows]}
        return pdf("control_slip", values, at)


def _head(paper: Receipt | ControlSlip, title: str) -> dict[str, Any]:
    """What stands at the head and the foot of both."""
    version, number = paper.version, paper.case.number or ""
    return {
        "title": title,
        "issuer": [version.office.name.upper(), say("Bộ phận tiếp nhận và trả kết quả").upper()],
        "number": say("Số: {number}", number=number),
        "dated": say("{place}, {date}", place=version.province.name, date=formatting.written_day(paper.issued)),
        "foot": number,
    }


def _applied(paper: Receipt) -> Iterator[list[str]]:
    office, facts = paper.version.office, paper.version.procedure
    yield [say("Mã hồ sơ"), paper.case.number or ""]
    yield [say("Bộ phận tiếp nhận và trả kết quả"), ", ".join(filter(None, [office.section, office.centre]))]
    yield [say("Tiếp nhận hồ sơ của"), paper.applicant]
    yield [say("Mã số doanh nghiệp (mã số thuế)"), paper.tax_code]
    yield [say("Địa chỉ"), paper.address]
    yield [say("Người liên hệ"), paper.contact]
    yield [say("Số điện thoại"), paper.phone]
    yield [say("Email"), paper.email]
    yield [say("Nội dung yêu cầu giải quyết"), paper.request]
    if paper.request != facts.title:
        yield [say("Thủ tục hành chính"), facts.title]
    yield [say("Cách thức nộp"), paper.channel]


def _promised(paper: Receipt) -> Iterator[list[str]]:
    time = paper.version.procedure.time
    term = ", ".join(filter(None, [time.text, time.counted_from]))
    if time.listed:
        term = f"{term} ({say('danh mục ghi {time}', time=time.listed)})"
    sets = say("{count} bộ", count=paper.sets) if paper.sets else say("không ghi")
    yield [f"2. {say('Số lượng hồ sơ')}", sets]
    yield [f"3. {say('Thời gian giải quyết hồ sơ theo quy định là:').removesuffix(':')}", term]
    yield [f"4. {say('Thời gian nhận hồ sơ')}", formatting.written(paper.received)]
    due = formatting.written(paper.due) if paper.due else ""
    yield [f"5. {say('Thời gian trả kết quả giải quyết hồ sơ')}", due]
    yield [f"6. {say('Đăng ký nhận kết quả tại')}", paper.place]
    yield [f"7. {say('Phí, lệ phí')}", paper.fee]


def _controlled(paper: ControlSlip) -> Iterator[list[str]]:
    facts, office = paper.version.procedure, paper.version.office
    yield [say("Mã hồ sơ"), paper.case.number or ""]
    yield [say("Chủ hồ sơ"), paper.applicant]
    yield [say("Loại thủ tục"), f"{facts.title} ({facts.code.partition('/')[2]}, {facts.time.text})"]
    yield [say("Nhận hồ sơ"), formatting.written(paper.received)]
    for place, each in enumerate(paper.appointments):
        due = formatting.written(each.due) if each.due else say("khi hết tạm dừng")
        label = say("Hẹn lại") if place else say("Hẹn trả kết quả")
        yield [label, f"{due} ({each.reason})" if each.reason else due]
    yield [say("Phiếu xin lỗi và hẹn lại ngày trả kết quả"), paper.apology]
    yield [say("Cơ quan giải quyết hồ sơ"), ", ".join(filter(None, [office.name, office.division]))]
    verdict = paper.case.verdict
    yield [say("Kết quả chung"), say(vocabulary.VERDICTS[verdict]) if verdict else say("đang giải quyết")]


def _row(row: HandOver) -> dict[str, Any]:
    stands = list[str]()
    if row.verdict:
        stands.append(say(vocabulary.VERDICTS[row.verdict]))
    elif row.since and not row.limit:
        stands.append(say("không có hạn"))
    if row.since:
        stands.append(say("nhận {moment}", moment=formatting.moment(row.since)))
    if row.limit:
        stands.append(say("thời gian: {limit}", limit=row.limit))
    if row.due:
        stands.append(say("hạn {moment}", moment=formatting.moment(row.due)))
    return {
        "places": [
            f"1. {say('Giao')}: {_placed(row.giver, row.giver_work)}",
            f"2. {say('Nhận')}: {_placed(row.receiver, row.receiver_work)}",
        ],
        "at": formatting.written(row.at, short=True),
        "giver": row.giver_name,
        "receiver": row.receiver_name or say("chưa ai nhận"),
        "stands": stands,
        "notes": [*row.tasks, *row.notes],
    }


def _placed(lane: str, work: str) -> str:
    return f"{lane} ({work})" if work else lane
