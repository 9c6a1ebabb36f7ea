"""What stands beside what in a process or sub-process: its parts, and how its flows lead from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.bpmn import EVENTS, GATEWAYS, SUB_PROCESSES, Diagram, Node, local
from runner.drawing.geometry import words_size
from runner.drawing.layout import size
from runner.drawing.layout.order import Link, forward, ranks, remaining, topological

HANG = 20.0
"""Pixels between a boundary event and the end that hangs below it."""
MARGIN = 6.0


@dataclass(slots=True)
class Part:
    """Something that takes a place of its own: a node with what hangs on it, or a text annotation.

    `half` is what it takes to either side of its middle, `up` and `down` what it takes above and below.
    """

    id: str
    width: float
    height: float
    half: float
    up: float
    down: float
    lane: str
    column: int = 0
    row: float = 0
    spans: bool = False


@dataclass(slots=True)
class Scope:
    """The parts of a process or sub-process in the order of the file.

    `events` are the boundary events of each host, `hanging` the end below a boundary event, by the event.
    `links` lead forward only; `below` are parts that start under their host.
    """

    id: str
    lanes: tuple[str, ...]
    parts: dict[str, Part] = field(default_factory=dict)
    events: dict[str, list[str]] = field(default_factory=dict)
    hanging: dict[str, str] = field(default_factory=dict)
    flows: list[tuple[str, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    below: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)


def leaves(diagram: Diagram, process: str) -> tuple[str, ...]:
    """The lanes of a process that hold no other lanes, in the order of the file."""
    outer = {above.get("id") for e in diagram.root.iter() if local(e) == "lane" for above in e.iterancestors()}
    return tuple(lane.id for lane in diagram.lanes.values() if lane.process == process and lane.id not in outer)


def scope(diagram: Diagram, id: str, inner: Mapping[str, tuple[float, float]]) -> Scope:
    """The scope with this id; `inner` are the sizes of the sub-processes in it."""
    found = Scope(id, leaves(diagram, id))
    nodes = {node.id: node for node in diagram.nodes.values() if node.parent == id}
    lane_of = {member: lane for lane in found.lanes for member in diagram.lanes[lane].members}
    _hang(diagram, found, nodes, lane_of)
    hung = set(found.hanging.values())
    for node in nodes.values():
        if node.id in hung or _hosted(node, nodes):
            continue
        found.parts[node.id] = _part(node, lane_of.get(node.id, ""), inner, found)
    _link(diagram, found, nodes)
    _tie(diagram, found, nodes)
    return found


def _hosted(node: Node, nodes: Mapping[str, Node]) -> bool:
    host = nodes.get(node.attached_to or "")
    return node.type == "boundaryEvent" and host is not None and host.type != "boundaryEvent"


def _hang(diagram: Diagram, found: Scope, nodes: Mapping[str, Node], lane_of: Mapping[str, str]) -> None:
    """Which events sit on which host, and which ends hang below them."""
    for node in nodes.values():
        if not _hosted(node, nodes):
            continue
        found.events.setdefault(node.attached_to or "", []).append(node.id)
        ends = [diagram.flows[flow].target for flow in node.outgoing]
        end = nodes.get(ends[0]) if len(ends) == 1 else None
        at_home = end and lane_of.get(end.id) == lane_of.get(node.attached_to or "")
        if end and at_home and end.type == "endEvent" and len(end.incoming) == 1:
            found.hanging[node.id] = end.id


def _part(node: Node, lane: str, inner: Mapping[str, tuple[float, float]], found: Scope) -> Part:
    wide, high = inner[node.id] if node.id in inner else size.core(node)
    part = Part(node.id, wide, high, wide / 2, high / 2, high / 2, lane)
    if node.type in EVENTS | GATEWAYS and node.name:
        _, words = size.label(node.name)
        part.half = max(part.half, words.width / 2)
        part.down += MARGIN + words.height
        if node.type in GATEWAYS:
            part.up += MARGIN + words.height
    if events := found.events.get(node.id):
        if node.id not in inner:  # the events would stand in the name's way
            part.height = max(high, words_size(node.name, wide - 14, 12, 40)[1] + 30 + size.EVENT / 2)
            part.up = part.down = part.height / 2
        hangs = any(event in found.hanging for event in events)
        part.down += size.EVENT / 2 + (HANG + size.EVENT + MARGIN if hangs else MARGIN)
        part.half = max(part.half, len(events) * (size.EVENT + 14) / 2)
        part.width = max(part.width, len(events) * (size.EVENT + 14))
    part.spans = node.type in SUB_PROCESSES and node.triggered_by_event
    return part


def _link(diagram: Diagram, found: Scope, nodes: Mapping[str, Node]) -> None:
    host_of = {event: host for host, events in found.events.items() for event in events}
    links: list[Link] = []
    for flow in diagram.flows.values():
        source, target = host_of.get(flow.source, flow.source), flow.target
        if source not in found.parts or target not in found.parts:
            continue
        found.flows.append((source, target))
        alone = flow.source in host_of and len(nodes[target].incoming) == 1
        if alone and found.parts[source].lane == found.parts[target].lane:
            found.below.add(target)
        links.append((source, target, 0 if target in found.below else 1))
    found.links = forward(list(found.parts), links)
    for id, rank in ranks(list(found.parts), found.links).items():
        found.parts[id].column = rank


def _tie(diagram: Diagram, found: Scope, nodes: Mapping[str, Node]) -> None:
    """Which annotation says something about which part."""
    host_of = {event: host for host, events in found.events.items() for event in events}
    host_of |= {end: host_of[event] for event, end in found.hanging.items()}
    for each in diagram.associations:
        for note, end in ((each.target, each.source), (each.source, each.target)):
            about = host_of.get(end, end)
            if note in diagram.annotations and about in found.parts and note not in found.notes:
                found.notes[note] = about


def place_rows(found: Scope, upward: bool) -> set[tuple[str, float, int]]:
    """Give each part its row in its lane; the cells (lane, row, column) that are taken then, ways straight on included.

    The longest way on keeps to a row; other ways take the rows below it, or above it in the first lane if `upward`,
    where they are nearer to who sends and receives messages.
    """
    parts, links = found.parts, found.links
    onward = remaining(list(parts), links)
    before: dict[str, list[str]] = {}
    successors: dict[str, str] = {}
    for source, target, _ in links:
        before.setdefault(target, []).append(source)
        if target in found.below or parts[source].lane != parts[target].lane:
            continue
        if source not in successors or onward[target] > onward[successors[source]]:
            successors[source] = target
    taken: set[tuple[str, float, int]] = set()
    places = {id: at for at, id in enumerate(topological(list(parts), links))}
    for id in sorted(parts, key=lambda id: (parts[id].column, places[id])):
        part = parts[id]
        if part.spans:
            continue
        step = -1 if upward and found.lanes and part.lane == found.lanes[0] else 1
        near = [parts[each] for each in before.get(id, ()) if parts[each].lane == part.lane]
        row: float | None = None
        if id in found.below and near:
            start, step = near[0].row + 1, 1
        else:
            inherited = sorted((each for each in near if successors.get(each.id) == id), key=lambda each: abs(each.row))
            for each in inherited:
                way = {(part.lane, each.row, column) for column in range(each.column + 1, part.column + 1)}
                if not way & taken:
                    row = each.row
                    taken |= way
                    break
            start = near[0].row + (step if not inherited else 0) if near else 0
        while row is None:
            if (part.lane, start, part.column) not in taken:
                row = start
            start += step
        part.row = row
        taken.add((part.lane, row, part.column))
    return taken
