"""Why a running case refuses a change, and what stops it as an incident."""

from runner.errors import Conflict, IncidentRaised, Refused


class TaskClosed(Conflict):
    """Việc “{task}” không còn mở: đã có người hoàn thành hoặc hồ sơ đã đi tiếp."""


class TaskTaken(Conflict):
    """Việc “{task}” đang do {owner} xử lý."""


class TimerGone(Conflict):
    """Mốc thời hạn “{timer}” không còn chờ."""


class NotDue(Refused):
    """Mốc thời hạn “{timer}” chưa đến hạn."""


class NotWaiting(Refused):
    """Hồ sơ không chờ thông báo “{message}”."""


class RequestGone(Conflict):
    """Yêu cầu “{request}” không còn chờ kết quả."""


class CaseClosed(Conflict):
    """Hồ sơ đã kết thúc."""


class PromiseEarlier(Refused):
    """Ngày hẹn trả kết quả chỉ được dời sớm hơn khi lãnh đạo duyệt."""


class StillDraft(Refused):
    """Hồ sơ chưa được tiếp nhận nên không có gì để rút; hãy bỏ bản nháp."""


class NotDraft(Conflict):
    """Hồ sơ không còn là bản nháp: đã có người tiếp nhận hoặc đã bỏ."""


class StepsExceeded(IncidentRaised):
    """Hồ sơ chạy quá {limit} bước tự động trong một lần; sơ đồ có thể bị lặp."""


class TimeExceeded(IncidentRaised):
    """Hồ sơ chạy quá {limit} giây trong một lần; sơ đồ có thể bị lặp."""


class DepthExceeded(IncidentRaised):
    """Hồ sơ đã quay lại quá nhiều lần (sâu quá {limit} bước); cần kết thúc và lập hồ sơ mới."""


class Stalled(IncidentRaised):
    """Sau thao tác này hồ sơ chỉ còn chờ ở {where} mà không gì làm việc chờ ấy kết thúc: hồ sơ sẽ đứng yên mãi."""


class FlowLost(IncidentRaised):
    """Sau thao tác này luồng chính của hồ sơ không còn ở đâu mà hồ sơ chưa kết thúc: hồ sơ sẽ đứng yên mãi."""


class EngineFault(IncidentRaised):
    """Bộ máy thực thi báo lỗi: {reason}"""
