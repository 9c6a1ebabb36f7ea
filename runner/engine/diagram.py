"""A BPMN 2.0 file as plain values: read safely from any bytes, whoever's modeler wrote it.

Reading judges nothing but the file itself (size, XML, root); what a diagram may contain is the linter's business.
Names of elements are those of the BPMN 2.0.2 specification (OMG formal/13-12-09).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import TypeVar, cast

from lxml import etree

from runner.errors import DiagramInvalid

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_V = TypeVar("_V")

MAX_BYTES = 1_000_000
MAX_DEPTH = 100
"""Nested elements of a file; drawn by hand, sub-processes within sub-processes reach some 20."""

SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
TASKS = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"}
)
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
"""Local names of every element that a sequence flow may touch."""


class NotBpmn(DiagramInvalid):
    """Tệp không phải là sơ đồ BPMN 2.0."""


class FileTooLarge(NotBpmn):
    """Tệp lớn {size} byte, vượt mức cho phép là {limit} byte."""


class NotXml(NotBpmn):
    """Tệp không phải là XML hợp lệ: lỗi ở dòng {line}."""


class HasDoctype(NotBpmn):
    """Tệp có khai báo DOCTYPE, là thứ không được phép; hãy xóa khai báo này."""


class TooDeep(NotBpmn):
    """Tệp có các phần tử lồng nhau quá {limit} cấp."""


class WrongRoot(NotBpmn):
    """Phần tử gốc của tệp là <{root} xmlns="{namespace}">, không phải <definitions> của BPMN 2.0."""


@dataclass(frozen=True, slots=True)
class TimerSpec:
    """When a timer event fires, as written. `kind` is ``duration``, ``date`` or ``cycle``."""

    kind: str
    expression: str


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node: a task, an event, a gateway, a sub-process or a call.

    `type` is the element's local name (``userTask``), `parent` the id of the process or sub-process around it, `lane`
    the id of its lane (never the name). `event` is the kind of its event definition (``timer``, ``message``,
    ``terminate`` …; ``multiple`` for several; None for none). `message` is the message's name, "" where it has
    none. `decision` is the id of the decision that a business rule task asks for, `result` what it calls the answer.
    `incoming` and `outgoing` are ids of sequence flows, by the flows' own ends and in the order of the file.
    """

    id: str
    type: str
    name: str = ""
    line: int = 0
    parent: str = ""
    lane: str | None = None
    event: str | None = None
    timer: TimerSpec | None = None
    message: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    default: str | None = None
    form: str | None = None
    form_binding: str | None = None
    topic: str | None = None
    decision: str | None = None
    result: str | None = None
    called: str | None = None
    triggered_by_event: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is None without a condition expression, "" with an empty one."""

    id: str
    name: str
    line: int
    source: str
    target: str
    parent: str
    condition: str | None
    default: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the process with id `process`; `members` are ids of flow nodes."""

    id: str
    name: str
    line: int
    process: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: str
    line: int
    executable: bool
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool; without a `process` it is a black box."""

    id: str
    name: str
    process: str | None


@dataclass(frozen=True, slots=True)
class Annotation:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Association:
    id: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class MessageFlow:
    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle in the picture's pixels, from its top left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """How the element with id `element` is drawn; None where the file does not say."""

    element: str
    x: float
    y: float
    width: float
    height: float
    label: Bounds | None
    horizontal: bool | None
    expanded: bool | None


@dataclass(frozen=True, slots=True)
class Edge:
    """How the flow or association with id `element` is drawn, from `waypoints` (x, y) to `waypoints`."""

    element: str
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None


@dataclass(frozen=True, slots=True)
class Diagram:
    """A file's content in the order of the file. `name` is what the caller calls it.

    Where ids are missing, elements get one that no file can hold (``userTask?3``); where they are doubled, the first
    stands. `root` is the parsed ``definitions`` for who must read more; nobody may change it.
    """

    name: str
    processes: Mapping[str, Process]
    lanes: Mapping[str, Lane]
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    participants: tuple[Participant, ...]
    annotations: Mapping[str, Annotation]
    associations: tuple[Association, ...]
    message_flows: tuple[MessageFlow, ...]
    shapes: Mapping[str, Shape]
    edges: Mapping[str, Edge]
    root: etree._Element = field(compare=False, repr=False)


def read(data: bytes, name: str = "") -> Diagram:
    """The diagram in `data`. Raises `NotBpmn` (a `DiagramInvalid`) for anything else, whatever the bytes are."""
    return _Reader(_parse(data), name).diagram()


def _parse(data: bytes) -> etree._Element:
    root = parse_xml(data, MAX_BYTES)
    qualified = etree.QName(root)
    if qualified.namespace != BPMN or qualified.localname != "definitions":
        raise WrongRoot(root=qualified.localname[:80], namespace=(qualified.namespace or "")[:80])
    return root


def parse_xml(data: bytes, limit: int) -> etree._Element:
    """The root of the XML in at most `limit` bytes that anybody may have sent: no DOCTYPE, no entities, not too deep.

    Raises `FileTooLarge`, `NotXml`, `HasDoctype` or `TooDeep`.
    """
    if len(data) > limit:
        raise FileTooLarge(size=len(data), limit=limit)
    # Comments go too: an expression's text must be one piece for every reader, whatever stands within it.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_pis=True, remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "Excessive depth" in error.msg:  # libxml2's own limit, met before ours
            raise TooDeep(limit=MAX_DEPTH) from None
        raise NotXml(line=error.lineno or 1, reason=error.msg) from None
    except (ValueError, LookupError, etree.LxmlError) as error:
        raise NotXml(line=1, reason=str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise HasDoctype()
    if _depth(root) > MAX_DEPTH:
        raise TooDeep(limit=MAX_DEPTH)
    return root


def _depth(root: etree._Element) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def local(element: etree._Element, namespace: str = BPMN) -> str:
    """The local name of an element of `namespace`, "" for any other element."""
    head, _, tail = str(element.tag).rpartition("}")
    return tail if head == "{" + namespace else ""


def line_of(element: etree._Element) -> int:
    """The line of the file on which an element's opening tag ends."""
    return cast(int, element.sourceline or 0)


def reference(value: str | None) -> str:
    """The id that an attribute or text of type QName or IDREF points to, without its prefix."""
    return (value or "").strip().rpartition(":")[2]


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
        return Diagram(
            name=self.name,
            processes=_first((self._process(e) for e in self._all("process")), "id"),
            lanes=lanes,
            nodes=_first(self._nodes(lanes, flows), "id"),
            flows=flows,
            participants=tuple(
                Participant(self.ids[e], e.get("name", ""), reference(e.get("processRef")) or None)
                for e in self._all("participant")
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
            self.ids[element], element.get("name", ""), line_of(element),
            _truth(element.get("isExecutable"), False), _properties(element),
        )  # fmt: skip

    def _lane(self, element: etree._Element) -> Lane:
        process = next((self.ids[above] for above in element.iterancestors(f"{{{BPMN}}}process")), "")
        members = tuple(reference(ref.text) for ref in element.findall(f"{{{BPMN}}}flowNodeRef"))
        return Lane(self.ids[element], element.get("name", ""), line_of(element), process, members)

    def _flow(self, element: etree._Element) -> Flow:
        source, target = _ends(element)
        condition = _child(element, "conditionExpression")
        return Flow(
            self.ids[element], element.get("name", ""), line_of(element), source, target,
            self._parent(element), None if condition is None else _text(condition),
            (source, self.ids[element]) in self.defaults,
        )  # fmt: skip

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
        for element in self._all("BPMNShape", namespace=BPMNDI):
            if box := _bounds(element):
                yield Shape(
                    reference(element.get("bpmnElement")), box.x, box.y, box.width, box.height,
                    _bounds(_child(element, "BPMNLabel", BPMNDI)),
                    *(_truth(value, False) if (value := element.get(name)) else None
                      for name in ("isHorizontal", "isExpanded")),
                )  # fmt: skip

    def _edges(self) -> Iterator[Edge]:
        for element in self._all("BPMNEdge", namespace=BPMNDI):
            points = (_numbers(point, "x", "y") for point in element.findall(f"{{{DI}}}waypoint"))
            yield Edge(
                reference(element.get("bpmnElement")),
                tuple((point[0], point[1]) for point in points if point),
                _bounds(_child(element, "BPMNLabel", BPMNDI)),
            )


def _first(values: Iterator[_V], key: str) -> Mapping[str, _V]:
    """The values by their `key`; where one is doubled, the first stands."""
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
