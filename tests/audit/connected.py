"""What holds of every course: flows connect what closed with what opened, and the tokens stand at the open tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from runner.audit.course import Course, Scene
from runner.domain.case import GOING_ON
from runner.domain.entry import Migrate
from runner.domain.journal import Entry
from runner.domain.task import Task, TaskOutcome


def everything(entries: Sequence[Entry]) -> range:
    """All entries are looked at."""
    return range(1, len(entries) + 1)


def connected(course: Course, tasks: Sequence[Task]) -> None:
    """Hold each scene of a whole course to its diagram, and the last one to the `tasks` of the read tables."""
    assert course.divergence is None and len(course.scenes) == len(course.lines)
    taken: set[str] = set()
    last: Scene | None = None
    for scene in course.scenes.values():
        if isinstance(scene.entry.body, Migrate):
            taken = {flow for flow in scene.after.states if flow not in scene.version.definition.nodes}
        else:
            taken |= set(scene.flows)
            _joined(scene, taken)
        standing = Counter(task.element for task in scene.after.tasks)
        nodes = scene.version.definition.nodes
        assert standing == {id: n for id, n in scene.after.tokens.items() if nodes[id].type == "userTask"}
        last = scene
    assert last is not None
    assert {task.id for task in last.after.tasks} == {task.id for task in tasks if task.closed is None}
    assert bool(last.after.tokens) == (last.after.status in GOING_ON)


def _joined(scene: Scene, taken: set[str]) -> None:
    """Every flow leaves what was passed just now; what was passed or opened was come to by a flow, then or before."""
    version = scene.version
    flows = {id: flow for diagram in (version.diagram, *version.called) for id, flow in diagram.flows.items()}
    passed = {visit.element for visit in scene.route}
    assert {flows[flow].source for flow in scene.flows} <= passed
    assert {task.element for task in scene.closed if task.outcome == TaskOutcome.DONE} <= passed
    now, ever = {flows[flow].target for flow in scene.flows}, {flows[flow].target for flow in taken}
    assert {task.element for task in scene.opened} <= now
    for element in passed:
        node = version.definition.nodes[element]
        assert element in ever or not node.incoming, element
    for visit in scene.route:
        assert visit.number <= scene.after.visits[visit.element]
