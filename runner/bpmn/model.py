"""The parts of a diagram, as plain values.

Names of elements are those of the BPMN 2.0.2 specification (OMG formal/13-12-09).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
TASKS = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"}
)
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
"""Local names of every element that a sequence flow may touch."""


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
    """How the element with id `element` is drawn; None where the file does not say.

    `plane` is the id of the element whose plane it is drawn on: a collaboration, a process, or the sub-process that the
    drawing shows by itself.
    """

    element: str
    x: float
    y: float
    width: float
    height: float
    label: Bounds | None
    horizontal: bool | None
    expanded: bool | None
    plane: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """How the flow or association with id `element` is drawn, from `waypoints` (x, y) to `waypoints`."""

    element: str
    waypoints: tuple[tuple[float, float], ...]
    label: Bounds | None
    plane: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A file's content in the order of the file. `name` is what the caller calls it.

    Where ids are missing, elements get one that no file can hold (``userTask?3``); where they are doubled, the first
    counts. `root` is the parsed ``definitions``, for callers that read more than the model; it must not be changed.
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
