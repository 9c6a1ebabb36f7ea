"""A case as it was after each entry of its journal, on its diagram: a time line to play, step through and jump in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, g, json, request

from runner.audit.course import Course, Scene
from runner.clock import ZONE
from runner.domain.journal import Entry
from runner.errors import NotFound, Refused
from runner.reports import vocabulary
from runner.web import current, drawing, policy
from runner.web.audit import frame, scene
from runner.web.number import whole_number

blueprint = Blueprint("replay", __name__, url_prefix="/cases/<int(max=999999999999999999):case>/replay")

STRETCH: Final = 25
"""So many entries the script is told of at once."""


class EntryUnknown(NotFound):
    """Hồ sơ không có mục nhật ký này."""


class MomentUnclear(Refused):
    """Hãy chọn ngày giờ, viết như 2026-03-02 08:00."""


class DiagramUnknown(NotFound):
    """Hồ sơ không chạy theo sơ đồ này."""


@blueprint.get("")
@policy.auditor
def show(case: int) -> str:
    """The page at the entry ``?seq=``, at the last one until ``?at=``, else at the last one; ``?whole=1``: all of the
    diagram; ``?process=``: the diagram of a called process, where the version has it.
    """
    course, seq = _read(case)
    seen = course.scenes.get(seq) or _nearest(course)
    process = _process(seen)
    line = course.lines[seq - 1] if course.lines else None
    turning = next((each for each in course.lines[seq:] if each.turning), None)
    drawn = scene.diagrams(seen.version)[process][1] if seen else None
    return frame.case_page(
        "audit/replay.html",
        course.case,
        course=course,
        seq=seq,
        line=line,
        days=list(scene.days(list(course.lines))),
        turning=turning,
        scene=seen,
        told=scene.panel(seen, course) if seen else "",
        picture=scene.picture(seen, drawn, not request.args.get("whole")) if seen and drawn else "",
        diagrams=scene.diagrams(seen.version) if seen else {},
        process=process,
        divergence=vocabulary.divergence(course.divergence) if course.divergence else "",
    )


@blueprint.get("/diagram.svg")
@policy.auditor
def diagram(case: int) -> Response:
    """The diagram alone, as the page shows it; with ``?near=1`` only what lies around the place of the case."""
    course, seq = _read(case)
    seen = course.scenes.get(seq) or _nearest(course)
    if seen is None:
        raise DiagramUnknown
    drawn = scene.diagrams(seen.version)[_process(seen)][1]
    near = scene.here(seen, drawn) if request.args.get("near") else ()
    return drawing.answer(drawn, scene.states(seen), near, scene.signs(seen, drawn), scene.FRAME)


@blueprint.get("/diagram.bpmn")
@policy.auditor
def file(case: int) -> Response:
    """The file of a diagram of the version ``?version=``, on which the case runs or ran; without one, of its own."""
    procedures = current.runner().procedures
    wanted = request.args.get("version") or current.runner().cases.get(case, g.person)[0].version
    if wanted not in current.runner().courses.versions(case, g.person):
        raise DiagramUnknown
    bundle, process = procedures.bundle(wanted), request.args.get("process", "")
    called = (name for name, drawn in bundle.diagrams.items() if process in drawn.processes)
    name = next(called, f"bpmn/{bundle.code}.bpmn")
    response = Response(bundle.files[name], mimetype="application/xml")
    # The file is what people drew: as a page of ours nothing in it is to be shown.
    response.headers["Content-Disposition"] = 'attachment; filename="diagram.bpmn"'
    response.headers["Cache-Control"] = "private, max-age=86400"
    return drawing.packed(response)


@blueprint.get("/scenes")
@policy.auditor
def scenes(case: int) -> Response:
    """For the script: the scenes from entry ``?from=`` on, `STRETCH` at most."""
    first = request.args.get("from", 1, type=whole_number)
    course = current.runner().courses.read(case, g.person, lambda entries: range(first, first + STRETCH))
    found = {str(seq): scene.told(each, course) for seq, each in course.scenes.items()}
    return drawing.packed(Response(json.dumps({"scenes": found}), mimetype="application/json"))


def _read(case: int) -> tuple[Course, int]:
    """The course with the scene that the address asks for, and its number. Raises `EntryUnknown`, `MomentUnclear`."""
    course = current.runner().courses.read(case, g.person, _wanted)
    seq = course.window.start
    if course.divergence and not course.scenes and course.replayed:
        last = course.replayed
        course = current.runner().courses.read(case, g.person, lambda entries: range(last, last + 1))
    return course, seq


def _wanted(entries: Sequence[Entry]) -> range:
    """The entry that the address asks for."""
    seq = _seq(entries)
    return range(seq, seq + 1)


def _seq(entries: Sequence[Entry]) -> int:
    if "seq" in request.args:
        seq = request.args.get("seq", 0, type=whole_number)
        if not 1 <= seq <= len(entries):
            raise EntryUnknown
        return seq
    if asked := request.args.get("at"):
        at = _moment(asked)
        return max(1, sum(entry.at <= at for entry in entries))
    return len(entries)


def _moment(text: str) -> datetime:
    """A moment of an address: with its zone, or a local one as a browser's field has it, to the end of its minute."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise MomentUnclear from None
    return moment if moment.tzinfo else moment.replace(second=59, microsecond=999999, tzinfo=ZONE)


def _nearest(course: Course) -> Scene | None:
    """The last scene that was read."""
    return next(reversed(list(course.scenes.values())), None)


def _process(seen: Scene | None) -> str:
    """The called process whose diagram is asked for; "" for the procedure's own, also where the version has no such."""
    process = request.args.get("process", "")
    return process if seen and process in scene.diagrams(seen.version) else ""
