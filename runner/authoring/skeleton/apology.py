"""The slip of apology (Mẫu 04), which the software adds by decree 61/2018: event sub-processes beside the main flow."""

from __future__ import annotations

from math import ceil
from typing import Final

from runner.authoring.skeleton.plan import Plan
from runner.authoring.skeleton.sketch import Element, Sketch, Timer
from runner.authoring.skeleton.words import added, said
from runner.domain.limit import Unit
from runner.domain.person import LaneKind

LAST: Final = 1
"""The last day of issuing the slip is so many working days before the deadline."""
OPENS: Final = 2
"""The task of writing it opens so many working days before the deadline."""
_LAST: Final = f"=day_close(working_days_before(case_due, {LAST}))"


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
    drafted = plan.lane(LaneKind.SPECIALIST, plan.process if plan.process is not None else len(plan.steps) - 1)
    sub = sketch.add(
        Element(
            "subProcess",
            "Sub_apology",
            said("apology.slip"),
            plan.drawn(LaneKind.DIRECTOR),
            start=Timer(said("apology.opens"), "timeDate", f"=working_days_before(case_due, {OPENS})"),
        ),
        added("apology"),
    )
    draft = _task(sketch, sub, "draft", drafted, "du-thao")
    sketch.notes[draft] = said("notes.apology_needed")
    sign = _task(sketch, sub, "sign", plan.lane(LaneKind.DIRECTOR), "ky")
    send = _task(sketch, sub, "send", plan.steps[0].lane, "gui")
    asked = _gateway(sketch, sub, "needed", said("apology.ask_needed"))
    sketch.flow(start_id(sub), draft)
    sketch.flow(draft, asked)
    sketch.flow(asked, sign, said("apology.needed"))
    sketch.flow(
        asked,
        _end(sketch, sub, "needless", said("apology.needless")),
        said("apology.in_time"),
        'apology_needed = "in_time"',
    )
    sketch.flow(sign, send)
    sketch.flow(send, _end(sketch, sub, "sent", said("apology.sent")))


def _late(plan: Plan, sketch: Sketch) -> None:
    timer = Timer(said("apology.last_day"), "timeDate", _LAST)
    sub = _sub(plan, sketch, "Sub_apology_late", said("apology.late"), timer)
    asked = _gateway(sketch, sub, "sent", said("apology.ask_sent"))
    told = _tell(sketch, sub, "late", said("apology.tell_late"), plan.lane(LaneKind.DIRECTOR))
    sketch.flow(start_id(sub), asked)
    sketch.flow(asked, told, said("apology.not_yet"))
    sketch.flow(
        asked,
        _end(sketch, sub, "in_time", said("apology.untold")),
        said("apology.already"),
        'apology_sent = true or apology_needed = "in_time"',
    )
    sketch.flow(told, _end(sketch, sub, "late", said("apology.told")))


def _check(plan: Plan, sketch: Sketch) -> None:
    sub = _sub(
        plan, sketch, "Sub_apology_check", said("apology.check"), Timer(said("apology.due"), "timeDate", "=case_due")
    )
    asked = _gateway(sketch, sub, "answered", said("apology.ask_answered"))
    name = said("apology.tell_check")
    told = _tell(sketch, sub, "check", name, plan.lane(LaneKind.LEAD), done_by="Task_apology_draft")
    sketch.flow(start_id(sub), asked)
    sketch.flow(asked, told, said("apology.already"), 'apology_needed = "in_time"')
    sketch.flow(asked, _end(sketch, sub, "unanswered", said("apology.untold")), said("apology.not_yet"))
    sketch.flow(told, _end(sketch, sub, "check", said("apology.told")))


def _warning(plan: Plan, sketch: Sketch) -> None:
    timer = Timer(said("apology.limit"), "timeDate", _LAST)
    sub = _sub(plan, sketch, "Sub_warning", said("apology.warning"), timer)
    sketch.notes[sub] = added("warning")
    told = _tell(sketch, sub, "warning", said("apology.tell_warning"), plan.lane(LaneKind.LEAD))
    sketch.flow(start_id(sub), told)
    sketch.flow(told, _end(sketch, sub, "warned", said("apology.told")))


def start_id(sub: str) -> str:
    """The id of the start event of a sub-process."""
    return f"Start_{sub.removeprefix('Sub_')}"


def _sub(plan: Plan, sketch: Sketch, id: str, name: str, start: Timer) -> str:
    return sketch.add(Element("subProcess", id, name, plan.drawn(LaneKind.LEAD), start=start))


def _task(sketch: Sketch, sub: str, verb: str, lane: str, form: str) -> str:
    id, limit = f"Task_apology_{verb}", Timer(said("apology.limit"), "timeDate", _LAST)
    name = said(f"apology.{verb}")
    return sketch.add(Element("userTask", id, name, lane, sub, form=f"xin-loi-{form}", limit=limit))


def _gateway(sketch: Sketch, sub: str, verb: str, question: str) -> str:
    return sketch.add(Element("exclusiveGateway", f"Gateway_apology_{verb}", question, "", sub))


def _tell(sketch: Sketch, sub: str, verb: str, name: str, lane: str, **properties: str) -> str:
    told = {"lane": str(lane), **properties}
    id = f"Service_apology_{verb}"
    return sketch.add(Element("serviceTask", id, name, "", sub, topic="notify_lane", properties=told))


def _end(sketch: Sketch, sub: str, verb: str, name: str) -> str:
    return sketch.add(Element("endEvent", f"End_apology_{verb}", name, "", sub))
