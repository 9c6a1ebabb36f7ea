"""What an entry is called on a time line: a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import entry
from runner.domain.journal import Entry
from runner.engine.advance import Advance
from runner.language import say

if TYPE_CHECKING:
    from runner.reports.timeline import TimelineBuilder

WORDS = {
    "start": "Lập hồ sơ",
    "claim": "Nhận việc",
    "assign": "Giao việc",
    "release": "Trả về nhóm",
    "cancel": "Người nộp rút hồ sơ",
    "recount": "Tính lại thời hạn",
    "migrate": "Chuyển phiên bản",
    "discard": "Bỏ bản nháp",
    "incident": "Sự cố",
    "resolve": "Đóng sự cố",
    "erasure": "Xóa dữ liệu cá nhân",
    "submit": "Hoàn thành việc",
    "timer": "Đến mốc",
    "message": "Nhận thông báo",
    "answer": "Việc tự động đã xong",
}
"""By kind of entry, where nothing of its own is known."""


def headline(written: Entry, builder: TimelineBuilder | None = None, advance: Advance | None = None) -> str:
    """The words; `builder` names what the entry is about, as the diagram of that moment does."""
    if written.payload is None and builder is None:
        return say("Nội dung đã xóa theo luật")
    if builder is None:
        return say(WORDS[written.kind]) if written.kind in WORDS else written.kind
    match written.body:
        case entry.Submit(task=task):
            return builder.name(task)
        case entry.FireTimer(timer=timer):
            late = advance.late if advance else ()
            return say("Quá hạn “{task}”", task=builder.name(late[0])) if late else builder.name(timer)
        case entry.DeliverMessage(message=message):
            return builder.awaited(message, advance)
        case entry.AnswerRequest(request=request):
            return builder.name(request)
    return headline(written)
