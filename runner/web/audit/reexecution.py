"""A case run again on an auditor's order: equal to its last entry, or the first that diverges, with both sides."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from runner.audit.course import Course, Scene
from runner.audit.verification import words
from runner.drawing import svg
from runner.drawing.overlay import Overlay
from runner.language import say
from runner.reports import vocabulary
from runner.web import current, drawing, policy
from runner.web.audit import frame, scene

FRAME = (1600, 800)
"""What is shown around the place where the sides part, in pixels of the diagram: wide, as they lead apart."""

blueprint = Blueprint("reexecution", __name__, url_prefix="/cases/<int(max=999999999999999999):case>/reexecution")


@blueprint.get("")
@policy.auditor
def show(case: int) -> str:
    """What the last run came to, entry by entry, and the earlier ones."""
    runner = current.runner()
    kept = runner.reexecutions.earlier(case, g.person)
    course = runner.courses.read(case, g.person, lambda entries: range(1, 1))
    if course.divergence and course.replayed:
        last = min(course.replayed + 1, len(course.lines))
        course = runner.courses.read(case, g.person, lambda entries: range(last - 1, last + 1))
    newest = kept[0] if kept else None
    return frame.case_page(
        "audit/reexecution.html",
        course.case,
        course=course,
        kept=kept,
        newest=newest,
        divergence=vocabulary.divergence(course.divergence) if course.divergence else "",
        stray=course.lines[_seq(course) - 1] if course.divergence and _seq(course) <= len(course.lines) else None,
        picture=_picture(course),
        words=vocabulary,
        sentence=words.sentence,
    )


@blueprint.post("")
@policy.auditor
def run(case: int) -> Answer:
    """Run the case again now, and keep what it comes to."""
    made = current.runner().reexecutions.run(case, g.person, current.now())
    if made.divergence:
        flash(say("Đã chạy lại: lệch ở mục {seq}. Kết quả đã được lưu.", seq=made.divergence.facts["seq"]))
    elif made.found:
        flash(say("Đã chạy lại: các mục khớp, còn {count} chỗ khác không khớp. Kết quả đã được lưu.", count=made.found))
    else:
        flash(say("Đã chạy lại: khớp cả {count} mục. Kết quả đã được lưu.", count=made.entries))
    return redirect(url_for("audit.reexecution.show", case=case), 303)


def _seq(course: Course) -> int:
    return int(str(course.divergence.facts["seq"])) if course.divergence else 0


def _picture(course: Course) -> Markup | str:
    """Both sides on the diagram around the place where they part; "" where there is nothing to draw."""
    sides = course.sides
    common = _common(course)
    if sides is None or common is None:
        return ""
    diagram = common.version.diagram
    states: dict[str, str] = {id: state for id, state in common.after.states.items() if state == "done"}
    overlays = scene.signs(common, diagram)
    states |= dict.fromkeys((*sides.flows, *sides.rebuilt), "current") | dict.fromkeys(sides.recorded, "ghost")
    overlays = {id: each for id, each in overlays.items() if states.get(id) == "done"}
    overlays |= _labels(sides.rebuilt, say("Dựng lại")) | _labels(sides.recorded, say("Sổ ghi"))
    near = [*sides.recorded, *sides.rebuilt] or scene.here(common, diagram)
    drawn = svg.svg(diagram, states, overlays)
    return Markup(drawing.cut(drawn, diagram, near, FRAME))  # noqa: S704  drawn by us, names escaped


def _common(course: Course) -> Scene | None:
    """The last scene on which both sides agree; the first of a case that diverges at once."""
    seq = _seq(course)
    return course.scenes.get(seq - 1) or course.scenes.get(seq)


def _labels(elements: tuple[str, ...], side: str) -> dict[str, Overlay]:
    return {element: Overlay("", side, side) for element in elements}
