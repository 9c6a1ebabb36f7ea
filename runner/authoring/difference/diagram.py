"""What changed in a diagram: elements by their ids, their limits, roles, forms and properties, flows and conditions.

How it is drawn does not count. An element whose id is another in the other diagram is found again by what it is: the
same kind with the same name, or the only one of its kind in the same step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from runner.authoring.difference.change import Change, written
from runner.bpmn import ACTIVITIES, GATEWAYS, Diagram, Flow, Node
from runner.bpmn import timer as timers
from runner.bpmn.graph import boundaries
from runner.bpmn.timer import TimerUnreadable
from runner.domain.limit import Unit
from runner.feel import FeelError


@dataclass(frozen=True, slots=True)
class Side:
    """A diagram with what gives its parts names: the labels of the lanes, the unit of its days."""

    diagram: Diagram
    lanes: Mapping[str, str]
    unit: Unit


KINDS: Final[Mapping[str, str]] = {
    "userTask": "việc",
    "serviceTask": "việc tự động",
    "businessRuleTask": "việc tra bảng",
    "callActivity": "quy trình được gọi",
    "subProcess": "quy trình con",
    "startEvent": "sự kiện bắt đầu",
    "endEvent": "sự kiện kết thúc",
    "boundaryEvent": "mốc thời hạn, sự kiện gắn",
    "intermediateCatchEvent": "sự kiện chờ",
    "intermediateThrowEvent": "sự kiện phát",
    "exclusiveGateway": "cổng rẽ nhánh",
    "parallelGateway": "cổng song song",
    "eventBasedGateway": "cổng chờ sự kiện",
}
"""What the kinds of elements are called; others by their name in BPMN."""


LIMIT: Final = "Bước {id}, thời hạn trên sơ đồ"


def changes(before: Side, after: Side, file: str = "") -> Iterator[Change]:
    """What differs between two diagrams."""
    twins = _twins(before.diagram, after.diagram)
    yield from _processes(before, after, file)
    yield from _lanes(before, after, file)
    yield from _nodes(before, after, twins, file)
    yield from _flows(before.diagram, after.diagram, twins, file)
    yield from _notes(before.diagram, after.diagram, file)


def _twins(before: Diagram, after: Diagram) -> dict[str, str]:
    """The element of `after` for each of `before` that is there too."""
    twins = {id: id for id, node in before.nodes.items() if id in after.nodes and after.nodes[id].type == node.type}
    keys: tuple[Callable[[Diagram, Node], object], ...] = (
        lambda diagram, node: node.name and (node.type, node.name, node.properties.get("step")),
        lambda diagram, node: node.name and (node.type, node.name),
        lambda diagram, node: node.properties.get("step") and (node.type, node.properties["step"]),
    )
    for key in keys:
        taken = set(twins.values())
        old = _single(before, key, twins.keys())
        new = _single(after, key, taken)
        twins |= {old[what]: new[what] for what in old.keys() & new.keys()}
    # A limit goes with its task, whatever it is called.
    attached = {id: [event.id for event in events] for id, events in boundaries(after).items()}
    for id, events in boundaries(before).items():
        free = [event for event in attached.get(twins.get(id, ""), ()) if event not in twins.values()]
        for event, other in zip((each for each in events if each.id not in twins), free, strict=False):
            twins[event.id] = other
    return twins


def _single(diagram: Diagram, key: Callable[[Diagram, Node], object], taken: Collection[str]) -> dict[object, str]:
    """The elements that are not taken by their key, where only one has it."""
    found: dict[object, list[str]] = {}
    for id, node in diagram.nodes.items():
        if id not in taken and (what := key(diagram, node)):
            found.setdefault(what, []).append(id)
    return {what: ids[0] for what, ids in found.items() if len(ids) == 1}


def _processes(before: Side, after: Side, file: str) -> Iterator[Change]:
    old, new = (next(iter(side.diagram.processes.values()), None) for side in (before, after))
    if old and new:
        if old.name != new.name:
            yield Change("decision", "Tên quy trình trên sơ đồ", {}, old.name, new.name, file=file)
        for name in dict.fromkeys((*old.properties, *new.properties)):
            one, two = old.properties.get(name), new.properties.get(name)
            if one != two:
                group, facts = "time" if name == "calendar" else "details", {"name": name}
                yield Change(group, "Thuộc tính {name} của quy trình", facts, one, two, file=file)


def _lanes(before: Side, after: Side, file: str) -> Iterator[Change]:
    old, new = ({id: _lane(side, id) for id in side.diagram.lanes} for side in (before, after))
    for id in dict.fromkeys((*old, *new)):
        if (one := old.get(id)) != (two := new.get(id)):
            yield Change(
                "roles", "vai trò {lane}", {"lane": id}, one, two, (id,) * (id in old), (id,) * (id in new), file
            )


def _lane(side: Side, id: str | None) -> str:
    """A lane as its province calls it."""
    if not id:
        return ""
    lane = side.diagram.lanes.get(id)
    return side.lanes.get(id) or (lane.name if lane else "") or id


def _nodes(before: Side, after: Side, twins: Mapping[str, str], file: str) -> Iterator[Change]:
    found = set(twins.values())
    for id, node in before.diagram.nodes.items():
        if id not in twins:
            yield Change(_group(node), *_what(before, node), before=_told(before, node), old=(id,), file=file)
        else:
            new = after.diagram.nodes[twins[id]]
            yield from _attributes(before, after, node, new, file)
            yield from _places(before.diagram, after.diagram, node, new, twins, file)
    for id, node in after.diagram.nodes.items():
        if id not in found:
            yield Change(_group(node), *_what(after, node), after=_told(after, node), new=(id,), file=file)


def _group(node: Node) -> str:
    return "time" if node.timer else "paths"


def _what(side: Side, node: Node) -> tuple[str, Mapping[str, object]]:
    kind = KINDS.get(node.type, node.type)
    return _ELEMENT, {"kind": kind, "name": _title(side, node)}


_ELEMENT: Final = "{kind} “{name}”"


def _told(side: Side, node: Node) -> str:
    """What an added or removed element says of itself."""
    step = node.properties.get("step", "")
    parts = (step and f"bước {step}", _lane(side, node.lane) if node.lane else "", _timer(side, node), node.form or "")
    return " · ".join(filter(None, parts))


def _title(side: Side, node: Node) -> str:
    """The name of an element; of a limit, that of its task."""
    host = side.diagram.nodes.get(node.attached_to or "")
    if host:
        return host.name or host.id
    return node.name or node.id


def _timer(side: Side, node: Node) -> str:
    if node.timer is None:
        return ""
    try:
        limit = timers.read(node.timer, side.unit).limit
    except (TimerUnreadable, FeelError):
        limit = None
    return written(limit.days, side.unit) if limit else node.timer.expression


def _attributes(before: Side, after: Side, old: Node, new: Node, file: str) -> Iterator[Change]:
    name, changed = _title(after, new), partial(Change, old=(old.id,), new=(new.id,), file=file)
    step = new.properties.get("step") or _host_step(after, new)
    if (one := _timer(before, old)) != (two := _timer(after, new)):
        if step and new.type == "boundaryEvent" and not new.interrupting:
            yield changed("time", LIMIT, {"id": step}, one, two)
        else:
            yield changed("time", "{name}, thời điểm", {"name": new.name or name}, one, two)
    told = (
        ("forms", "{name}, biểu mẫu điện tử", old.form, new.form),
        ("details", "{name}, việc tự động (topic)", old.topic, new.topic),
        ("fees", "{name}, bảng", old.decision, new.decision),
        ("details", "{name}, tên kết quả của bảng", old.result, new.result),
        ("paths", "{name}, quy trình được gọi", old.called, new.called),
        ("paths", "{name}, thông điệp", old.message, new.message),
        ("paths", "{name}, loại sự kiện", old.event, new.event),
        ("paths", "{name}, ngắt việc khi đến", old.interrupting, new.interrupting),
        ("paths", "{name}, chạy theo sự kiện", old.triggered_by_event, new.triggered_by_event),
        ("details", "{name}, cách gắn biểu mẫu", old.form_binding, new.form_binding),
        ("details", "{name}, mô tả", old.documentation, new.documentation),
    )
    for group, template, was, now in told:
        if was != now:
            yield changed(group, template, {"name": name}, written(was), written(now))
    if old.name != new.name and not (old.timer and old.type == "boundaryEvent"):  # its name says the days once more
        yield changed("paths", "{name}, tên", {"name": new.id}, old.name, new.name)
    if old.lane != new.lane:
        group = "roles" if new.type in (*ACTIVITIES, "startEvent") else "details"
        yield changed(group, "{name}, vai trò", {"name": name}, _lane(before, old.lane), _lane(after, new.lane))
    for key in dict.fromkeys((*old.properties, *new.properties)):
        one, two = old.properties.get(key, ""), new.properties.get(key, "")
        if one != two:
            group = {"step": "steps", "clock": "time", "outcome": "paths"}.get(key, "details")
            yield changed(group, "{name}, thuộc tính {key}", {"name": name, "key": key}, one, two)


def _places(
    before: Diagram, after: Diagram, old: Node, new: Node, twins: Mapping[str, str], file: str
) -> Iterator[Change]:
    """Where an element stands: the task that an event is at, the sub-process that it is in."""
    changed = partial(Change, "paths", old=(old.id,), new=(new.id,), file=file)
    facts = {"name": new.name or new.id}
    at, to = old.attached_to or "", new.attached_to or ""
    if twins.get(at, "") != to:
        yield changed("{name}, gắn vào", facts, _end(before, at), _end(after, to))
    inside, within = (side.nodes.get(node.parent) for side, node in ((before, old), (after, new)))
    if (twins.get(inside.id) if inside else None) != (within.id if within else None):
        one, two = (around.name or around.id if around else "" for around in (inside, within))
        yield changed("{name}, trong quy trình con", facts, one, two)


def _host_step(side: Side, node: Node) -> str:
    host = side.diagram.nodes.get(node.attached_to or "")
    return host.properties.get("step", "") if host else ""


# -- flows -------------------------------------------------------------------------------------------------------------


def _flows(before: Diagram, after: Diagram, twins: Mapping[str, str], file: str) -> Iterator[Change]:
    """Flows are the same when they lead from the same to the same, then by their ids."""
    pairs, rest = _paired(before, after, twins)
    matched = {flow.id for flow in pairs.values()}
    for id, flow in before.flows.items():
        if id in pairs:
            yield from _flow(before, after, flow, pairs[id], file)
        elif id in rest:
            new = after.flows[rest[id]]
            matched.add(new.id)
            moved = partial(Change, old=(id,), new=(new.id,), file=file)
            if flow.source in twins and twins[flow.source] == new.source:
                facts = {"name": _end(before, flow.source)}
                yield moved("paths", "Sau “{name}”", facts, _end(before, flow.target), _end(after, new.target))
            else:
                facts = {"path": _path(after, new)}
                yield moved("paths", "đường {path}", facts, _path(before, flow), _path(after, new))
            yield from _flow(before, after, flow, new, file)
        elif flow.source in twins and flow.target in twins:  # the others go with an element that is gone
            yield Change("paths", "đường {path}", {"path": _path(before, flow)}, before="", old=(id,), file=file)
    origins = set(twins.values())
    for id, flow in after.flows.items():
        if id not in matched and flow.source in origins and flow.target in origins:
            yield Change("paths", "đường {path}", {"path": _path(after, flow)}, after="", new=(id,), file=file)


def _paired(before: Diagram, after: Diagram, twins: Mapping[str, str]) -> tuple[dict[str, Flow], dict[str, str]]:
    """The flows with the same ends; and those of the rest that have the same id."""
    ends: dict[tuple[str, str], list[Flow]] = {}
    for flow in after.flows.values():
        ends.setdefault((flow.source, flow.target), []).append(flow)
    pairs: dict[str, Flow] = {}
    for flow in before.flows.values():
        there = ends.get((twins.get(flow.source, ""), twins.get(flow.target, "")), [])
        twin = next((each for each in there if each.id == flow.id), None)
        twin = twin or next((each for each in there if each.name == flow.name), there[0] if there else None)
        if twin:
            there.remove(twin)
            pairs[flow.id] = twin
    taken = {flow.id for flow in pairs.values()}
    rest = {id: id for id in before.flows if id not in pairs and id in after.flows and id not in taken}
    return pairs, rest


def _flow(before: Diagram, after: Diagram, old: Flow, new: Flow, file: str) -> Iterator[Change]:
    changed = partial(Change, old=(old.id,), new=(new.id,), file=file)
    name = new.name or old.name or _end(after, new.target)
    facts = {"gateway": _end(after, new.source), "name": name}
    if (one := _condition(old)) != (two := _condition(new)):
        yield changed("conditions", "Điều kiện nhánh “{name}” sau “{gateway}”", facts, one, two)
    if old.default != new.default:
        one, two = written(old.default), written(new.default)
        yield changed("conditions", "Nhánh mặc định “{name}” sau “{gateway}”", facts, one, two)
    if old.name != new.name:
        yield changed("paths", "Tên nhánh sau “{gateway}”", {"gateway": facts["gateway"]}, old.name, new.name)


def _condition(flow: Flow) -> str:
    """A condition without the sign that may stand before it."""
    return (flow.condition or "").strip().removeprefix("=").strip()


def _end(diagram: Diagram, id: str) -> str:
    """What an end of a flow is called: a gateway without a question by what leads to it."""
    node = diagram.nodes.get(id)
    if node is None:
        return id
    if not node.name and node.type in GATEWAYS and node.incoming:
        source = diagram.nodes.get(diagram.flows[node.incoming[0]].source)
        if source and source.name:
            return source.name
    return node.name or id


def _path(diagram: Diagram, flow: Flow) -> str:
    name = f" ({flow.name})" if flow.name else ""
    return f"{_end(diagram, flow.source)} → {_end(diagram, flow.target)}{name}"


def _notes(before: Diagram, after: Diagram, file: str) -> Iterator[Change]:
    old, new = ({id: each.text for id, each in side.annotations.items()} for side in (before, after))
    for id in dict.fromkeys((*old, *new)):
        if (one := old.get(id)) != (two := new.get(id)):
            yield Change("details", "Ghi chú trên sơ đồ", {}, one, two, (id,) * (id in old), (id,) * (id in new), file)
