"""What an entry changed of the deadlines of its case: before and after, each with why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from runner.audit.course import Scene
from runner.domain.deadline import Deadline
from runner.language import say
from runner.reports.timeline import Mark


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline that is other after an entry: None where nothing was or is due. `stands`: the clock stands now.

    `mark` says how the new moment was counted; None where nothing runs any more.
    """

    name: str
    before: datetime | None
    after: datetime | None
    stands: bool
    mark: Mark | None


def moved(scene: Scene) -> Iterator[Moved]:
    """The case's own deadline first, then those of the tasks."""
    marks = {mark.task.id if mark.task else "": mark for mark in scene.running}
    whole = _moved(say("Hẹn trả kết quả"), scene.promise, scene.step.promise, marks.get(""))
    if whole:
        yield whole
    for task in scene.after.tasks:
        before, after = scene.deadlines.get(task.id), scene.step.deadlines.get(task.id)
        if one := _moved(task.name, before, after, marks.get(task.id)):
            yield one


def _moved(name: str, before: Deadline | None, after: Deadline | None, mark: Mark | None) -> Moved | None:
    was, now = before.due if before else None, after.due if after else None
    if was == now:
        return None
    return Moved(name, was, now, bool(after and after.paused), mark)
