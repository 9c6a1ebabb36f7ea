"""Why something is not done with a procedure draft; what others did is told by their names."""

from __future__ import annotations

from runner.errors import Conflict, NotFound, Refused


class DraftUnknown(NotFound):
    """Không tìm thấy bản nháp {draft}."""


class SaveUnknown(NotFound):
    """Bản nháp không có lần lưu {number}."""


class CodeInvalid(Refused):
    """Mã thủ tục “{code}” phải có dạng <tỉnh>/<mã>, ví dụ ha-tinh/QT.BC.01."""


class DraftExists(Conflict):
    """Thủ tục {procedure} đã có bản nháp số {draft} do {person} sửa; hãy sửa tiếp hoặc tiếp quản bản nháp ấy."""


class SaveOutdated(Conflict):
    """{person} đã lưu bản nháp lúc {at} sau bản mà anh/chị đang sửa. Những gì vừa gửi được giữ riêng ở lần lưu {number} trong lịch sử của bản nháp."""  # noqa: E501


class TakenOver(Conflict):
    """{person} đang là người sửa bản nháp này (từ {at}). Những gì vừa gửi được giữ riêng ở lần lưu {number} trong lịch sử của bản nháp."""  # noqa: E501


class EditedByOther(Conflict):
    """{person} đang là người sửa bản nháp này; hãy tiếp quản trước."""


class EditorActive(Conflict):
    """{person} còn đang sửa bản nháp (lưu lúc {at}); có thể tiếp quản sau {until}."""


class NotEditable(Conflict):
    """Bản nháp đã trình phê duyệt, được phê duyệt hoặc đã bỏ nên không sửa được nữa."""


class ProvinceFixed(Refused):
    """Thông tin của tỉnh ({name}) dùng chung cho mọi thủ tục nên không sửa trong bản nháp."""


class NoteInvalid(Refused):
    """Ghi chú của lần lưu dài tối đa 200 ký tự in được."""
