"""What a sample or its file cannot be: the errors, each with the field that it belongs to."""

from __future__ import annotations

from typing import ClassVar

from runner.errors import NotFound, Refused


class SampleUnknown(NotFound):
    """Không có mẫu kiểm tra này trong phạm vi kiểm tra của anh/chị."""


class SampleRefused(Refused):
    """Mẫu này không lập được."""

    field: ClassVar[str] = "draw"


class TitleMissing(SampleRefused):
    """Hãy đặt tên cho tệp kiểm tra, tối đa {most} ký tự."""

    field = "title"


class PopulationEmpty(SampleRefused):
    """Không có hồ sơ nào trong phạm vi này; hãy nới khoảng thời gian hoặc bỏ bớt điều kiện."""


class PopulationTooLarge(SampleRefused):
    """Phạm vi này có {count} hồ sơ, nhiều hơn {most}; hãy thu hẹp khoảng thời gian."""


class PeriodReversed(SampleRefused):
    """Ngày cuối phải bằng hoặc sau ngày đầu."""

    field = "until"


class SeedInvalid(SampleRefused):
    """Hạt giống là một số nguyên từ 0 đến 999999999999999, hoặc để trống."""

    field = "seed"


class SizeInvalid(SampleRefused):
    """Cỡ mẫu là một số nguyên từ 1 trở lên."""

    field = "size"


class ShareInvalid(SampleRefused):
    """Tỷ lệ là một số nguyên từ 1 đến 100."""

    field = "size"


class SizeTooLarge(SampleRefused):
    """Phạm vi này chỉ có {count} hồ sơ; hãy chọn cỡ mẫu không lớn hơn."""

    field = "size"


class SampleTooLarge(SampleRefused):
    """Một mẫu có tối đa {most} hồ sơ; cỡ này là {count}."""

    field = "size"


class FewerThanStrata(SampleRefused):
    """Phạm vi này có {count} tầng và mỗi tầng cần ít nhất một hồ sơ; hãy chọn cỡ mẫu từ {count} trở lên."""

    field = "size"


class FileSigned(Refused):
    """Tệp kiểm tra này đã ký kết thúc; không ghi thêm được nữa."""


class CasesUnseen(Refused):
    """Còn {count} hồ sơ chưa xem; hãy xem hết rồi ký."""


class CaseNotDrawn(NotFound):
    """Hồ sơ này không có trong mẫu."""


class RemarkRefused(Refused):
    """Ghi chú này không nhận được."""

    field: ClassVar[str] = "text"


class LookInvalid(RemarkRefused):
    """Hãy chọn kết quả xem hồ sơ."""

    field = "look"


class SeverityMissing(RemarkRefused):
    """Một phát hiện cần mức độ: thấp, vừa hay nghiêm trọng."""

    field = "severity"


class SeverityAlone(RemarkRefused):
    """Mức độ chỉ dành cho phát hiện; hãy chọn “Có phát hiện” hoặc bỏ mức độ."""

    field = "severity"


class TextInvalid(RemarkRefused):
    """Hãy viết nội dung, tối đa 1.000 ký tự, không có ký tự lạ."""


class EntryInvalid(RemarkRefused):
    """Hồ sơ này không có mục nhật ký số ấy; hãy ghi một số có trong nhật ký hoặc để trống."""

    field = "entry"
