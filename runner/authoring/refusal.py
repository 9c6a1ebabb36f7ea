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


# -- of submissions ----------------------------------------------------------------------------------------------------


class SubmissionUnknown(NotFound):
    """Không tìm thấy đề nghị phê duyệt {submission}."""


class SubmissionPending(Conflict):
    """Thủ tục {procedure} đang có đề nghị chờ phê duyệt (số {submission}, do {person} trình); hãy chờ quyết định hoặc rút đề nghị ấy trước."""  # noqa: E501


class DecidedBefore(Conflict):
    """Đề nghị này đã được quyết định hoặc đã rút lúc {at} ({person})."""


class OwnSubmission(Refused):
    """Người trình không tự phê duyệt được; cần một chuyên viên phân tích khác của tỉnh."""


class OwnChange(Refused):
    """Anh/chị là người lưu bản được trình nên không phê duyệt được; cần một chuyên viên phân tích khác của tỉnh."""


class NotSubmitter(Refused):
    """Chỉ người trình mới rút được đề nghị."""


class DigestDiffers(Conflict):
    """Mã băm anh/chị xem không phải là mã băm của đề nghị này; hãy mở lại đề nghị và xem lại."""


class PartsUnseen(Refused):
    """Trước khi phê duyệt hãy mở xem: {parts}."""


class DayPast(Refused):
    """Ngày có hiệu lực {day} đã qua; hãy chọn hôm nay hoặc một ngày sau."""


class DayBeforeDecision(Refused):
    """Quyết định {number} có hiệu lực từ {day}; phiên bản không thể áp dụng trước ngày đó."""


class NothingChanges(Refused):
    """Đề nghị này không đổi gì: phiên bản ấy đã hoặc sẽ áp dụng vào ngày đó."""


class ComesAfterRepeal(Refused):
    """Sau ngày bãi bỏ, từ {day} một phiên bản lại được áp dụng theo quyết định trước; hãy trình bãi bỏ từ ngày ấy trước."""  # noqa: E501


class SuccessorUnknown(Refused):
    """Thủ tục thay thế {procedure} chưa có phiên bản nào được triển khai."""
