"""A scene of a case for the page of its replay: on the diagram, beside it, and as the script wants it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from flask import render_template
from markupsafe import Markup

from runner import formatting
from runner.audit.course import Course, Line, Scene
from runner.audit.due import moved
from runner.audit.papers import papers
from runner.audit.values import changes
from runner.bpmn import Diagram
from runner.clock import ZONE
from runner.domain.case import ClockState
from runner.domain.task import DRAFT_TIMER
from runner.drawing import svg
from runner.drawing.overlay import Overlay
from runner.language import say
from runner.reports import channel, vocabulary
from runner.services.version import Version
from runner.web import case, current, drawing, page

MANY: Final = 15
"""So many entries a time line shows one beside the other; of more it makes groups by the day."""
FRAME: Final = (1000, 520)
"""What is shown around the place of a case, in pixels of the diagram."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment for which the case waits; `left` is the working time until it, "" while it is held."""

    name: str
    due: datetime | None
    left: str


def diagrams(version: Version) -> Mapping[str, tuple[str, Diagram]]:
    """The diagrams of a version, each with its name: its own by "", those of called processes by the process."""
    found = {"": (version.definition.name, version.diagram)}
    for diagram in version.called:
        for process in diagram.processes.values():
            found[process.id] = (process.name or process.id, diagram)
    return found


def states(scene: Scene) -> Mapping[str, str]:
    """The states of elements and flows right after the entry; the flows that it took are ``taken``."""
    return {**scene.after.states, **dict.fromkeys(scene.flows, "taken")}


def signs(scene: Scene, diagram: Diagram) -> dict[str, Overlay]:
    """What stands on the diagram right after the entry."""
    after = scene.after
    tags = {task.element: say("hạn {moment}", moment=formatting.moment(task.due)) for task in after.tasks if task.due}
    if after.paused:
        said = say("thời hạn tạm dừng từ {moment}", moment=formatting.moment(after.paused))
        clock = scene.version.definition.clock
        tags |= dict.fromkeys((each for each in after.tokens if clock.get(each) == "pause"), said)
    return drawing.signs(diagram, after.states, tags, after.visits, after.tokens)


def here(scene: Scene, diagram: Diagram) -> list[str]:
    """The elements at which to look: where the case stands, else what it passed last."""
    calls = [id for id, state in scene.after.states.items() if state in ("current", "late")]
    passed = [visit.element for visit in reversed(scene.route)]
    found = [id for id in (*scene.after.tokens, *calls) if id in diagram.shapes]
    opened = [task.element for task in scene.opened if task.element in found]
    return [*dict.fromkeys([*opened, *found])] or [id for id in passed if id in diagram.shapes]


def picture(scene: Scene, diagram: Diagram, near: bool) -> Markup:
    """The diagram within the page; `near`: what lies around the place of the case."""
    overlays = signs(scene, diagram)
    if not near:
        return drawing.picture(diagram, states(scene), overlays)
    drawn = svg.svg(diagram, states(scene), overlays)
    return Markup(drawing.cut(drawn, diagram, here(scene, diagram), FRAME))  # noqa: S704  drawn by us, names escaped


def panel(scene: Scene, course: Course) -> str:
    """What is told beside the diagram."""
    owners = {task.owner for task in scene.after.tasks if task.owner}
    return render_template(
        "audit/scene.html",
        scene=scene,
        case=course.case,
        changes=list(changes(scene)),
        moved=list(moved(scene)),
        papers=list(papers(scene)),
        timers=list(_timers(scene)),
        way=list(_way(scene)),
        digests=channel.digests(scene.entry.via),
        names=case.names(owners),
        number=current.runner().procedures.number(scene.version.digest),
        words=vocabulary,
        left=lambda due: page.remaining_at(due, scene.after.calendar, scene.entry.at),
        exact=_exact,
        node=scene.version.node,
        equal=course.lines[scene.entry.seq - 1].replayed,
        paused=ClockState.PAUSED,
    )


def told(scene: Scene, course: Course) -> dict[str, Any]:
    """What the script draws and says of a scene, as JSON values."""
    standing = {
        id: [overlay.sign, overlay.title, overlay.tag]
        for _, diagram in diagrams(scene.version).values()
        for id, overlay in signs(scene, diagram).items()
    }
    near = [id for _, diagram in diagrams(scene.version).values() for id in here(scene, diagram)]
    said = say("Mục {seq} trong {count}: {what}", seq=scene.entry.seq, count=len(course.lines), what=scene.headline)
    return {
        "version": scene.version.digest,
        "states": states(scene),
        "signs": standing,
        "here": near,
        "at": formatting.moment(scene.entry.at),
        "said": said,
        "panel": panel(scene, course),
    }


def days(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The lines of a time line by the day, each day with its name; all under "" where they are few."""
    if len(lines) <= MANY:
        yield "", lines
        return
    for day, group in groupby(lines, key=lambda line: line.entry.at.astimezone(ZONE).date()):
        yield formatting.day(day), list(group)


def _exact(at: datetime) -> str:
    """A moment to the second, with the day of the week."""
    local = at.astimezone(ZONE)
    return f"{local:%H:%M:%S} {formatting.weekday(local.date())} {formatting.day(local)}"


def _timers(scene: Scene) -> Iterator[Timer]:
    """The moments for which the case waits, but for the limits of tasks, which stand with the tasks."""
    definition, after = scene.version.definition, scene.after
    for each in after.timers:
        if each.element in definition.limit_timers or each.element in definition.due_timers.values():
            continue
        name = say("bản nháp hồ sơ tự bỏ") if each.id == DRAFT_TIMER else definition.nodes[each.element].name
        left = page.remaining_at(each.due, after.calendar, scene.entry.at) if each.due else ""
        yield Timer(name or each.element, each.due, left)


def _way(scene: Scene) -> Iterator[str]:
    """The named elements that tokens passed, in order; from the second visit on with its number."""
    for visit in scene.route:
        node = scene.version.definition.nodes[visit.element]
        if node.name:
            times = visit.number
            yield say("{name} (lượt {number})", name=node.name, number=times) if times > 1 else node.name
