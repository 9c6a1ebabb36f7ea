"""A small office whose one procedure has what the rules are about: two branches, a choice, timers, a message, e-mail.

Start, then side by side the specialist's weighing (two days; on the third it is taken away and the choice made without
it) and the clerk's counting; after the weighing a choice by what was counted; then a wait for a message, e-mail whose
result the case waits for, and the clerk's last task.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from runner.domain.case import ChangeResult
from runner.domain.journal import Entry
from runner.domain.person import SYSTEM, Person, Role
from runner.store import case as cases
from tests import content
from tests.world import World, person

PROVINCE = "mau"
CODE = "mau/hai-nhanh"
CLERK = person("one_stop_clerk", PROVINCE)
SPECIALIST = person("specialist", PROVINCE)
LEAD = person("division_lead", PROVINCE)
DIRECTOR = person("director", PROVINCE)
KEEPER = person(Role.ADMINISTRATOR, PROVINCE)
ANALYST = person(Role.ANALYST, PROVINCE)
COLLEAGUE = Person("colleague", "Đồng nghiệp", SPECIALIST.groups)
"""Another specialist."""
NEIGHBOUR = person("specialist", "ha-tinh")
"""A specialist of another province."""

WEIGH, COUNT, HEAVY, LAST = "Task_weigh#1", "Task_count#1", "Task_heavy#1", "Task_last#1"
WEIGHED = {"decision": "Đạt", "weighed_on": "26/09/2022"}
COUNTED = {"amount": "3"}

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' id="Definitions_1" targetNamespace="https://motcua.example/test">'
    '<message id="Message_1" name="supplement_received"/>'
    '<process id="mau_hai-nhanh" name="Hai nhánh" isExecutable="true">'
    '<extensionElements><camunda:properties><camunda:property name="calendar" value="working-days"/>'
    "</camunda:properties></extensionElements>"
)
LANES = {
    "one_stop_clerk": ["Start_here", "Split", "Task_count", "Join", "Wait_here", "Service_tell", "Task_last", "End"],
    "specialist": ["Task_weigh", "Timer_weigh", "Late_weigh", "Timer_take", "Gateway_heavy", "Merge"],
    "division_lead": ["Task_heavy"],
}
FLOWS = [
    ("Start_here", "Split"),
    ("Split", "Task_weigh"),
    ("Split", "Task_count"),
    ("Task_weigh", "Gateway_heavy"),
    ("Timer_weigh", "Late_weigh"),
    ("Timer_take", "Gateway_heavy"),
    ("Task_heavy", "Merge"),
    ("Merge", "Join"),
    ("Task_count", "Join"),
    ("Join", "Wait_here"),
    ("Wait_here", "Service_tell"),
    ("Service_tell", "Task_last"),
    ("Task_last", "End_here"),
]


def _task(id: str, form: str, **properties: str) -> str:
    asked = f'camunda:formRef="{form}" camunda:formRefBinding="deployment"'
    return f'<userTask id="{id}" name="Việc {id}" {asked}>{_properties(**properties)}</userTask>'


def _properties(**properties: str) -> str:
    items = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    return f"<extensionElements><camunda:properties>{items}</camunda:properties></extensionElements>" if items else ""


def _boundary(id: str, host: str, duration: str, interrupting: str) -> str:
    return (
        f'<boundaryEvent id="{id}" name="{id}" attachedToRef="{host}" cancelActivity="{interrupting}">'
        f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition></boundaryEvent>"
    )


def diagram() -> str:
    """The procedure. Whether it is heavy is neither true nor false as long as nothing was counted."""
    lanes = "".join(
        f'<lane id="{lane}" name="{lane}">{"".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in nodes)}</lane>'
        for lane, nodes in LANES.items()
    ).replace(">End<", ">End_here<")
    flows = "".join(
        f'<sequenceFlow id="Flow_{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in FLOWS
    )
    choices = "".join(
        f'<sequenceFlow id="Flow_{target}" name="{target}" sourceRef="Gateway_heavy" targetRef="{target}">'
        f"<conditionExpression>{condition}</conditionExpression></sequenceFlow>"
        for target, condition in (("Task_heavy", "=amount &gt; 5"), ("Merge", "=not(amount &gt; 5)"))
    )
    nodes = (
        '<startEvent id="Start_here" name="Nộp hồ sơ"/><parallelGateway id="Split"/>',
        _task("Task_weigh", "phieu", step="1", clock="start"),
        _boundary("Timer_weigh", "Task_weigh", "P2D", "false"),
        '<endEvent id="Late_weigh" name="Quá hạn"/>',
        _boundary("Timer_take", "Task_weigh", "P3D", "true"),
        _task("Task_count", "so-luong"),
        '<exclusiveGateway id="Gateway_heavy" name="Nặng?"/>',
        _task("Task_heavy", "y-kien"),
        '<exclusiveGateway id="Merge"/><parallelGateway id="Join"/>',
        '<intermediateCatchEvent id="Wait_here" name="Chờ bổ sung"><messageEventDefinition messageRef="Message_1"/>'
        "</intermediateCatchEvent>",
        '<serviceTask id="Service_tell" name="Báo lãnh đạo" camunda:type="external" camunda:topic="notify_lane">'
        f"{_properties(lane='director', wait='true')}</serviceTask>",
        _task("Task_last", "y-kien", clock="stop"),
        '<endEvent id="End_here" name="Xong"/>',
    )
    return f'{HEAD}<laneSet id="Lanes">{lanes}</laneSet>{"".join(nodes)}{flows}{choices}</process></definitions>'


def form(id: str, *fields: dict[str, Any]) -> str:
    components = [{"id": field["key"], **field} for field in fields]
    return json.dumps({"type": "default", "id": id, "schemaVersion": 17, "components": components})


def hasty_diagram() -> str:
    """The same with the choice at the start, where nothing has been counted yet: no case can begin."""
    text = diagram()
    for gateway in ("Split", "Join"):
        text = text.replace(f'<parallelGateway id="{gateway}"/>', f'<exclusiveGateway id="{gateway}" name="Nặng?"/>')
    for target, condition in (("Task_weigh", "=amount &gt; 5"), ("Task_count", "=not(amount &gt; 5)")):
        flow = f'sourceRef="Split" targetRef="{target}"'
        asked = f"<conditionExpression>{condition}</conditionExpression>"
        text = text.replace(f"{flow}/>", f"{flow}>{asked}</sequenceFlow>")
    return text


FORMS = {
    "phieu": form(
        "phieu",
        {"type": "textfield", "key": "decision", "label": "Kết luận", "validate": {"required": True, "maxLength": 20}},
        {
            "type": "datetime",
            "subtype": "date",
            "key": "weighed_on",
            "dateLabel": "Ngày cân",
            "validate": {"required": True},
        },
    ),
    "so-luong": form(
        "so-luong",
        {"type": "number", "key": "amount", "label": "Số lượng", "validate": {"required": True, "min": 1}},
    ),
    "y-kien": form(
        "y-kien",
        {"type": "textarea", "key": "opinion", "label": "Ý kiến", "validate": {"maxLength": 100}},
    ),
}

FACTS = content.facts(CODE, "Hai nhánh", "Two branches", [content.Step("1", "Cân", "specialist", "Weigh", 2)])


def write(folder: Path, drawn: str = "") -> Path:
    """Write the content into `folder` (anew, when it is there); returns the diagram's path."""
    return content.write(folder, CODE, drawn or diagram(), FACTS, FORMS)


class Office(World):
    """A world with this one procedure, and what is done in it over and over."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        self.folder = folder
        self.deploy(write(folder / "content"), provinces=(PROVINCE,))

    def begin(self) -> int:
        """A new case; it is the one meant from now on."""
        self.start(CODE)
        return self.case

    def submit(
        self, task: str, values: dict[str, Any], who: Person = SPECIALIST, key: str | None = None
    ) -> ChangeResult:
        return self.runner.tasks.submit(self.case, task, values, who, self.now, key)

    def claim(self, task: str, who: Person = SPECIALIST) -> ChangeResult:
        return self.runner.tasks.claim(self.case, task, who, self.now)

    def wait(self) -> Office:
        """Go on until the case waits for the message."""
        self.submit(COUNT, COUNTED, CLERK)
        self.submit(WEIGH, WEIGHED)
        return self

    def deliver_message(self, who: Person = CLERK, key: str | None = None) -> ChangeResult:
        return self.runner.cases.message(self.case, "supplement_received", who, self.now, key)

    @property
    def values(self) -> dict[str, Any]:
        """What the case knows."""
        return self.runner.audit.history(self.case, SYSTEM)[1].values

    @property
    def kinds(self) -> list[str]:
        """The kinds of the case's entries."""
        return [entry.kind for entry in self.journal]

    @property
    def journal(self) -> list[Entry]:
        """The case's entries."""
        with self.runner.database.read() as tx:
            return cases.entries(tx, self.case)

    @property
    def tables(self) -> dict[str, Any]:
        """Everything that the four read tables have of the case."""
        with self.runner.database.read() as tx:
            return {
                "case": cases.get(tx, self.case),
                "tasks": cases.tasks(tx, self.case),
                "timers": cases.timers(tx, self.case),
                "incidents": cases.incidents(tx, self.case),
            }

    @property
    def incidents(self) -> list[tuple[int, str]]:
        """The open incidents of all cases: their number and kind."""
        return [(incident.id, incident.kind) for _, incident in self.runner.audit.incidents()]
