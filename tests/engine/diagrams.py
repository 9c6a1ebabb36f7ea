"""Tiny diagrams, written as Python calls: `document(start("s"), user("t"), end("e"), *chain("s", "t", "e"))`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from runner.bpmn import FLOW_NODES

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:activiti="http://activiti.org/bpmn" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn">'
)


def element(tag: str, id: str, inner: str = "", properties: Mapping[str, str] | None = None, **attributes: str) -> str:
    """One element, on a line of its own; an underscore in an attribute's name is a colon."""
    written = "".join(f" {name.replace('_', ':')}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag} id={quoteattr(id)}{written}>{extension(properties) if properties else ''}{inner}</{tag}>\n"


def extension(properties: Mapping[str, str]) -> str:
    items = "".join(f"<camunda:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in properties.items())
    return f"<extensionElements><camunda:properties>{items}</camunda:properties></extensionElements>"


def start(id: str = "s", inner: str = "", **properties: str) -> str:
    return element("startEvent", id, inner, {"clock": "start"} | properties)


def end(id: str = "e", terminate: bool = False, **properties: str) -> str:
    return element("endEvent", id, "<terminateEventDefinition/>" if terminate else "", properties)


def user(id: str, inner: str = "", lane: str = "specialist", form: str = "assess", **properties: str) -> str:
    return element(
        "userTask",
        id,
        inner,
        properties,
        name=f"Việc {id}",
        camunda_candidateGroups=lane,
        camunda_formRef=form,
        camunda_formRefBinding="deployment",
    )


def service(id: str, topic: str = "allot_number", **properties: str) -> str:
    return element("serviceTask", id, "", properties, name=f"Việc {id}", camunda_type="external", camunda_topic=topic)


def exclusive(id: str, **attributes: str) -> str:
    return element("exclusiveGateway", id, name=f"Câu hỏi {id}?", **attributes)


def parallel(id: str) -> str:
    return element("parallelGateway", id)


def catch(id: str, inner: str, **properties: str) -> str:
    return element("intermediateCatchEvent", id, inner, properties)


def boundary(id: str, host: str, inner: str, interrupting: bool = False) -> str:
    return element("boundaryEvent", id, inner, attachedToRef=host, cancelActivity="true" if interrupting else "false")


def duration(text: str, kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"


def message(ref: str = "Message_1") -> str:
    return f'<messageEventDefinition messageRef="{ref}"/>'


def lanes(*members: str, id: str = "specialist") -> str:
    """A lane in which `members` are drawn."""
    listed = "".join(f"<flowNodeRef>{member}</flowNodeRef>" for member in members)
    return element("laneSet", "Lanes", element("lane", id, listed, name="Chuyên viên"))


def sub(id: str, *inner: str, **attributes: str) -> str:
    return element("subProcess", id, "\n" + "".join(inner), name=f"Tiểu quy trình {id}", **attributes)


def flow(source: str, target: str, condition: str | None = None, name: str = "") -> str:
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition is not None else ""
    return element(
        "sequenceFlow",
        f"{source}_{target}",
        inner,
        name=name or f"{source} {target}",
        sourceRef=source,
        targetRef=target,
    )


def chain(*ids: str) -> str:
    return "".join(flow(one, other) for one, other in pairwise(ids))


def process(*inner: str, id: str = "p", executable: str = "true") -> str:
    return element("process", id, "\n" + "".join(inner), {"calendar": "working-days"}, name=id, isExecutable=executable)


def document(*inner: str, around: str = "", drawn: bool = True) -> bytes:
    """A file with one process of `inner`, and `around` it (messages, other processes, a collaboration)."""
    body = process(*inner) + around
    return f"{HEAD}\n{body}{drawing(body) if drawn else ''}</definitions>".encode()


def simple(*more: str, task: str = "", around: str = "") -> bytes:
    """Start, one task, end; clean by every rule, so that a finding is about what a test adds."""
    return document(start(), task or user("t"), end(), chain("s", "t", "e"), *more, around=around)


MESSAGE = '<message id="Message_1" name="supplement_received"/>\n'


def drawing(body: str) -> str:
    """Shapes and edges, one beside the other, for everything in `body`."""
    shapes = []
    for place, (tag, id) in enumerate(re.findall(r'<(\w+) id="([^"]+)"', body)):
        if tag == "sequenceFlow":
            points = '<di:waypoint x="0" y="0"/><di:waypoint x="9" y="0"/>'
            shapes.append(f'<bpmndi:BPMNEdge id="{id}_di{place}" bpmnElement="{id}">{points}</bpmndi:BPMNEdge>')
        elif tag in FLOW_NODES:
            box = f'<dc:Bounds x="{place * 120}" y="80" width="100" height="80"/>'
            shapes.append(f'<bpmndi:BPMNShape id="{id}_di{place}" bpmnElement="{id}">{box}</bpmndi:BPMNShape>')
    plane = f'<bpmndi:BPMNPlane id="Plane_1" bpmnElement="p">{"".join(shapes)}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="Diagram_1">{plane}</bpmndi:BPMNDiagram>'
