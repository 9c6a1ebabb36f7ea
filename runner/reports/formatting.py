"""Moments, numbers and states in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner.domain.calendar import ZONE
from runner.domain.person import ADMINISTRATOR, ANALYST, AUDITOR
from runner.domain.timeliness import Verdict
from runner.errors import Divergence
from runner.language import say

if TYPE_CHECKING:
    from runner.domain.form import Attachment
    from runner.domain.procedure import Province

WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
"""By `date.weekday()`."""

STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {"open": "đang giải quyết", "finished": "đã kết thúc", "cancelled": "đã rút"}
)
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "granted": "được giải quyết",
        "refused": "bị từ chối",
        "returned": "đã trả lại hồ sơ",
        "withdrawn": "đã rút",
    }
)
CLOCKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "idle": "chưa tính thời hạn",
        "running": "đang tính thời hạn",
        "paused": "đang tạm dừng tính thời hạn",
        "stopped": "đã hết tính thời hạn",
    }
)
VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {Verdict.EARLY: "Trước hạn", Verdict.IN_TIME: "Đúng hạn", Verdict.LATE: "Quá hạn"}
)
LANES: Final[Mapping[str, str]] = MappingProxyType(
    {ADMINISTRATOR: "Quản trị", ANALYST: "Phân tích nghiệp vụ", AUDITOR: "Kiểm tra, giám sát"}
)
"""The lanes that are in no diagram."""
DELIVERY_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "direct": "Trực tiếp",
        "centre": "Tại Trung tâm Phục vụ hành chính công tỉnh",
        "post": "Qua dịch vụ bưu chính",
        "online": "Trực tuyến",
    }
)
"""How a result is handed over, as the forms have it."""
DIVERGENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "gap": "thiếu bút toán",
        "previous": "không nối tiếp bút toán trước",
        "payload": "nội dung đã bị sửa",
        "hash": "mã băm không khớp",
        "erased": "nội dung đã bị xóa",
        "state": "trạng thái dựng lại khác trạng thái đã ghi",
        "tail": "nhật ký dài hoặc ngắn hơn sổ hồ sơ",
        "missing": "hồ sơ không còn trong sổ",
        "file missing": "tệp đính kèm không còn được giữ",
        "file altered": "nội dung tệp đính kèm đã bị sửa",
    }
)
"""What a divergence says is wrong."""
GROUPED_FROM: Final = 10_000
"""From here on `exact` sets the thousands of a number apart; 2022 is likelier a year."""


def lane(id: str, province: Province | None) -> str:
    """What a lane is called in a province; its id where it has no name there."""
    if province and id in province.lanes:
        return province.lanes[id]
    return say(LANES[id]) if id in LANES else id


def moment(at: datetime) -> str:
    """A moment (aware) in local time: ``14:49 ngày 26/09/2022``."""
    local = at.astimezone(ZONE)
    return say("{time} ngày {date}", time=f"{local:%H:%M}", date=f"{local:%d/%m/%Y}")


def iso(at: datetime | None) -> str | None:
    """A moment (aware) in local time for programs: ``2022-09-26T14:49:00+07:00``."""
    return at.astimezone(ZONE).isoformat() if at else None


def weekday(day: date) -> str:
    return say(WEEKDAYS[day.weekday()])


def number(value: Fraction | Decimal | float) -> str:
    """A number with at most two decimals: ``2,5``."""
    whole, _, part = f"{float(value):.2f}".partition(".")
    part = part.rstrip("0")
    return say("{whole},{part}", whole=whole, part=part) if part else whole


def exact(value: Decimal | float) -> str:
    """A number with all its digits, as people write it: ``10.750.000``, ``0,125``, ``2022``."""
    digits = Decimal(str(value))
    return f"{digits:{',' if abs(digits) >= GROUPED_FROM else ''}f}".translate(str.maketrans(",.", ".,"))


def said(value: object) -> str:
    """A value of a case in words: ``Có``, ``0,5``, or as it stands; "" for none."""
    if isinstance(value, bool):
        return say("Có") if value else say("Không")
    if isinstance(value, int | Decimal | float):
        return exact(value)
    return "" if value is None else str(value)


def money(dong: int) -> str:
    """An amount in đồng: ``10.750.000``."""
    return f"{dong:,}".replace(",", ".")


def size(count: int) -> str:
    """A number of bytes: ``850 kB``, ``1,5 MB`` (of 1024 each)."""
    if count < 1024 * 1000:
        return f"{number(max(1, round(count / 1024)))} kB"
    return f"{number(round(count / 1024 / 1024, 1))} MB"


def file(found: Attachment) -> str:
    """A file as a sentence names it: ``biên bản.pdf (850 kB)``."""
    return f"{found.name} ({size(found.size)})"


def divergence(error: Divergence) -> str:
    """Where a case's record does not hold, and what is wrong there."""
    what = str(error.facts["what"])
    return str(Divergence(**error.facts | {"what": say(DIVERGENCES[what]) if what in DIVERGENCES else what}))
