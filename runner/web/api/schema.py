"""What the interface answers, as JSON Schema 2020-12: the ``components`` of the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from runner.domain.case import CaseStatus, ClockState
from runner.domain.form.attachment import TYPES
from runner.language import say

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
TRUTH: Final[Schema] = {"type": "boolean"}
OBJECT: Final[Schema] = {"type": "object"}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
HASH: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


def _told(schema: Schema, template: str) -> Schema:
    return {**schema, "description": say(template)}


def _object(**members: Schema) -> Schema:
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def schemas() -> dict[str, Schema]:
    """Every schema by its name, described in the current language."""
    task = {
        "id": _told(
            TEXT, "Mã việc để dùng trong đường dẫn: mã hồ sơ, mã phần tử và lần thứ mấy, cách nhau bởi dấu chấm."
        ),
        "case": WHOLE,
        "province": TEXT,
        "name": TEXT,
        "lane": _told(TEXT, "Làn của sơ đồ mà việc này thuộc về."),
        "step": _told(TEXT, "Bước trong bảng của quyết định; để trống khi không thuộc bước nào."),
        "opened": MOMENT,
        "due": _told(_maybe(MOMENT), "Hạn; null khi không có hạn."),
        "owner": _told(_maybe(TEXT), "Tài khoản đã nhận việc; null khi chưa ai nhận."),
        "late": _told(TRUTH, "Việc đã bị ghi nhận quá hạn."),
    }
    standing = {
        "number": _told(_maybe(TEXT), "Mã hồ sơ ghi trên giấy tiếp nhận; null khi chưa cấp."),
        "status": _one_of(*CaseStatus),
        "outcome": _told(TEXT, "Kết quả theo sơ đồ, như granted, refused, returned; để trống khi chưa có."),
        "clock": _told(_one_of(*ClockState), "Đồng hồ tính thời hạn giải quyết."),
        "due": _told(_maybe(MOMENT), "Hẹn trả kết quả; null khi chưa tính."),
    }
    case = {
        "id": WHOLE,
        "province": TEXT,
        "procedure": TEXT,
        "version": HASH,
        "subject": TEXT,
        **standing,
        "started": MOMENT,
        "ended": _maybe(MOMENT),
    }
    page = {"next": _told(_maybe(TEXT), "Giá trị “cursor” của trang sau; null ở trang cuối.")}
    return {
        "Procedure": _object(
            code=TEXT,
            title=TEXT,
            title_en=TEXT,
            province=TEXT,
            number=_told(WHOLE, "Lần triển khai thứ mấy của thủ tục này."),
            version=_told(HASH, "SHA-256 của mọi tệp trong phiên bản."),
            deployed=MOMENT,
            limit=_told(TEXT, "Thời hạn giải quyết theo lời của quyết định."),
            startable=_told(TRUTH, "Người có mã truy cập này được lập hồ sơ của thủ tục."),
        ),
        "Procedures": _object(procedures=_list(_ref("Procedure"))),
        "Case": _object(**case),
        "Cases": _object(cases=_list(_ref("Case")), **page),
        "CaseDetail": _object(
            **case,
            route=_told(_list(TEXT), "Các phần tử của sơ đồ mà hồ sơ đã đi qua, theo thứ tự."),
            tasks=_told(_list(_ref("Task")), "Các việc đang mở."),
            incidents=_told(_list(_ref("Incident")), "Các sự cố chưa đóng."),
        ),
        "Incident": _object(id=WHOLE, at=MOMENT, kind=TEXT, detail=TEXT),
        "Task": _object(**task),
        "TaskItem": _object(**task, number=_maybe(TEXT), procedure=TEXT, subject=TEXT),
        "Tasks": _object(tasks=_list(_ref("TaskItem")), **page),
        "TaskDetail": _object(
            **task,
            closed=_maybe(MOMENT),
            outcome=_told(TEXT, "Để trống khi việc còn mở; nếu không thì done hoặc cancelled."),
            form=_told(_maybe(OBJECT), "Biểu mẫu form-js của việc; null khi việc không có biểu mẫu."),
            values=_told(OBJECT, "Các giá trị của hồ sơ và bản nháp đã lưu của chính người này cho việc này."),
        ),
        "Outcome": _object(
            case=WHOLE,
            version=HASH,
            seq=_told(WHOLE, "Số thứ tự của bút toán vừa ghi."),
            **standing,
            opened=_told(_list(TEXT), "Mã các việc vừa mở."),
        ),
        "Journal": _object(case=WHOLE, entries=_list(_ref("Entry"))),
        "Entry": _object(
            seq=WHOLE,
            at=MOMENT,
            actor=TEXT,
            kind=TEXT,
            payload=_told(_maybe(OBJECT), "Nội dung; null khi đã được xóa theo quy định."),
            payload_sha256=HASH,
            state=_told(HASH, "Mã băm trạng thái của hồ sơ sau bút toán."),
            previous=_told(HASH, "Mã băm của bút toán trước."),
            hash=HASH,
        ),
        "File": _object(
            name=TEXT,
            size=_told(WHOLE, "Số byte."),
            type=_one_of(*dict.fromkeys(TYPES.values())),
            sha256=_told(HASH, "SHA-256 của nội dung."),
        ),
        "Replay": _object(
            divergence=_told(
                _maybe(_ref("Divergence")), "Chỗ đầu tiên không khớp khi dựng lại; null khi khớp hoàn toàn."
            )
        ),
        "Divergence": _object(seq=WHOLE, what=TEXT, detail=TEXT),
        "Problem": {
            "type": "object",
            "properties": {
                "type": {"type": "string", "format": "uri"},
                "title": TEXT,
                "status": WHOLE,
                "detail": TEXT,
                "instance": TEXT,
                "errors": _told(_list(_object(field=TEXT, message=TEXT)), "Từng mục chưa đúng."),
                "incident": _told(TEXT, "Số sự cố để báo người quản trị."),
            },
            "required": ["type", "title", "status", "detail", "instance"],
        },
    }
