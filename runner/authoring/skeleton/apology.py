"""The slip of apology (Mẫu 04), which the software adds by decree 61/2018: event sub-processes beside the main flow."""

from __future__ import annotations

from math import ceil
from typing import Final

from runner.authoring.skeleton.plan import Plan
from runner.authoring.skeleton.sketch import ADDED, Element, Sketch, Timer
from runner.domain.limit import Unit
from runner.domain.person import Lane

LAST: Final = 1
"""The last day of issuing the slip is so many working days before the deadline."""
OPENS: Final = 2
"""The task of writing it opens so many working days before the deadline."""
_LIMIT: Final = Timer("Trước hạn 01 ngày", "timeDate", f"=day_close(working_days_before(case_due, {LAST}))")
_PLAIN: Final = "Bổ sung của phần mềm: "


def too_short(plan: Plan) -> bool:
    """Whether there is no time for a slip: its last day may be the day of receipt, or earlier."""
    days = plan.description.limit
    if plan.description.unit == Unit.CALENDAR_DAYS:
        days -= 2 * ceil(days / 7)
    return days < LAST + 1


def apologise(plan: Plan, sketch: Sketch) -> None:
    """Write, sign and send the slip, and tell those who must know; or warn only, where there is no time for one."""
    if too_short(plan):
        _warning(plan, sketch)
    else:
        _slip(plan, sketch)
        _late(plan, sketch)
        _check(plan, sketch)


def _slip(plan: Plan, sketch: Sketch) -> None:
    drafted = plan.lane(Lane.SPECIALIST, plan.process if plan.process is not None else len(plan.steps) - 1)
    sub = sketch.add(
        Element(
            "subProcess",
            "Sub_apology",
            "Xin lỗi và hẹn lại ngày trả kết quả (Mẫu 04)",
            plan.drawn(Lane.DIRECTOR),
            start=Timer("Còn 02 ngày làm việc", "timeDate", f"=working_days_before(case_due, {OPENS})"),
        ),
        f"{ADDED}xin lỗi và hẹn lại theo Nghị định số 61/2018/NĐ-CP, chậm nhất 01 ngày làm việc trước khi hết hạn.",
    )
    draft = _task(sketch, sub, "draft", "Dự thảo phiếu xin lỗi và hẹn lại ngày trả kết quả", drafted, "du-thao")
    sketch.notes[draft] = f"{_PLAIN}hỏi trước xem có cần phiếu không; hồ sơ xong trong ngày hẹn vẫn là đúng hạn."
    sign = _task(sketch, sub, "sign", "Ký phiếu xin lỗi và hẹn lại ngày trả kết quả", Lane.DIRECTOR, "ky")
    send = _task(sketch, sub, "send", "Gửi phiếu cho tổ chức, cá nhân", plan.steps[0].lane, "gui")
    asked = _gateway(sketch, sub, "needed", "Cần phiếu xin lỗi?")
    sketch.flow(start_id(sub), draft)
    sketch.flow(draft, asked)
    sketch.flow(asked, sign, "Cần phiếu")
    sketch.flow(asked, _end(sketch, sub, "needless", "Không cần phiếu"), "Kịp hạn", 'apology_needed = "in_time"')
    sketch.flow(sign, send)
    sketch.flow(send, _end(sketch, sub, "sent", "Đã gửi phiếu"))


def _late(plan: Plan, sketch: Sketch) -> None:
    timer = Timer("Hết ngày cuối cùng ban hành", "timeDate", _LIMIT.text)
    sub = _sub(plan, sketch, "Sub_apology_late", "Phiếu xin lỗi ban hành muộn", timer)
    asked = _gateway(sketch, sub, "sent", "Đã gửi phiếu, hoặc không cần?")
    told = _tell(sketch, sub, "late", "Báo lãnh đạo Sở: phiếu ban hành muộn", Lane.DIRECTOR)
    sketch.flow(start_id(sub), asked)
    sketch.flow(asked, told, "Chưa")
    sketch.flow(
        asked,
        _end(sketch, sub, "in_time", "Không phải báo"),
        "Rồi",
        'apology_sent = true or apology_needed = "in_time"',
    )
    sketch.flow(told, _end(sketch, sub, "late", "Đã báo"))


def _check(plan: Plan, sketch: Sketch) -> None:
    sub = _sub(plan, sketch, "Sub_apology_check", "Kiểm tra lúc đến hạn", Timer("Đến hạn", "timeDate", "=case_due"))
    asked = _gateway(sketch, sub, "answered", "Đã trả lời là kịp hạn?")
    name = "Báo lãnh đạo phòng: đã trả lời kịp hạn nhưng chưa xong"
    told = _tell(sketch, sub, "check", name, Lane.DIVISION_LEAD, done_by="Task_apology_draft")
    sketch.flow(start_id(sub), asked)
    sketch.flow(asked, told, "Rồi", 'apology_needed = "in_time"')
    sketch.flow(asked, _end(sketch, sub, "unanswered", "Không phải báo"), "Chưa")
    sketch.flow(told, _end(sketch, sub, "check", "Đã báo"))


def _warning(plan: Plan, sketch: Sketch) -> None:
    timer = Timer("Trước hạn 01 ngày", "timeDate", _LIMIT.text)
    sub = _sub(plan, sketch, "Sub_warning", "Sắp đến hạn", timer)
    sketch.notes[sub] = f"{ADDED}thời hạn không kịp lập phiếu xin lỗi nên báo trước cho lãnh đạo phòng."
    told = _tell(sketch, sub, "warning", "Báo lãnh đạo phòng: sắp đến hạn", Lane.DIVISION_LEAD)
    sketch.flow(start_id(sub), told)
    sketch.flow(told, _end(sketch, sub, "warned", "Đã báo"))


def start_id(sub: str) -> str:
    """The id of the start event of a sub-process."""
    return f"Start_{sub.removeprefix('Sub_')}"


def _sub(plan: Plan, sketch: Sketch, id: str, name: str, start: Timer) -> str:
    return sketch.add(Element("subProcess", id, name, plan.drawn(Lane.DIVISION_LEAD), start=start))


def _task(sketch: Sketch, sub: str, verb: str, name: str, lane: str, form: str) -> str:
    id = f"Task_apology_{verb}"
    return sketch.add(Element("userTask", id, name, lane, sub, form=f"xin-loi-{form}", limit=_LIMIT))


def _gateway(sketch: Sketch, sub: str, verb: str, question: str) -> str:
    return sketch.add(Element("exclusiveGateway", f"Gateway_apology_{verb}", question, "", sub))


def _tell(sketch: Sketch, sub: str, verb: str, name: str, lane: str, **properties: str) -> str:
    told = {"lane": str(lane), **properties}
    id = f"Service_apology_{verb}"
    return sketch.add(Element("serviceTask", id, name, "", sub, topic="notify_lane", properties=told))


def _end(sketch: Sketch, sub: str, verb: str, name: str) -> str:
    return sketch.add(Element("endEvent", f"End_apology_{verb}", name, "", sub))
