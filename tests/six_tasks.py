"""An office whose one process is six tasks in a row, each with a timer on its boundary: for faults and measures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from runner.domain.person import SYSTEM
from tests import content
from tests.world import World, person

PROVINCE = "bench"
CODE = f"{PROVINCE}/six"
LANE = "specialist"
OFFICER = person(LANE, PROVINCE)
STEPS = tuple(f"B{number}" for number in range(1, 7))

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
id="Definitions_six" targetNamespace="https://motcua.example/bench">
<bpmn:collaboration id="Collaboration_six"><bpmn:participant id="Pool_six" name="Six" processRef="bench_six"/>\
</bpmn:collaboration>
<bpmn:process id="bench_six" name="Six tasks" isExecutable="true">
<bpmn:extensionElements><camunda:properties><camunda:property name="calendar" value="working-days"/>\
</camunda:properties></bpmn:extensionElements>
"""


def diagram() -> str:
    """The diagram: start, six tasks in a row, each limited to two days, end."""
    nodes = ["Start_here", *(f"Task_{step}" for step in STEPS), "End_here"]
    late = [f"{kind}_{step}" for step in STEPS for kind in ("Timer", "Late")]
    parts = [_HEAD, f'<bpmn:laneSet id="Lanes"><bpmn:lane id="{LANE}" name="Chuyên viên">']
    parts += [f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in (*nodes, *late)]
    parts += ["</bpmn:lane></bpmn:laneSet>", '<bpmn:startEvent id="Start_here" name="Bắt đầu"/>']
    for step in STEPS:
        parts.append(
            f'<bpmn:userTask id="Task_{step}" name="Việc {step}" camunda:formRef="{form_id(step)}" '
            f'camunda:formRefBinding="deployment"><bpmn:extensionElements><camunda:properties>'
            f'<camunda:property name="step" value="{step}"/>{_clock(step)}</camunda:properties>'
            f"</bpmn:extensionElements></bpmn:userTask>"
            f'<bpmn:boundaryEvent id="Timer_{step}" name="Hạn" cancelActivity="false" attachedToRef="Task_{step}">'
            f'<bpmn:timerEventDefinition id="Definition_{step}">'
            f'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P2D</bpmn:timeDuration>'
            f"</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
            f'<bpmn:endEvent id="Late_{step}" name="Quá hạn"/>'
            f'<bpmn:sequenceFlow id="Flow_late_{step}" sourceRef="Timer_{step}" targetRef="Late_{step}"/>'
        )
    parts.append('<bpmn:endEvent id="End_here" name="Xong"/>')
    for number, (source, target) in enumerate(pairwise(nodes)):
        parts.append(f'<bpmn:sequenceFlow id="Flow_{number}" sourceRef="{source}" targetRef="{target}"/>')
    return "".join(parts) + "</bpmn:process></bpmn:definitions>"


def _clock(step: str) -> str:
    marks = {STEPS[0]: "start", STEPS[-1]: "stop"}
    return f'<camunda:property name="clock" value="{marks[step]}"/>' if step in marks else ""


def limited(drawn: str, days: Mapping[str, str]) -> str:
    """The diagram with other limits of these steps."""
    for step, limit in days.items():
        before, timer, after = drawn.partition(f'id="Timer_{step}"')
        drawn = before + timer + after.replace(">P2D<", f">P{limit}D<", 1)
    return drawn


INTAKE = {
    "applicant_name": "Công ty trách nhiệm hữu hạn một thành viên Chuyển phát nhanh Hồng Lĩnh",
    "applicant_tax_code": "3000123456",
    "applicant_address": "Số 12, đường Nguyễn Công Trứ, phường Bắc Hà, thành phố Hà Tĩnh, tỉnh Hà Tĩnh",
    "applicant_phone": "0239 3850 000",
    "applicant_email": "lienhe@honglinh.vn",
    "contact_name": "Nguyễn Thị Thu Hà",
    "channel": "in_person",
    "place_of_return": "centre",
    "dossier_copies": "1",
}
"""What the first task's form asks for, as the intake forms of real procedures do: who applies, and how."""

DECISION = {"decision": "ok", "note": "Hồ sơ đầy đủ, hợp lệ theo quy định."}
"""What every task's form asks for."""


def values(step: str) -> dict[str, object]:
    """What is submitted at `step`."""
    return {**DECISION, **(INTAKE if step == STEPS[0] else {})}


def form(step: str) -> str:
    """The form of a step."""
    components = [
        {
            "type": "textfield",
            "id": key,
            "key": key,
            "label": key,
            "validate": {"required": key == "decision", "maxLength": 200},
        }
        for key in values(step)
    ]
    return json.dumps({"type": "default", "id": form_id(step), "schemaVersion": 17, "components": components})


def form_id(step: str) -> str:
    return "intake" if step == STEPS[0] else "decision"


def write(folder: Path, drawn: str = "", **days: int) -> Path:
    """Write the content into `folder`, with the diagram as `drawn` if given; returns the diagram's path.

    `days` are the limits of steps that have not two days: ``B3=1``.
    """
    steps = [content.Step(step, "Việc", LANE, "Task", days.get(step, 2)) for step in STEPS]
    drawn = limited(drawn or diagram(), {step: str(limit) for step, limit in days.items()})
    forms = {form_id(step): form(step) for step in STEPS[:2]}
    return content.write(folder, CODE, drawn, content.facts(CODE, "Sáu việc", "Six tasks", steps), forms)


class SixTasks(World):
    """A world in which only this process is deployed, as `drawn` if given."""

    def __init__(self, url: str, folder: Path, drawn: str = "") -> None:
        super().__init__(url, folder)
        self.deploy(write(folder / "content", drawn), provinces=(PROVINCE,))

    def begin(self) -> int:
        """A new case, at its first task; it is the one meant from now on."""
        return self.start(CODE).case

    def redraw(self, folder: Path, **days: int) -> str:
        """Put the process into force with other limits, as `write` takes them; the digest of that version."""
        [done] = self.runner.procedures.deploy(write(folder / "content", **days), SYSTEM, self.now)
        return done.version.digest

    def complete(self, case: int, step: str) -> None:
        """Submit this step of a case."""
        self.runner.tasks.submit(case, f"Task_{step}#1", values(step), OFFICER, self.now)

    def finish(self, cases: int) -> None:
        """Run so many cases from start to end."""
        for _ in range(cases):
            case = self.begin()
            for step in STEPS:
                self.complete(case, step)
