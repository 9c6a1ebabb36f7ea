"""Pictures of diagrams, and that the diagrams of the content look drawn by a careful person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.engine.diagram import Bounds, Diagram, Edge, Shape, read
from runner.engine.picture import NO_PICTURE, lines, svg, width

CONTENT = sorted((Path(__file__).parents[2] / "bpmn").glob("*/*.bpmn"))
SVG = "{http://www.w3.org/2000/svg}"

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI">"""


def drawn(elements: str, interchange: str) -> Diagram:
    plane = f'<bpmndi:BPMNDiagram id="x"><bpmndi:BPMNPlane id="y">{interchange}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    return read(f'{HEAD}<process id="p" name="Quy trình">{elements}</process>{plane}</definitions>'.encode(), "p.bpmn")


def box(element: str, x: int = 0, y: int = 0, width: int = 100, height: int = 80, more: str = "") -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape bpmnElement="{element}" {more}>{bounds}</bpmndi:BPMNShape>'


def line(element: str, *points: tuple[int, int]) -> str:
    way = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge bpmnElement="{element}">{way}</bpmndi:BPMNEdge>'


def group(picture: str, element: str) -> ElementTree.Element:
    root = ElementTree.fromstring(picture)  # noqa: S314
    [found] = [each for each in root.iter(f"{SVG}g") if each.get("data-element") == element]
    return found


def words(picture: str) -> str:
    root = ElementTree.fromstring(picture)  # noqa: S314
    return " ".join(span.text or "" for span in root.iter(f"{SVG}tspan"))


# -- the picture -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_procedure_is_drawn_whole_and_self_contained(path: Path) -> None:
    diagram = read(path.read_bytes(), path.name)
    picture = svg(diagram)
    root = ElementTree.fromstring(picture)  # noqa: S314
    elements = {each.get("data-element") for each in root.iter(f"{SVG}g")}
    assert elements >= {*diagram.nodes, *diagram.flows, *diagram.lanes, *diagram.annotations}
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        "svg", "g", "title", "rect", "circle", "path", "text", "tspan",
    }  # fmt: skip
    names = {"style", "id", "href", "src", "onload", "onclick"}
    assert not [each for each in root.iter() if names & set(each.attrib)]
    assert "…" not in words(picture).replace("“…", "").replace("…”", "")  # nothing had to be cut


def test_a_file_without_interchange_is_told_in_words() -> None:
    picture = svg(read(f'{HEAD}<process id="p"><task id="t"/></process></definitions>'.encode()))
    assert words(picture) == NO_PICTURE


def test_names_cannot_leave_their_place_in_the_picture() -> None:
    attack = '&lt;/text&gt;&lt;script&gt;alert("1")&lt;/script&gt;'.replace('"', "&quot;")
    picture = svg(drawn(f'<userTask id="t&quot;&gt;" name="{attack}"/>', box("t&quot;&gt;", width=400)))
    assert '<script>alert("1")</script>' in words(picture)
    assert "<script" not in picture


def test_elements_carry_their_kind_and_what_became_of_them() -> None:
    diagram = drawn('<userTask id="a"/><userTask id="b"/>', box("a") + box("b", 200))
    picture = svg(diagram, {"a": "late", "b": 'x" onload="y'})
    assert group(picture, "a").get("class") == "userTask state-late"
    assert group(picture, "a").get("stroke") != group(picture, "b").get("stroke")
    assert group(picture, "b").get("class") == "userTask state-xonloady"


def test_an_event_that_does_not_interrupt_is_dashed_and_an_interrupting_one_is_not() -> None:
    timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    picture = svg(
        drawn(
            f'<userTask id="t"/><boundaryEvent id="a" attachedToRef="t" cancelActivity="false">{timer}</boundaryEvent>'
            f'<boundaryEvent id="b" attachedToRef="t">{timer}</boundaryEvent>',
            box("t") + box("a", 10, 62, 36, 36) + box("b", 60, 62, 36, 36),
        )
    )
    rings = [[ring.get("stroke-dasharray") for ring in group(picture, id).iter(f"{SVG}circle")] for id in "ab"]
    assert rings == [["4 3", "4 3"], [None, None]]


def test_a_default_flow_is_crossed_and_a_message_flow_dashed() -> None:
    diagram = read(
        f'{HEAD}<collaboration id="c"><participant id="o" name="Người dân"/><participant id="q" processRef="p"/>'
        '<messageFlow id="m" sourceRef="o" targetRef="g"/></collaboration><process id="p">'
        '<exclusiveGateway id="g" default="f"/><userTask id="t"/><sequenceFlow id="f" sourceRef="g" targetRef="t"/>'
        '<sequenceFlow id="e" sourceRef="g" targetRef="t"/></process><bpmndi:BPMNDiagram id="x">'
        f'<bpmndi:BPMNPlane id="y">{box("o", 0, 0, 400, 50)}{box("g", 100, 120, 50, 50)}{box("t", 300, 120)}'
        f"{line('f', (150, 145), (300, 145))}{line('e', (150, 145), (300, 145))}{line('m', (125, 50), (125, 120))}"
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>".encode()
    )
    picture = svg(diagram)
    assert len(list(group(picture, "f").iter(f"{SVG}path"))) == len(list(group(picture, "e").iter(f"{SVG}path"))) + 1
    dashes = [path.get("stroke-dasharray") for path in group(picture, "m").iter(f"{SVG}path")]
    assert dashes == ["8 5", None, None]


def test_unknown_elements_are_plain_boxes_with_their_names() -> None:
    data = '<dataObjectReference id="r" name="Giấy phép"/>'
    picture = svg(drawn(data, box("r") + box("nowhere", 200) + line("void", (0, 0), (9, 9)) + line("dot", (1, 1))))
    assert group(picture, "r").get("class") == group(picture, "nowhere").get("class") == "foreign"
    assert words(picture) == "Giấy phép"


def test_odd_interchange_is_drawn_all_the_same() -> None:
    elements = '<subProcess id="s" triggeredByEvent="true" name="S"/><sequenceFlow id="f" name="N" sourceRef="s"/>'
    shapes = box("s", -5, 7, 0, -3) + line("f", (3, 3), (3, 3)) + box("p", 10**9, 0)
    ElementTree.fromstring(svg(drawn(elements, shapes)))  # noqa: S314


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(1, 400), st.integers(1, 6))
def test_words_are_wrapped_to_the_room_and_none_is_lost_without_an_ellipsis(text: str, room: int, most: int) -> None:
    found = lines(text, room, 12, most)
    assert len(found) <= most
    if not found or not found[-1].endswith("…"):
        assert "".join("".join(found).split()) == "".join(text.split())
    one_letter = 12.0
    assert all(width(each, 12) <= max(room, one_letter) + one_letter for each in found)


# -- the drawing of the content ----------------------------------------------------------------------------------------


def solid(diagram: Diagram) -> Iterator[Shape]:
    """What nothing may cross or cover: all flow nodes but sub-processes, and annotations."""
    for shape in diagram.shapes.values():
        node = diagram.nodes.get(shape.element)
        if (node and node.type != "subProcess") or shape.element in diagram.annotations:
            yield shape


def overlap(a: Shape | Bounds, b: Shape | Bounds, slack: float = 0) -> bool:
    across = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    down = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return across > slack and down > slack


def segments(edge: Edge) -> Iterator[Bounds]:
    for (ax, ay), (bx, by) in pairwise(edge.waypoints):
        yield Bounds(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))


def crosses(edge: Edge, box: Shape | Bounds, slack: float = 1) -> bool:
    inner = Bounds(box.x + slack, box.y + slack, box.width - 2 * slack, box.height - 2 * slack)
    return any(overlap(Bounds(s.x - 0.1, s.y - 0.1, s.width + 0.2, s.height + 0.2), inner) for s in segments(edge))


def labels(diagram: Diagram) -> Iterator[tuple[str, Bounds]]:
    drawn = [*diagram.shapes.values(), *diagram.edges.values()]
    return ((each.element, each.label) for each in drawn if each.label)


@pytest.fixture(params=CONTENT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def diagram(request: pytest.FixtureRequest) -> Diagram:
    return read(request.param.read_bytes(), request.param.name)


def test_no_shape_covers_another(diagram: Diagram) -> None:
    def attached(a: Shape, b: Shape) -> bool:
        return any(
            node and node.attached_to in (a.element, b.element)
            for node in map(diagram.nodes.get, (a.element, b.element))
        )

    found = [(a.element, b.element) for a, b in combinations(solid(diagram), 2) if overlap(a, b) and not attached(a, b)]
    assert found == []


def test_every_shape_lies_within_its_lane(diagram: Diagram) -> None:
    for lane in diagram.lanes.values():
        area = diagram.shapes[lane.id]
        for member in lane.members:
            shape = diagram.shapes[member]
            assert area.y <= shape.y and shape.y + shape.height <= area.y + area.height, member
            assert area.x + 30 <= shape.x and shape.x + shape.width <= area.x + area.width, member


def test_flows_run_at_right_angles_from_border_to_border_and_through_no_shape(diagram: Diagram) -> None:
    ends = {flow.id: (flow.source, flow.target) for flow in (*diagram.flows.values(), *diagram.message_flows)}
    for id, own in ends.items():
        edge = diagram.edges[id]
        assert all(min(each.width, each.height) == 0 for each in segments(edge)), id
        for element, (x, y) in zip(own, (edge.waypoints[0], edge.waypoints[-1]), strict=True):
            shape = diagram.shapes[element]
            assert x in (shape.x, shape.x + shape.width) or y in (shape.y, shape.y + shape.height), (id, element)
        through = [shape.element for shape in solid(diagram) if crosses(edge, shape)]
        hosts = {diagram.nodes[each].attached_to for each in own if each in diagram.nodes}
        assert set(through) <= hosts, id


def test_no_label_is_crossed_or_covered(diagram: Diagram) -> None:
    found = [
        (owner, other)
        for owner, label in labels(diagram)
        for other in (
            *(shape.element for shape in solid(diagram) if shape.element != owner and overlap(label, shape, slack=1)),
            *(edge.element for edge in diagram.edges.values() if crosses(edge, label)),
            *(one for one, its in labels(diagram) if one != owner and overlap(label, its, slack=1)),
        )
    ]
    assert found == []


def test_step_limits_sit_on_the_lower_border_with_their_end_just_below(diagram: Diagram) -> None:
    for node in diagram.nodes.values():
        if node.type != "boundaryEvent" or not node.attached_to:
            continue
        event, host = diagram.shapes[node.id], diagram.shapes[node.attached_to]
        assert event.y + event.height / 2 == host.y + host.height, node.id
        [following] = (diagram.flows[flow].target for flow in node.outgoing)
        assert 0 < diagram.shapes[following].y - (event.y + event.height) < 80, node.id
