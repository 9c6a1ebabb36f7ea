"""The id of a lane says who does its tasks: see docs/lint.md, "lanes"."""

from __future__ import annotations

from collections.abc import Iterator

from runner.bpmn import BPMN, Diagram, reference
from runner.lint.content import Content
from runner.lint.finding import Finding, error, short, spot, title, warning


def check(diagram: Diagram, content: Content | None) -> Iterator[Finding]:
    beside = content or Content()
    lanes = beside.kinds
    for lane in diagram.lanes.values():
        if lane.id not in lanes:
            yield error(
                lane,
                "Làn “{what}” có id “{id}”; id của làn phải là một trong: {allowed}.",
                what=title(lane),
                id=short(lane.id),
                allowed=", ".join(lanes),
            )
        for member in lane.members:
            if member not in diagram.nodes:
                yield warning(
                    lane, "Làn “{what}” kể đến phần tử “{id}” không có trong sơ đồ.", what=title(lane), id=short(member)
                )
    for node in diagram.nodes.values():
        if node.type == "userTask" and node.lane is None:
            yield error(node, "Việc “{what}” không nằm trong làn nào.", what=title(node))
        elif node.type == "userTask" and node.lane not in lanes and node.lane not in diagram.lanes:
            yield error(
                node,
                "Việc “{what}” được giao cho “{lane}”; chỉ giao được cho một trong: {allowed}.",
                what=title(node),
                lane=short(node.lane or ""),
                allowed=", ".join(lanes),
            )
        elif node.type == "userTask" and node.lane in lanes and not beside.performer(node.lane):
            yield error(
                node,
                "Việc “{what}” thuộc vai trò không có tài khoản ({lane}) và không có ai ghi nhận thay; hãy nêu "
                "reported_by của vai trò hoặc của cơ quan trong province.toml.",
                what=title(node),
                lane=short(node.lane or ""),
            )
    yield from _shared(diagram)
    yield from _contradicted(diagram)
    if diagram.lanes or (content is not None and content.facts is not None):
        yield from _begun(diagram, beside)


def _contradicted(diagram: Diagram) -> Iterator[Finding]:
    """Tasks that are drawn in one lane and given to another; in a sub-process no lane is drawn."""
    drawn = {member: lane for lane in diagram.lanes.values() for member in lane.members}
    for node in diagram.nodes.values():
        if node.type == "userTask" and (lane := drawn.get(node.id)) and node.lane != lane.id:
            yield error(
                node,
                "Việc “{what}” vẽ trong làn {drawn} nhưng giao cho {given} (camunda:candidateGroups); hãy xóa thuộc "
                "tính ấy, hoặc kéo việc sang làn {given}.",
                what=title(node),
                drawn=short(lane.id),
                given=short(node.lane or ""),
            )


def _begun(diagram: Diagram, beside: Content) -> Iterator[Finding]:
    """Start events whose lane says nobody who may begin a case."""
    called = {node.called for node in diagram.nodes.values()}
    main = {each.id for each in diagram.processes.values() if each.executable} - called
    for node in diagram.nodes.values() if not beside.called else ():
        if node.type == "startEvent" and node.parent in main and not beside.performer(node.lane):
            yield error(
                node,
                "Sự kiện bắt đầu “{what}” không nằm trong làn nào nên không ai lập được hồ sơ; hãy kéo nó vào làn của "
                "người tiếp nhận.",
                what=title(node),
            )


def _shared(diagram: Diagram) -> Iterator[Finding]:
    """Nodes that two lanes claim; a lane that is divided further may repeat the members of its parts."""
    claimed: dict[str, str] = {}
    for lane in diagram.root.iter(f"{{{BPMN}}}lane"):
        if lane.find(f"{{{BPMN}}}childLaneSet") is not None:
            continue
        for member in lane.iterchildren(f"{{{BPMN}}}flowNodeRef"):
            id, by = reference(member.text), spot(lane).id
            if claimed.setdefault(id, by) != by and id in diagram.nodes:
                node = diagram.nodes[id]
                yield error(
                    node,
                    "“{what}” thuộc hai làn cùng lúc: {first} và {second}.",
                    what=title(node),
                    first=short(claimed[id]),
                    second=short(by),
                )
