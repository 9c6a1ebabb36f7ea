"""A BPMN 2.0 file as plain values, read safely from any bytes and from any modeler.

Reading judges nothing but the file itself (size, XML, root); what a diagram may contain is the linter's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from types import MappingProxyType
from typing import TypeVar

from lxml import etree

from runner.bpmn.model import (
    EVENTS,
    FLOW_NODES,
    SUB_PROCESSES,
    Annotation,
    Association,
    Bounds,
    Diagram,
    Edge,
    Flow,
    Lane,
    MessageFlow,
    Node,
    Participant,
    Process,
    Shape,
    TimerSpec,
)
from runner.bpmn.passive import is_empty_pool
from runner.bpmn.xml import BPMN, BPMNDI, CAMUNDA, DC, DI, line_of, local, parse_xml, reference
from runner.errors import NotBpmn

_V = TypeVar("_V")

MAX_BYTES = 1_000_000


class WrongRoot(NotBpmn):
    """Phần tử gốc của tệp là <{root} xmlns="{namespace}">, không phải <definitions> của BPMN 2.0."""


def read(data: bytes, name: str = "") -> Diagram:
    """The diagram in `data`. Raises `NotBpmn` (a `DiagramInvalid`), and nothing else, for all other bytes."""
    return _Reader(_parse(data), name).diagram()


def _parse(data: bytes) -> etree._Element:
    root = parse_xml(data, MAX_BYTES)
    qualified = etree.QName(root)
    if qualified.namespace != BPMN or qualified.localname != "definitions":
        raise WrongRoot(root=qualified.localname[:80], namespace=(qualified.namespace or "")[:80])
    return root


def _text(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _child(element: etree._Element, name: str, namespace: str = BPMN) -> etree._Element | None:
    return element.find(f"{{{namespace}}}{name}")


def _truth(value: str | None, otherwise: bool) -> bool:
    """An xsd:boolean."""
    return otherwise if value is None else value.strip() in {"true", "1"}


def _numbers(element: etree._Element | None, *names: str) -> tuple[float, ...] | None:
    try:
        found = tuple(float(element.get(name, "")) for name in names) if element is not None else ()
    except ValueError:
        return None
    return found if found and all(map(isfinite, found)) else None


def _bounds(element: etree._Element | None) -> Bounds | None:
    box = None if element is None else _child(element, "Bounds", DC)
    numbers = _numbers(box, "x", "y", "width", "height")
    return Bounds(*numbers) if numbers else None


class _Reader:
    """Reads in one pass over the elements and without recursion, so that no nesting can exhaust it."""

    def __init__(self, root: etree._Element, name: str) -> None:
        self.root, self.name = root, name
        self.ids = {
            element: (element.get("id") or "").strip() or f"{local(element)}?{place}"
            for place, element in enumerate(root.iter())
        }
        self.messages = {self.ids[e]: e.get("name", "").strip() for e in self._all("message")}
        self.defaults = {(self.ids[e], reference(e.get("default"))) for e in self._all(*FLOW_NODES)}

    def _all(self, *names: str, namespace: str = BPMN) -> Iterator[etree._Element]:
        return self.root.iter(*(f"{{{namespace}}}{name}" for name in names))

    def diagram(self) -> Diagram:
        lanes = _first((self._lane(e) for e in self._all("lane")), "id")
        flows = _first((self._flow(e) for e in self._all("sequenceFlow")), "id")
        pools = {e: reference(e.get("processRef")) for e in self._all("participant")}
        referred = frozenset(pools.values())
        empty = {self.ids[e] for e in self._all("process") if is_empty_pool(e, referred)}
        return Diagram(
            name=self.name,
            processes=_first((self._process(e) for e in self._all("process") if self.ids[e] not in empty), "id"),
            lanes=lanes,
            nodes=_first(self._nodes(lanes, flows), "id"),
            flows=flows,
            participants=tuple(
                Participant(self.ids[e], e.get("name", ""), None if process in empty else process or None)
                for e, process in pools.items()
            ),
            annotations=_first(
                (Annotation(self.ids[e], _text(_child(e, "text"))) for e in self._all("textAnnotation")), "id"
            ),
            associations=tuple(Association(self.ids[e], *_ends(e)) for e in self._all("association")),
            message_flows=tuple(
                MessageFlow(self.ids[e], e.get("name", ""), *_ends(e)) for e in self._all("messageFlow")
            ),
            shapes=_first(self._shapes(), "element"),
            edges=_first(self._edges(), "element"),
            root=self.root,
        )

    def _parent(self, element: etree._Element) -> str:
        parent = element.getparent()
        return "" if parent is None else self.ids[parent]

    def _process(self, element: etree._Element) -> Process:
        return Process(
            self.ids[element],
            element.get("name", ""),
            line_of(element),
            _truth(element.get("isExecutable"), False),
            _properties(element),
        )

    def _lane(self, element: etree._Element) -> Lane:
        process = next((self.ids[above] for above in element.iterancestors(f"{{{BPMN}}}process")), "")
        members = tuple(reference(ref.text) for ref in element.findall(f"{{{BPMN}}}flowNodeRef"))
        return Lane(self.ids[element], element.get("name", ""), line_of(element), process, members)

    def _flow(self, element: etree._Element) -> Flow:
        source, target = _ends(element)
        condition = _child(element, "conditionExpression")
        return Flow(
            self.ids[element],
            element.get("name", ""),
            line_of(element),
            source,
            target,
            self._parent(element),
            None if condition is None else _text(condition),
            (source, self.ids[element]) in self.defaults,
        )

    def _nodes(self, lanes: Mapping[str, Lane], flows: Mapping[str, Flow]) -> Iterator[Node]:
        # A lane within a lane comes later in the file and names its members more closely.
        lane_of = {member: lane.id for lane in lanes.values() for member in lane.members}
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        for flow in flows.values():
            outgoing.setdefault(flow.source, []).append(flow.id)
            incoming.setdefault(flow.target, []).append(flow.id)
        for element in self._all(*FLOW_NODES):
            id = self.ids[element]
            event, definition = _event(element)
            message = None
            if definition is not None and event == "message":
                message = self.messages.get(reference(definition.get("messageRef")), "")
            yield Node(
                id=id,
                type=local(element),
                name=element.get("name", "").strip(),
                line=line_of(element),
                parent=self._parent(element),
                lane=_camunda(element, "candidateGroups") or self._lane_around(element, lane_of),
                event=event,
                timer=_timer(definition),
                message=message,
                attached_to=reference(element.get("attachedToRef")) or None,
                interrupting=_truth(element.get("cancelActivity") or element.get("isInterrupting"), True),
                default=reference(element.get("default")) or None,
                form=_camunda(element, "formRef"),
                form_binding=_camunda(element, "formRefBinding"),
                topic=_camunda(element, "topic"),
                decision=_camunda(element, "decisionRef"),
                result=_camunda(element, "resultVariable"),
                called=reference(element.get("calledElement")) or None,
                triggered_by_event=_truth(element.get("triggeredByEvent"), False),
                properties=_properties(element),
                documentation=_text(_child(element, "documentation")),
                incoming=tuple(incoming.get(id, ())),
                outgoing=tuple(outgoing.get(id, ())),
            )

    def _lane_around(self, element: etree._Element, lane_of: Mapping[str, str]) -> str | None:
        """The lane that lists the element, or else the nearest sub-process around it that a lane lists."""
        around = (element, *element.iterancestors(*(f"{{{BPMN}}}{name}" for name in SUB_PROCESSES)))
        return next((lane_of[self.ids[e]] for e in around if self.ids[e] in lane_of), None)

    def _shapes(self) -> Iterator[Shape]:
        planes = {reference(each.get("bpmnElement")) for each in self._all("BPMNPlane", namespace=BPMNDI)}
        for element in self._all("BPMNShape", namespace=BPMNDI):
            id = reference(element.get("bpmnElement"))
            flat, open_ = (
                _truth(value, False) if (value := element.get(name)) else None
                for name in ("isHorizontal", "isExpanded")
            )
            if box := _bounds(element):
                label = _bounds(_child(element, "BPMNLabel", BPMNDI))
                # What is drawn on a plane of its own is folded on the plane around it (BPMN 12.3.3).
                open_ = False if id in planes else open_
                yield Shape(id, box.x, box.y, box.width, box.height, label, flat, open_, _plane(element))

    def _edges(self) -> Iterator[Edge]:
        for element in self._all("BPMNEdge", namespace=BPMNDI):
            points = (_numbers(point, "x", "y") for point in element.findall(f"{{{DI}}}waypoint"))
            yield Edge(
                reference(element.get("bpmnElement")),
                tuple((point[0], point[1]) for point in points if point),
                _bounds(_child(element, "BPMNLabel", BPMNDI)),
                _plane(element),
            )


def _plane(element: etree._Element) -> str:
    """The id of the element whose plane holds a shape or an edge."""
    parent = element.getparent()
    return "" if parent is None else reference(parent.get("bpmnElement"))


def _first(values: Iterator[_V], key: str) -> Mapping[str, _V]:
    """The values by their `key`; of values with the same key, the first counts."""
    found: dict[str, _V] = {}
    for value in values:
        found.setdefault(getattr(value, key), value)
    return MappingProxyType(found)


def _ends(element: etree._Element) -> tuple[str, str]:
    return reference(element.get("sourceRef")), reference(element.get("targetRef"))


def _camunda(element: etree._Element, name: str) -> str | None:
    return (element.get(f"{{{CAMUNDA}}}{name}") or "").strip() or None


def _properties(element: etree._Element) -> Mapping[str, str]:
    """The ``camunda:property`` pairs of an element."""
    path = f"{{{BPMN}}}extensionElements/{{{CAMUNDA}}}properties/{{{CAMUNDA}}}property"
    return MappingProxyType({e.get("name", ""): e.get("value", "") for e in element.findall(path)})


def _event(element: etree._Element) -> tuple[str | None, etree._Element | None]:
    """The kind of an event's definition and the definition itself."""
    if local(element) not in EVENTS:
        return None, None
    found = [child for child in element if local(child).endswith(("EventDefinition", "eventDefinitionRef"))]
    if not found:
        return None, None
    return ("multiple" if len(found) > 1 else local(found[0]).removesuffix("EventDefinition")), found[0]


def _timer(definition: etree._Element | None) -> TimerSpec | None:
    if definition is None or local(definition) != "timerEventDefinition":
        return None
    for kind, name in (("duration", "timeDuration"), ("date", "timeDate"), ("cycle", "timeCycle")):
        if (expression := _child(definition, name)) is not None:
            return TimerSpec(kind, _text(expression))
    return None
