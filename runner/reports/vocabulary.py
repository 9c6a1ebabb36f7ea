"""States, lanes and values in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from inspect import cleandoc
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner import formatting
from runner.domain.case import CaseOutcome, CaseStatus, ClockState
from runner.domain.person import Role
from runner.domain.timeliness import Verdict
from runner.errors import Divergence
from runner.language import say
from runner.reports.waiting import Cause

if TYPE_CHECKING:
    from runner.domain.form import Attachment
    from runner.domain.procedure import Province

STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        CaseStatus.DRAFT: "bản nháp",
        CaseStatus.OPEN: "đang giải quyết",
        CaseStatus.FINISHED: "đã kết thúc",
        CaseStatus.CANCELLED: "đã rút",
        CaseStatus.DISCARDED: "bản nháp đã bỏ",
    }
)
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        CaseOutcome.GRANTED: "được giải quyết",
        CaseOutcome.REFUSED: "bị từ chối",
        CaseOutcome.NOT_ACCEPTED: "không được tiếp nhận",
        CaseOutcome.RETURNED: "đã trả lại hồ sơ",
        CaseOutcome.WITHDRAWN: "đã rút",
    }
)
CLOCKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ClockState.IDLE: "chưa tính thời hạn",
        ClockState.RUNNING: "đang tính thời hạn",
        ClockState.PAUSED: "đang tạm dừng tính thời hạn",
        ClockState.STOPPED: "đã hết tính thời hạn",
    }
)
VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {Verdict.EARLY: "Trước hạn", Verdict.IN_TIME: "Đúng hạn", Verdict.LATE: "Quá hạn"}
)
LANES: Final[Mapping[str, str]] = MappingProxyType(
    {Role.ADMINISTRATOR: "Quản trị", Role.ANALYST: "Phân tích nghiệp vụ", Role.AUDITOR: "Kiểm tra, giám sát"}
)
"""The roles, which no diagram has as lanes."""
PROCEDURE_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "licence_issue": "Cấp giấy phép",
        "licence_amend": "Sửa đổi, bổ sung giấy phép",
        "licence_reissue_expired": "Cấp lại giấy phép khi hết hạn",
        "licence_reissue_lost": "Cấp lại giấy phép khi bị mất, hư hỏng",
        "confirmation_issue": "Cấp văn bản xác nhận",
        "confirmation_amend": "Sửa đổi, bổ sung văn bản xác nhận",
        "confirmation_reissue_lost": "Cấp lại văn bản xác nhận",
        "other": "Loại khác",
    }
)
"""The groups of procedures by which they are counted."""
CAUSES: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.APPLICANT: "Chờ người nộp",
        Cause.UNHELD: "Chưa ai nhận dù có người rảnh",
        Cause.ABSENT: "Không ai làm được việc có mặt",
        Cause.EARLIER: "Người giữ bận hồ sơ đến hạn sớm hơn",
        Cause.LATER: "Người giữ bận hồ sơ đến hạn muộn hơn",
        Cause.BATCH: "Gom làm một lượt",
        Cause.INCIDENT: "Sự cố",
        Cause.NOTHING: "Không ghi nhận gì khác",
    }
)
"""Why a task waited."""
DELIVERY_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "direct": "Trực tiếp",
        "centre": "Tại Trung tâm Phục vụ hành chính công tỉnh",
        "post": "Qua dịch vụ bưu chính",
        "online": "Trực tuyến",
    }
)
"""The ways of delivering a result, by their values in the forms."""
DIVERGENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "gap": "thiếu mục nhật ký",
        "previous": "không nối tiếp mục nhật ký trước",
        "payload": "nội dung đã bị sửa",
        "hash": "mã băm không khớp",
        "erased": "nội dung đã bị xóa",
        "erasure": "mục xóa dữ liệu không khớp với các mục đã bị xóa nội dung",
        "state": "trạng thái khi kiểm tra lại khác trạng thái đã ghi",
        "version": "phiên bản thủ tục không đúng",
        "tail": "nhật ký dài hoặc ngắn hơn sổ hồ sơ",
        "missing": "hồ sơ không còn trong sổ",
        "file missing": "tệp đính kèm không còn được giữ",
        "file altered": "nội dung tệp đính kèm đã bị sửa",
        "unreadable": "không đọc được mục nhật ký",
        "field": "trường “{about}” thiếu, thừa hoặc không đúng kiểu",
        "format": "bản phần mềm này không biết loại và định dạng “{about}”",
        "command": "không lặp lại được thao tác đã ghi ({about})",
    }
)
"""The faults that a divergence names by a code, which may go on with what it is about: ``field: owner``."""


def lane(id: str, province: Province | None) -> str:
    """The name of a lane in a province; its id where it has no name there."""
    role, _, only = id.partition("@")
    if role in LANES:
        agency = province.agencies.get(only) if province else None
        return f"{say(LANES[role])} ({agency.name if agency else only})" if only else say(LANES[role])
    return province.label(id) if province else id


def render(value: object) -> str:
    """A value of a case as text: ``Có``, ``0,5``, or as it is; "" for None."""
    if isinstance(value, bool):
        return say("Có") if value else say("Không")
    if isinstance(value, int | Decimal | float):
        return formatting.exact(value)
    return "" if value is None else str(value)


def file(found: Attachment) -> str:
    """A file in a sentence: ``biên bản.pdf (850 kB)``."""
    return f"{found.name} ({formatting.size(found.size)})"


def divergence(error: Divergence) -> str:
    """A sentence on a divergence: the entry, and its fault."""
    return incident(cleandoc(Divergence.__doc__ or ""), error.facts)


def incident(template: str, facts: Mapping[str, object]) -> str:
    """What went wrong, in the language of the moment. Journals of earlier releases have faults as sentences."""
    code, _, about = str(facts.get("what")).partition(": ")
    words = {"what": say(DIVERGENCES[code], about=about)} if code in DIVERGENCES else {}
    return say(template, **{**facts, **words})
