"""The families of errors, by what the caller can do about them, and the errors of several rooms.

The docstring of an error's class *is* its message: a Vietnamese sentence with gaps for the facts it is raised with.
"""

from __future__ import annotations

from inspect import cleandoc
from typing import Final

from runner.language import say


class MotcuaError(Exception):
    """Có lỗi."""

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return say(cleandoc(type(self).__doc__ or ""), **self.facts)


# -- families: each says what the caller can do ----------------------------------------------------------------------


class NotFound(MotcuaError):
    """Không tìm thấy."""


class Refused(MotcuaError):
    """Yêu cầu không hợp lệ."""


class Conflict(MotcuaError):
    """Hồ sơ vừa được người khác cập nhật; hãy tải lại rồi thử lại."""


class Busy(Conflict):
    """Hệ thống đang bận; hãy thử lại sau giây lát."""


class DiagramInvalid(MotcuaError):
    """Sơ đồ không hợp lệ."""


class NotBpmn(DiagramInvalid):
    """Tệp không phải là sơ đồ BPMN 2.0."""


class IncidentRaised(MotcuaError):
    """Hồ sơ gặp sự cố và cần người có thẩm quyền xử lý."""


class Divergence(MotcuaError):
    """Mục nhật ký số {seq} của hồ sơ {case} không khớp khi kiểm tra lại: {what}."""


OF_EARLIER_RELEASES: Final = ("Bút toán {seq} của hồ sơ {case} không khớp khi dựng lại: {what}.",)
"""Sentences that only journals of earlier releases hold, as templates of incidents; the catalogue keeps them."""


# -- calendar --------------------------------------------------------------------------------------------------------


class YearMissing(Refused):
    """Lịch làm việc của {province} chưa có năm {year}; quản trị viên thêm năm này ở trang “Lịch làm việc” hoặc bằng lệnh “motcua calendar year”."""  # noqa: E501


class CalendarUnknown(NotFound):
    """Tỉnh {province} chưa có lịch làm việc."""


# -- content ---------------------------------------------------------------------------------------------------------


class FileInvalid(Refused):
    """Tệp {name}: {reason}"""
