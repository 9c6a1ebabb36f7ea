"""An office to break things in: a process of six tasks, each with a timer on its boundary, and the figures to reach."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runner.app import Runner
from runner.config import Settings
from runner.domain.person import Person
from tests import six_tasks
from tests.six_tasks import CODE, LANE, OFFICER
from tests.world import World

FIRST = "Task_B1#1"
VALUES: dict[str, Any] = {"decision": "ok", "note": "Hồ sơ đầy đủ, hợp lệ theo quy định."}
COLLEAGUE = Person("colleague", "Colleague", OFFICER.groups)
"""Another one who works in the same lane."""

FULL = os.environ.get("MOTCUA_FAULTS") == "full"


def figure(quick: int, full: int) -> int:
    """How often to try: `quick` in every run of the suite, `full` with ``MOTCUA_FAULTS=full``."""
    return full if FULL else quick


def interrupting() -> str:
    """The diagram with one more timer on the first task: after four hours it takes the task away and ends the case."""
    timer = (
        '<bpmn:boundaryEvent id="Timer_gone" name="Quá bốn giờ" attachedToRef="Task_B1"><bpmn:timerEventDefinition '
        'id="Definition_gone"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT4H</bpmn:timeDuration>'
        '</bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="End_gone" name="Thôi"/>'
        '<bpmn:sequenceFlow id="Flow_gone" sourceRef="Timer_gone" targetRef="End_gone"/></bpmn:process>'
    )
    return _with(timer, "</bpmn:process>", "Timer_gone", "End_gone")


def returning() -> str:
    """The diagram with a way back from the last task to the one before: a return for correction."""
    last = '<bpmn:sequenceFlow id="Flow_6" sourceRef="Task_B6" targetRef="End_here"/>'
    gateway = (
        '<bpmn:exclusiveGateway id="Gateway_right" name="Kết quả đúng?" default="Flow_right"/>'
        '<bpmn:sequenceFlow id="Flow_6" sourceRef="Task_B6" targetRef="Gateway_right"/>'
        '<bpmn:sequenceFlow id="Flow_right" name="Đúng" sourceRef="Gateway_right" targetRef="End_here"/>'
        '<bpmn:sequenceFlow id="Flow_wrong" name="Sai" sourceRef="Gateway_right" targetRef="Task_B5">'
        "<bpmn:conditionExpression>decision = &quot;return&quot;</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    return _with(gateway, last, "Gateway_right")


def writing() -> str:
    """The diagram with automatic work behind the first task: the case gets its number, and its lane a letter."""
    first = '<bpmn:sequenceFlow id="Flow_1" sourceRef="Task_B1" targetRef="Task_B2"/>'
    work = (
        '<bpmn:sequenceFlow id="Flow_1" sourceRef="Task_B1" targetRef="Service_number"/>'
        '<bpmn:serviceTask id="Service_number" name="Cấp mã hồ sơ" camunda:type="external" '
        'camunda:topic="allot_number"/>'
        '<bpmn:sequenceFlow id="Flow_number" sourceRef="Service_number" targetRef="Service_tell"/>'
        '<bpmn:serviceTask id="Service_tell" name="Báo có hồ sơ" camunda:type="external" camunda:topic="notify_lane">'
        f'<bpmn:extensionElements><camunda:properties><camunda:property name="lane" value="{LANE}"/>'
        "</camunda:properties></bpmn:extensionElements></bpmn:serviceTask>"
        '<bpmn:sequenceFlow id="Flow_tell" sourceRef="Service_tell" targetRef="Task_B2"/>'
    )
    return _with(work, first, "Service_number", "Service_tell")


def _with(more: str, instead: str, *members: str) -> str:
    text, lane = six_tasks.diagram(), "</bpmn:lane>"
    assert text.count(instead) == text.count(lane) == 1
    refs = "".join(f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>" for member in members)
    return text.replace(instead, more).replace(lane, refs + lane)


def another(world: World) -> Runner:
    """A second runner on the same database, with the same clock: what another process has."""
    return Runner(world.runner.settings, world.clock)


def runner_on(url: str, folder: Path) -> Runner:
    """A runner on a database where the process is deployed already: what a process has after its start."""
    return Runner(Settings(database=url, mail=f"spool:{folder / 'mail'}"))


def begin(world: World, cases: int) -> list[int]:
    """So many new cases, each waiting at its first task."""
    return [world.runner.cases.start(CODE, OFFICER, world.now).case for _ in range(cases)]


def complete(world: World, case: int, steps: Iterable[str]) -> None:
    """Submit these steps of a case, one after the other."""
    for step in steps:
        world.runner.tasks.submit(case, f"Task_{step}#1", VALUES, OFFICER, world.now)
