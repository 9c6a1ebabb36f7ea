"""A sketch written down as BPMN, without a drawing: this is the layout's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from runner.authoring.skeleton.apology import start_id
from runner.authoring.skeleton.plan import Plan
from runner.authoring.skeleton.sketch import Element, Flow, Sketch, Timer
from runner.authoring.skeleton.words import said

_NAMESPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:modeler="http://camunda.org/schema/modeler/1.0"'
)
APPLICANT, AGENCY = "Participant_applicant", "Participant_agency"


def write(plan: Plan, sketch: Sketch) -> bytes:
    """The file of the diagram."""
    return "\n".join(_Writer(plan, sketch).lines()).encode() + b"\n"


class _Writer:
    def __init__(self, plan: Plan, sketch: Sketch) -> None:
        self.plan, self.sketch = plan, sketch
        self.id = plan.description.code.replace("/", "_")
        self.flows = [*sketch.flows]
        for element in sketch.elements:
            self.flows += [Flow(source, target) for source, target in _beside(element)]

    def lines(self) -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield (
            f'<bpmn:definitions {_NAMESPACES} id="Definitions_{self.id}" targetNamespace="http://bpmn.io/schema/bpmn" '
            'modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.23.0">'
        )
        yield f'  <bpmn:collaboration id="Collaboration_{self.id}">'
        yield from (f"    {line}" for line in self.pools())
        yield "  </bpmn:collaboration>"
        title = quoteattr(self.plan.description.title)
        yield f'  <bpmn:process id="{self.id}" name={title} isExecutable="true">'
        yield from _properties({"calendar": str(self.plan.description.unit)}, 4)
        yield from (f"    {line}" for line in self.lanes())
        yield from self.scope("", 4)
        yield "  </bpmn:process>"
        yield "</bpmn:definitions>"

    def pools(self) -> Iterator[str]:
        office = self.plan.province.office(self.plan.agency)
        agency = quoteattr(f"{office.name}; {office.centre}")
        yield f'<bpmn:participant id="{APPLICANT}" name={quoteattr(said("diagram.applicant"))} />'
        yield f'<bpmn:participant id="{AGENCY}" name={agency} processRef="{self.id}" />'
        for number, (source, target, name) in enumerate(self.sketch.messages, start=1):
            ends = f'sourceRef="{source or APPLICANT}" targetRef="{target or APPLICANT}"'
            yield f'<bpmn:messageFlow id="Message_{number}" name={quoteattr(name)} {ends} />'

    def lanes(self) -> Iterator[str]:
        yield f'<bpmn:laneSet id="LaneSet_{self.id}">'
        for lane in dict.fromkeys(step.lane for step in self.plan.steps):
            yield f'  <bpmn:lane id="{lane}" name={quoteattr(self.lane_name(lane))}>'
            for element in self.sketch.elements:
                if not element.parent and element.lane == lane:
                    members = (element.id, *dict.fromkeys(id for pair in _beside(element) for id in pair))
                    yield from (f"    <bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in dict.fromkeys(members))
            yield "  </bpmn:lane>"
        yield "</bpmn:laneSet>"

    def lane_name(self, lane: str) -> str:
        """What the province calls the lane, if the decision calls somebody so; else as the decision does."""
        actors = [step.actors for step in self.plan.steps if step.lane == lane]
        label = self.plan.province.label(lane)
        return label if any(label and label.casefold() in each.casefold() for each in actors) else actors[0]

    def scope(self, parent: str, indent: int) -> Iterator[str]:
        """The elements of the process or of a sub-process, its flows and notes."""
        blank = " " * indent
        inside = [element for element in self.sketch.elements if element.parent == parent]
        ids = {element.id for element in inside} | {id for each in inside for pair in _beside(each) for id in pair}
        if parent:
            ids.add(start_id(parent))
        for element in inside:
            yield from self.element(element, indent)
        for flow in self.flows:
            if flow.source in ids:
                yield from self.flow(flow, blank)
        for element in inside:
            if note := self.sketch.notes.get(element.id):
                yield f'{blank}<bpmn:textAnnotation id="Note_{element.id}">'
                yield f"{blank}  <bpmn:text>{escape(note)}</bpmn:text>"
                yield f"{blank}</bpmn:textAnnotation>"
                ends = f'sourceRef="{element.id}" targetRef="Note_{element.id}"'
                yield f'{blank}<bpmn:association id="Association_{element.id}" associationDirection="None" {ends} />'

    def element(self, element: Element, indent: int) -> Iterator[str]:
        blank = " " * indent
        yield f"{blank}<bpmn:{element.type} {self.attributes(element)}>"
        yield from _properties(element.properties, indent + 2)
        yield from self.ends(element.id, indent + 2)
        if element.type == "subProcess" and element.start:
            start = start_id(element.id)
            yield f'{blank}  <bpmn:startEvent id="{start}" name={quoteattr(element.start.name)} isInterrupting="false">'
            yield from self.ends(start, indent + 4)
            yield from _timer(start, element.start, indent + 4)
            yield f"{blank}  </bpmn:startEvent>"
            yield from self.scope(element.id, indent + 2)
        if element.final:
            yield f'{blank}  <bpmn:terminateEventDefinition id="Definition_{element.id}" />'
        yield f"{blank}</bpmn:{element.type}>"
        yield from self.beside(element, indent)

    def attributes(self, element: Element) -> str:
        found = [f'id="{element.id}" name={quoteattr(element.name)}']
        if element.form:
            found.append(f'camunda:formRef="{element.form}" camunda:formRefBinding="deployment"')
        if element.parent and element.type == "userTask":
            found.append(f'camunda:candidateGroups="{element.lane}"')
        if element.topic:
            found.append(f'camunda:type="external" camunda:topic="{element.topic}"')
        if element.type == "subProcess":
            found.append('triggeredByEvent="true"')
        if element.type == "exclusiveGateway":
            default = next(flow for flow in self.flows if flow.source == element.id and not flow.condition)
            found.append(f'default="{default.id}"')
        return " ".join(found)

    def ends(self, id: str, indent: int) -> Iterator[str]:
        """The flows into and out of an element."""
        for flow in self.flows:
            if flow.target == id:
                yield f"{' ' * indent}<bpmn:incoming>{flow.id}</bpmn:incoming>"
        for flow in self.flows:
            if flow.source == id:
                yield f"{' ' * indent}<bpmn:outgoing>{flow.id}</bpmn:outgoing>"

    def flow(self, flow: Flow, blank: str) -> Iterator[str]:
        name = f" name={quoteattr(flow.name)}" if flow.name else ""
        head = f'{blank}<bpmn:sequenceFlow id="{flow.id}"{name} sourceRef="{flow.source}" targetRef="{flow.target}"'
        if not flow.condition:
            yield f"{head} />"
            return
        yield f"{head}>"
        text = escape(f"={flow.condition}")
        kind = 'xsi:type="bpmn:tFormalExpression"'
        yield f"{blank}  <bpmn:conditionExpression {kind}>{text}</bpmn:conditionExpression>"
        yield f"{blank}</bpmn:sequenceFlow>"

    def beside(self, element: Element, indent: int) -> Iterator[str]:
        """The timers at the edge of a task, and where they lead."""
        blank = " " * indent
        for timer, (event, *after) in zip(_timers(element), _chains(element), strict=True):
            name = quoteattr(timer.name)
            yield (
                f'{blank}<bpmn:boundaryEvent id="{event}" name={name} cancelActivity="false" '
                f'attachedToRef="{element.id}">'
            )
            yield from self.ends(event, indent + 2)
            yield from _timer(event, timer, indent + 2)
            yield f"{blank}</bpmn:boundaryEvent>"
            for id in after:
                if id.startswith("Service_"):
                    topic = 'camunda:type="external" camunda:topic="notify_applicant"'
                    kind, head = "serviceTask", f'id="{id}" name={quoteattr(said("diagram.remind"))} {topic}'
                else:
                    kind, head = (
                        "endEvent",
                        f'id="{id}" name="{said("diagram.reminded") if element.reminder else said("late")}"',
                    )
                yield f"{blank}<bpmn:{kind} {head}>"
                yield from self.ends(id, indent + 2)
                yield f"{blank}</bpmn:{kind}>"


def _timers(element: Element) -> list[Timer]:
    return [timer for timer in (element.limit, element.reminder) if timer]


def _chains(element: Element) -> list[tuple[str, ...]]:
    """What hangs at each timer of a task: the event, and the elements that it leads to."""
    bare = element.id.removeprefix("Task_")
    late = [(f"Timer_{bare}", f"End_late_{bare}")] if element.limit else []
    return late + ([(f"Timer_{bare}", f"Service_remind_{bare}", f"End_reminded_{bare}")] if element.reminder else [])


def _beside(element: Element) -> list[tuple[str, str]]:
    return [pair for chain in _chains(element) for pair in pairwise(chain)]


def _properties(properties: Mapping[str, str], indent: int) -> Iterator[str]:
    if not properties:
        return
    blank = " " * indent
    yield f"{blank}<bpmn:extensionElements>"
    yield f"{blank}  <camunda:properties>"
    for name, value in properties.items():
        yield f"{blank}    <camunda:property name={quoteattr(name)} value={quoteattr(value)} />"
    yield f"{blank}  </camunda:properties>"
    yield f"{blank}</bpmn:extensionElements>"


def _timer(id: str, timer: Timer, indent: int) -> Iterator[str]:
    blank, kind = " " * indent, 'xsi:type="bpmn:tFormalExpression"'
    yield f'{blank}<bpmn:timerEventDefinition id="Definition_{id}">'
    yield f"{blank}  <bpmn:{timer.kind} {kind}>{escape(timer.text)}</bpmn:{timer.kind}>"
    yield f"{blank}</bpmn:timerEventDefinition>"
